// SPDX-License-Identifier: MIT
//
// Second factors: set up by their user, removed by him or, when he has lost it, by a superuser or
// the system. Thread-safe as Store. A login's second step is login_second (core/sessions.hpp).
#pragma once

#include "core/second_factor_table.hpp"
#include "core/store.hpp"
#include "crypto/sealing.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace till::core {

struct SecondFactorState {
    std::int64_t user_id = 0;
    bool is_enabled = false;
    bool is_pending = false;   // begun, not confirmed
    bool is_required = false;  // the setting demands one of this user
    std::optional<Time> enabled_at;
    std::int64_t recovery_codes_left = 0;
};

// What an authenticator app is given, this once. Wiped when it goes.
struct SecondFactorSetup {
    SecondFactorSetup() = default;
    SecondFactorSetup(SecondFactorSetup&&) noexcept = default;
    SecondFactorSetup& operator=(SecondFactorSetup&&) noexcept = default;
    SecondFactorSetup(const SecondFactorSetup&) = delete;
    SecondFactorSetup& operator=(const SecondFactorSetup&) = delete;
    ~SecondFactorSetup();

    std::string secret;  // base32
    std::string uri;
};

// Shown this once. Wiped when they go.
struct RecoveryCodes {
    RecoveryCodes() = default;
    RecoveryCodes(RecoveryCodes&&) noexcept = default;
    RecoveryCodes& operator=(RecoveryCodes&&) noexcept = default;
    RecoveryCodes(const RecoveryCodes&) = delete;
    RecoveryCodes& operator=(const RecoveryCodes&) = delete;
    ~RecoveryCodes();

    std::vector<std::string> texts;
    std::vector<crypto::Digest> hashes;
};

// `user_id` 0: the actor himself.
Result<SecondFactorState> get_second_factor(Store& store, const Call& call, std::int64_t user_id);
// With a session these three need that the actor proves once more that it is he: by its login of
// the last minutes, or by his password.
Result<SecondFactorSetup> begin_second_factor(Store& store, const Call& call,
                                              std::string_view password);
Result<RecoveryCodes> renew_recovery_codes(Store& store, const Call& call,
                                           std::string_view password);
Result<void> remove_second_factor(Store& store, const Call& call, std::int64_t user_id,
                                  std::string_view password);
// Puts in force what was begun, by a code of it.
Result<RecoveryCodes> confirm_second_factor(Store& store, const Call& call, std::string_view code);

// ---- Shared with the login -----------------------------------------------------------------

// Whether it is a code of this factor that counts now; marks it as used.
bool use_totp_code(Context& context, std::int64_t user_id, const crypto::SealingKey& key,
                   const SecondFactor& factor, std::string_view text);
// What is stored of a recovery code. Nothing when the text cannot be one.
std::optional<crypto::Digest> recovery_code_hash(std::string_view text);

}  // namespace till::core
