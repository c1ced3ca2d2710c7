// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "domain/scope.hpp"

#include <cstdint>
#include <optional>

namespace till::domain {

// Who acts, after the call's token or user id was looked up in the call's own transaction. Roles
// are read there and then; a caller can name a user, never a role.
struct Actor {
    enum class Kind : std::uint8_t { anonymous, user, key, system };

    Kind kind = Kind::anonymous;
    std::int64_t user_id = 0;  // kind user
    bool is_staff = false;
    bool is_superuser = false;
    bool lacks_second_factor = false;            // the setting demands one of him
    std::int64_t session_id = 0;                 // kind user by access token, else 0
    std::optional<Time> password_login_at = {};  // of that session
    std::int64_t key_id = 0;                     // kind key
    Scopes scopes = 0;                           // of that key

    bool is_system() const noexcept { return kind == Kind::system; }
    bool is_key() const noexcept { return kind == Kind::key; }
    // Of the user or the key, as events name him; 0: neither.
    std::int64_t id() const noexcept { return is_key() ? key_id : user_id; }
    // A superuser may do what staff may.
    bool staff_or_more() const noexcept { return is_staff || is_superuser || is_system(); }
    bool superuser_or_more() const noexcept { return is_superuser || is_system(); }
};

}  // namespace till::domain
