// SPDX-License-Identifier: MIT
#pragma once

#include "domain/throttle.hpp"
#include "sql/database.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace till::core {

// Names a throttled subject: a digest, so that a row says nothing of whom it is about.
using ThrottleKey = std::array<std::byte, 16>;

// The tables `throttles` and `familiar_sources`. Runs in the caller's transaction; keeps nothing.
// A missing or expired row is a subject that never tried.
struct ThrottleTable {
    static domain::Guesses guesses(sql::Transaction& tx, const ThrottleKey& key, Time now);
    static void put(sql::Transaction& tx, const ThrottleKey& key, const domain::Guesses& guesses);
    // When the allowance of a rate is whole again; 0: it is.
    static Time full_at(sql::Transaction& tx, const ThrottleKey& key, Time now);
    static void put(sql::Transaction& tx, const ThrottleKey& key, Time full_at);
    static void remove(sql::Transaction& tx, const ThrottleKey& key);
    static std::int64_t sweep(sql::Transaction& tx, Time now, std::int64_t limit);

    static bool is_familiar(sql::Transaction& tx, std::int64_t user_id, const ThrottleKey& source);
    static void make_familiar(sql::Transaction& tx, std::int64_t user_id, const ThrottleKey& source,
                              Time now);
    static void forget_familiar(sql::Transaction& tx, std::int64_t user_id);
};

std::span<const sql::Sql* const> throttle_statements();

}  // namespace till::core
