// SPDX-License-Identifier: MIT
#include "crypto/token.hpp"

#include "base/error.hpp"
#include "base/testing.hpp"
#include "crypto/hmac.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace till::crypto;

TEST_CASE("a refresh token is 64 characters and comes back whole") {
    till::testing::SeededRandom random(3);
    const RefreshToken token = make_refresh_token(random);
    const std::string text = to_text(token);
    CHECK(text.size() == 64);
    const auto parsed = parse_refresh_token(text);
    REQUIRE(parsed.has_value());
    CHECK(parsed->sid == token.sid);
    CHECK(equal(parsed->secret.bytes(), token.secret.bytes()));
}

TEST_CASE("what is not a refresh token is refused") {
    till::testing::SeededRandom random(3);
    const std::string text = to_text(make_refresh_token(random));
    CHECK_FALSE(parse_refresh_token("").has_value());
    CHECK_FALSE(parse_refresh_token(text.substr(1)).has_value());
    CHECK_FALSE(parse_refresh_token(text + "A").has_value());
    CHECK_FALSE(parse_refresh_token(text.substr(0, 63) + "=").has_value());
    CHECK_FALSE(parse_refresh_token(text.substr(0, 63) + "\n").has_value());
    CHECK_FALSE(parse_refresh_token(text.substr(0, 63) + "+").has_value());
    CHECK_FALSE(parse_refresh_token(std::string(64, '.')).has_value());
}

TEST_CASE("a child's secret is HMAC-SHA256 of the salt under the presented secret") {
    till::testing::SeededRandom random(4);
    const RefreshToken token = make_refresh_token(random);
    const auto salt = random_bytes<16>(random);
    const RefreshSecret child = child_secret(token.secret, salt);
    CHECK(equal(child.bytes(), hmac_sha256(token.secret.bytes(), salt)));
    CHECK(equal(child.bytes(), child_secret(token.secret, salt).bytes()));
    CHECK_FALSE(equal(child.bytes(), child_secret(child, salt).bytes()));
    CHECK_FALSE(equal(child.bytes(), child_secret(token.secret, random_bytes<16>(random)).bytes()));
}

TEST_CASE("[SE-2] what is stored of a token is its SHA-256") {
    till::testing::SeededRandom random(5);
    const RefreshToken token = make_refresh_token(random);
    CHECK(sid_hash(token.sid) == sha256(token.sid));
    CHECK(secret_hash(token.secret) == sha256(token.secret.bytes()));
    CHECK(token_hash("abc") == sha256("abc"));
}

TEST_CASE("[SE-1] opaque tokens hold the bytes asked for, at least 128 bits, and differ") {
    till::testing::SeededRandom random(6);
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(random_token(random));
    CHECK(seen.size() == 1000);
    CHECK(random_token(random, 32).size() == 43);
    CHECK(random_token(random, 16).size() == 22);
    CHECK_THROWS_AS((void)random_token(random, 15), till::Defect);
}
