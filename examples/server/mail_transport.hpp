// SPDX-License-Identifier: MIT
#pragma once

#include "mail_message.hpp"

#include <memory>
#include <string>

namespace till_server {

struct MailConfig {
    std::string directory;
    std::string templates;  // a directory; empty: the program's own texts
    std::string smtp_url;
    std::string from;
    std::string smtp_user;
    std::string smtp_password;
    bool smtp_plain = false;

    bool enabled() const { return !directory.empty() || !smtp_url.empty(); }
};

struct Delivery {
    std::string problem;    // why not: one line without secrets or addresses; empty: delivered
    bool is_final = false;  // this mail will never be taken: it is not tried again
};

class MailTransport {
public:
    virtual ~MailTransport() = default;
    virtual MailEncoding encoding() const = 0;
    virtual Delivery deliver(const std::string& from, const std::string& to,
                             const std::string& name, const std::string& mail) = 0;
};

// Files "<name>.eml" (0600), complete when they appear. Throws Refusal if the directory is missing.
std::unique_ptr<MailTransport> make_directory_transport(const std::string& directory);
std::unique_ptr<MailTransport> make_smtp_transport(const MailConfig& config);

}  // namespace till_server
