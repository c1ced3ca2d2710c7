// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>

// When a session lives and what a presented refresh token does. Pure.
namespace till::domain {

// Within it the previous token, presented again, is two tabs and not a theft.
inline constexpr std::int64_t refresh_grace_us = 10 * us_per_second;

// A session's password login counts as fresh proof of its user for this long.
inline constexpr std::int64_t fresh_login_us = 10 * us_per_minute;

// How long a login waits for its second factor.
inline constexpr std::int64_t login_challenge_us = 5 * us_per_minute;
// A set-up that was begun waits as long for its first code as the proof for it was good.
inline constexpr std::int64_t second_factor_setup_us = 10 * us_per_minute;

// From the settings.
struct SessionPolicy {
    std::int64_t idle_us = us_per_day;
    std::int64_t absolute_us = 30 * us_per_day;
    bool strict_rotation = false;
};

struct SessionLife {
    Time idle_expires_at = 0;
    Time expires_at = 0;
};

// A new session's life, and after a use: idle time starts again, the absolute end never moves.
SessionLife begin_life(Time now, const SessionPolicy& policy) noexcept;
SessionLife extend_life(Time now, Time expires_at, const SessionPolicy& policy) noexcept;

inline bool is_live(const SessionLife& life, Time now) noexcept {
    return now < life.idle_expires_at && now < life.expires_at;
}

bool is_fresh_login(std::optional<Time> password_login_at, Time now) noexcept;

// Which of the session's secrets was presented.
enum class Presented : std::uint8_t { current, previous, other };

struct Rotation {
    SessionLife life;
    std::optional<Time> rotated_at;
    bool rotates = false;  // the client has presented a child of its login's token
};

enum class Refresh : std::uint8_t {
    fresh_child,  // the presented secret becomes the previous one; a new salt makes its child
    same_child,   // the stored salt makes the child that was already given
    reuse,        // somebody presents what was used up: the session ends
    expired,
};

struct RefreshDecision {
    Refresh refresh = Refresh::expired;
    bool rotates = false;  // the new value
    SessionLife life;      // the new value
};

// The rule of rotation. The current secret gets a fresh child. The previous one gets the same child
// again for 10 seconds; and for as long as no child was ever presented, because front ends that
// keep their login's token must live on (strict_rotation drops this). Everything else is reuse.
RefreshDecision decide_refresh(const Rotation& session, Presented presented, Time now,
                               const SessionPolicy& policy) noexcept;

}  // namespace till::domain
