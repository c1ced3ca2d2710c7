// SPDX-License-Identifier: MIT
#include "domain/access.hpp"

#include <array>

namespace till::domain {
namespace {

using namespace relation;

constexpr Relations everybody = anyone | user | owner | staff | superuser | system;
constexpr Relations desk = staff | superuser | system;
constexpr Relations office = superuser | system;

// clang-format off
constexpr std::array rules{
    //         action                       name                  may             see
    AccessRule{Action::setting_read,      "setting.read",       desk,           everybody},
    AccessRule{Action::setting_write,     "setting.write",      office,         everybody},
    AccessRule{Action::user_create,       "user.create",        office,         everybody},
    AccessRule{Action::user_read,         "user.read",          owner | desk,   owner | desk},
    AccessRule{Action::user_search,       "user.search",        desk,           everybody},
    AccessRule{Action::user_update,       "user.update",        owner | desk,   owner | desk},
    AccessRule{Action::user_update_state, "user.update_state",  desk,           owner | desk},
    AccessRule{Action::user_update_roles, "user.update_roles",  office,         owner | desk},
    AccessRule{Action::user_delete,       "user.delete",        owner | office, owner | desk},
    AccessRule{Action::user_image_write,  "user.image_write",   owner | desk,   owner | desk},
    AccessRule{Action::password_change,   "password.change",    owner,          owner | desk},
    AccessRule{Action::password_set,      "password.set",       office,         owner | desk},
    AccessRule{Action::session_read,      "session.read",       owner | office, owner | desk},
    AccessRule{Action::session_end,       "session.end",        owner | office, owner | desk},
    AccessRule{Action::order_place,       "order.place",        user | desk,    everybody},
    AccessRule{Action::order_place_for,   "order.place_for",    desk,           everybody},
    AccessRule{Action::order_read,        "order.read",         owner | desk,   owner | desk},
    AccessRule{Action::order_list_all,    "order.list_all",     desk,           everybody},
    AccessRule{Action::order_cancel,      "order.cancel",       owner | desk,   owner | desk},
    AccessRule{Action::order_fulfil,      "order.fulfil",       desk,           owner | desk},
    AccessRule{Action::payment_start,     "payment.start",      owner | desk,   owner | desk},
    AccessRule{Action::payment_read,      "payment.read",       owner | desk,   owner | desk},
    AccessRule{Action::payment_settle,    "payment.settle",     desk,           owner | desk},
    AccessRule{Action::event_read_order,  "event.read_order",   owner | desk,   owner | desk},
    AccessRule{Action::event_read_all,    "event.read_all",     desk,           everybody},
    AccessRule{Action::outbox_work,       "outbox.work",        system,         everybody},
    AccessRule{Action::signing_key_rotate,"signing_key.rotate", office,         everybody},
    AccessRule{Action::store_backup,      "store.backup",       office,         everybody},
    AccessRule{Action::store_check,       "store.check",        office,         everybody},
    AccessRule{Action::store_maintain,    "store.maintain",     system,         everybody},
};
// clang-format on

constexpr bool in_order_of_actions() {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (static_cast<std::size_t>(rules[i].action) != i) return false;
        if ((rules[i].may & ~rules[i].see) != 0) return false;  // who may do it may see it
    }
    return rules.size() == static_cast<std::size_t>(Action::store_maintain) + 1;
}
static_assert(in_order_of_actions());

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
    const Relations relations = relations_of(actor, owner_id);
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
        case Verdict::hidden:
            break;
    }
    return not_found();
}

Result<void> authorise(Action action, const Actor& actor) {
    return authorise(action, actor, 0, &permission_denied);
}

Error unauthenticated() {
    return make_error(Status::unauthenticated, "not_authenticated",
                      "Authentication credentials were not provided.");
}

Error permission_denied() {
    return make_error(Status::permission, "permission_denied",
                      "The actor may not do this; ask somebody who may.");
}

}  // namespace till::domain
