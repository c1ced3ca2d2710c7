// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "crypto/digest.hpp"
#include "domain/scope.hpp"
#include "sql/database.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace till::core {

struct ApiKey {
    std::int64_t id = 0;
    std::string name;
    domain::Scopes scopes = 0;
    std::int64_t created_by = 0;  // 0: the system
    Time created_at = 0;
    std::optional<Time> expires_at;
    std::optional<Time> last_used_at;
    std::optional<Time> revoked_at;
};

// The table `api_keys`. Runs in the caller's transaction; keeps nothing.
struct KeyTable {
    // Gives the id.
    static std::int64_t insert(sql::Transaction& tx, const ApiKey& key, const crypto::Digest& hash);
    static std::optional<ApiKey> find(sql::Transaction& tx, std::int64_t id);
    // By falling id, below `before`.
    static std::vector<ApiKey> list(sql::Transaction& tx, std::int64_t before, std::int64_t limit);
    // False when it was revoked before.
    static bool revoke(sql::Transaction& tx, std::int64_t id, Time now);
};

std::span<const sql::Sql* const> key_statements();

}  // namespace till::core
