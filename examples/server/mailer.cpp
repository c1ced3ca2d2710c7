// SPDX-License-Identifier: MIT
#include "mailer.hpp"

#include "refusal.hpp"
#include "wipe.hpp"

namespace till_server {

namespace {

constexpr uint32_t claim_limit = 16;
// Sixteen slow SMTP dialogues must fit, or another process sends them again.
constexpr std::chrono::minutes lease{20};

std::unique_ptr<MailTransport> make_transport(const MailConfig& config) {
    return config.directory.empty() ? make_smtp_transport(config)
                                    : make_directory_transport(config.directory);
}

Mailbox sender(const MailConfig& config) {
    return parse_mailbox(config.from).value_or(Mailbox{"", "till@localhost"});
}

}  // namespace

void require_mail_links(till::store_ref store) {
    const till::setting_page settings = store.setting_list(till::call::as_system());
    bool needs_url = false;
    for (const till::setting_view setting : settings) {
        needs_url |= setting.value().find("{public_url}") != std::string_view::npos;
    }
    if (!needs_url || !settings.value("public_url").empty()) return;
    throw Refusal(
        "Links in mails would lead nowhere: the setting public_url is not set. Set it first:\n"
        "  till-server settings --db FILE set public_url=https://shop.example",
        exit_usage);
}

Mailer::Mailer(till::store_ref store, const MailConfig& config, Log* log)
    : Mailer(store, make_transport(config), sender(config), log,
             config.templates.empty() ? MailTemplates() : MailTemplates(config.templates)) {
    require_mail_links(store);
}

Mailer::Mailer(till::store_ref store, std::unique_ptr<MailTransport> transport, Mailbox from,
               Log* log, MailTemplates templates)
    : store_(store),
      transport_(std::move(transport)),
      from_(std::move(from)),
      log_(log),
      templates_(std::move(templates)) {}

size_t Mailer::send_due() {
    size_t sent_count = 0;
    while (true) {
        const auto page = store_.try_outbox_claim(till::call::as_system(), {claim_limit, lease});
        if (!page) {
            tell(TILL_LOG_WARNING, "The outbox cannot be read: " + page.error().describe());
            return sent_count;
        }
        if (page->empty()) return sent_count;
        const auto settings = store_.try_setting_list(till::call::as_system());
        const std::string locale(settings ? settings->value("locale") : std::string_view());
        for (const till::message_view message : *page) {
            const Outcome outcome = send(message, locale);
            settle(message, outcome);
            sent_count += outcome == Outcome::sent ? 1 : 0;
        }
        if (page->size() < claim_limit) return sent_count;
    }
}

Mailer::Outcome Mailer::send(till::message_view message, std::string_view shop_locale) {
    const std::string kind = std::string(message.kind());
    const int64_t now = now_us();
    // Sorted by time in a directory; unique also after a restore, when ids come again.
    const std::string name = std::to_string(now) + "-" + std::to_string(message.id()) + "-" +
                             kind.substr(kind.find('.') + 1);
    const MailTemplate* text = templates_.find(kind, message.locale(), shop_locale);
    std::optional<std::string> mail;
    if (text != nullptr) {
        mail = compose_mail(message, *text, from_, now, name, transport_->encoding());
    }
    if (!mail) {
        tell(TILL_LOG_WARNING, "Message " + std::to_string(message.id()) + " (" + kind +
                                   ") has an unknown kind or an address that cannot be mailed.");
        return Outcome::later;
    }
    const Delivery delivery =
        transport_->deliver(from_.address, std::string(message.to()), name, *mail);
    wipe(*mail);  // what libcurl made of it for a mail server is libcurl's
    if (delivery.problem.empty()) return Outcome::sent;
    const std::string what = "Message " + std::to_string(message.id()) + " (" + kind +
                             ") could not be sent: " + delivery.problem + ". ";
    if (delivery.is_final) {
        tell(TILL_LOG_ERROR, what + "It is given up.");
        return Outcome::given_up;
    }
    tell(TILL_LOG_WARNING, what + "It is tried again later.");
    return Outcome::later;
}

void Mailer::settle(till::message_view message, Outcome outcome) {
    const till::call system = till::call::as_system();
    const auto settled = outcome == Outcome::later
                             ? store_.try_outbox_fail(system, message.settled())
                             : store_.try_outbox_acknowledge(system, message.settled());
    if (settled) return;
    tell(TILL_LOG_WARNING, "Message " + std::to_string(message.id()) +
                               " could not be settled: " + settled.error().describe());
}

void Mailer::tell(till_log_level level, const std::string& text) {
    if (log_ != nullptr) log_->message(level, "mail", text);
}

}  // namespace till_server
