// SPDX-License-Identifier: MIT
//
// Rows JW and DA-3 of the checklist: tokens that are forged, bent or meant for something else,
// brought to both doors. What is forged here is signed with the store's true key, so that a refusal
// is one for the fault that the case is about; the parser alone is tested in tests/crypto.
#include "security/door.hpp"

#include <openssl/hmac.h>

#include <array>
#include <vector>

using namespace security;
using abi::create_user;
using abi::good_password;
using abi::TestStore;
using nlohmann::json;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t now_s = abi::start_time / second;

// A user with a session, and the parts of his access token.
struct Victim {
    TestStore store;
    std::int64_t id = create_user(store, "alice");
    abi::Login login = abi::login(store, "alice");
    json header = json::parse(from_base64url(part(0)));
    json claims = json::parse(from_base64url(part(1)));

    std::string part(int number) const {
        std::size_t begin = 0;
        for (int i = 0; i < number; ++i) begin = login.access.find('.', begin) + 1;
        return login.access.substr(begin, login.access.find('.', begin) - begin);
    }
    // Signed by the store's key, whatever the texts are.
    std::string forge(const std::string& header_text, const std::string& claims_text) const {
        Owned<till_testing_token> token;
        REQUIRE(till_testing_token_forge(store, claims_text.data(), claims_text.size(),
                                         header_text.data(), header_text.size(), Out(token),
                                         nullptr) == TILL_OK);
        return std::string(view(token->token));
    }
    std::string with_header(const json& patch) const {
        json changed = header;
        changed.merge_patch(patch);
        return forge(changed.dump(), claims.dump());
    }
    std::string with_claims(const json& patch) const {
        json changed = claims;
        changed.merge_patch(patch);
        return forge(header.dump(), changed.dump());
    }
};

template <class Door>
void expect_refused(Door& door, const std::vector<std::string>& tokens) {
    for (const std::string& token : tokens) {
        CAPTURE(token.substr(0, 200));
        CHECK_FALSE(door.whoami(token).ok);
    }
}

}  // namespace

TEST_CASE_TEMPLATE("[JW-1] no other algorithm opens anything, in whatever spelling", Door, CApiDoor,
                   HttpDoor) {
    const Victim victim;
    Door door(victim.store);
    REQUIRE(
        door.whoami(victim.with_header(json::object())).ok);  // the forgery as such is well made
    std::vector<std::string> tokens;
    for (const json& alg :
         {json("none"), json("None"), json("nOnE"), json("NONE"), json(""), json(nullptr),
          json::array({"HS256"}), json("hs256"), json("HS384"), json("HS512"), json("RS256"),
          json("ES256"), json("EdDSA"), json("HS256 "), json(256), json(true)}) {
        const std::string text = victim.header.dump();
        json header = victim.header;
        header["alg"] = alg;
        tokens.push_back(victim.forge(header.dump(), victim.claims.dump()));
        // Without a signature, too.
        tokens.push_back(tokens.back().substr(0, tokens.back().rfind('.') + 1));
        tokens.push_back(tokens.back().substr(0, tokens.back().size() - 1));
    }
    // Signed with what an attacker may know: nothing, the kid, the store's identity.
    const std::string body = victim.part(0) + "." + victim.part(1);
    for (const std::string& key :
         {std::string(), std::string("secret"), std::string(32, '\0'),
          victim.header["kid"].get<std::string>(), victim.claims["iss"].get<std::string>()}) {
        tokens.push_back(body + "." + to_base64url(hmac_sha256(key, body)));
    }
    expect_refused(door, tokens);
}

TEST_CASE_TEMPLATE("[JW-2] nothing in a header chooses a key", Door, CApiDoor, HttpDoor) {
    const Victim victim;
    Door door(victim.store);
    const json jwk = {{"kty", "oct"}, {"k", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}};
    expect_refused(door, {
                             victim.with_header({{"jwk", jwk}}),
                             victim.with_header({{"jku", "http://127.0.0.1:1/keys"}}),
                             victim.with_header({{"x5u", "http://127.0.0.1:1/cert"}}),
                             victim.with_header({{"x5c", json::array({"AAAA"})}}),
                             victim.with_header({{"x5t", "AAAA"}}),
                         });
}

TEST_CASE_TEMPLATE("[JW-3] kid is an exact name, and no other key is tried", Door, CApiDoor,
                   HttpDoor) {
    const Victim victim;
    Door door(victim.store);
    const std::string kid = victim.header["kid"];
    std::string upper = kid;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    std::vector<std::string> tokens;
    for (const json& name :
         {json(""), json(nullptr), json::array({kid}), json(kid + " "), json(" " + kid),
          json(kid + std::string(1, '\0')), json("../../../dev/null"), json("' OR '1'='1"),
          json("|/usr/bin/id"), json(std::string(65536, 'a')), json(kid.substr(1)), json("0"),
          json(1)}) {
        json header = victim.header;
        header["kid"] = name;
        tokens.push_back(victim.forge(header.dump(), victim.claims.dump()));
    }
    if (upper != kid) tokens.push_back(victim.with_header({{"kid", upper}}));
    json without = victim.header;
    without.erase("kid");
    tokens.push_back(victim.forge(without.dump(), victim.claims.dump()));
    expect_refused(door, tokens);
}

