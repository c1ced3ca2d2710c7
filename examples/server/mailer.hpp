// SPDX-License-Identifier: MIT
// Takes messages from the store's outbox and sends them as mails.
#pragma once

#include "log.hpp"
#include "mail_message.hpp"
#include "mail_transport.hpp"
#include "till/till.hpp"

#include <memory>

namespace till_server {

class Mailer {
public:
    // `config` is enabled. Throws Refusal: the links in mails would lead nowhere (public_url is not
    // set), the directory is missing, or a template is not good.
    Mailer(till::store_ref store, const MailConfig& config, Log* log);
    Mailer(till::store_ref store, std::unique_ptr<MailTransport> transport, Mailbox from, Log* log,
           MailTemplates templates = {});

    // Sends what is due. A mail that cannot be sent is due again later, unless the mail server
    // refused it for good (RFC 5321: a 5yz reply to the mail), which is logged; one that was sent
    // and could not be acknowledged may be sent twice, never lost. Returns how many were sent.
    size_t send_due();

private:
    enum class Outcome { sent, later, given_up };
    Outcome send(till::message_view message, std::string_view shop_locale);
    void settle(till::message_view message, Outcome outcome);
    void tell(till_log_level level, const std::string& text);

    till::store_ref store_;
    std::unique_ptr<MailTransport> transport_;
    Mailbox from_;
    Log* log_;
    MailTemplates templates_;
};

// Throws Refusal with exit_usage when links need the setting public_url and it is not set.
void require_mail_links(till::store_ref store);

}  // namespace till_server
