// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace till {

// How many values fell up to each bound, and above the last; and their sum.
template <std::size_t N>
struct HistogramFigures {
    std::array<std::int64_t, N> bounds{};
    std::array<std::int64_t, N + 1> counts{};
    std::int64_t sum = 0;
};

// Counts values from any thread. Figures taken while others count may be a value apart.
template <std::size_t N>
class Histogram {
public:
    // Ascending.
    explicit Histogram(const std::array<std::int64_t, N>& bounds) noexcept : bounds_(bounds) {}

    void add(std::int64_t value) noexcept {
        std::size_t at = 0;
        while (at < N && value > bounds_[at]) ++at;
        counts_[at].fetch_add(1, std::memory_order_relaxed);
        sum_.fetch_add(value, std::memory_order_relaxed);
    }
    HistogramFigures<N> figures() const noexcept {
        HistogramFigures<N> out{bounds_, {}, sum_.load(std::memory_order_relaxed)};
        for (std::size_t i = 0; i <= N; ++i) {
            out.counts[i] = counts_[i].load(std::memory_order_relaxed);
        }
        return out;
    }

private:
    const std::array<std::int64_t, N> bounds_;
    std::array<std::atomic<std::int64_t>, N + 1> counts_{};
    std::atomic<std::int64_t> sum_{0};
};

}  // namespace till
