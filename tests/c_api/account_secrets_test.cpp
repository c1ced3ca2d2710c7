// SPDX-License-Identifier: MIT
//
// What of a login can be found in the store's files, and what two handles see of each other.
#include "c_api/accounts.hpp"
#include "c_api/files.hpp"
#include "c_api/secrets.hpp"

#include <vector>

using namespace abi;

// Invariant 14.
TEST_CASE("[SE-2] [DA-2] no password and no token can be found in the database or its log") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    const Handle store(path);
    const std::string password = "canary-Passw0rd-4711";
    Owned<till_tokens> registered;
    REQUIRE(try_register(store, "alice", "alice@example.com", password, registered, nullptr) ==
            TILL_OK);
    const Login login = login_of(registered);
    Owned<till_tokens> child;
    REQUIRE(try_refresh(store, login.refresh, child, nullptr) == TILL_OK);
    const std::string email = "alice@example.com";
    REQUIRE(till_password_reset_request(store, nullptr, email.data(), email.size(), nullptr) ==
            TILL_OK);
    const auto mails = claim(store);
    REQUIRE(mails->count == 2);
    till_call keyed = as_system();
    keyed.idempotency_key = str("canary-idempotency-key");
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = str("bob");
    in.password = str(password);
    Owned<till_user> bob;
    REQUIRE(till_user_create(store, &keyed, &in, Out(bob), nullptr) == TILL_OK);

    const std::string bytes = bytes_of_store(path);
    REQUIRE(bytes.find("alice@example.com") != std::string::npos);  // the search does find
    CHECK(bytes.find(password) == std::string::npos);
    CHECK(bytes.find("canary-idempotency-key") == std::string::npos);
    CHECK(bytes.find(login.access) == std::string::npos);
    std::vector<std::string> secrets;
    for (const std::string_view token :
         {std::string_view(login.refresh), view(child->refresh), view(mails->items[0]->token),
          view(mails->items[1]->token), std::string_view(login.refresh).substr(0, 20),
          std::string_view(login.refresh).substr(24)}) {
        for (std::string& each : spellings(token)) secrets.push_back(std::move(each));
    }
    for (const std::string& secret : secrets) {
        CAPTURE(secret);
        CHECK(bytes.find(secret) == std::string::npos);
    }
    // The session id by itself: 16 bytes, raw and in hex.
    const std::string sid = from_base64url(login.refresh).substr(0, 16);
    CHECK(bytes.find(sid) == std::string::npos);
    CHECK(bytes.find(to_hex(sid)) == std::string::npos);
}

TEST_CASE("[SE-6] a logout in one store handle is seen by the next call in another") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    const Handle here(path);
    const Handle there(path);
    create_user(here, "alice");
    for (int i = 0; i < 20; ++i) {
        const Login alice = login(here, "alice");
        CHECK(whoami(there, alice.access) == TILL_OK);
        REQUIRE(till_logout(here, nullptr, alice.refresh.data(), alice.refresh.size(), nullptr) ==
                TILL_OK);
        CHECK(whoami(there, alice.access) == TILL_E_UNAUTHENTICATED);
        Owned<till_tokens> tokens;
        CHECK(try_refresh(there, alice.refresh, tokens, nullptr) == TILL_E_UNAUTHENTICATED);
    }
}

TEST_CASE("[DA-3] the forged token of a signing key's thief opens nothing without a session id") {
    const TestStore store;
    const std::int64_t id = create_user(store, "alice", "", false, true);
    const Login alice = login(store, "alice");
    const till_call system = as_system();
    Owned<till_store_info> info;
    REQUIRE(till_store_info_get(store, &system, Out(info), nullptr) == TILL_OK);
    const std::string issuer = "till:" + std::string(view(info->store_id));
    const auto forge = [&](const std::string& sid) {
        const std::string claims = R"({"token_type":"access","user_id":")" + std::to_string(id) +
                                   R"(","sid":")" + sid + R"(","jti":")" + std::string(32, '0') +
                                   R"(","iss":")" + issuer +
                                   R"(","iat":1700000000,"exp":1700000300})";
        Owned<till_testing_token> token;
        REQUIRE(till_testing_token_forge(store, claims.data(), claims.size(), nullptr, 0,
                                         Out(token), nullptr) == TILL_OK);
        return std::string(view(token->token));
    };
    // The right session id, which is in no file, would do: so the forgery as such is well made.
    const std::string sid = from_base64url(alice.refresh).substr(0, 16);
    CHECK(whoami(store, forge(to_hex(sid))) == TILL_OK);
    CHECK(whoami(store, forge(std::string(32, '0'))) == TILL_E_UNAUTHENTICATED);
    CHECK(whoami(store, forge(std::to_string(alice.session_id))) == TILL_E_UNAUTHENTICATED);
}

TEST_CASE("[SE-3] [IN-5] a reused refresh token is logged by its session, never by its text") {
    const Directory directory;
    std::string log;
    const Handle store(directory.file("shop.db"), &log);
    create_user(store, "alice");
    const Login alice = login(store, "alice");
    std::string forged = alice.refresh;
    forged[40] = forged[40] == 'A' ? 'B' : 'A';
    Owned<till_tokens> tokens;
    CHECK(log.empty());
    till_call call = TILL_CALL_INIT;
    call.trace_id = str("request-17");
    CHECK(till_session_refresh(store, &call, forged.data(), forged.size(), Out(tokens), nullptr) ==
          TILL_E_UNAUTHENTICATED);
    CHECK(log.find("session " + std::to_string(alice.session_id)) != std::string::npos);
    CHECK(log.find("id=request-17") != std::string::npos);
    for (const std::string& secret : {alice.refresh, forged, alice.access}) {
        CHECK(log.find(secret) == std::string::npos);
        CHECK(log.find(secret.substr(0, 16)) == std::string::npos);
    }
}
