// SPDX-License-Identifier: MIT
#pragma once

#include "base/random.hpp"
#include "crypto/digest.hpp"
#include "crypto/secret.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace till::crypto {

// Fills an array of N unpredictable bytes.
template <std::size_t N>
std::array<std::byte, N> random_bytes(Random& random) {
    std::array<std::byte, N> bytes;
    random.fill(bytes);
    return bytes;
}

// An opaque token: `bytes` random bytes in base64url. 32 for mailed single-use tokens.
std::string random_token(Random& random, std::size_t bytes = 32);

// 128 random bits; only its SHA-256 is stored. With a signing key it makes tokens: wiped when it
// goes.
class SessionId : public std::array<std::byte, 16> {
public:
    SessionId() noexcept : std::array<std::byte, 16>{} {}
    SessionId(const SessionId&) = default;
    SessionId& operator=(const SessionId&) = default;
    ~SessionId() { wipe(*this); }
};
using RefreshSecret = Secret<32>;

// What a refresh token says: base64url(sid, secret), 64 characters.
struct RefreshToken {
    SessionId sid{};
    RefreshSecret secret;
};

RefreshToken make_refresh_token(Random& random);
std::string to_text(const RefreshToken& token);

// Nothing when the text is no refresh token: exactly 64 characters of base64url.
std::optional<RefreshToken> parse_refresh_token(std::string_view text) noexcept;

// An API key: "till_key_" and base64url of 32 random bytes. The first word lets people and scanners
// of leaked secrets know it.
std::string make_api_key(Random& random);
// What is stored of one: SHA-256 of its 32 bytes. Nothing when the text is no API key.
std::optional<Digest> api_key_hash(std::string_view text);

// The secret of the child that a presented secret rotates to: HMAC-SHA256(secret, salt). Two tabs
// that present the same secret compute the same child.
RefreshSecret child_secret(const RefreshSecret& presented, std::span<const std::byte> salt);

// What is stored of a session id, of a refresh secret and of an opaque token: SHA-256. They hold
// 128 random bits or more, so no salt and no slow hash is needed.
Digest sid_hash(const SessionId& sid);
Digest secret_hash(const RefreshSecret& secret);
Digest token_hash(std::string_view token);

}  // namespace till::crypto
