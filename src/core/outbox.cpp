// SPDX-License-Identifier: MIT
#include "core/outbox.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "core/second_factor_table.hpp"
#include "core/single_use.hpp"
#include "core/sweep.hpp"
#include "core/user_table.hpp"
#include "crypto/secret.hpp"
#include "crypto/token.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace till::core {
namespace {

using domain::Action;

constexpr std::uint32_t claim_default = 16;
constexpr std::uint32_t claim_max = 100;
constexpr std::uint32_t lease_default_ms = 60'000;
constexpr std::uint32_t lease_max_ms = 3'600'000;
constexpr std::int64_t retry_first_us = us_per_minute;
constexpr std::int64_t retry_max_us = us_per_hour;

// Django's and allauth's form of a user's id in links.
std::string to_base36(std::int64_t id) {
    std::string text;
    for (auto rest = static_cast<std::uint64_t>(id); rest != 0; rest /= 36) {
        text.insert(text.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[rest % 36]);
    }
    return text;
}

void replace(std::string& text, std::string_view name, std::string_view value) {
    for (std::size_t at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value.size())) {
        text.replace(at, name.size(), value);
    }
}

// The template with its names filled in; empty when it needs the public URL and there is none.
std::string make_link(const domain::Settings& settings, const std::string& pattern,
                      std::int64_t user_id, std::string_view token) {
    if (settings.public_url.empty() && pattern.find("{public_url}") != std::string::npos) return {};
    std::string link = pattern;
    replace(link, "{public_url}", settings.public_url);
    replace(link, "{uid}", to_base36(user_id));
    replace(link, "{token}", token);
    replace(link, "{key}", token);
    return link;
}

// The address, unless somebody has proved it meanwhile.
std::optional<std::string> provable(Context& context, const std::optional<std::string>& email) {
    if (!email || UserTable::find_by_verified_email(context.tx, key_of(*email))) {
        return std::nullopt;
    }
    return email;
}

// Whether the mail still makes sense, and to whom it goes.
std::optional<std::string> address_of(Context& context, const OutboxRow& row, const User& user) {
    if (!user.lives()) return std::nullopt;
    if (row.kind == mail::email_changed) return UserTable::previous_email(context.tx, user.id);
    if (row.kind == mail::email_change) return provable(context, user.new_email);
    if (row.kind == mail::email_change_requested && !user.new_email) return std::nullopt;
    if (row.kind == mail::email_verification) {
        return user.email_verified ? std::nullopt : provable(context, user.email);
    }
    if (row.kind == mail::password_reset && !user.is_active) return std::nullopt;
    return user.email;
}

std::optional<Purpose> purpose_of(std::string_view kind) {
    if (kind == mail::password_reset) return Purpose::password_reset;
    if (kind == mail::email_verification) return Purpose::email_verification;
    if (kind == mail::email_change) return Purpose::email_change;
    return std::nullopt;
}

// The token is bound to the address that the mail goes to.
void mint_token(Context& context, Message& message, std::int64_t user_id) {
    const auto purpose = purpose_of(message.row.kind);
    if (!purpose) return;
    const domain::Settings& settings = context.policy.settings;
    const bool resets = *purpose == Purpose::password_reset;
    const std::int64_t lifetime =
        resets ? settings.password_reset_lifetime : settings.email_verification_lifetime;
    message.token =
        SingleUse::mint(context, *purpose, user_id, key_of(message.to), lifetime * us_per_second);
    message.link = make_link(
        settings, resets ? settings.password_reset_link : settings.email_verification_link, user_id,
        message.token);
}

// Fills in what is read and minted when a row is claimed; nothing when the row is to be dropped.
std::optional<Message> open_row(Context& context, OutboxRow row) {
    if (row.expires_at <= context.now || row.user_id == 0) return std::nullopt;
    const auto user = UserTable::find(context.tx, row.user_id);
    if (!user) return std::nullopt;
    auto to = address_of(context, row, *user);
    if (!to) return std::nullopt;
    Message message;
    message.row = std::move(row);
    message.row.attempts += 1;
    message.to = std::move(*to);
    message.username = *user->username;
    message.locale = user->locale.value_or(context.policy.settings.locale);
    message.shop_name = context.policy.settings.shop_name;
    if (message.row.kind == mail::recovery_code_used) {
        message.recovery_codes_left = RecoveryCodeTable::count(context.tx, user->id);
    }
    mint_token(context, message, user->id);
    return message;
}

// A row that is done or given up. The address before a change was kept for its mail alone.
void close_row(sql::Transaction& tx, const OutboxRow& row) {
    OutboxTable::remove(tx, row.id);
    if (row.kind == mail::email_changed) UserTable::forget_previous_email(tx, row.user_id);
}