TEST_CASE_TEMPLATE("[JW-4] a token is three canonical parts", Door, CApiDoor, HttpDoor) {
    const Victim victim;
    Door door(victim.store);
    const std::string token = victim.login.access;
    const std::string first = victim.part(0);
    const std::string second_part = victim.part(1);
    const std::string third = victim.part(2);
    std::string stray = token;  // the last character carries two bits that must be zero
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    stray.back() = alphabet[alphabet.find(stray.back()) ^ 1u];
    std::vector<std::string> tokens{
        token + ".",
        token + "=",
        "." + token,
        token + ".AAAA",
        token + ".AAAA.AAAA",
        first + "." + second_part,
        first + ".." + third,
        "." + second_part + "." + third,
        first + "=." + second_part + "." + third,
        first + "." + second_part + " ." + third,
        first + ".\n" + second_part + "." + third,
        stray,
        R"({"payload":")" + second_part + R"(","protected":")" + first + R"(","signature":")" +
            third + "\"}",
        victim.with_header({{"crit", json::array({"exp"})}}),
        victim.with_header({{"b64", false}}),
        victim.with_header({{"zip", "DEF"}}),
    };
    expect_refused(door, tokens);
}

TEST_CASE_TEMPLATE(
    "[JW-5] size, depth, duplicates and bad text are refused before anything is read", Door,
    CApiDoor, HttpDoor) {
    const Victim victim;
    Door door(victim.store);
    const std::string header = victim.header.dump();
    const std::string claims = victim.claims.dump();
    const std::string open = claims.substr(0, claims.size() - 1);
    std::string deep(3000, '[');
    deep += std::string(3000, ']');
    expect_refused(
        door, {
                  victim.with_claims({{"pad", std::string(8192, 'x')}}),
                  std::string(10 << 20, 'A'),
                  victim.forge(header, open + R"(,"x":)" + deep + "}"),
                  victim.forge(header.substr(0, header.size() - 1) + R"(,"alg":"HS256"})", claims),
                  victim.forge(header, open + R"(,"user_id":"1"})"),
                  victim.forge(header, open + R"(,"\u0075ser_id":"1"})"),
                  victim.forge("\xEF\xBB\xBF" + header, claims),
                  victim.forge(header, "[" + claims + "]"),
                  victim.forge(header, "\"" + std::to_string(victim.id) + "\""),
                  victim.forge(header, ""),
              });
}

TEST_CASE_TEMPLATE("[JW-6] exp is required and exact, iat and nbf may be a minute ahead", Door,
                   CApiDoor, HttpDoor) {
    const Victim victim;
    Door door(victim.store);
    const std::string header = victim.header.dump();
    const auto raw_exp = [&](const std::string& value) {
        json claims = victim.claims;
        claims.erase("exp");
        std::string text = claims.dump();
        text.pop_back();
        return victim.forge(header, text + ",\"exp\":" + value + "}");
    };
    CHECK(door.whoami(raw_exp(std::to_string(now_s + 1))).ok);
    std::vector<std::string> tokens{
        victim.with_claims({{"exp", nullptr}}),    victim.with_claims({{"exp", now_s}}),
        victim.with_claims({{"exp", now_s - 1}}),  victim.with_claims({{"iat", now_s + 61}}),
        victim.with_claims({{"nbf", now_s + 61}}), victim.with_claims({{"nbf", "0"}})};
    for (const char* value :
         {"\"1900000000\"", "1e400", "1e10", "-1", "9223372036854775808", "1900000000.5", "1.9e9",
          "true", "null", "[1900000000]", "0x71000000", "NaN", "Infinity"}) {
        tokens.push_back(raw_exp(value));
    }
    expect_refused(door, tokens);
    CHECK(door.whoami(victim.with_claims({{"iat", now_s + 60}})).ok);
    CHECK(door.whoami(victim.with_claims({{"nbf", now_s + 60}})).ok);
}

