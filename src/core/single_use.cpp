// SPDX-License-Identifier: MIT
#include "core/single_use.hpp"

#include "crypto/token.hpp"

#include <array>

namespace till::core {
namespace {

constexpr sql::Sql put_token{"single_use_put", R"sql(
    INSERT INTO single_use_tokens (user_id, purpose, token_hash, email_key, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (user_id, purpose) DO UPDATE
    SET token_hash = excluded.token_hash, email_key = excluded.email_key,
        created_at = excluded.created_at, expires_at = excluded.expires_at
)sql"};

constexpr sql::Sql select_token{"single_use_find", R"sql(
    SELECT user_id, email_key
    FROM single_use_tokens
    WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3
)sql"};

constexpr sql::Sql delete_token{"single_use_delete", R"sql(
    DELETE FROM single_use_tokens
    WHERE user_id = $1 AND purpose = $2
)sql"};

constexpr sql::Sql delete_tokens{"single_use_delete_all", R"sql(
    DELETE FROM single_use_tokens
    WHERE user_id = $1
)sql"};

constexpr sql::Sql sweep_tokens{"single_use_sweep", R"sql(
    DELETE FROM single_use_tokens
    WHERE token_hash IN (SELECT token_hash
                         FROM single_use_tokens
                         WHERE expires_at <= $1
                         ORDER BY expires_at
                         LIMIT $2)
)sql"};

constexpr std::array statements{&put_token, &select_token, &delete_token, &delete_tokens,
                                &sweep_tokens};

const char* name_of(Purpose purpose) {
    switch (purpose) {
        case Purpose::password_reset:
            return "password_reset";
        case Purpose::email_verification:
            return "email_verification";
        case Purpose::email_change:
            break;
    }
    return "email_change";
}

}  // namespace

std::string SingleUse::mint(Context& context, Purpose purpose, std::int64_t user_id,
                            std::string_view email_key, std::int64_t lifetime_us) {
    std::string token = crypto::random_token(context.store.random());
    const crypto::Digest hash = crypto::token_hash(token);
    context.tx.execute(put_token, user_id, name_of(purpose), sql::Bytes(hash), email_key,
                       context.now, context.now + lifetime_us);
    return token;
}

std::optional<SingleUse::Owner> SingleUse::find(const Context& context, Purpose purpose,
                                                std::string_view token) {
    // The index compares digests, whose bytes nobody can steer: timing tells nothing of a token.
    const crypto::Digest hash = crypto::token_hash(token);
    auto rows = context.tx.query(select_token, sql::Bytes(hash), name_of(purpose), context.now);
    if (!rows.next()) return std::nullopt;
    return Owner{rows.integer(0), rows.string(1)};
}

void SingleUse::remove(sql::Transaction& tx, Purpose purpose, std::int64_t user_id) {
    tx.execute(delete_token, user_id, name_of(purpose));
}

void SingleUse::remove_all(sql::Transaction& tx, std::int64_t user_id) {
    tx.execute(delete_tokens, user_id);
}

std::int64_t SingleUse::sweep(sql::Transaction& tx, Time now, std::int64_t limit) {
    return tx.execute(sweep_tokens, now, limit);
}

std::span<const sql::Sql* const> single_use_statements() { return statements; }

}  // namespace till::core
