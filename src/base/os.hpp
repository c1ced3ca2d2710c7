// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"

#include <cstdint>

// What we ask of the operating system about time and randomness. A port replaces os*.cpp.
namespace till::os {

// Microseconds of CLOCK_MONOTONIC: for deadlines and durations, meaningless between machines.
std::int64_t monotonic_us() noexcept;
std::int64_t process_id() noexcept;

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
