// SPDX-License-Identifier: MIT
//
// Who may do what to which object: one table, asked by every use case, so that no adapter has to
// (or can) decide it.
#pragma once

#include "base/result.hpp"
#include "domain/actor.hpp"

#include <cstdint>
#include <span>

namespace till::domain {

enum class Action : std::uint8_t {
    setting_read,
    setting_write,
    user_create,
    user_read,
    user_search,
    user_update,        // profile, name, e-mail, locale
    user_update_state,  // is_active
    user_update_roles,  // is_staff, is_superuser, e-mail verified
    user_delete,
    user_image_write,
    password_change,
    password_set,  // somebody else's
    session_read,
    session_end,
    second_factor_read,
    second_factor_setup,   // begin and confirm it, new recovery codes
    second_factor_remove,  // also somebody else's, who has lost it
    order_place,           // for oneself
    order_place_for,       // for another or a walk-in, and with a number of a series
    order_read,
    order_list_all,
    order_cancel,
    order_fulfil,      // ship, deliver, hand over, sell
    order_set_prices,  // prices that count, lines that are no items, and confirming a claim
    payment_start,
    payment_read,
    payment_list_all,
    payment_settle,  // complete, fail, refund
    event_read_order,
    event_read_all,
    report_read,
    outbox_work,
    signing_key_rotate,
    store_backup,
    store_check,
    store_maintain,
    store_measure,
    key_manage,  // make, list and revoke API keys
};

// A set of relations between an actor and an object.
using Relations = std::uint8_t;
namespace relation {
inline constexpr Relations anyone = 1;  // also without any login
inline constexpr Relations user = 2;    // logged in
inline constexpr Relations owner = 4;   // the object is his, or he is the object
inline constexpr Relations staff = 8;
inline constexpr Relations superuser = 16;
inline constexpr Relations system = 32;
}  // namespace relation

struct AccessRule {
    Action action;
    const char* name;
    Relations may;  // these do it
    Relations
        see;  // these learn that it exists: refused, they get "permission", others "not found"
    Scopes scopes;                       // a key with one of them does it, whoever's the object is
    bool without_second_factor = false;  // staff who lack one that is demanded do it to themselves
};

std::span<const AccessRule> access_rules() noexcept;

// The relations of an actor to an object of `owner_id` (0: nobody's).
Relations relations_of(const Actor& actor, std::int64_t owner_id) noexcept;

enum class Verdict : std::uint8_t {
    allowed,
    unauthenticated,
    forbidden,
    hidden,
    second_factor_required,
};

Verdict judge(Action action, const Actor& actor, std::int64_t owner_id) noexcept;

// The verdict as a result. `not_found` makes the error for an object that the actor may not see.
Result<void> authorise(Action action, const Actor& actor, std::int64_t owner_id,
                       Error (*not_found)());
// For actions on no particular object: what is hidden there is forbidden.
Result<void> authorise(Action action, const Actor& actor);

// Refuses the anonymous and who lacks a second factor, before what is looked up decides for the
// others.
Result<void> require_somebody(const Actor& actor);

Error unauthenticated();
Error permission_denied();
Error second_factor_required();

}  // namespace till::domain
