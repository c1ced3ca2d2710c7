// SPDX-License-Identifier: MIT
#include "crypto/jwt.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/testing.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace till::crypto;

namespace {

constexpr std::int64_t now_s = 1'900'000'000;
constexpr std::string_view issuer = "till:5f3a";
constexpr std::string_view good_header = R"({"alg":"HS256","kid":"k1","typ":"at+jwt"})";

Secret<32> key_bytes(int value) {
    Secret<32> key;
    for (std::byte& byte : key.bytes()) byte = static_cast<std::byte>(value);
    return key;
}

const SigningKey& first_key() {
    static const SigningKey key("k1", key_bytes(1).bytes());
    return key;
}
const SigningKey& second_key() {
    static const SigningKey key("k2", key_bytes(2).bytes());
    return key;
}

constexpr auto find_key = [](std::string_view kid) -> const SigningKey* {
    if (kid == "k1") return &first_key();
    if (kid == "k2") return &second_key();
    return nullptr;
};

AccessClaims good_claims() {
    AccessClaims claims;
    claims.user_id = 42;
    for (std::size_t i = 0; i < 16; ++i) claims.sid[i] = static_cast<std::byte>(i);
    claims.jti.fill(std::byte{0xAB});
    claims.issued_at = now_s;
    claims.expires_at = now_s + 300;
    return claims;
}

TokenVerdict check(std::string_view token, std::int64_t at_s = now_s,
                   std::string_view expected_issuer = issuer) {
    AccessClaims claims;
    claims.user_id = -7;
    const TokenVerdict verdict =
        verify_access_token(token, find_key, at_s * till::us_per_second, expected_issuer, claims);
    // A refused token leaves no claims behind.
    CHECK((verdict == TokenVerdict::ok) == (claims.user_id != -7));
    return verdict;
}

// Claims as JSON texts by name; an empty one is left out.
std::string payload(const std::map<std::string, std::string>& changes = {}) {
    std::map<std::string, std::string> members = {{"token_type", R"("access")"},
                                                  {"user_id", R"("42")"},
                                                  {"sid", R"("000102030405060708090a0b0c0d0e0f")"},
                                                  {"jti", R"("abababababababababababababababab")"},
                                                  {"iss", R"("till:5f3a")"},
                                                  {"iat", std::to_string(now_s)},
                                                  {"exp", std::to_string(now_s + 300)}};
    for (const auto& [name, value] : changes) members[name] = value;
    std::string json;
    for (const auto& [name, value] : members) {
        if (!value.empty()) json += (json.empty() ? "{\"" : ",\"") + name + "\":" + value;
    }
    return json + '}';
}

// The verdict on a well-signed token with these changes to the payload.
TokenVerdict with(const std::map<std::string, std::string>& changes) {
    return check(forge_token(first_key().key(), good_header, payload(changes)));
}

TokenVerdict with_header(std::string_view header) {
    return check(forge_token(first_key().key(), header, payload()));
}

}  // namespace

TEST_CASE("a signature is the one of RFC 7515 appendix A.1, but for the key's size") {
    // The example's key has 64 bytes; hmac_sha256 takes it, HmacKey refuses it by its type.
    std::array<std::byte, 64> key;
    REQUIRE(till::parse_base64(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr"
                "1Z9CAow",
                till::Base64::url, key) == 64u);
    constexpr std::string_view input =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
        "VlfQ";
    CHECK(till::to_base64url(hmac_sha256(key, till::bytes_of(input))) ==
          "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    CHECK(check(std::string(input) + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") ==
          TokenVerdict::malformed);
}

TEST_CASE("a signed token verifies and gives back its claims") {
    const AccessClaims claims = good_claims();
    const std::string token = sign_access_token(first_key(), issuer, claims);
    AccessClaims read;
    REQUIRE(verify_access_token(token, find_key, now_s * till::us_per_second, issuer, read) ==
            TokenVerdict::ok);
    CHECK(read.user_id == claims.user_id);
    CHECK(read.sid == claims.sid);
    CHECK(read.jti == claims.jti);
    CHECK(read.issued_at == claims.issued_at);
    CHECK(read.expires_at == claims.expires_at);
}

