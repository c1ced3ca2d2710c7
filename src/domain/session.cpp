// SPDX-License-Identifier: MIT
#include "domain/session.hpp"

#include <algorithm>

namespace till::domain {

SessionLife extend_life(Time now, Time expires_at, const SessionPolicy& policy) noexcept {
    return {std::min(now + policy.idle_us, expires_at), expires_at};
}

SessionLife begin_life(Time now, const SessionPolicy& policy) noexcept {
    return extend_life(now, now + policy.absolute_us, policy);
}

bool is_fresh_login(std::optional<Time> password_login_at, Time now) noexcept {
    return password_login_at && now - *password_login_at < fresh_login_us;
}

RefreshDecision decide_refresh(const Rotation& session, Presented presented, Time now,
                               const SessionPolicy& policy) noexcept {
    if (!is_live(session.life, now)) return {Refresh::expired, session.rotates, session.life};
    const SessionLife life = extend_life(now, session.life.expires_at, policy);
    switch (presented) {
        case Presented::current: {
            // There is a previous secret from the first rotation on, so this one is a child.
            const bool is_child = session.rotated_at.has_value();
            return {Refresh::fresh_child, session.rotates || is_child, life};
        }
        case Presented::previous: {
            const bool in_grace =
                session.rotated_at && now - *session.rotated_at <= refresh_grace_us;
            const bool keeps_first = !session.rotates && !policy.strict_rotation;
            if (in_grace || keeps_first) return {Refresh::same_child, session.rotates, life};
            break;
        }
        case Presented::other:
            break;
    }
    return {Refresh::reuse, session.rotates, session.life};
}

}  // namespace till::domain
