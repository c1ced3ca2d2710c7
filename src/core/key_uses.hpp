// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "sql/database.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace till::core {

// When which API key was used, to a minute. A read notes it in memory alone and so never waits for
// the writer; the next write of this store, maintenance included, takes the notes along. What is
// noted in a process that writes no more is lost: the use comes to light with the next one.
// Thread-safe.
class KeyUses {
public:
    using Saved = std::vector<std::pair<std::int64_t, Time>>;

    // `saved_at` is what the row says.
    void note(std::int64_t key_id, std::optional<Time> saved_at, Time now);
    // Writes what is noted; forget it once the transaction stands.
    Saved save(sql::Transaction& tx);
    void forget(const Saved& saved);

private:
    std::atomic<bool> any_ = false;  // so that a write without notes takes no lock
    std::mutex mutex_;
    std::map<std::int64_t, Time> noted_;  // by key id
};

std::span<const sql::Sql* const> key_use_statements();

}  // namespace till::core