TEST_CASE_TEMPLATE("[JW-7] issuer, type and audience are exact, and no token does another's work",
                   Door, CApiDoor, HttpDoor) {
    const Victim victim;
    Door door(victim.store);
    const std::string issuer = victim.claims["iss"];
    expect_refused(door, {
                             victim.with_claims({{"iss", issuer + "0"}}),
                             victim.with_claims({{"iss", issuer.substr(0, issuer.size() - 1)}}),
                             victim.with_claims({{"iss", "TILL" + issuer.substr(4)}}),
                             victim.with_claims({{"iss", json::array({issuer})}}),
                             victim.with_claims({{"iss", nullptr}}),
                             victim.with_claims({{"aud", "till"}}),
                             victim.with_claims({{"token_type", "refresh"}}),
                             victim.with_claims({{"token_type", nullptr}}),
                             victim.with_header({{"typ", "JWT"}}),
                             victim.with_header({{"typ", "at+JWT"}}),
                             victim.with_header({{"typ", "application/at+jwt"}}),
                             victim.with_header({{"typ", nullptr}}),
                             victim.with_claims({{"user_id", std::to_string(victim.id + 1)}}),
                             victim.with_claims({{"user_id", victim.id}}),
                         });
    // Each object that is signed or drawn, at each place that takes one.
    create_user(victim.store, "bob", "bob@example.com");
    REQUIRE(door.request_reset("bob@example.com").ok);
    const auto mails = abi::claim(victim.store, 10);
    REQUIRE(mails->count == 1);
    const std::string reset(view(mails->items[0]->token));
    const std::string& access = victim.login.access;
    const std::string& refresh = victim.login.refresh;
    expect_refused(door, {refresh, reset});
    for (const std::string& token : {access, reset}) CHECK_FALSE(door.refresh(token).answer.ok);
    for (const std::string& token : {access, reset}) CHECK_FALSE(door.leave(token).ok);
    for (const std::string& token : {access, refresh, reset}) {
        CHECK_FALSE(door.verify_email(token).ok);
    }
    for (const std::string& token : {access, refresh}) {
        CHECK_FALSE(door.reset(victim.id, token, "An0ther-pass!word").ok);
    }
    CHECK(door.whoami(access).ok);
    CHECK(door.refresh(refresh).answer.ok);
}

TEST_CASE_TEMPLATE("[JW-8] keys rotate with overlap", Door, CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    const Login before = door.enter("alice", good_password);
    const till_call system = abi::as_system();
    Owned<till_signing_key> key;
    REQUIRE(till_signing_key_rotate(store, &system, Out(key), nullptr) == TILL_OK);
    const Login after = door.enter("alice", good_password);
    REQUIRE(till_signing_key_rotate(store, &system, Out(key), nullptr) == TILL_OK);
    CHECK(door.whoami(before.access).ok);
    CHECK(door.whoami(after.access).ok);
    const Login refreshed = door.refresh(before.refresh);
    CHECK(door.whoami(refreshed.access).ok);
    store.advance(5 * 60 * second);
    CHECK_FALSE(door.whoami(before.access).ok);
    CHECK_FALSE(door.whoami(refreshed.access).ok);
    CHECK(door.refresh(after.refresh).answer.ok);
}

TEST_CASE_TEMPLATE("[JW-9] the signature covers the bytes that came, not what they mean", Door,
                   CApiDoor, HttpDoor) {
    const Victim victim;
    Door door(victim.store);
    const std::string third = victim.part(2);
    // The same JSON, spelt another way, under the signature of the first spelling.
    const std::string spaced = to_base64url(victim.claims.dump(1));
    const std::string reordered = to_base64url(victim.claims.dump());
    REQUIRE(spaced != victim.part(1));
    std::vector<std::string> tokens{victim.part(0) + "." + spaced + "." + third};
    if (reordered != victim.part(1)) {
        tokens.push_back(victim.part(0) + "." + reordered + "." + third);
    }
    const std::string& token = victim.login.access;
    for (std::size_t at = 0; at < token.size(); at += 7) {
        std::string bent = token;
        bent[at] = bent[at] == 'A' ? 'B' : 'A';
        tokens.push_back(bent);
    }
    expect_refused(door, tokens);
    CHECK(door.whoami(token).ok);
}

TEST_CASE("[JW-10] a token counts in the Authorization header alone, and there once<http>") {
    const Victim victim;
    HttpDoor door(victim.store);
    const std::string& token = victim.login.access;
    const auto status = [&](const std::string& target, HttpDoor::Headers headers,
                            std::string_view method = "GET", std::string_view body = "") {
        return door.send(method, target, body, std::move(headers)).status;
    };
    CHECK(status("/auth/user/", {{"Authorization", "Bearer " + token}}) == 200);
    CHECK(status("/auth/user/?access_token=" + token, {}) == 401);
    CHECK(status("/auth/user/?token=" + token, {}) == 401);
    CHECK(status("/auth/user/", {{"Cookie", "access=" + token}}) == 401);
    CHECK(status("/auth/user/", {{"X-Access-Token", token}}) == 401);
    CHECK(status("/auth/user/", {{"Authorization", token}}) == 401);
    CHECK(status("/auth/user/", {{"Authorization", "Basic " + token}}) == 401);
    CHECK(status("/auth/user/", {{"Content-Type", "application/x-www-form-urlencoded"}}, "PATCH",
                 "access_token=" + token + "&username=x") == 401);
    CHECK(status("/auth/user/", {{"Authorization", "Bearer " + token},
                                 {"Authorization", "Bearer " + token}}) >= 400);
    const Reply refused = door.send("GET", "/auth/user/", "", {});
    CHECK(refused.header("WWW-Authenticate").find("Bearer") == 0);
}
