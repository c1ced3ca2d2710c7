// SPDX-License-Identifier: MIT
#include "core/addresses.hpp"

#include "base/text.hpp"
#include "core/address_table.hpp"
#include "core/event_log.hpp"
#include "core/outbox.hpp"
#include "core/single_use.hpp"
#include "core/throttle.hpp"

namespace till::core {
namespace {

constexpr std::int64_t losers_at_once = 100;
// Links that one request mails: several accounts of one mailbox are a few.
constexpr std::int64_t resends_max = 5;

// Who is told that somebody else has given his address, instead of that person.
std::optional<User> told_owner(Context& context, std::int64_t user_id, std::string_view key) {
    auto owner = UserTable::find_by_verified_email(context.tx, key);
    if (!owner && !verifies(context)) {
        owner = UserTable::find_by_oldest_email(context.tx, key, true);
    }
    if (!owner || owner->id == user_id) return std::nullopt;
    return owner;
}

}  // namespace

bool verifies(const Context& context) noexcept {
    return context.policy.settings.email_verification != domain::EmailVerification::off;
}

Exclusion exclusion_of(const Context& context, bool proved) noexcept {
    const bool reveals = context.policy.settings.reveal_accounts || context.actor.staff_or_more();
    if (reveals) return verifies(context) ? Exclusion::verified : Exclusion::any;
    return proved ? Exclusion::verified : Exclusion::none;
}

std::optional<User> account_of_address(Context& context, std::string_view key) {
    auto owner = UserTable::find_by_verified_email(context.tx, key);
    return owner ? owner : UserTable::find_by_oldest_email(context.tx, key, true);
}

void take_from_others(Context& context, std::int64_t user_id, std::string_view key) {
    const auto each = [&](auto list, auto lose) {
        for (;;) {
            const auto ids = list(context.tx, key, user_id, losers_at_once);
            for (const std::int64_t id : ids) {
                lose(id);
                append_event(context, "user.email_lost", id);
            }
            if (static_cast<std::int64_t>(ids.size()) < losers_at_once) return;
        }
    };
    each(AddressTable::other_holders, [&](std::int64_t id) {
        AddressTable::remove(context.tx, id);
        SingleUse::remove(context.tx, Purpose::email_verification, id);
        SingleUse::remove(context.tx, Purpose::password_reset, id);
    });
    each(AddressTable::other_waiters, [&](std::int64_t id) {
        AddressTable::stop_waiting(context.tx, id);
        SingleUse::remove(context.tx, Purpose::email_change, id);
    });
}

void mail_unproved(Context& context, std::int64_t user_id, std::string_view kind,
                   std::string_view key) {
    const auto owner = told_owner(context, user_id, key);
    if (!owner && !verifies(context)) return;
    if (!may_mail(context, mail::email_verification, key)) return;
    if (owner) {
        enqueue_mail(context, mail::address_in_use, owner->is_active ? owner->id : 0);
    } else {
        enqueue_mail(context, kind, user_id);
    }
}

void drop_waiting(Context& context, const User& user) {
    if (!user.new_email) return;
    AddressTable::stop_waiting(context.tx, user.id);
    SingleUse::remove(context.tx, Purpose::email_change, user.id);
    append_event(context, "user.updated", user.id, 0, R"({"fields":["new_email"]})");
}

Result<void> confirm_address(Context& context, std::string_view token) {
    const auto not_found = [] {
        return make_error(Status::not_found, "token_not_found",
                          "This link is unknown, used or expired; ask for a new one.");
    };
    if (const auto owner = SingleUse::find(context, Purpose::email_verification, token)) {
        if (!UserTable::verify_email(context.tx, owner->user_id, owner->email_key)) {
            return not_found();
        }
        SingleUse::remove(context.tx, Purpose::email_verification, owner->user_id);
        append_event(context, "user.email_verified", owner->user_id);
        take_from_others(context, owner->user_id, owner->email_key);
        return ok();
    }
    const auto owner = SingleUse::find(context, Purpose::email_change, token);
    if (!owner) return not_found();
    const auto before = UserTable::find(context.tx, owner->user_id);
    if (!before || !AddressTable::adopt(context.tx, owner->user_id, owner->email_key)) {
        return not_found();
    }
    // What was mailed to the old address opens nothing any more.
    SingleUse::remove_all(context.tx, owner->user_id);
    append_event(context, "user.updated", owner->user_id, 0, R"({"fields":["email"]})");
    append_event(context, "user.email_verified", owner->user_id);
    take_from_others(context, owner->user_id, owner->email_key);
    if (before->email) {
        UserTable::keep_previous_email(context.tx, before->id, *before->email);
        enqueue_mail(context, mail::email_changed, before->id);
    }
    return ok();
}

void resend_links(Context& context, std::string_view key) {
    bool is_anybody = false;
    const auto mail_all = [&](std::string_view kind, const std::vector<std::int64_t>& ids) {
        for (const std::int64_t id : ids) enqueue_mail(context, kind, id);
        is_anybody = is_anybody || !ids.empty();
    };
    if (verifies(context) && !UserTable::find_by_verified_email(context.tx, key)) {
        mail_all(mail::email_verification,
                 AddressTable::unproved_holders(context.tx, key, resends_max));
        mail_all(mail::email_change, AddressTable::waiters(context.tx, key, resends_max));
    }
    // To nobody: the same work.
    if (!is_anybody) enqueue_mail(context, mail::email_verification, 0);
}

}  // namespace till::core
