// SPDX-License-Identifier: MIT
#include "base/os_wait.hpp"

#include "base/os.hpp"

#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace till::os {

namespace {

long futex(std::atomic<std::uint32_t>* word, int operation, std::uint32_t value,
           const std::timespec* until) noexcept {
    return ::syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, until, nullptr,
                     FUTEX_BITSET_MATCH_ANY);
}

std::timespec timespec_of(std::int64_t us) noexcept {
    return {static_cast<std::time_t>(us / 1'000'000), static_cast<long>(us % 1'000'000 * 1'000)};
}

}  // namespace

void pause_us(std::int64_t duration_us) noexcept {
    const std::timespec duration = timespec_of(duration_us);
    ::clock_nanosleep(CLOCK_MONOTONIC, 0, &duration, nullptr);
}

void WakeFlag::wake(std::uint32_t signal) noexcept {
    std::atomic<std::uint32_t>* const word = &state_;
    word->store(signal, std::memory_order_release);
    // The object may be gone by now: the address only names a queue of the kernel, and a wake-up
    // nobody waits for is harmless.
    futex(word, FUTEX_WAKE, 1, nullptr);
}

std::uint32_t WakeFlag::wait_until(std::int64_t deadline_us) noexcept {
    for (;;) {
        const std::uint32_t signal = state_.load(std::memory_order_acquire);
        if (signal != waiting || monotonic_us() >= deadline_us) return signal;
        const std::timespec until = timespec_of(deadline_us);
        futex(&state_, FUTEX_WAIT_BITSET, waiting, &until);
    }
}

std::uint32_t WakeFlag::wait() noexcept {
    for (;;) {
        const std::uint32_t signal = state_.load(std::memory_order_acquire);
        if (signal != waiting) return signal;
        futex(&state_, FUTEX_WAIT_BITSET, waiting, nullptr);
    }
}

}  // namespace till::os
