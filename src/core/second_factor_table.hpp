// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "crypto/digest.hpp"
#include "domain/session.hpp"
#include "sql/database.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace till::core {

struct SecondFactor {
    std::vector<std::byte> sealed;  // the TOTP secret
    std::int64_t last_step = 0;
    Time created_at = 0;
    std::optional<Time> confirmed_at;

    bool is_confirmed() const noexcept { return confirmed_at.has_value(); }
    // Begun not long ago, and not confirmed.
    bool is_pending(Time now) const noexcept {
        return !is_confirmed() && now < created_at + domain::second_factor_setup_us;
    }
};

// The table `second_factors`. Runs in the caller's transaction, like those below; keeps nothing.
struct SecondFactorTable {
    static std::optional<SecondFactor> find(sql::Transaction& tx, std::int64_t user_id);
    static bool is_confirmed(sql::Transaction& tx, std::int64_t user_id);
    // In place of one that was never confirmed. False when there is a confirmed one.
    static bool begin(sql::Transaction& tx, std::int64_t user_id, std::span<const std::byte> sealed,
                      Time now);
    static void confirm(sql::Transaction& tx, std::int64_t user_id, Time now);
    // Marks a step's code as used. False when it or a later one was used before.
    static bool use_step(sql::Transaction& tx, std::int64_t user_id, std::int64_t step);
};

// The table `recovery_codes`.
struct RecoveryCodeTable {
    // In place of those there were.
    static void replace(sql::Transaction& tx, std::int64_t user_id,
                        std::span<const crypto::Digest> hashes);
    // False when it is none of the user's, or was used before.
    static bool use(sql::Transaction& tx, std::int64_t user_id, const crypto::Digest& hash);
    static std::int64_t count(sql::Transaction& tx, std::int64_t user_id);
};

// The table `login_challenges`.
struct ChallengeTable {
    static void insert(sql::Transaction& tx, const crypto::Digest& token_hash, std::int64_t user_id,
                       Time now, Time expires_at);
    // The user whose living challenge this is.
    static std::optional<std::int64_t> find(sql::Transaction& tx, const crypto::Digest& token_hash,
                                            Time now);
    static void remove(sql::Transaction& tx, const crypto::Digest& token_hash);
    static void remove_all(sql::Transaction& tx, std::int64_t user_id);
    static std::int64_t sweep(sql::Transaction& tx, Time now, std::int64_t limit);
};

// With its recovery codes and open challenges. False when there was none.
bool remove_second_factor(sql::Transaction& tx, std::int64_t user_id);

std::span<const sql::Sql* const> second_factor_statements();

}  // namespace till::core
