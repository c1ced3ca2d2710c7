// SPDX-License-Identifier: MIT
#include "crypto/token.hpp"

#include "base/error.hpp"
#include "crypto/hmac.hpp"

#include <algorithm>

namespace till::crypto {
namespace {

constexpr std::string_view api_key_mark = "till_key_";
constexpr std::size_t api_key_bytes = 32;

}  // namespace

std::string random_token(Random& random, std::size_t bytes) {
    constexpr std::size_t max_bytes = 64;
    TILL_ASSERT(bytes >= 16 && bytes <= max_bytes);
    Secret<max_bytes> buffer;
    const auto used = buffer.bytes().first(bytes);
    random.fill(used);
    return to_base64url(used);
}

RefreshToken make_refresh_token(Random& random) {
    RefreshToken token;
    random.fill(token.sid);
    random.fill(token.secret.bytes());
    return token;
}

std::string to_text(const RefreshToken& token) {
    Secret<48> bytes;
    const auto secret = token.secret.bytes();
    std::copy(token.sid.begin(), token.sid.end(), bytes.bytes().begin());
    std::copy(secret.begin(), secret.end(), bytes.bytes().begin() + 16);
    return to_base64url(bytes.bytes());
}

std::optional<RefreshToken> parse_refresh_token(std::string_view text) noexcept {
    Secret<48> bytes;
    if (text.size() != 64 || !parse_base64(text, Base64::url, bytes.bytes())) return std::nullopt;
    RefreshToken token;
    const auto from = bytes.bytes();
    std::copy(from.begin(), from.begin() + 16, token.sid.begin());
    std::copy(from.begin() + 16, from.end(), token.secret.bytes().begin());
    return token;
}

std::string make_api_key(Random& random) {
    return std::string(api_key_mark).append(random_token(random, api_key_bytes));
}

std::optional<Digest> api_key_hash(std::string_view text) {
    if (!text.starts_with(api_key_mark)) return std::nullopt;
    text.remove_prefix(api_key_mark.size());
    Secret<api_key_bytes> bytes;
    if (parse_base64(text, Base64::url, bytes.bytes()) != api_key_bytes) return std::nullopt;
    return sha256(bytes.bytes());
}

RefreshSecret child_secret(const RefreshSecret& presented, std::span<const std::byte> salt) {
    Digest digest = hmac_sha256(presented.bytes(), salt);
    const RefreshSecret child{std::span<const std::byte, 32>(digest)};
    wipe(digest);
    return child;
}

Digest sid_hash(const SessionId& sid) { return sha256(sid); }
Digest secret_hash(const RefreshSecret& secret) { return sha256(secret.bytes()); }
Digest token_hash(std::string_view token) { return sha256(token); }

}  // namespace till::crypto
