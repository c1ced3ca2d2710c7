// SPDX-License-Identifier: MIT
#include "core/key_table.hpp"

#include "base/error.hpp"

#include <array>

namespace till::core {
namespace {

constexpr sql::Sql insert_key{"key_insert", R"sql(
    INSERT INTO api_keys (name, key_hash, scopes, created_by, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)
)sql"};

constexpr sql::Sql select_key{"key_get", R"sql(
    SELECT id, name, scopes, created_by, created_at, expires_at, last_used_at, revoked_at
    FROM api_keys
    WHERE id = $1
)sql"};

constexpr sql::Sql list_keys{"key_list", R"sql(
    SELECT id, name, scopes, created_by, created_at, expires_at, last_used_at, revoked_at
    FROM api_keys
    WHERE id < $1
    ORDER BY id DESC
    LIMIT $2
)sql"};

constexpr sql::Sql update_revoked{"key_revoke", R"sql(
    UPDATE api_keys
    SET revoked_at = $1
    WHERE id = $2 AND revoked_at IS NULL
)sql"};

constexpr std::array<const sql::Sql*, 4> statements{&insert_key, &select_key, &list_keys,
                                                    &update_revoked};

ApiKey read_key(const sql::Rows& rows) {
    ApiKey key;
    key.id = rows.integer(0);
    key.name = rows.string(1);
    key.scopes = domain::parse_scopes(rows.text(2));
    key.created_by = rows.maybe_integer(3).value_or(0);
    key.created_at = rows.integer(4);
    key.expires_at = rows.maybe_integer(5);
    key.last_used_at = rows.maybe_integer(6);
    key.revoked_at = rows.maybe_integer(7);
    return key;
}

}  // namespace

std::int64_t KeyTable::insert(sql::Transaction& tx, const ApiKey& key, const crypto::Digest& hash) {
    const sql::Value created_by =
        key.created_by == 0 ? sql::Value(nullptr) : sql::Value(key.created_by);
    const sql::Value expires_at =
        key.expires_at ? sql::Value(*key.expires_at) : sql::Value(nullptr);
    const auto id = tx.insert(insert_key, key.name, sql::Bytes(hash), domain::to_text(key.scopes),
                              created_by, key.created_at, expires_at);
    TILL_ASSERT(id.has_value());
    return *id;
}

std::optional<ApiKey> KeyTable::find(sql::Transaction& tx, std::int64_t id) {
    auto rows = tx.query(select_key, id);
    if (!rows.next()) return std::nullopt;
    return read_key(rows);
}

std::vector<ApiKey> KeyTable::list(sql::Transaction& tx, std::int64_t before, std::int64_t limit) {
    std::vector<ApiKey> keys;
    auto rows = tx.query(list_keys, before, limit);
    while (rows.next()) keys.push_back(read_key(rows));
    return keys;
}

bool KeyTable::revoke(sql::Transaction& tx, std::int64_t id, Time now) {
    return tx.execute(update_revoked, now, id) == 1;
}

std::span<const sql::Sql* const> key_statements() { return statements; }

}  // namespace till::core
