// SPDX-License-Identifier: MIT
//
// Everybody who may call: people of every role, the system, a key of each scope.
#pragma once

#include "core/shop.hpp"

#include <cstdint>
#include <vector>

namespace till::core::testing {

struct Who {
    const char* name;
    Call call;
    domain::Actor actor;
};

inline domain::Actor person(std::int64_t id, bool staff = false, bool superuser = false) {
    domain::Actor actor;
    actor.kind = domain::Actor::Kind::user;
    actor.user_id = id;
    actor.is_staff = staff;
    actor.is_superuser = superuser;
    return actor;
}

inline Who key_of(Shop& shop, const char* name, domain::Scopes scopes) {
    const CreatedKey& key = shop.key(scopes);
    domain::Actor actor;
    actor.kind = domain::Actor::Kind::key;
    actor.key_id = key.key.id;
    actor.scopes = scopes;
    return {name, as_key(key.secret), actor};
}

// People, the system, a key of each scope and one of all.
inline std::vector<Who> everybody(Shop& shop) {
    domain::Actor system;
    system.kind = domain::Actor::Kind::system;
    std::vector<Who> all{{"anybody", as_anybody(), {}},
                         {"ann", as_user(shop.ann), person(shop.ann)},
                         {"bob", as_user(shop.bob), person(shop.bob)},
                         {"clerk", as_user(shop.clerk), person(shop.clerk, true)},
                         {"boss", as_user(shop.boss), person(shop.boss, false, true)},
                         {"system", as_system(), system}};
    unsigned scopes = 0;
    for (const domain::ScopeName& each : domain::scope_names()) {
        all.push_back(key_of(shop, each.name, each.scope));
        scopes |= each.scope;
    }
    all.push_back(key_of(shop, "every scope", static_cast<domain::Scopes>(scopes)));
    return all;
}

}  // namespace till::core::testing
