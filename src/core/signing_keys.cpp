// SPDX-License-Identifier: MIT
#include "core/signing_keys.hpp"

#include "base/encoding.hpp"
#include "core/event_log.hpp"
#include "core/policy_table.hpp"
#include "core/sweep.hpp"
#include "crypto/token.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace till::core {
namespace {

// Every call may have to look a key up by its name; who rotates more often waits for the oldest.
constexpr std::size_t keys_max = 16;

// The table holds at most that many rows: these read it whole.
constexpr sql::Sql retire_key{"signing_key_retire", R"sql(
    UPDATE signing_keys
    SET retired_at = $1, tokens_until = CASE WHEN tokens_until < $2 THEN $2 ELSE tokens_until END
    WHERE retired_at IS NULL
)sql"};

constexpr sql::Sql extend_tokens{"signing_key_extend", R"sql(
    UPDATE signing_keys
    SET tokens_until = $1
    WHERE retired_at IS NULL AND tokens_until < $1
)sql"};

constexpr sql::Sql insert_key{"signing_key_insert", R"sql(
    INSERT INTO signing_keys (kid, secret, created_at, retired_at, tokens_until)
    VALUES ($1, $2, $3, NULL, $3)
)sql"};

constexpr sql::Sql delete_expired{"signing_key_delete_expired", R"sql(
    DELETE FROM signing_keys
    WHERE retired_at IS NOT NULL AND tokens_until <= $1
)sql"};

constexpr std::array<const sql::Sql*, 4> statements{&retire_key, &extend_tokens, &insert_key,
                                                    &delete_expired};

// A token that is signed now is good until then.
Time tokens_until(const Context& context) {
    return context.now + context.policy.settings.access_token_lifetime * us_per_second;
}

Result<void> require_room(const Context& context) {
    std::size_t count = 0;
    Time first = std::numeric_limits<Time>::max();
    for (const StoredKey& each : context.policy.keys) {
        if (each.expires_at && *each.expires_at <= context.now) continue;  // just destroyed
        ++count;
        first = std::min(first, each.expires_at.value_or(first));
    }
    if (count < keys_max) return ok();
    Error error = make_error(Status::rate_limited, "too_many_keys",
                             "Earlier keys are still needed by tokens; wait for the oldest.");
    constexpr std::int64_t us_per_ms = 1000;
    error.retry_after_ms = (first - context.now) / us_per_ms + 1;
    return error;
}

}  // namespace

Result<Rotation> rotate_signing_key(Store& store, const Call& call) {
    TILL_CHECK(Store::refuse_key(call));
    return store.write(call, [](Context& context) -> Result<Rotation> {
        TILL_CHECK(authorise(domain::Action::signing_key_rotate, context.actor));
        sweep_some(context);
        TILL_CHECK(require_room(context));
        Random& random = context.store.random();
        Rotation done;
        done.kid = to_hex(crypto::random_bytes<8>(random));
        done.created_at = context.now;
        done.previous_kid = context.policy.signing_key().kid();
        crypto::Secret<crypto::HmacKey::size> secret;
        random.fill(secret.bytes());
        context.tx.execute(retire_key, context.now, tokens_until(context));
        context.tx.execute(insert_key, done.kid, sql::Bytes(secret.bytes()), context.now);
        PolicyTable::renew_version(context.tx, random);
        const Policy after = load_policy(context.tx);
        const auto previous = std::find_if(
            after.keys.begin(), after.keys.end(),
            [&](const StoredKey& each) { return each.key.kid() == done.previous_kid; });
        TILL_ASSERT(previous != after.keys.end() && previous->expires_at);
        done.previous_expires_at = *previous->expires_at;
        append_event(context, "signing_key.rotated", 1, 0, R"({"kid":")" + done.kid + "\"}");
        return done;
    });
}

void keep_tokens_until(Context& context) {
    context.tx.execute(extend_tokens, tokens_until(context));
}

std::int64_t destroy_expired_keys(Context& context) {
    if (!context.policy.has_expired_key(context.now)) return 0;
    const std::int64_t destroyed = context.tx.execute(delete_expired, context.now);
    PolicyTable::renew_version(context.tx, context.store.random());
    return destroyed;
}

std::span<const sql::Sql* const> signing_key_statements() { return statements; }

}  // namespace till::core
