// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"

#include <cstddef>
#include <cstdint>

// What we ask of the operating system about time, randomness and memory. A port replaces os*.cpp.
namespace till::os {

// Microseconds of CLOCK_MONOTONIC: for deadlines and durations, meaningless between machines.
std::int64_t monotonic_us() noexcept;
std::int64_t process_id() noexcept;

// Whether the process could map this much more memory right now: a hint, since another thread may
// take it meanwhile. For libraries that do not tell a lack of memory from another failure.
bool can_reserve(std::size_t bytes) noexcept;

// CLOCK_REALTIME.
class SystemClock final : public Clock {
public:
    Time now_us() const noexcept override;
};

// getrandom(2). Safe across fork: no state is kept in the process.
class SystemRandom final : public Random {
public:
    void fill(std::span<std::byte> out) override;
};

}  // namespace till::os
