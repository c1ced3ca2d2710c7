// SPDX-License-Identifier: MIT
#include "core/sealing.hpp"

#include <array>
#include <optional>
#include <string>

namespace till::core {
namespace {

constexpr sql::Sql select_key{"sealing_key_find", R"sql(
    SELECT is_sealed, key
    FROM sealing_key
    WHERE id = 1
)sql"};

constexpr sql::Sql put_key{"sealing_key_put", R"sql(
    INSERT INTO sealing_key (id, is_sealed, key, created_at)
    VALUES (1, $1, $2, $3)
    ON CONFLICT (id) DO UPDATE SET is_sealed = excluded.is_sealed, key = excluded.key
)sql"};

constexpr std::array<const sql::Sql*, 2> statements{&select_key, &put_key};

Error secret_key_missing() {
    return make_error(Status::conflict, "secret_key_missing",
                      "Second factors are sealed under a key that this program was not given: open "
                      "the store with its secret_key.");
}

Error secret_key_wrong() {
    return make_error(Status::conflict, "secret_key_wrong",
                      "Second factors are sealed under another key than the secret_key that this "
                      "program was given.");
}

// What the key itself is bound to: this store, and being its key.
std::string place_of_key(const Context& context) { return "till key " + context.policy.store_id; }

std::string place_of_user(const Context& context, std::int64_t user_id) {
    return "till user " + context.policy.store_id + " " + std::to_string(user_id);
}

struct FoundKey {
    crypto::SealingKey key;
    bool is_sealed = false;
};

// Nothing when there is none yet.
Result<std::optional<FoundKey>> find_key(Context& context) {
    std::optional<FoundKey> found;
    auto rows = context.tx.query(select_key);
    if (!rows.next()) return found;
    found.emplace();
    found->is_sealed = rows.boolean(0);
    const sql::Bytes stored = rows.bytes(1);
    if (!found->is_sealed) {
        TILL_ASSERT(stored.size() == crypto::sealing_key_size);
        found->key = crypto::SealingKey(stored.first<crypto::sealing_key_size>());
        return found;
    }
    const crypto::LockedKey* outer = context.store.secret_key();
    if (outer == nullptr) return secret_key_missing();
    if (!crypto::unseal(outer->bytes(), place_of_key(context), stored, found->key.bytes())) {
        return secret_key_wrong();
    }
    return found;
}

void put(Context& context, const crypto::SealingKey& key, const crypto::Nonce& nonce) {
    const crypto::LockedKey* outer = context.store.secret_key();
    if (outer == nullptr) {
        context.tx.execute(put_key, false, sql::Bytes(key.bytes()), context.now);
        return;
    }
    const auto sealed = crypto::seal(outer->bytes(), nonce, place_of_key(context), key.bytes());
    context.tx.execute(put_key, true, sql::Bytes(sealed), context.now);
}

}  // namespace

SealingSeed::SealingSeed(Random& random) {
    random.fill(key.bytes());
    random.fill(nonce);
}

Result<crypto::SealingKey> sealing_key(Context& context) {
    TILL_TRY(const auto found, find_key(context));
    TILL_ASSERT(found.has_value());
    return found->key;
}

Result<crypto::SealingKey> sealing_key_or_new(Context& context, const SealingSeed& seed) {
    TILL_TRY(const auto found, find_key(context));
    const bool settled = found && (found->is_sealed || context.store.secret_key() == nullptr);
    if (settled) return found->key;
    const crypto::SealingKey key = found ? found->key : seed.key;
    put(context, key, seed.nonce);
    return key;
}

std::vector<std::byte> seal_for(const Context& context, std::int64_t user_id,
                                const crypto::SealingKey& key, const crypto::Nonce& nonce,
                                std::span<const std::byte> plain) {
    return crypto::seal(key.bytes(), nonce, place_of_user(context, user_id), plain);
}

void unseal_of(const Context& context, std::int64_t user_id, const crypto::SealingKey& key,
               std::span<const std::byte> sealed, std::span<std::byte> plain) {
    if (crypto::unseal(key.bytes(), place_of_user(context, user_id), sealed, plain)) return;
    throw Failure(
        make_error(Status::corrupt, "corrupt",
                   "A second factor's secret is damaged; remove it, or restore a backup."));
}

Result<void> adopt_secret_key(Store& store, const Call& call) {
    enum class State : std::uint8_t { settled, none, plain, refused };
    TILL_TRY(const State state, store.read(call, [&](Context& context) -> Result<State> {
        const auto found = find_key(context);
        if (!found.has_value()) {
            store.log({LogLevel::warning, "account", found.error().message, call.trace_id});
            return State::refused;
        }
        const bool settled = store.secret_key() == nullptr || (*found && (*found)->is_sealed);
        if (settled) return State::settled;
        return *found ? State::plain : State::none;
    }));
    if (state == State::settled || state == State::refused) return ok();
    const SealingSeed seed(store.random());
    TILL_CHECK(store.write(call, [&](Context& context) -> Result<void> {
        TILL_CHECK(sealing_key_or_new(context, seed));
        return ok();
    }));
    // What the key opens is as good as the key: it must not stay beside it as it was.
    if (state == State::plain && !store.database().empty_log(call.deadline_us)) {
        store.log({LogLevel::warning, "account",
                   "The key to second factors is sealed now, and can still be read in the "
                   "write-ahead log, which somebody uses; till_store_maintain() empties it.",
                   call.trace_id});
    }
    return ok();
}

std::span<const sql::Sql* const> sealing_statements() { return statements; }

}  // namespace till::core
