// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

namespace till::crypto {

// Whether the password matches a hash in Django's form `pbkdf2_sha256$ROUNDS$SALT$HASH` or
// `scrypt$N$SALT$r$p$HASH` (HASH in padded base64, SALT as plain text). Nothing when `encoded` is
// neither, or asks for more than 4 000 000 rounds, 256 MiB or N*r*p of 2^22 (each above a second).
// Constant time in the comparison. Throws Failure(no_memory, retryable).
std::optional<bool> django_password_matches(std::string_view encoded, std::string_view password);

}  // namespace till::crypto
