// SPDX-License-Identifier: MIT
#include "mailer.hpp"

#include "refusal.hpp"

namespace till_server {

namespace {

constexpr uint32_t claim_limit = 16;
// Sixteen slow SMTP dialogues must fit, or another process sends them again.
constexpr uint32_t lease_ms = 20 * 60 * 1000;

std::unique_ptr<MailTransport> make_transport(const MailConfig& config) {
    return config.directory.empty() ? make_smtp_transport(config)
                                    : make_directory_transport(config.directory);
}

Mailbox sender(const MailConfig& config) {
    return parse_mailbox(config.from).value_or(Mailbox{"", "till@localhost"});
}

}  // namespace

void require_mail_links(till_store* store) {
    const till_call call = system_call();
    Owned<till_setting_page> page;
    Error error;
    const till_status status = till_setting_list(store, &call, out(page), out(error));
    require_ok(status, error, "Cannot read the settings");
    bool needs_url = false;
    std::string url;
    for (size_t i = 0; i < page->count; ++i) {
        const till_setting& setting = *page->items[i];
        if (view(setting.name) == "public_url") url = text(setting.value);
        needs_url |= view(setting.value).find("{public_url}") != std::string_view::npos;
    }
    if (!needs_url || !url.empty()) return;
    throw Refusal(
        "Links in mails would lead nowhere: the setting public_url is not set. Set it first:\n"
        "  till-server settings --db FILE set public_url=https://shop.example",
        exit_usage);
}

Mailer::Mailer(till_store* store, const MailConfig& config, Log* log)
    : Mailer(store, make_transport(config), sender(config), log) {
    require_mail_links(store);
}

Mailer::Mailer(till_store* store, std::unique_ptr<MailTransport> transport, Mailbox from, Log* log)
    : store_(store), transport_(std::move(transport)), from_(std::move(from)), log_(log) {}

size_t Mailer::send_due() {
    const till_call call = system_call();
    size_t sent_count = 0;
    while (true) {
        till_outbox_claim_in in = TILL_OUTBOX_CLAIM_IN_INIT;
        in.limit = claim_limit;
        in.lease_ms = lease_ms;
        Owned<till_message_page> page;
        Error error;
        const till_status status = till_outbox_claim(store_, &call, &in, out(page), out(error));
        if (status != TILL_OK) {
            tell(TILL_LOG_WARNING, "The outbox cannot be read: " + describe(status, error.get()));
            return sent_count;
        }
        for (size_t i = 0; i < page->count; ++i) {
            const Outcome outcome = send(*page->items[i]);
            settle(*page->items[i], outcome);
            sent_count += outcome == Outcome::sent ? 1 : 0;
        }
        if (page->count < claim_limit) return sent_count;
    }
}

Mailer::Outcome Mailer::send(const till_message& message) {
    const std::string kind = text(message.kind);
    const int64_t now = now_us();
    // Sorted by time in a directory; unique also after a restore, when ids come again.
    const std::string name = std::to_string(now) + "-" + std::to_string(message.id) + "-" +
                             kind.substr(kind.find('.') + 1);
    const auto mail = compose_mail(message, from_, now, name, transport_->encoding());
    if (!mail) {
        tell(TILL_LOG_WARNING, "Message " + std::to_string(message.id) + " (" + kind +
                                   ") has an unknown kind or an address that cannot be mailed.");
        return Outcome::later;
    }
    const Delivery delivery = transport_->deliver(from_.address, text(message.to), name, *mail);
    if (delivery.problem.empty()) return Outcome::sent;
    const std::string what = "Message " + std::to_string(message.id) + " (" + kind +
                             ") could not be sent: " + delivery.problem + ". ";
    if (delivery.is_final) {
        tell(TILL_LOG_ERROR, what + "It is given up.");
        return Outcome::given_up;
    }
    tell(TILL_LOG_WARNING, what + "It is tried again later.");
    return Outcome::later;
}

void Mailer::settle(const till_message& message, Outcome outcome) {
    const till_call call = system_call();
    till_outbox_settle_in in = TILL_OUTBOX_SETTLE_IN_INIT;
    in.id = message.id;
    in.lease = message.lease;
    Error error;
    const till_status status = outcome == Outcome::later
                                   ? till_outbox_fail(store_, &call, &in, out(error))
                                   : till_outbox_acknowledge(store_, &call, &in, out(error));
    if (status != TILL_OK) {
        tell(TILL_LOG_WARNING, "Message " + std::to_string(message.id) +
                                   " could not be settled: " + describe(status, error.get()));
    }
}

void Mailer::tell(till_log_level level, const std::string& text) {
    if (log_ != nullptr) log_->message(level, "mail", text);
}

}  // namespace till_server
