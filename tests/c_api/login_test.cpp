// SPDX-License-Identifier: MIT
#include "c_api/accounts.hpp"

#include <thread>
#include <vector>

using namespace abi;

TEST_CASE("a visitor registers, is logged in, and his token says who he is") {
    const TestStore store;
    Owned<till_tokens> tokens;
    Err err;
    REQUIRE(try_register(store, "Alice", "alice@example.com", good_password, tokens, err) ==
            TILL_OK);
    CHECK(tokens->session_id > 0);
    CHECK(view(tokens->user->username) == "Alice");
    CHECK(view(tokens->user->email) == "alice@example.com");
    CHECK(tokens->user->has_password == 1);
    CHECK(tokens->user->is_active == 1);
    CHECK(tokens->user->is_staff == 0);
    CHECK(tokens->user->last_login_us == start_time);
    CHECK(tokens->access_expires_us == start_time + 300'000'000);
    CHECK(tokens->refresh_expires_us == start_time + 86'400'000'000);

    const till_call call = as_token(view(tokens->access));
    Owned<till_user> user;
    REQUIRE(till_user_get(store, &call, 0, Out(user), err) == TILL_OK);
    CHECK(user->id == tokens->user->id);
    const Login again = login(store, "alice");
    CHECK(again.user_id == user->id);
    CHECK(again.session_id != tokens->session_id);
}

TEST_CASE("registration tells everything that is wrong with its fields at once") {
    const TestStore store;
    Owned<till_tokens> tokens;
    Err err;
    CHECK(try_register(store, "a b", "nobody@", "123", tokens, err) == TILL_E_VALIDATION);
    CHECK(err.violations() ==
          "/username:invalid /email:invalid /password:password_too_short "
          "/password:password_too_common /password:password_entirely_numeric");
    CHECK(try_register(store, "", "", "", tokens, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/username:blank /password:blank");
    CHECK(try_register(store, "alice", "", "alice-99", tokens, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password:password_too_similar");
}

TEST_CASE("a taken user name and a taken address are both told, whatever their case") {
    const TestStore store;
    Owned<till_tokens> tokens;
    Err err;
    set(store, "email_verification", "off");
    REQUIRE(try_register(store, "alice", "alice@example.com", good_password, tokens, err) ==
            TILL_OK);
    CHECK(try_register(store, "ALICE", "Alice@Example.COM", good_password, tokens, err) ==
          TILL_E_ALREADY_EXISTS);
    CHECK(err.violations() == "/username:taken /email:taken");
    CHECK(try_register(store, "alicia", "ALICE@example.com", good_password, tokens, err) ==
          TILL_E_ALREADY_EXISTS);
    CHECK(err.violations() == "/email:taken");
    // Several users may have no address.
    CHECK(try_register(store, "bob", "", good_password, tokens, err) == TILL_OK);
    CHECK(try_register(store, "carol", "", good_password, tokens, err) == TILL_OK);
}

TEST_CASE("of sixteen racing registrations of one name exactly one succeeds") {
    const TestStore store;
    std::vector<till_status> results(16, TILL_E_INTERNAL);
    std::vector<std::thread> threads;
    for (till_status& result : results) {
        threads.emplace_back([&store, &result] {
            Owned<till_tokens> tokens;
            result = try_register(store, "alice", "", good_password, tokens, nullptr);
        });
    }
    for (std::thread& thread : threads) thread.join();
    int won = 0;
    for (const till_status result : results) {
        if (result == TILL_OK) {
            ++won;
        } else {
            CHECK(result == TILL_E_ALREADY_EXISTS);
        }
    }
    CHECK(won == 1);
}

TEST_CASE("[AU-1] an unknown user, a wrong password and an inactive user get the same answer") {
    const TestStore store;
    create_user(store, "alice");
    const std::int64_t bob = create_user(store, "bob");
    till_user_update_in update = TILL_USER_UPDATE_IN_INIT;
    update.user_id = bob;
    update.mask = TILL_USER_IS_ACTIVE;
    const till_call system = as_system();
    Owned<till_user> user;
    REQUIRE(till_user_update(store, &system, &update, Out(user), nullptr) == TILL_OK);

    std::string answer;
    const std::string too_long(2000, 'x');
    const std::string long_name(2000, 'u');
    const std::pair<std::string, std::string> attempts[] = {
        {"nobody", good_password}, {"alice", "wrong-password"},   {"bob", good_password},
        {"alice", too_long},       {"alice", "bad\xC0\x80"},      {long_name, good_password},
        {"a\xFF", good_password},  {"alice", " Str0ng-pass!word"}};
    for (const auto& [username, password] : attempts) {
        CAPTURE(username);
        Owned<till_tokens> tokens;
        Err err;
        CHECK(try_login(store, username, password, tokens, err) == TILL_E_UNAUTHENTICATED);
        CHECK(err.code() == "invalid_credentials");
        if (answer.empty()) answer = view(err->message);
        CHECK(view(err->message) == answer);
        CHECK(err.violations().empty());
        CHECK(tokens == nullptr);
    }
    Owned<till_tokens> tokens;
    Err err;
    CHECK(try_login(store, "", "", tokens, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/username:blank /password:blank");
}

TEST_CASE("[PW-3] two long passwords that begin alike do not open each other's account") {
    const TestStore store;
    const std::string common(72, 'q');
    Owned<till_tokens> tokens;
    Err err;
    const std::string first = common + "Wx7-first-tail";
    REQUIRE(try_register(store, "alice", "", first, tokens, err) == TILL_OK);
    CHECK(try_login(store, "alice", common + "Wx7-other-tail", tokens, err) ==
          TILL_E_UNAUTHENTICATED);
    CHECK(try_login(store, "alice", common, tokens, err) == TILL_E_UNAUTHENTICATED);
    CHECK(try_login(store, "alice", first, tokens, err) == TILL_OK);
}

TEST_CASE("[PW-4] a password is compared in its normal form and never trimmed") {
    const TestStore store;
    Owned<till_tokens> tokens;
    Err err;
    // Composed at registration, decomposed at login.
    REQUIRE(try_register(store, "alice", "", "caf\xC3\xA9-au-lait", tokens, err) == TILL_OK);
    CHECK(try_login(store, "alice", "cafe\xCC\x81-au-lait", tokens, err) == TILL_OK);
    CHECK(try_login(store, "alice", "caf\xC3\xA9-au-lait ", tokens, err) == TILL_E_UNAUTHENTICATED);
    REQUIRE(try_register(store, "bob", "", " leading blank ", tokens, err) == TILL_OK);
    CHECK(try_login(store, "bob", "leading blank", tokens, err) == TILL_E_UNAUTHENTICATED);
    CHECK(try_login(store, "bob", " leading blank ", tokens, err) == TILL_OK);
}

TEST_CASE("[ID-3] calls that issue tokens refuse an idempotency key, and hashing refuses a batch") {
    const TestStore store;
    create_user(store, "alice");
    till_call call = TILL_CALL_INIT;
    call.idempotency_key = str("key");
    till_login_in in = TILL_LOGIN_IN_INIT;
    in.username = str("alice");
    in.password = str(good_password);
    till_register_in registration = TILL_REGISTER_IN_INIT;
    registration.username = str("bob");
    registration.password = str(good_password);
    Owned<till_tokens> tokens;
    Err err;
    CHECK(till_login(store, &call, &in, Out(tokens), err) == TILL_E_MISUSE);
    CHECK(till_register(store, &call, &registration, Out(tokens), err) == TILL_E_MISUSE);
    const Login alice = login(store, "alice");
    CHECK(till_session_refresh(store, &call, alice.refresh.data(), alice.refresh.size(),
                               Out(tokens), err) == TILL_E_MISUSE);
}

TEST_CASE("mandatory verification asks for an address, opens no session and refuses the login") {
    const TestStore store;
    set(store, "email_verification", "mandatory");
    Owned<till_tokens> tokens;
    Err err;
    CHECK(try_register(store, "alice", "", good_password, tokens, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/email:required");
    REQUIRE(try_register(store, "alice", "alice@example.com", good_password, tokens, err) ==
            TILL_OK);
    CHECK(tokens->session_id == 0);
    CHECK(tokens->access.data == nullptr);
    CHECK(tokens->refresh.data == nullptr);
    CHECK(view(tokens->user->username) == "alice");

    CHECK(try_login(store, "alice", "wrong-password", tokens, err) == TILL_E_UNAUTHENTICATED);
    CHECK(err.code() == "invalid_credentials");
    CHECK(try_login(store, "alice", good_password, tokens, err) == TILL_E_UNAUTHENTICATED);
    CHECK(err.code() == "email_not_verified");

    const auto mails = claim(store);
    REQUIRE(mails->count == 1);
    const std::string token(view(mails->items[0]->token));
    REQUIRE(till_email_verify(store, nullptr, token.data(), token.size(), err) == TILL_OK);
    CHECK(try_login(store, "alice", good_password, tokens, err) == TILL_OK);
}

TEST_CASE("[PW-6] hashes of Django verify and are upgraded at the first login") {
    const TestStore store;
    const till_call system = as_system();
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = str("alice");
    // make_password("lètmein", "seasalt", "pbkdf2_sha256") at 1 round, computed independently.
    in.password_hash = str("pbkdf2_sha256$1$seasalt$mJQ8D8xVBAKQGCo0t0n+NSPS2a0gQhVtjuC9LdL9WiM=");
    Owned<till_user> user;
    Err err;
    REQUIRE(till_user_create(store, &system, &in, Out(user), err) == TILL_OK);
    CHECK(user->has_password == 1);
    Owned<till_tokens> tokens;
    CHECK(try_login(store, "alice", "letmein", tokens, err) == TILL_E_UNAUTHENTICATED);
    CHECK(try_login(store, "alice", "l\xC3\xA8tmein", tokens, err) == TILL_OK);
    // The upgraded hash is of the normal form: the decomposed spelling opens it from now on.
    CHECK(try_login(store, "alice", "le\xCC\x80tmein", tokens, err) == TILL_OK);

    in.username = str("bob");
    in.password_hash = str("!unusable-0123456789");
    REQUIRE(till_user_create(store, &system, &in, Out(user), err) == TILL_OK);
    CHECK(user->has_password == 0);
    in.username = str("carol");
    in.password_hash = str("md5$salt$0123");
    CHECK(till_user_create(store, &system, &in, Out(user), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password_hash:invalid");
    in.password_hash = str("scrypt$1$2$3$4$5");
    in.password = str(good_password);
    CHECK(till_user_create(store, &system, &in, Out(user), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password_hash:conflict");
}
