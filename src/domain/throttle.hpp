// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"

#include <cstdint>

// How often something may be tried. Pure: a row's state, a limit and "now" give a verdict and the
// new state. Two kinds: guesses at a secret, which wait longer after every failure, and plain
// rates.
namespace till::domain {

// A verdict. `retry_after_us` is set when it is refused; a refused try changes no state.
struct Admission {
    bool allowed = true;
    std::int64_t retry_after_us = 0;
};

// ---- Guesses ----

// A try is reserved before the slow comparison begins, so that guesses sent at once do not all slip
// through, and settled after it. What was reserved and never settled (a killed process) counts as
// failed after this long.
inline constexpr std::int64_t reservation_us = us_per_minute;
// Tries of one subject that may be compared at once before any has failed: many tills log in with
// one account in the morning.
inline constexpr std::int64_t reservations_max = 20;
// A subject's failures are forgotten when none was added for so long after the last delay.
inline constexpr std::int64_t failures_kept_us = us_per_hour;

struct GuessLimit {
    std::int64_t free_failures = 5;                  // 0: no limit
    std::int64_t delay_max_us = 15 * us_per_minute;  // of the doubling delay that begins at 1 s
};

struct Guesses {
    std::int64_t failures = 0;  // since the last success
    std::int64_t reserved = 0;
    Time reserved_at = 0;    // the newest reservation
    Time blocked_until = 0;  // no try before
};

enum class Guess : std::uint8_t { right, wrong, abandoned };

// Reserves a try: `guesses` is changed when it is allowed.
Admission reserve_guess(Guesses& guesses, const GuessLimit& limit, Time now) noexcept;
Guesses settle_guess(Guesses guesses, Guess outcome, const GuessLimit& limit, Time now) noexcept;
// When the state means nothing any more.
Time guesses_expire_at(const Guesses& guesses) noexcept;

// ---- Rates ----

// At most `count` in any window, and a new one each window/count after a burst: the generic cell
// rate algorithm (ITU-T I.371), whose whole state is one time.
struct RateLimit {
    std::int64_t count = 0;  // 0: no limit
    std::int64_t window_us = us_per_hour;
};

// `full_at` is when the allowance is whole again; 0 for a new subject. Changed when allowed.
Admission charge_rate(Time& full_at, const RateLimit& limit, Time now) noexcept;
// Takes one charge back: what turned out not to count.
Time refund_rate(Time full_at, const RateLimit& limit) noexcept;

}  // namespace till::domain
