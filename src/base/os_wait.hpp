// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

namespace till::os {

// Gives the processor away for about so long; returns early when a signal arrives.
void pause_us(std::int64_t duration_us) noexcept;

// One thread waits, another wakes it once with a number. The waker does not touch the object after
// the number is visible, so the waiter may destroy it at once: what a condition variable on the
// waiter's stack does not promise.
class WakeFlag {
public:
    static constexpr std::uint32_t waiting = 0;

    // For the waiter itself, before anybody else knows the flag: no system call.
    void preset(std::uint32_t signal) noexcept { state_.store(signal, std::memory_order_relaxed); }
    // `signal` is not 0.
    void wake(std::uint32_t signal) noexcept;
    // The signal, or `waiting` once the monotonic deadline has passed.
    std::uint32_t wait_until(std::int64_t deadline_us) noexcept;
    std::uint32_t wait() noexcept;

private:
    std::atomic<std::uint32_t> state_{waiting};
};

}  // namespace till::os
