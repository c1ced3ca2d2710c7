// SPDX-License-Identifier: MIT
#include "core/throttle_table.hpp"

namespace till::core {
namespace {

constexpr sql::Sql select_throttle{"throttle_find", R"sql(
    SELECT failures, reserved, reserved_at, blocked_until
    FROM throttles
    WHERE subject = $1 AND expires_at > $2
)sql"};

constexpr sql::Sql put_throttle{"throttle_put", R"sql(
    INSERT INTO throttles (subject, failures, reserved, reserved_at, blocked_until, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (subject) DO UPDATE
    SET failures = excluded.failures, reserved = excluded.reserved,
        reserved_at = excluded.reserved_at, blocked_until = excluded.blocked_until,
        expires_at = excluded.expires_at
)sql"};

constexpr sql::Sql delete_throttle{"throttle_delete", R"sql(
    DELETE FROM throttles
    WHERE subject = $1
)sql"};

constexpr sql::Sql sweep_throttles{"throttle_sweep", R"sql(
    DELETE FROM throttles
    WHERE subject IN (SELECT subject
                      FROM throttles
                      WHERE expires_at <= $1
                      ORDER BY expires_at
                      LIMIT $2)
)sql"};

constexpr sql::Sql select_familiar{"familiar_source_find", R"sql(
    SELECT 1
    FROM familiar_sources
    WHERE user_id = $1 AND source_hash = $2
)sql"};

constexpr sql::Sql put_familiar{"familiar_source_put", R"sql(
    INSERT INTO familiar_sources (user_id, source_hash, last_login_at)
    VALUES ($1, $2, $3)
    ON CONFLICT (user_id, source_hash) DO UPDATE SET last_login_at = excluded.last_login_at
)sql"};

// 16 newest: a person's places, and no list of a life's travels.
constexpr sql::Sql trim_familiar{"familiar_source_trim", R"sql(
    DELETE FROM familiar_sources
    WHERE user_id = $1
      AND source_hash NOT IN (SELECT source_hash
                              FROM familiar_sources
                              WHERE user_id = $1
                              ORDER BY last_login_at DESC, source_hash
                              LIMIT 16)
)sql"};

constexpr sql::Sql delete_familiar{"familiar_source_delete", R"sql(
    DELETE FROM familiar_sources
    WHERE user_id = $1
)sql"};

constexpr std::array statements{&select_throttle, &put_throttle,    &delete_throttle,
                                &sweep_throttles, &select_familiar, &put_familiar,
                                &trim_familiar,   &delete_familiar};

}  // namespace

domain::Guesses ThrottleTable::guesses(sql::Transaction& tx, const ThrottleKey& key, Time now) {
    auto rows = tx.query(select_throttle, sql::Bytes(key), now);
    if (!rows.next()) return {};
    return {rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3)};
}

void ThrottleTable::put(sql::Transaction& tx, const ThrottleKey& key,
                        const domain::Guesses& guesses) {
    if (guesses.failures == 0 && guesses.reserved == 0) return remove(tx, key);
    tx.execute(put_throttle, sql::Bytes(key), guesses.failures, guesses.reserved,
               guesses.reserved_at, guesses.blocked_until, domain::guesses_expire_at(guesses));
}

Time ThrottleTable::full_at(sql::Transaction& tx, const ThrottleKey& key, Time now) {
    auto rows = tx.query(select_throttle, sql::Bytes(key), now);
    return rows.next() ? rows.integer(3) : 0;
}

void ThrottleTable::put(sql::Transaction& tx, const ThrottleKey& key, Time full_at) {
    tx.execute(put_throttle, sql::Bytes(key), 0, 0, 0, full_at, full_at);
}

void ThrottleTable::remove(sql::Transaction& tx, const ThrottleKey& key) {
    tx.execute(delete_throttle, sql::Bytes(key));
}

std::int64_t ThrottleTable::sweep(sql::Transaction& tx, Time now, std::int64_t limit) {
    return tx.execute(sweep_throttles, now, limit);
}

bool ThrottleTable::is_familiar(sql::Transaction& tx, std::int64_t user_id,
                                const ThrottleKey& source) {
    return tx.query(select_familiar, user_id, sql::Bytes(source)).next();
}

void ThrottleTable::make_familiar(sql::Transaction& tx, std::int64_t user_id,
                                  const ThrottleKey& source, Time now) {
    const bool is_new = !is_familiar(tx, user_id, source);
    tx.execute(put_familiar, user_id, sql::Bytes(source), now);
    if (is_new) tx.execute(trim_familiar, user_id);
}

void ThrottleTable::forget_familiar(sql::Transaction& tx, std::int64_t user_id) {
    tx.execute(delete_familiar, user_id);
}

std::span<const sql::Sql* const> throttle_statements() { return statements; }

}  // namespace till::core
