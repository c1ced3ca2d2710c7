// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "sql/database.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace till::core {

using Lease = std::array<std::byte, 16>;

struct OutboxRow {
    std::int64_t id = 0;
    std::string kind;
    std::int64_t user_id = 0;  // 0: nobody
    std::int64_t order_id = 0;
    Time created_at = 0;
    Time expires_at = 0;
    std::int64_t attempts = 0;
};

struct OutboxDepth {
    std::int64_t rows = 0;
    Time oldest_at = 0;  // 0: there are none
};

// The table `outbox`. Runs in the caller's transaction; keeps nothing.
struct OutboxTable {
    // Renews the row of this kind and user (0: nobody) that waits unclaimed, or inserts one.
    static void put(sql::Transaction& tx, std::string_view kind, std::int64_t user_id, Time now,
                    Time expires_at);
    // Rows that are due, oldest first.
    static std::vector<OutboxRow> due(sql::Transaction& tx, Time now, std::int64_t limit);
    static void lease(sql::Transaction& tx, std::int64_t id, const Lease& lease, Time until);
    // The row under this lease.
    static std::optional<OutboxRow> find(sql::Transaction& tx, std::int64_t id, const Lease& lease);
    static void postpone(sql::Transaction& tx, std::int64_t id, Time next_attempt_at);
    static void remove(sql::Transaction& tx, std::int64_t id);
    static void remove_of_user(sql::Transaction& tx, std::int64_t user_id);
    // At most `most` rows are counted.
    static OutboxDepth depth(sql::Transaction& tx, std::int64_t most);
    // Of the oldest `limit` rows those that have expired.
    static std::vector<OutboxRow> expired(sql::Transaction& tx, Time now, std::int64_t limit);
};

std::span<const sql::Sql* const> outbox_statements();

}  // namespace till::core
