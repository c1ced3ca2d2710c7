// SPDX-License-Identifier: MIT
//
// The access token's parser. The first byte says what the rest is: a token as it came, which must
// never verify unless it is the minted one; or a header and a payload (split at a newline) that get
// a true signature, which must verify only when an independent JSON reader finds the same claims.
#include "crypto/jwt.hpp"

#include "base/encoding.hpp"
#include "fuzz/fuzz.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <string_view>

using namespace till::crypto;

namespace {

constexpr std::int64_t now_s = 1'900'000'000;
constexpr std::string_view issuer = "till:5f3a";

Secret<32> key_bytes() {
    Secret<32> key;
    for (std::byte& byte : key.bytes()) byte = std::byte{1};
    return key;
}

const SigningKey& the_key() {
    static const SigningKey key("k1", key_bytes().bytes());
    return key;
}

const std::string& minted() {
    static const std::string token = [] {
        AccessClaims claims;
        claims.user_id = 42;
        claims.issued_at = now_s;
        claims.expires_at = now_s + 300;
        return sign_access_token(the_key(), issuer, claims);
    }();
    return token;
}

bool verifies(std::string_view token, AccessClaims& claims) {
    const auto find = [](std::string_view kid) -> const SigningKey* {
        return kid == "k1" ? &the_key() : nullptr;
    };
    return verify_access_token(token, find, now_s * till::us_per_second, issuer, claims) ==
           TokenVerdict::ok;
}

// A digit, an e, and an exponent of three digits or more; or a number of hundreds of digits.
bool may_overflow(std::string_view text) {
    std::size_t digits = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_digit = text[at] >= '0' && text[at] <= '9';
        digits = is_digit ? digits + 1 : 0;
        if (digits > 300) return true;
        const bool is_exponent = at > 0 && (text[at] == 'e' || text[at] == 'E') &&
                                 text[at - 1] >= '0' && text[at - 1] <= '9';
        if (!is_exponent) continue;
        const std::size_t end = text.find_first_not_of("+-0123456789", at + 1);
        if (std::min(end, text.size()) - at > 3) return true;
    }
    return false;
}

// What the claims must be, read by somebody else.
void judge(std::string_view header_text, std::string_view payload_text,
           const AccessClaims& claims) {
    const auto header = nlohmann::json::parse(header_text, nullptr, false);
    const auto payload = nlohmann::json::parse(payload_text, nullptr, false);
    // The other reader refuses numbers beyond a double, also in members that say nothing to us.
    if (payload.is_discarded() && may_overflow(payload_text)) return;
    fuzz::require(header.is_object() && payload.is_object(), "what is no object verified");
    fuzz::require(header.size() == 3 && header.value("alg", "") == "HS256" &&
                      header.value("typ", "") == "at+jwt" && header.value("kid", "") == "k1",
                  "another header verified");
    fuzz::require(payload.value("token_type", "") == "access" &&
                      payload.value("iss", "") == issuer && !payload.contains("aud"),
                  "another type, issuer or audience verified");
    fuzz::require(
        payload.value("user_id", "") == std::to_string(claims.user_id) && claims.user_id > 0,
        "another user verified");
    fuzz::require(payload.value("sid", "") == till::to_hex(claims.sid), "another sid verified");
    fuzz::require(payload.at("exp").is_number_integer() &&
                      payload.at("exp").get<std::int64_t>() == claims.expires_at &&
                      claims.expires_at > now_s,
                  "what has expired verified");
    fuzz::require(payload.at("iat").get<std::int64_t>() <= now_s + 60, "the future verified");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    AccessClaims claims;
    if (data[0] % 2 == 0) {
        const bool ok = verifies(rest, claims);
        fuzz::require(ok == (rest == minted()), "a token that was not minted verified");
        return 0;
    }
    const std::size_t split = std::min(rest.find('\n'), rest.size());
    const std::string_view header = rest.substr(0, split);
    const std::string_view payload = split == rest.size() ? "" : rest.substr(split + 1);
    if (verifies(forge_token(the_key().key(), header, payload), claims)) {
        judge(header, payload, claims);
    }
    return 0;
}
