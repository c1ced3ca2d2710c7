// SPDX-License-Identifier: MIT
// Mails as text: RFC 5322 headers, a plain body, nothing that a name or an address could inject.
#pragma once

#include "mail_templates.hpp"
#include "till/till.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace till_server {

struct Mailbox {
    std::string name;  // UTF-8, may be empty
    std::string address;
};

// "shop@example.com" or "Name <shop@example.com>".
std::optional<Mailbox> parse_mailbox(std::string_view text);

// What an address may be that goes into a header and an SMTP command: one @, no blanks, brackets,
// quotes, commas or control characters.
bool is_mailable(std::string_view address);

// RFC 2047: as it is when it is plain ASCII, else encoded words that never cut a character.
std::string encode_header_text(std::string_view text);

// How a body beyond ASCII is written: as it is, for files that people open, or in quoted-printable,
// for mail servers, which need not take eight bits.
enum class MailEncoding { eight_bit, quoted_printable };

// The whole mail with CRLF line ends. It may hold a token: wipe it. Absent for an address that is
// not mailable.
std::optional<std::string> compose_mail(till::message_view message, const MailTemplate& text,
                                        const Mailbox& from, int64_t now_us,
                                        std::string_view unique, MailEncoding encoding);

}  // namespace till_server
