// SPDX-License-Identifier: MIT
//
// What a monitoring system asks again and again: the engine's counters of this process, the
// hashing's, and what stands in the store now.
#pragma once

#include "core/store.hpp"

#include <cstdint>

namespace till::core {

// Rows that are counted at most, so that the cost of the figures has a bound.
inline constexpr std::int64_t metrics_rows_max = 100'000;

struct Metrics {
    sql::Counters engine;
    crypto::HashingLoad hashing;
    std::int64_t sessions = 0;
    std::int64_t outbox = 0;
    Time outbox_oldest_at = 0;  // 0: the outbox is empty
};

Result<Metrics> measure(Store& store, const Call& call);

}  // namespace till::core
