// SPDX-License-Identifier: MIT
#pragma once

#include "base/random.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Password hashes: Argon2id by libsodium, stored as PHC strings, and Django's encodings, which are
// verified but never made. These functions take tens of milliseconds and megabytes: calls go
// through PasswordHasher, which bounds how many run at once.
namespace till::crypto {

// Argon2id's cost. One lane (p=1).
struct PasswordParams {
    std::uint32_t memory_kib =
        19'456;  // With two passes: OWASP's floor of 2024, RFC 9106 section 4.
    std::uint32_t passes = 2;
};

// The least that libsodium accepts. For tests alone.
inline constexpr PasswordParams cheap_password_params{8, 1};

// Longer passwords are refused before they cost anything (policy, bytes).
inline constexpr std::size_t password_size_max = 1024;

enum class PasswordMatch : std::uint8_t {
    match,
    match_needs_upgrade,  // The password is right; store a new hash: the old one is weaker or
                          // Django's.
    no_match,
};

// A PHC string with a fresh salt of 16 bytes: $argon2id$v=19$m=19456,t=2,p=1$salt$hash. The
// password is NFKC-normalised first; it must be valid UTF-8 of at most password_size_max bytes (a
// defect otherwise). Throws Failure(no_memory, retryable).
std::string hash_password(const PasswordParams& params, std::string_view password, Random& random);

// Compares in constant time. `password` is what was typed: our own hashes are of its NFKC form,
// Django's of the bytes as they are. A hash that is empty, unusable, malformed, of another kind or
// of an absurd cost never matches and takes the time of a hash of ours. Throws
// Failure(no_memory, retryable), which therefore never looks like a wrong password. Understands:
//   $argon2id$v=19$m=M,t=T,p=P$SALT$HASH
//   argon2$argon2id$v=19$m=M,t=T,p=P$SALT$HASH        (any p up to 64)
//   pbkdf2_sha256$ROUNDS$SALT$HASH
//   scrypt$N$SALT$r$p$HASH
PasswordMatch verify_password(const PasswordParams& params, std::string_view encoded,
                              std::string_view password);

// Takes the time of a check that fails: for users who do not exist or have no password.
void verify_nothing(const PasswordParams& params, std::string_view password);

}  // namespace till::crypto
