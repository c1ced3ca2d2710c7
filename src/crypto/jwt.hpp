// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "base/function_ref.hpp"
#include "crypto/hmac.hpp"
#include "crypto/token.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// Access tokens: JWS compact serialisation (RFC 7515) of a JWT (RFC 7519, 9068), signed with HS256
// and nothing else. header {"alg":"HS256","kid":K,"typ":"at+jwt"}; claims token_type ("access"),
// user_id (text), sid and jti (32 hex digits), iss, iat, exp (integer seconds).
namespace till::crypto {

using TokenId = std::array<std::byte, 16>;

struct AccessClaims {
    std::int64_t user_id = 0;    // Positive.
    SessionId sid{};             // Finds the session by sid_hash; the row decides, not the token.
    TokenId jti{};               // Random, for logs.
    std::int64_t issued_at = 0;  // Seconds since the Unix epoch, as expires_at.
    std::int64_t expires_at = 0;
};

// A signing key under its name. Safe from any thread.
class SigningKey {
public:
    // `kid` is 1 to 64 characters of A-Z a-z 0-9 - _ (a defect otherwise).
    SigningKey(std::string_view kid, std::span<const std::byte, HmacKey::size> key);

    const std::string& kid() const noexcept { return kid_; }
    const HmacKey& key() const noexcept { return key_; }
    const std::string& encoded_header() const noexcept { return encoded_header_; }

private:
    std::string kid_;
    std::string encoded_header_;
    HmacKey key_;
};

// The token for these claims. `issuer` is printable ASCII without quotes and backslashes ("till:"
// and the store's id).
std::string sign_access_token(const SigningKey& key, std::string_view issuer,
                              const AccessClaims& claims);

// Reasons are for logs and for simplejwt's messages. A caller that is refused learns no more than
// that his token is not valid.
enum class TokenVerdict : std::uint8_t {
    ok,
    malformed,      // not a token of the form above
    bad_signature,  // signed by nobody we know under that kid, or altered
    unknown_key,    // kid names no key: rotated out, or never ours
    expired,        // exp has come; there is no leeway
    not_yet_valid,  // iat or nbf is more than 60 s ahead
    wrong_type,     // typ or token_type is another
    wrong_issuer,   // iss is another store, or the token is meant for somebody else (aud)
    missing_claim,
};

// The longest token that is looked at.
inline constexpr std::size_t access_token_size_max = 8192;

// Null when there is no such key. The key must live until verify_access_token returns.
using KeyLookup = FunctionRef<const SigningKey*(std::string_view kid)>;

// Checks a token and fills `claims` when, and only when, the verdict is ok. In this order: size,
// three canonical base64url parts, the header's members exactly (a further one, crit, jwk or zip
// say, is malformed), the key by exact kid, the signature over the received bytes in constant time;
// only then is the payload looked at. About 1 us; allocates nothing for a bad token. Safe from any
// thread.
TokenVerdict verify_access_token(std::string_view token, KeyLookup keys, Time now_us,
                                 std::string_view issuer, AccessClaims& claims);

// For tests that need a validly signed token with any header and payload. It protects nothing to
// hide it: who holds the key can sign.
std::string forge_token(const HmacKey& key, std::string_view header_json,
                        std::string_view payload_json);

}  // namespace till::crypto
