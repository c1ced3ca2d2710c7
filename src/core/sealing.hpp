// SPDX-License-Identifier: MIT
//
// Secrets of users that must be read again. They are sealed under one key of the store; that key
// stands in the store as it is, or sealed under the key that openers bring (Store::secret_key), so
// that the file alone opens nothing.
#pragma once

#include "core/store.hpp"
#include "crypto/sealing.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace till::core {

// What a new key is made of, drawn before the transaction, so that running it again gives the same.
struct SealingSeed {
    explicit SealingSeed(Random& random);
    crypto::SealingKey key;
    crypto::Nonce nonce{};
};

// The store's key. Error: conflict (secret_key_missing, secret_key_wrong).
Result<crypto::SealingKey> sealing_key(Context& context);
// The same; makes it where there is none yet, and seals it itself when the opener brought a key.
Result<crypto::SealingKey> sealing_key_or_new(Context& context, const SealingSeed& seed);

std::vector<std::byte> seal_for(const Context& context, std::int64_t user_id,
                                const crypto::SealingKey& key, const crypto::Nonce& nonce,
                                std::span<const std::byte> plain);
// Throws Failure(corrupt) when the bytes are not what was sealed for this user.
void unseal_of(const Context& context, std::int64_t user_id, const crypto::SealingKey& key,
               std::span<const std::byte> sealed, std::span<std::byte> plain);

// At every open: puts the store's key under the one that the opener brought, and warns in the log
// of one that is missing or wrong.
Result<void> adopt_secret_key(Store& store, const Call& call);

std::span<const sql::Sql* const> sealing_statements();

}  // namespace till::core
