// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace till {

// Microseconds since the Unix epoch, UTC.
using Time = std::int64_t;

inline constexpr std::int64_t us_per_ms = 1'000;
inline constexpr std::int64_t us_per_second = 1'000'000;
inline constexpr std::int64_t us_per_minute = 60 * us_per_second;
inline constexpr std::int64_t us_per_hour = 60 * us_per_minute;
inline constexpr std::int64_t us_per_day = 24 * us_per_hour;

// Wall time, injected so that tests set it. Thread-safe. Deadlines do not use it: they use
// os::monotonic_us, which no test and no administrator moves.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now_us() const noexcept = 0;
};

}  // namespace till
