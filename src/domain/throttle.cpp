// SPDX-License-Identifier: MIT
#include "domain/throttle.hpp"

#include <algorithm>

namespace till::domain {
namespace {

// The first delay; each further failure doubles it (security AU-4).
constexpr std::int64_t first_delay_us = us_per_second;
// 2^20 s is past any delay_max_us; a larger shift would overflow.
constexpr std::int64_t doublings_max = 20;

std::int64_t delay_after(std::int64_t failures, const GuessLimit& limit) noexcept {
    if (failures < limit.free_failures) return 0;
    const std::int64_t doublings = std::min(failures - limit.free_failures, doublings_max);
    return std::min(first_delay_us << doublings, limit.delay_max_us);
}

// Reservations whose holder must be dead have failed. A clock that was set back makes the newest
// one look as if it came from the future: then it is as old as can be told, and nobody waits for
// longer than a delay.
void normalise(Guesses& guesses, const GuessLimit& limit, Time now) noexcept {
    const bool dead =
        now - guesses.reserved_at > reservation_us || guesses.reserved_at > now + reservation_us;
    if (guesses.reserved > 0 && dead) {
        guesses.failures += guesses.reserved;
        guesses.reserved = 0;
        const Time failed_at = std::min(guesses.reserved_at, now);
        guesses.blocked_until =
            std::max(guesses.blocked_until, failed_at + delay_after(guesses.failures, limit));
    }
    guesses.blocked_until = std::min(guesses.blocked_until, now + limit.delay_max_us);
}

}  // namespace

Admission reserve_guess(Guesses& guesses, const GuessLimit& limit, Time now) noexcept {
    if (limit.free_failures == 0) return {};
    Guesses next = guesses;
    normalise(next, limit, now);
    if (now < next.blocked_until) return {false, next.blocked_until - now};
    // After failures one at a time; before, a bounded crowd.
    const bool slowed = next.failures >= limit.free_failures;
    const std::int64_t reserved_max =
        slowed ? 1 : limit.free_failures - next.failures + reservations_max;
    if (next.reserved >= reserved_max) return {false, first_delay_us};
    ++next.reserved;
    next.reserved_at = now;
    guesses = next;
    return {};
}

Guesses settle_guess(Guesses guesses, Guess outcome, const GuessLimit& limit, Time now) noexcept {
    normalise(guesses, limit, now);
    guesses.reserved = std::max<std::int64_t>(guesses.reserved - 1, 0);
    switch (outcome) {
        case Guess::right:
            guesses.failures = 0;
            guesses.blocked_until = 0;
            break;
        case Guess::wrong:
            ++guesses.failures;
            guesses.blocked_until =
                std::max(guesses.blocked_until, now + delay_after(guesses.failures, limit));
            break;
        case Guess::abandoned:
            break;
    }
    return guesses;
}

Time guesses_expire_at(const Guesses& guesses) noexcept {
    return std::max(guesses.blocked_until, guesses.reserved_at + reservation_us) + failures_kept_us;
}

Admission charge_rate(Time& full_at, const RateLimit& limit, Time now) noexcept {
    if (limit.count == 0) return {};
    const std::int64_t interval_us = std::max<std::int64_t>(limit.window_us / limit.count, 1);
    // A clock that was set back must not block for longer than a window.
    const Time from = std::clamp(full_at, now, now + limit.window_us);
    const Time next = from + interval_us;
    if (next - now > limit.window_us) return {false, next - now - limit.window_us};
    full_at = next;
    return {};
}

Time refund_rate(Time full_at, const RateLimit& limit) noexcept {
    if (limit.count == 0) return full_at;
    return full_at - std::max<std::int64_t>(limit.window_us / limit.count, 1);
}

}  // namespace till::domain