Error lease_not_found() {
    return make_error(Status::not_found, "lease_not_found",
                      "The lease ran out and somebody else has the message, or it is settled.");
}

Result<OutboxRow> require_leased(Context& context, const OutboxSettlement& settlement) {
    TILL_CHECK(domain::authorise(Action::outbox_work, context.actor));
    Lease lease{};
    if (!parse_hex(settlement.lease, lease)) return lease_not_found();
    auto row = OutboxTable::find(context.tx, settlement.id, lease);
    if (!row) return lease_not_found();
    return std::move(*row);
}

Result<void> check_claim(const OutboxClaim& claim) {
    std::vector<Violation> violations;
    if (claim.limit > claim_max) {
        violations.push_back({"/limit", "too_large", "Claim at most 100 messages.", {}});
        violations.back().params.emplace_back("max", std::to_string(claim_max));
    }
    if (claim.lease_ms > lease_max_ms) {
        violations.push_back({"/lease_ms", "too_large", "Lease for an hour at most.", {}});
        violations.back().params.emplace_back("max", std::to_string(lease_max_ms));
    }
    if (!violations.empty()) return invalid(std::move(violations));
    return ok();
}

}  // namespace

Message::~Message() {
    crypto::wipe(token);
    crypto::wipe(link);
}

void enqueue_mail(Context& context, std::string_view kind, std::int64_t user_id) {
    const std::int64_t lifetime = context.policy.settings.outbox_lifetime * us_per_second;
    OutboxTable::put(context.tx, kind, user_id, context.now, context.now + lifetime);
}

void tell_user(Context& context, std::string_view kind, const User& user) {
    if (user.email) enqueue_mail(context, kind, user.id);
}

void drop_mails(Context& context, std::int64_t user_id) {
    OutboxTable::remove_of_user(context.tx, user_id);
}

std::int64_t sweep_outbox(sql::Transaction& tx, Time now, std::int64_t limit) {
    const std::vector<OutboxRow> expired = OutboxTable::expired(tx, now, limit);
    for (const OutboxRow& row : expired) close_row(tx, row);
    return static_cast<std::int64_t>(expired.size());
}

Result<std::vector<Message>> claim_outbox(Store& store, const Call& call,
                                          const OutboxClaim& claim) {
    TILL_CHECK(Store::refuse_key(call));
    const std::int64_t limit = claim.limit == 0 ? claim_default : claim.limit;
    const std::int64_t lease_us =
        (claim.lease_ms == 0 ? lease_default_ms : claim.lease_ms) * us_per_ms;
    return store.write(call, [&](Context& context) -> Result<std::vector<Message>> {
        TILL_CHECK(domain::authorise(Action::outbox_work, context.actor));
        TILL_CHECK(check_claim(claim));
        std::vector<Message> messages;
        // Twice the limit bounds the work when many rows have nobody to go to.
        for (OutboxRow& row : OutboxTable::due(context.tx, context.now, 2 * limit)) {
            if (std::cmp_greater_equal(messages.size(), limit)) break;
            const OutboxRow copy = row;
            auto message = open_row(context, std::move(row));
            if (!message) {
                close_row(context.tx, copy);
                continue;
            }
            const auto lease = crypto::random_bytes<16>(store.random());
            OutboxTable::lease(context.tx, copy.id, lease, context.now + lease_us);
            message->lease = to_hex(lease);
            messages.push_back(std::move(*message));
        }
        sweep_some(context);
        return messages;
    });
}

Result<void> acknowledge_outbox(Store& store, const Call& call, const OutboxSettlement& done) {
    TILL_CHECK(Store::refuse_key(call));
    return store.write(call, [&](Context& context) -> Result<void> {
        TILL_TRY(const OutboxRow row, require_leased(context, done));
        close_row(context.tx, row);
        sweep_some(context);
        return ok();
    });
}

Result<void> fail_outbox(Store& store, const Call& call, const OutboxSettlement& failed) {
    TILL_CHECK(Store::refuse_key(call));
    return store.write(call, [&](Context& context) -> Result<void> {
        TILL_TRY(const OutboxRow row, require_leased(context, failed));
        std::int64_t wait_us = failed.retry_after_ms * us_per_ms;
        if (wait_us == 0) {
            wait_us = retry_first_us;
            for (std::int64_t i = 1; i < row.attempts && wait_us < retry_max_us; ++i) wait_us *= 2;
            wait_us = std::min(wait_us, retry_max_us);
        }
        OutboxTable::postpone(context.tx, row.id, context.now + wait_us);
        sweep_some(context);
        return ok();
    });
}

}  // namespace till::core
