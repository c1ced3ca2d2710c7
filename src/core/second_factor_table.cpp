// SPDX-License-Identifier: MIT
#include "core/second_factor_table.hpp"

#include "base/error.hpp"

#include <array>

namespace till::core {
namespace {

constexpr sql::Sql select_factor{"second_factor_find", R"sql(
    SELECT sealed, last_step, created_at, confirmed_at
    FROM second_factors
    WHERE user_id = $1
)sql"};

constexpr sql::Sql select_confirmed{"second_factor_is_confirmed", R"sql(
    SELECT 1
    FROM second_factors
    WHERE user_id = $1 AND confirmed_at IS NOT NULL
)sql"};

constexpr sql::Sql put_factor{"second_factor_begin", R"sql(
    INSERT INTO second_factors (user_id, sealed, last_step, created_at, confirmed_at)
    VALUES ($1, $2, 0, $3, NULL)
    ON CONFLICT (user_id) DO UPDATE
    SET sealed = excluded.sealed, last_step = 0, created_at = excluded.created_at
    WHERE confirmed_at IS NULL
)sql"};

constexpr sql::Sql confirm_factor{"second_factor_confirm", R"sql(
    UPDATE second_factors
    SET confirmed_at = $1
    WHERE user_id = $2 AND confirmed_at IS NULL
)sql"};

constexpr sql::Sql use_factor_step{"second_factor_use_step", R"sql(
    UPDATE second_factors
    SET last_step = $1
    WHERE user_id = $2 AND last_step < $1
)sql"};

constexpr sql::Sql delete_factor{"second_factor_delete", R"sql(
    DELETE FROM second_factors
    WHERE user_id = $1
)sql"};

constexpr sql::Sql insert_code{"recovery_code_insert", R"sql(
    INSERT INTO recovery_codes (user_id, code_hash)
    VALUES ($1, $2)
)sql"};

constexpr sql::Sql use_code{"recovery_code_use", R"sql(
    DELETE FROM recovery_codes
    WHERE user_id = $1 AND code_hash = $2
)sql"};

constexpr sql::Sql delete_codes{"recovery_code_delete_all", R"sql(
    DELETE FROM recovery_codes
    WHERE user_id = $1
)sql"};

constexpr sql::Sql count_codes{"recovery_code_count", R"sql(
    SELECT COUNT(*)
    FROM recovery_codes
    WHERE user_id = $1
)sql"};

constexpr sql::Sql insert_challenge{"login_challenge_insert", R"sql(
    INSERT INTO login_challenges (token_hash, user_id, created_at, expires_at)
    VALUES ($1, $2, $3, $4)
)sql"};

constexpr sql::Sql select_challenge{"login_challenge_find", R"sql(
    SELECT user_id
    FROM login_challenges
    WHERE token_hash = $1 AND expires_at > $2
)sql"};

constexpr sql::Sql delete_challenge{"login_challenge_delete", R"sql(
    DELETE FROM login_challenges
    WHERE token_hash = $1
)sql"};

constexpr sql::Sql delete_challenges{"login_challenge_delete_all", R"sql(
    DELETE FROM login_challenges
    WHERE user_id = $1
)sql"};

constexpr sql::Sql sweep_challenges{"login_challenge_sweep", R"sql(
    DELETE FROM login_challenges
    WHERE token_hash IN (SELECT token_hash
                         FROM login_challenges
                         WHERE expires_at <= $1
                         ORDER BY expires_at
                         LIMIT $2)
)sql"};

constexpr std::array statements{
    &select_factor,    &select_confirmed, &put_factor,       &confirm_factor,    &use_factor_step,
    &delete_factor,    &insert_code,      &use_code,         &delete_codes,      &count_codes,
    &insert_challenge, &select_challenge, &delete_challenge, &delete_challenges, &sweep_challenges};

}  // namespace

std::optional<SecondFactor> SecondFactorTable::find(sql::Transaction& tx, std::int64_t user_id) {
    auto rows = tx.query(select_factor, user_id);
    if (!rows.next()) return std::nullopt;
    const sql::Bytes sealed = rows.bytes(0);
    return SecondFactor{
        {sealed.begin(), sealed.end()}, rows.integer(1), rows.integer(2), rows.maybe_integer(3)};
}

bool SecondFactorTable::is_confirmed(sql::Transaction& tx, std::int64_t user_id) {
    return tx.query(select_confirmed, user_id).next();
}

bool SecondFactorTable::begin(sql::Transaction& tx, std::int64_t user_id,
                              std::span<const std::byte> sealed, Time now) {
    return tx.execute(put_factor, user_id, sql::Bytes(sealed), now) == 1;
}

void SecondFactorTable::confirm(sql::Transaction& tx, std::int64_t user_id, Time now) {
    TILL_ASSERT(tx.execute(confirm_factor, now, user_id) == 1);
}

bool SecondFactorTable::use_step(sql::Transaction& tx, std::int64_t user_id, std::int64_t step) {
    return tx.execute(use_factor_step, step, user_id) == 1;
}

void RecoveryCodeTable::replace(sql::Transaction& tx, std::int64_t user_id,
                                std::span<const crypto::Digest> hashes) {
    tx.execute(delete_codes, user_id);
    for (const crypto::Digest& hash : hashes) tx.execute(insert_code, user_id, sql::Bytes(hash));
}

bool RecoveryCodeTable::use(sql::Transaction& tx, std::int64_t user_id,
                            const crypto::Digest& hash) {
    // The index compares digests, whose bytes nobody can steer: timing tells nothing of a code.
    return tx.execute(use_code, user_id, sql::Bytes(hash)) == 1;
}

std::int64_t RecoveryCodeTable::count(sql::Transaction& tx, std::int64_t user_id) {
    auto rows = tx.query(count_codes, user_id);
    TILL_ASSERT(rows.next());
    return rows.integer(0);
}

void ChallengeTable::insert(sql::Transaction& tx, const crypto::Digest& token_hash,
                            std::int64_t user_id, Time now, Time expires_at) {
    tx.execute(insert_challenge, sql::Bytes(token_hash), user_id, now, expires_at);
}

std::optional<std::int64_t> ChallengeTable::find(sql::Transaction& tx,
                                                 const crypto::Digest& token_hash, Time now) {
    auto rows = tx.query(select_challenge, sql::Bytes(token_hash), now);
    if (!rows.next()) return std::nullopt;
    return rows.integer(0);
}

void ChallengeTable::remove(sql::Transaction& tx, const crypto::Digest& token_hash) {
    tx.execute(delete_challenge, sql::Bytes(token_hash));
}

void ChallengeTable::remove_all(sql::Transaction& tx, std::int64_t user_id) {
    tx.execute(delete_challenges, user_id);
}

std::int64_t ChallengeTable::sweep(sql::Transaction& tx, Time now, std::int64_t limit) {
    return tx.execute(sweep_challenges, now, limit);
}

bool remove_second_factor(sql::Transaction& tx, std::int64_t user_id) {
    tx.execute(delete_codes, user_id);
    tx.execute(delete_challenges, user_id);
    return tx.execute(delete_factor, user_id) == 1;
}

std::span<const sql::Sql* const> second_factor_statements() { return statements; }

}  // namespace till::core
