// SPDX-License-Identifier: MIT
//
// Passwords after registration, and the mailed proofs that an address is the user's. Thread-safe as
// Store; hashing happens between transactions, never inside one.
#pragma once

#include "core/store.hpp"

#include <cstdint>
#include <string_view>

namespace till::core {

struct PasswordChange {
    std::int64_t user_id = 0;  // 0: the actor himself
    std::string_view old_password;
    std::string_view new_password;
};

struct PasswordReset {
    std::int64_t user_id = 0;
    std::string_view token;
    std::string_view new_password;
};

// Whether this is the user's own password, asked for once more by one who is logged in: throttled
// per user. `hash` empty: he has none.
Result<bool> is_own_password(Store& store, const Call& call, std::int64_t user_id,
                             std::string_view hash, std::string_view password);

Result<void> change_password(Store& store, const Call& call, const PasswordChange& change);
// Answers the same, at the same cost, whether the address is anybody's or not.
Result<void> request_password_reset(Store& store, const Call& call, std::string_view email);
Result<void> reset_password(Store& store, const Call& call, const PasswordReset& reset);
Result<void> verify_email(Store& store, const Call& call, std::string_view token);
// As request_password_reset.
Result<void> resend_email_verification(Store& store, const Call& call, std::string_view email);

}  // namespace till::core
