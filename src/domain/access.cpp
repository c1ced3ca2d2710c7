// SPDX-License-Identifier: MIT
#include "domain/access.hpp"

#include <array>

namespace till::domain {
namespace {

using namespace relation;
using namespace scope;

constexpr Scopes none = 0;

constexpr Relations everybody = anyone | user | owner | staff | superuser | system;
constexpr Relations desk = staff | superuser | system;
constexpr Relations office = superuser | system;

// clang-format off
constexpr std::array rules{
    //         action                     name                  may             see           a key with one of
    AccessRule{Action::setting_read,      "setting.read",       desk,           everybody,    none},
    AccessRule{Action::setting_write,     "setting.write",      office,         everybody,    none},
    AccessRule{Action::user_create,       "user.create",        office,         everybody,    none},
    AccessRule{Action::user_read,         "user.read",          owner | desk,   owner | desk, users_read, true},
    AccessRule{Action::user_search,       "user.search",        desk,           everybody,    users_read},
    AccessRule{Action::user_update,       "user.update",        owner | desk,   owner | desk, none},
    AccessRule{Action::user_update_state, "user.update_state",  desk,           owner | desk, none},
    AccessRule{Action::user_update_roles, "user.update_roles",  office,         owner | desk, none},
    AccessRule{Action::user_delete,       "user.delete",        owner | office, owner | desk, none},
    AccessRule{Action::user_image_write,  "user.image_write",   owner | desk,   owner | desk, none},
    AccessRule{Action::password_change,   "password.change",    owner,          owner | desk, none},
    AccessRule{Action::password_set,      "password.set",       office,         owner | desk, none},
    AccessRule{Action::session_read,      "session.read",       owner | office, owner | desk, none, true},
    AccessRule{Action::session_end,       "session.end",        owner | office, owner | desk, none, true},
    AccessRule{Action::second_factor_read,   "second_factor.read",   owner | office, owner | desk, none, true},
    AccessRule{Action::second_factor_setup,  "second_factor.setup",  owner,          owner | desk, none, true},
    AccessRule{Action::second_factor_remove, "second_factor.remove", owner | office, owner | desk, none},
    AccessRule{Action::order_place,       "order.place",        user | desk,    everybody,    orders_place},
    AccessRule{Action::order_place_for,   "order.place_for",    desk,           everybody,    orders_place},
    AccessRule{Action::order_read,        "order.read",         owner | desk,   owner | desk, orders_read | orders_fulfil},
    AccessRule{Action::order_list_all,    "order.list_all",     desk,           everybody,    orders_read},
    AccessRule{Action::order_cancel,      "order.cancel",       owner | desk,   owner | desk, orders_fulfil},
    AccessRule{Action::order_fulfil,      "order.fulfil",       desk,           owner | desk, orders_fulfil},
    AccessRule{Action::order_set_prices,  "order.set_prices",   desk,           owner | desk, prices_set},
    AccessRule{Action::payment_start,     "payment.start",      owner | desk,   owner | desk, payments_write},
    AccessRule{Action::payment_read,      "payment.read",       owner | desk,   owner | desk, payments_read | payments_write},
    AccessRule{Action::payment_list_all,  "payment.list_all",   desk,           everybody,    payments_read},
    AccessRule{Action::payment_settle,    "payment.settle",     desk,           owner | desk, payments_write},
    AccessRule{Action::event_read_order,  "event.read_order",   owner | desk,   owner | desk, events_read},
    AccessRule{Action::event_read_all,    "event.read_all",     desk,           everybody,    events_read},
    AccessRule{Action::report_read,       "report.read",        desk,           everybody,    reports_read},
    AccessRule{Action::outbox_work,       "outbox.work",        system,         everybody,    outbox_work},
    AccessRule{Action::signing_key_rotate,"signing_key.rotate", office,         everybody,    none},
    AccessRule{Action::store_backup,      "store.backup",       office,         everybody,    none},
    AccessRule{Action::store_check,       "store.check",        office,         everybody,    none},
    AccessRule{Action::store_maintain,    "store.maintain",     system,         everybody,    none},
    AccessRule{Action::store_measure,     "store.measure",      desk,           everybody,    reports_read},
    AccessRule{Action::key_manage,        "key.manage",         office,         everybody,    none},
};
// clang-format on

constexpr bool in_order_of_actions() {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (static_cast<std::size_t>(rules[i].action) != i) return false;
        if ((rules[i].may & ~rules[i].see) != 0) return false;  // who may do it may see it
    }
    return rules.size() == static_cast<std::size_t>(Action::key_manage) + 1;
}
static_assert(in_order_of_actions());

// What lets a key do anything is a scope that can be named, and what makes keys is none.
constexpr bool scopes_are_scopes() {
    unsigned used = 0;
    for (const AccessRule& rule : rules) used |= rule.scopes;
    constexpr unsigned all = (reports_read << 1U) - 1U;
    return (used & ~all) == 0 && rules[static_cast<std::size_t>(Action::key_manage)].scopes == none;
}
static_assert(scopes_are_scopes());

}  // namespace

