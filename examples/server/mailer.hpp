// SPDX-License-Identifier: MIT
// Takes messages from the store's outbox and sends them as mails.
#pragma once

#include "handles.hpp"
#include "log.hpp"
#include "mail_message.hpp"
#include "mail_transport.hpp"

#include <memory>

namespace till_server {

class Mailer {
public:
    // `config` is enabled. Throws Refusal: the links in mails would lead nowhere (public_url is not
    // set), or the directory is missing.
    Mailer(till_store* store, const MailConfig& config, Log* log);
    Mailer(till_store* store, std::unique_ptr<MailTransport> transport, Mailbox from, Log* log);

    // Sends what is due. A mail that cannot be sent is due again later, unless the mail server
    // refused it for good (RFC 5321: a 5yz reply to the mail), which is logged; one that was sent
    // and could not be acknowledged may be sent twice, never lost. Returns how many were sent.
    size_t send_due();

private:
    enum class Outcome { sent, later, given_up };
    Outcome send(const till_message& message);
    void settle(const till_message& message, Outcome outcome);
    void tell(till_log_level level, const std::string& text);

    till_store* store_;
    std::unique_ptr<MailTransport> transport_;
    Mailbox from_;
    Log* log_;
};

// Throws Refusal with exit_usage when links need the setting public_url and it is not set.
void require_mail_links(till_store* store);

}  // namespace till_server