TEST_CASE("a token's bytes are these, for good") {
    CHECK(sign_access_token(first_key(), issuer, good_claims()) ==
          forge_token(
              first_key().key(), good_header,
              R"({"token_type":"access","user_id":"42","sid":"000102030405060708090a0b0c0d0e0f",)"
              R"("jti":"abababababababababababababababab","iss":"till:5f3a","iat":1900000000,)"
              R"("exp":1900000300})"));
    CHECK(with({}) == TokenVerdict::ok);
}

TEST_CASE("[JW-1] no other algorithm is accepted, whatever its spelling") {
    for (const char* alg : {"none", "None", "nOnE", "NONE", "", "hs256", "HS384", "HS512", "RS256",
                            "ES256", "EdDSA", "HS256 "}) {
        CAPTURE(std::string(alg));
        const std::string header =
            std::string(R"({"alg":")") + alg + R"(","kid":"k1","typ":"at+jwt"})";
        CHECK(with_header(header) == TokenVerdict::malformed);
        const std::string unsigned_token = till::to_base64url(till::bytes_of(header)) + '.' +
                                           till::to_base64url(till::bytes_of(payload()));
        CHECK(check(unsigned_token + '.') == TokenVerdict::malformed);
        CHECK(check(unsigned_token) == TokenVerdict::malformed);
    }
    CHECK(with_header(R"({"alg":null,"kid":"k1","typ":"at+jwt"})") == TokenVerdict::malformed);
    CHECK(with_header(R"({"alg":["HS256"],"kid":"k1","typ":"at+jwt"})") == TokenVerdict::malformed);
    CHECK(with_header(R"({"kid":"k1","typ":"at+jwt"})") == TokenVerdict::malformed);
    const std::string good = sign_access_token(first_key(), issuer, good_claims());
    CHECK(check(good.substr(0, good.rfind('.') + 1)) == TokenVerdict::malformed);
    CHECK(check(good.substr(0, good.rfind('.') + 23)) == TokenVerdict::malformed);
}

TEST_CASE("[JW-2] [JW-4] a header has exactly its three members") {
    for (const char* extra :
         {R"("jwk":{"kty":"oct","k":"AQ"})", R"("jwk":"x")", R"("jku":"https://e/")",
          R"("x5u":"x")", R"("x5c":"x")", R"("crit":["exp"])", R"("crit":"exp")", R"("b64":false)",
          R"("zip":"DEF")", R"("cty":"JWT")", R"("alg":"HS256")"}) {
        CAPTURE(std::string(extra));
        CHECK(with_header(std::string(R"({"alg":"HS256","kid":"k1","typ":"at+jwt",)") + extra +
                          '}') == TokenVerdict::malformed);
        CHECK(with_header(std::string(R"({"alg":"HS256","kid":"k1",)") + extra + '}') ==
              TokenVerdict::malformed);
    }
    CHECK(with_header(R"({"alg":"HS256","alg":"HS256","typ":"at+jwt"})") ==
          TokenVerdict::malformed);
    CHECK(with_header("null") == TokenVerdict::malformed);
    CHECK(with_header("[]") == TokenVerdict::malformed);
    CHECK(with_header("\xEF\xBB\xBF" + std::string(good_header)) == TokenVerdict::malformed);
}

TEST_CASE("[JW-3] kid names a key exactly, and no other key is tried") {
    const auto with_kid = [](const std::string& json_value) {
        return with_header(R"({"alg":"HS256","kid":)" + json_value + R"(,"typ":"at+jwt"})");
    };
    CHECK(with_kid(R"("k1")") == TokenVerdict::ok);
    CHECK(with_kid(R"("k2")") == TokenVerdict::bad_signature);
    for (const char* kid : {R"("K1")", R"("k1 ")", R"("k")", R"("k11")", R"("../../k1")",
                            R"("k1' OR '1'='1")", R"("k1\n")"}) {
        CAPTURE(std::string(kid));
        CHECK(with_kid(kid) == TokenVerdict::unknown_key);
    }
    for (const char* kid : {R"("")", "1", "null", R"(["k1"])", R"("k1\u0000")"}) {
        CAPTURE(std::string(kid));
        CHECK(with_kid(kid) == TokenVerdict::malformed);
    }
    CHECK(with_kid('"' + std::string(5000, 'k') + '"') == TokenVerdict::malformed);
    CHECK(with_header(R"({"alg":"HS256","typ":"at+jwt"})") == TokenVerdict::malformed);
    // A look-up that answers with another key than it was asked for is not believed.
    AccessClaims claims;
    CHECK(verify_access_token(
              forge_token(first_key().key(), R"({"alg":"HS256","kid":"k9","typ":"at+jwt"})",
                          payload()),
              [](std::string_view) { return &first_key(); }, now_s * till::us_per_second, issuer,
              claims) == TokenVerdict::unknown_key);
}

TEST_CASE("[JW-4] three canonical parts and nothing else") {
    const std::string good = sign_access_token(first_key(), issuer, good_claims());
    REQUIRE(check(good) == TokenVerdict::ok);
    const std::size_t first = good.find('.');
    const std::size_t second = good.rfind('.');
    for (const std::string& bad : {std::string(),
                                   std::string("."),
                                   std::string(".."),
                                   std::string("..."),
                                   good + '.',
                                   '.' + good,
                                   good + "\n",
                                   ' ' + good,
                                   good + ' ',
                                   good + '=',
                                   good + ".AA",
                                   good.substr(0, first),
                                   good.substr(0, second),
                                   good.substr(0, second + 1),
                                   good.substr(first),
                                   good.substr(second),
                                   good.substr(0, first) + ".." + good.substr(second + 1),
                                   good.substr(0, first) + "=" + good.substr(first),
                                   "." + good.substr(first + 1),
                                   good.substr(0, second) + ".." + good.substr(second + 1),
                                   std::string(R"({"payload":"x","signatures":[]})"),
                                   good + good.substr(first) + good.substr(second),
                                   "Bearer " + good}) {
        CAPTURE(bad);
        CHECK(check(bad) == TokenVerdict::malformed);
    }
    // The signature's last character has two stray bits.
    std::string respelled = good;
    respelled.back() = respelled.back() == 'A' ? 'B' : static_cast<char>(respelled.back() + 1);
    CHECK(check(respelled) != TokenVerdict::ok);
}

TEST_CASE("[JW-5] size is capped, members are unique, claims are one flat object of valid UTF-8") {
    CHECK(check(std::string(access_token_size_max + 1, 'a')) == TokenVerdict::malformed);
    CHECK(check(std::string(10u << 20, '.')) == TokenVerdict::malformed);
    CHECK(with({{"note", '"' + std::string(5000, 'x') + '"'}}) == TokenVerdict::ok);
    CHECK(with({{"note", '"' + std::string(9000, 'x') + '"'}}) == TokenVerdict::malformed);
    const auto forged = [](const std::string& json) {
        return check(forge_token(first_key().key(), good_header, json));
    };
    std::string twice = payload();
    twice.back() = ',';
    CHECK(forged(twice + R"("user_id":"43"})") == TokenVerdict::malformed);
    CHECK(forged(twice + R"("us\u0065r_id":"43"})") == TokenVerdict::malformed);
    CHECK(forged(twice + R"("x":[)" + std::string(3000, '[') + "]}") == TokenVerdict::malformed);
    CHECK(forged(twice + "\"x\":\"\xFF\"}") == TokenVerdict::malformed);
    CHECK(forged("\xEF\xBB\xBF" + payload()) == TokenVerdict::malformed);
    CHECK(forged('[' + payload() + ']') == TokenVerdict::malformed);
    CHECK(forged("\"text\"") == TokenVerdict::malformed);
    CHECK(forged(payload() + payload()) == TokenVerdict::malformed);
    CHECK(forged("{}") == TokenVerdict::missing_claim);
}

TEST_CASE("[JW-6] exp is required, exact and without leeway") {
    const std::string token = sign_access_token(first_key(), issuer, good_claims());
    CHECK(check(token, now_s + 299) == TokenVerdict::ok);
    CHECK(check(token, now_s + 300) == TokenVerdict::expired);
    CHECK(check(token, now_s + 301) == TokenVerdict::expired);
    CHECK(with({{"exp", ""}}) == TokenVerdict::missing_claim);
    for (const char* exp :
         {R"("1900000300")", "1e400", "1.9e9", "1900000300.0", "-1", "9223372036854775808",
          "9223372036854775807", "253402300800", "null", "true", "1E10"}) {
        CAPTURE(std::string(exp));
        CHECK(with({{"exp", exp}}) == TokenVerdict::malformed);
    }
    CHECK(with({{"exp", "253402300799"}}) == TokenVerdict::ok);
    CHECK(with({{"exp", "0"}}) == TokenVerdict::expired);
}

TEST_CASE("[JW-6] iat and nbf may be a minute ahead and no more") {
    CHECK(with({{"iat", std::to_string(now_s + 60)}}) == TokenVerdict::ok);
    CHECK(with({{"iat", std::to_string(now_s + 61)}}) == TokenVerdict::not_yet_valid);
    CHECK(with({{"nbf", std::to_string(now_s + 60)}}) == TokenVerdict::ok);
    CHECK(with({{"nbf", std::to_string(now_s + 61)}}) == TokenVerdict::not_yet_valid);
    CHECK(with({{"nbf", "1.5"}}) == TokenVerdict::malformed);
    CHECK(with({{"iat", ""}}) == TokenVerdict::missing_claim);
    CHECK(with({{"iat", R"("1900000000")"}}) == TokenVerdict::malformed);
}

TEST_CASE("[JW-7] issuer, type and audience are exact") {
    const std::string token = sign_access_token(first_key(), issuer, good_claims());
    for (const char* other : {"", "till:5f3", "till:5f3a0", "TILL:5f3a", "till:5f3A"}) {
        CHECK(check(token, now_s, other) == TokenVerdict::wrong_issuer);
    }
    CHECK(with({{"iss", ""}}) == TokenVerdict::missing_claim);
    CHECK(with({{"iss", "1"}}) == TokenVerdict::wrong_issuer);
    CHECK(with({{"aud", R"("till:5f3a")"}}) == TokenVerdict::wrong_issuer);
    for (const char* type : {R"("refresh")", R"("Access")", R"("access ")", R"("")", "1", "null"}) {
        CHECK(with({{"token_type", type}}) == TokenVerdict::wrong_type);
    }
    CHECK(with({{"token_type", ""}}) == TokenVerdict::missing_claim);
    for (const char* type : {"JWT", "jwt", "AT+JWT", "application/at+jwt", "rt+jwt", ""}) {
        CAPTURE(std::string(type));
        CHECK(with_header(std::string(R"({"alg":"HS256","kid":"k1","typ":")") + type + "\"}") ==
              TokenVerdict::wrong_type);
    }
    CHECK(with_header(R"({"alg":"HS256","kid":"k1"})") == TokenVerdict::malformed);
}

TEST_CASE("user, session and token ids have one spelling") {
    for (const char* id : {R"("0")", R"("-1")", R"("042")", R"("+42")", R"("42 ")", R"("4 2")",
                           R"("")", R"("9223372036854775808")", R"("42.0")", "42", "null"}) {
        CAPTURE(std::string(id));
        CHECK(with({{"user_id", id}}) == TokenVerdict::malformed);
    }
    CHECK(with({{"user_id", R"("9223372036854775807")"}}) == TokenVerdict::ok);
    for (const char* name : {"sid", "jti"}) {
        CHECK(with({{name, R"("00010203")"}}) == TokenVerdict::malformed);
        CHECK(with({{name, R"("000102030405060708090A0B0C0D0E0F")"}}) == TokenVerdict::malformed);
        CHECK(with({{name, "1"}}) == TokenVerdict::malformed);
        CHECK(with({{name, ""}}) == TokenVerdict::missing_claim);
    }
    CHECK(with({{"user_id", ""}}) == TokenVerdict::missing_claim);
}

TEST_CASE("[JW-8] keys are 256 bits, kids are plain, and two keys are valid while they overlap") {
    // 31 bytes or "secret" do not compile: SigningKey takes a span of 32.
    static_assert(
        !std::is_constructible_v<SigningKey, std::string_view, std::span<const std::byte, 31>>);
    static_assert(!std::is_constructible_v<SigningKey, std::string_view, std::string_view>);
    for (const std::string& kid : {std::string(), std::string("a\"b"), std::string("a b"),
                                   std::string("a\\"), std::string(65, 'a')}) {
        CHECK_THROWS_AS(SigningKey(kid, key_bytes(1).bytes()), till::Defect);
    }
    CHECK(check(sign_access_token(first_key(), issuer, good_claims())) == TokenVerdict::ok);
    CHECK(check(sign_access_token(second_key(), issuer, good_claims())) == TokenVerdict::ok);
    const SigningKey gone("k0", key_bytes(3).bytes());
    CHECK(check(sign_access_token(gone, issuer, good_claims())) == TokenVerdict::unknown_key);
    const SigningKey impostor("k1", key_bytes(3).bytes());
    CHECK(check(sign_access_token(impostor, issuer, good_claims())) == TokenVerdict::bad_signature);
    CHECK_THROWS_AS((void)sign_access_token(first_key(), "till:\"", good_claims()), till::Defect);
}

TEST_CASE("[JW-9] the signature covers the received bytes, not their meaning") {
    const std::string good = sign_access_token(first_key(), issuer, good_claims());
    const std::string signature = good.substr(good.rfind('.'));
    const auto encoded = [](std::string_view json) {
        return till::to_base64url(till::bytes_of(json));
    };
    // The same header with a space and the same claims in another order, under the old signature.
    CHECK(check(encoded(R"({"alg": "HS256","kid":"k1","typ":"at+jwt"})") +
                good.substr(good.find('.'))) == TokenVerdict::bad_signature);
    CHECK(check(first_key().encoded_header() + '.' + encoded(payload()) + signature) ==
          TokenVerdict::bad_signature);
    // A payload that no parser should meet, badly signed, is refused for its signature.
    CHECK(check(first_key().encoded_header() + '.' + encoded("{{{{") + signature) ==
          TokenVerdict::bad_signature);
}

TEST_CASE("[JW-9] no changed token verifies") {
    const std::string good = sign_access_token(first_key(), issuer, good_claims());
    constexpr std::string_view characters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n";
    int accepted = 0;
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string cut = good;
        cut.erase(i, 1);
        if (check(cut) == TokenVerdict::ok) ++accepted;
        for (const char c :
             {characters[i % characters.size()], characters[(i * 7 + 3) % characters.size()]}) {
            std::string changed = good;
            changed[i] = c;
            if (changed != good && check(changed) == TokenVerdict::ok) ++accepted;
            changed = good;
            changed.insert(i, 1, c);
            if (check(changed) == TokenVerdict::ok) ++accepted;
        }
    }
    till::testing::SeededRandom random(21);
    for (int round = 0; round < 5000; ++round) {
        std::array<std::byte, 6> dice{};
        random.fill(dice);
        const auto die = [&](std::size_t at) { return std::to_integer<std::size_t>(dice[at]); };
        std::string changed = good;
        for (std::size_t at = 0; at < 2 + die(0) % 2; ++at) {
            changed[(die(at) * 256 + die(at + 1)) % changed.size()] =
                characters[die(at + 3) % characters.size()];
        }
        if (changed != good && check(changed) == TokenVerdict::ok) ++accepted;
    }
    CHECK(accepted == 0);
}

TEST_CASE("tokens are signed and verified by many threads at once") {
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&wrong, t] {
            AccessClaims claims = good_claims();
            claims.user_id = t + 1;
            for (int i = 0; i < 500; ++i) {
                AccessClaims read;
                const std::string token = sign_access_token(first_key(), issuer, claims);
                if (verify_access_token(token, find_key, now_s * till::us_per_second, issuer,
                                        read) != TokenVerdict::ok ||
                    read.user_id != t + 1) {
                    ++wrong;
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
}
