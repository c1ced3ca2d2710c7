// SPDX-License-Identifier: MIT
//
// What an app counts of its answers, and /metrics: Prometheus's text format 0.0.4.
#pragma once

#include "http/request.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace till::http {

struct Route;

// Any thread, without a lock.
class Metrics {
public:
    Metrics();

    // A null route: no such page, whatever was asked for, so that strangers make no new series.
    void count(const Route* route, Method method, int status, std::int64_t micros) noexcept;
    // What the host refused by itself; 400 to 599.
    void count_refusal(int status) noexcept;
    void write(std::string& out) const;

private:
    static constexpr std::size_t pairs_max = 32;  // of method and status
    static constexpr std::array<std::int64_t, 12> bounds_us{500,     1'000,   2'500,     5'000,
                                                            10'000,  25'000,  50'000,    100'000,
                                                            250'000, 500'000, 1'000'000, 2'500'000};

    struct Pair {
        std::atomic<std::uint32_t> key{0};  // method and status; 0: free
        std::atomic<std::int64_t> answers{0};
    };
    struct Series {
        std::array<Pair, pairs_max> pairs{};
        std::atomic<std::int64_t> others{0};  // answers of pairs that found no place
        std::array<std::atomic<std::int64_t>, bounds_us.size() + 1> times{};
        std::atomic<std::int64_t> micros{0};

        void count_answer(std::uint32_t key) noexcept;
        void count_time(std::int64_t spent) noexcept;
    };

    void write_answers(std::string& out) const;
    void write_times(std::string& out) const;
    void write_refusals(std::string& out) const;

    std::unique_ptr<Series[]> series_;  // one a route, the last for what is none
    std::array<std::atomic<std::int64_t>, 200> refusals_{};  // by status, from 400
};

}  // namespace till::http