std::span<const AccessRule> access_rules() noexcept { return rules; }

Relations relations_of(const Actor& actor, std::int64_t owner_id) noexcept {
    unsigned relations = anyone;
    switch (actor.kind) {
        case Actor::Kind::anonymous:
        case Actor::Kind::key:
            break;
        case Actor::Kind::system:
            relations |= system;
            break;
        case Actor::Kind::user:
            relations |= user;
            if (owner_id != 0 && owner_id == actor.user_id) relations |= owner;
            if (actor.is_staff || actor.is_superuser) relations |= staff;
            if (actor.is_superuser) relations |= superuser;
            break;
    }
    return static_cast<Relations>(relations);
}

Verdict judge(Action action, const Actor& actor, std::int64_t owner_id) noexcept {
    const AccessRule& rule = rules[static_cast<std::size_t>(action)];
    // The same for every object, so that the answer tells nothing of one.
    if (actor.is_key()) {
        return (rule.scopes & actor.scopes) != 0 ? Verdict::allowed : Verdict::forbidden;
    }
    const Relations relations = relations_of(actor, owner_id);
    if (actor.lacks_second_factor) {
        const bool is_own = (relations & rule.may & owner) != 0;
        return rule.without_second_factor && is_own ? Verdict::allowed
                                                    : Verdict::second_factor_required;
    }
    if ((rule.may & relations) != 0) return Verdict::allowed;
    if (actor.kind == Actor::Kind::anonymous) return Verdict::unauthenticated;
    return (rule.see & relations) != 0 ? Verdict::forbidden : Verdict::hidden;
}

Result<void> authorise(Action action, const Actor& actor, std::int64_t owner_id,
                       Error (*not_found)()) {
    switch (judge(action, actor, owner_id)) {
        case Verdict::allowed:
            return ok();
        case Verdict::unauthenticated:
            return unauthenticated();
        case Verdict::forbidden:
            return permission_denied();
        case Verdict::second_factor_required:
            return second_factor_required();
        case Verdict::hidden:
            break;
    }
    return not_found();
}

Result<void> authorise(Action action, const Actor& actor) {
    return authorise(action, actor, 0, &permission_denied);
}

Result<void> require_somebody(const Actor& actor) {
    if (actor.kind == Actor::Kind::anonymous) return unauthenticated();
    if (actor.lacks_second_factor) return second_factor_required();
    return ok();
}

Error unauthenticated() {
    return make_error(Status::unauthenticated, "not_authenticated",
                      "Authentication credentials were not provided.");
}

Error permission_denied() {
    return make_error(Status::permission, "permission_denied",
                      "The actor may not do this; ask somebody who may.");
}

Error second_factor_required() {
    return make_error(Status::permission, "second_factor_required",
                      "The shop asks its staff for a second factor; set one up first.");
}

}  // namespace till::domain
