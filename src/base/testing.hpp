// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>

// Stand-ins for tests and for stores opened by testing.h. Never for a store with real data.
namespace till::testing {

// A clock that stands still until it is moved. Thread-safe.
class FakeClock final : public Clock {
public:
    explicit FakeClock(Time now_us) noexcept : now_us_(now_us) {}
    Time now_us() const noexcept override { return now_us_.load(std::memory_order_relaxed); }
    void set(Time now_us) noexcept { now_us_.store(now_us, std::memory_order_relaxed); }
    void advance(std::int64_t by_us) noexcept {
        now_us_.fetch_add(by_us, std::memory_order_relaxed);
    }

private:
    std::atomic<Time> now_us_;
};

// The same bytes for the same seed (splitmix64), so predictable: it protects nothing. Thread-safe;
// with several threads the order of the calls decides who gets which bytes.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) noexcept : state_(seed) {}
    void fill(std::span<std::byte> out) override;

private:
    std::mutex mutex_;
    std::uint64_t state_;
};

}  // namespace till::testing
