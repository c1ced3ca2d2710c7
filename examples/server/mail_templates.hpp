// SPDX-License-Identifier: MIT
// What mails say: the program's own texts in English, and those of a directory.
//
// A file is KIND.LOCALE.txt, such as password_reset.de.txt: "Subject: …", a blank line, the body.
// {shop_name}, {username}, {to} are filled in, and {link} and {token} where the kind has one;
// {recovery_codes_left} in recovery_code_used.
#pragma once

#include "till/till.hpp"

#include <map>
#include <string>
#include <string_view>

namespace till_server {

struct MailTemplate {
    std::string subject;
    std::string body;
};

class MailTemplates {
public:
    MailTemplates();
    // Throws Refusal with every error of every file.
    explicit MailTemplates(const std::string& directory);

    // For "de-AT": that, then "de", then the same of the shop's locale, then English. NULL: the
    // program has no text for this kind.
    const MailTemplate* find(std::string_view kind, std::string_view locale,
                             std::string_view shop_locale) const;

    // Writes the program's own as files into a directory, which may be new. Throws Refusal, and
    // overwrites nothing.
    static void write_defaults(const std::string& directory);

private:
    std::map<std::string, MailTemplate, std::less<>>
        texts_;  // by "KIND.locale", locale in lower case
};

// The text with its placeholders filled in, each on one line: no name starts a line of its own. It
// may hold a token: wipe it. No other copy is left behind.
std::string fill(std::string_view text, till::message_view message);

// Line breaks and other control characters as blanks.
std::string one_line(std::string_view text);

}  // namespace till_server
