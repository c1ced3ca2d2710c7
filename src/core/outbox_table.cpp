// SPDX-License-Identifier: MIT
#include "core/outbox_table.hpp"

#include "base/error.hpp"

namespace till::core {
namespace {

constexpr sql::Sql renew_row{"outbox_renew", R"sql(
    UPDATE outbox
    SET created_at = $1, next_attempt_at = $1, expires_at = $2
    WHERE COALESCE(user_id, 0) = $3 AND kind = $4 AND order_id IS NULL AND lease IS NULL
)sql"};

constexpr sql::Sql insert_row{"outbox_insert", R"sql(
    INSERT INTO outbox (kind, user_id, created_at, expires_at, next_attempt_at, attempts)
    VALUES ($1, $2, $3, $4, $3, 0)
)sql"};

constexpr sql::Sql select_due{"outbox_due", R"sql(
    SELECT id, kind, user_id, order_id, created_at, expires_at, attempts
    FROM outbox
    WHERE next_attempt_at <= $1
    ORDER BY next_attempt_at, id
    LIMIT $2
)sql"};

constexpr sql::Sql select_leased{"outbox_leased", R"sql(
    SELECT id, kind, user_id, order_id, created_at, expires_at, attempts
    FROM outbox
    WHERE id = $1 AND lease = $2
)sql"};

constexpr sql::Sql update_lease{"outbox_lease", R"sql(
    UPDATE outbox
    SET lease = $1, next_attempt_at = $2, attempts = attempts + 1
    WHERE id = $3
)sql"};

constexpr sql::Sql update_postponed{"outbox_postpone", R"sql(
    UPDATE outbox
    SET lease = NULL, next_attempt_at = $1
    WHERE id = $2
)sql"};

constexpr sql::Sql delete_row{"outbox_delete", R"sql(
    DELETE FROM outbox
    WHERE id = $1
)sql"};

constexpr sql::Sql delete_of_user{"outbox_delete_of_user", R"sql(
    DELETE FROM outbox
    WHERE COALESCE(user_id, 0) = $1 AND order_id IS NULL
)sql"};

// Rows expire about in the order of their ids: the oldest are looked at.
constexpr sql::Sql select_expired{"outbox_expired", R"sql(
    SELECT id, kind, user_id, order_id, created_at, expires_at, attempts
    FROM outbox
    WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $1)
      AND expires_at <= $2
)sql"};

constexpr sql::Sql select_depth{"outbox_depth", R"sql(
    SELECT COUNT(*), MIN(created_at)
    FROM (SELECT created_at FROM outbox ORDER BY id LIMIT $1) AS waiting
)sql"};

constexpr std::array statements{&renew_row,      &insert_row,       &select_due, &select_leased,
                                &update_lease,   &update_postponed, &delete_row, &delete_of_user,
                                &select_expired, &select_depth};

OutboxRow read_row(const sql::Rows& rows) {
    return {rows.integer(0),
            rows.string(1),
            rows.maybe_integer(2).value_or(0),
            rows.maybe_integer(3).value_or(0),
            rows.integer(4),
            rows.integer(5),
            rows.integer(6)};
}

std::vector<OutboxRow> read_all(sql::Rows rows) {
    std::vector<OutboxRow> all;
    while (rows.next()) all.push_back(read_row(rows));
    return all;
}

}  // namespace

void OutboxTable::put(sql::Transaction& tx, std::string_view kind, std::int64_t user_id, Time now,
                      Time expires_at) {
    if (tx.execute(renew_row, now, expires_at, user_id, kind) > 0) return;
    const auto user = user_id == 0 ? sql::Value(nullptr) : sql::Value(user_id);
    tx.execute(insert_row, kind, user, now, expires_at);
}

std::vector<OutboxRow> OutboxTable::due(sql::Transaction& tx, Time now, std::int64_t limit) {
    return read_all(tx.query(select_due, now, limit));
}

void OutboxTable::lease(sql::Transaction& tx, std::int64_t id, const Lease& lease, Time until) {
    tx.execute(update_lease, sql::Bytes(lease), until, id);
}

std::optional<OutboxRow> OutboxTable::find(sql::Transaction& tx, std::int64_t id,
                                           const Lease& lease) {
    auto rows = tx.query(select_leased, id, sql::Bytes(lease));
    if (!rows.next()) return std::nullopt;
    return read_row(rows);
}

void OutboxTable::postpone(sql::Transaction& tx, std::int64_t id, Time next_attempt_at) {
    tx.execute(update_postponed, next_attempt_at, id);
}

void OutboxTable::remove(sql::Transaction& tx, std::int64_t id) { tx.execute(delete_row, id); }

void OutboxTable::remove_of_user(sql::Transaction& tx, std::int64_t user_id) {
    tx.execute(delete_of_user, user_id);
}

std::vector<OutboxRow> OutboxTable::expired(sql::Transaction& tx, Time now, std::int64_t limit) {
    return read_all(tx.query(select_expired, limit, now));
}

OutboxDepth OutboxTable::depth(sql::Transaction& tx, std::int64_t most) {
    auto rows = tx.query(select_depth, most);
    TILL_ASSERT(rows.next());
    return {rows.integer(0), rows.integer(1)};
}

std::span<const sql::Sql* const> outbox_statements() { return statements; }

}  // namespace till::core
