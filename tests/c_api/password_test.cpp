// SPDX-License-Identifier: MIT
#include "c_api/accounts.hpp"

using namespace abi;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr const char* new_password = "Fresh-pass-77";

till_status change(till_store* store, const till_call& call, std::string_view old_password,
                   std::string_view password, const till_error** err, std::int64_t user_id = 0) {
    till_password_change_in in = TILL_PASSWORD_CHANGE_IN_INIT;
    in.user_id = user_id;
    in.old_password = str(old_password);
    in.new_password = str(password);
    return till_password_change(store, &call, &in, err);
}

till_status request_reset(till_store* store, std::string_view email, const till_error** err) {
    return till_password_reset_request(store, nullptr, email.data(), email.size(), err);
}

till_status reset(till_store* store, std::int64_t user_id, std::string_view token,
                  std::string_view password, const till_error** err) {
    till_password_reset_in in = TILL_PASSWORD_RESET_IN_INIT;
    in.user_id = user_id;
    in.token = str(token);
    in.new_password = str(password);
    return till_password_reset(store, nullptr, &in, err);
}

// The token of the one reset mail that waits.
std::string mailed_token(till_store* store) {
    const auto page = claim(store);
    REQUIRE(page->count == 1);
    CHECK(view(page->items[0]->kind) == "mail.password_reset");
    return std::string(view(page->items[0]->token));
}

bool opens(till_store* store, std::string_view username, std::string_view password) {
    Owned<till_tokens> tokens;
    return try_login(store, username, password, tokens, nullptr) == TILL_OK;
}

}  // namespace

TEST_CASE("[PW-7] [SE-7] changing a password ends the other sessions and keeps this one") {
    const TestStore store;
    create_user(store, "alice");
    const Login here = login(store, "alice");
    const Login there = login(store, "alice");
    Err err;
    REQUIRE(change(store, as_token(here.access), good_password, new_password, err) == TILL_OK);
    CHECK(whoami(store, here.access) == TILL_OK);
    CHECK(whoami(store, there.access) == TILL_E_UNAUTHENTICATED);
    CHECK_FALSE(opens(store, "alice", good_password));
    CHECK(opens(store, "alice", new_password));
}

TEST_CASE("[PW-7] the old password may be left out within ten minutes of this session's login") {
    const TestStore store;
    create_user(store, "alice");
    set(store, "access_token_lifetime", "3600");
    const Login alice = login(store, "alice");
    Err err;
    store.advance(600 * second - 1);
    CHECK(change(store, as_token(alice.access), "", new_password, err) == TILL_OK);
    store.advance(1);
    CHECK(change(store, as_token(alice.access), "", good_password, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/old_password:required");
    // A refresh is no login.
    Owned<till_tokens> tokens;
    REQUIRE(try_refresh(store, alice.refresh, tokens, err) == TILL_OK);
    CHECK(change(store, as_token(view(tokens->access)), "", good_password, err) ==
          TILL_E_VALIDATION);
    // Nor does a host's word for the user stand for a session.
    CHECK(change(store, as_user(alice.user_id), "", good_password, err) == TILL_E_VALIDATION);
    CHECK(change(store, as_user(alice.user_id), new_password, good_password, err) == TILL_OK);
}

TEST_CASE("[PW-7] a wrong old and a weak new password are told at once") {
    const TestStore store;
    create_user(store, "alice", "alice@example.com");
    const Login alice = login(store, "alice");
    Err err;
    CHECK(change(store, as_token(alice.access), "wrong-password", "123", err) == TILL_E_VALIDATION);
    CHECK(err.violations() ==
          "/old_password:wrong /new_password:password_too_short "
          "/new_password:password_too_common /new_password:password_entirely_numeric");
    CHECK(change(store, as_token(alice.access), good_password, "alice-99", err) ==
          TILL_E_VALIDATION);
    CHECK(err.violations() == "/new_password:password_too_similar");
    CHECK(change(store, as_token(alice.access), good_password, "", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/new_password:blank");
    CHECK(opens(store, "alice", good_password));
}

TEST_CASE("[SE-7] a superuser sets another's password, which ends all sessions of that user") {
    const TestStore store;
    const std::int64_t root = create_user(store, "root", "", false, true);
    const std::int64_t alice = create_user(store, "alice");
    const Login session = login(store, "alice");
    Err err;
    CHECK(change(store, as_user(root), "", new_password, err, alice) == TILL_OK);
    CHECK(whoami(store, session.access) == TILL_E_UNAUTHENTICATED);
    CHECK(opens(store, "alice", new_password));
    CHECK(change(store, as_system(), "", good_password, err, alice) == TILL_OK);
    CHECK(opens(store, "alice", good_password));
    CHECK(change(store, as_system(), "", good_password, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/user_id:required");
    // His own he changes as everybody does.
    CHECK(change(store, as_user(root), "", new_password, err, root) == TILL_E_VALIDATION);
}

TEST_CASE("[AU-2] a reset request answers the same for everybody and mails only an active user") {
    const TestStore store;
    const std::int64_t alice = create_user(store, "alice", "alice@example.com");
    const std::int64_t bob = create_user(store, "bob", "bob@example.com");
    const till_call system = as_system();
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = bob;
    in.mask = TILL_USER_IS_ACTIVE;
    Owned<till_user> user;
    REQUIRE(till_user_update(store, &system, &in, Out(user), nullptr) == TILL_OK);
    Err err;
    CHECK(request_reset(store, "nobody@example.com", err) == TILL_OK);
    CHECK(request_reset(store, "bob@example.com", err) == TILL_OK);
    CHECK(request_reset(store, "ALICE@EXAMPLE.COM", err) == TILL_OK);
    const auto page = claim(store);
    REQUIRE(page->count == 1);
    CHECK(page->items[0]->user_id == alice);
    CHECK(view(page->items[0]->to) == "alice@example.com");
    CHECK(claim(store)->count == 0);
    CHECK(request_reset(store, "broken@", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/email:invalid");
    CHECK(request_reset(store, "", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/email:blank");
}

TEST_CASE("[AU-2] a hundred requests before the mail leaves are one mail") {
    const TestStore store;
    create_user(store, "alice", "alice@example.com");
    set(store, "throttle_mail_address", "0");
    for (int i = 0; i < 100; ++i) {
        CHECK(request_reset(store, "alice@example.com", nullptr) == TILL_OK);
        CHECK(request_reset(store, "nobody@example.com", nullptr) == TILL_OK);
    }
    CHECK(claim(store, 100)->count == 1);
    CHECK(claim(store, 100)->count == 0);
}

TEST_CASE(
    "[AU-3] [SE-7] a reset token sets the password once, ends all sessions and logs nobody in") {
    const TestStore store;
    const std::int64_t alice = create_user(store, "alice", "alice@example.com");
    const Login session = login(store, "alice");
    REQUIRE(request_reset(store, "alice@example.com", nullptr) == TILL_OK);
    const std::string token = mailed_token(store);
    CHECK(token.size() >= 22);  // 128 bits or more
    Err err;
    CHECK(reset(store, alice, token, "123", err) == TILL_E_VALIDATION);
    CHECK(err.violations().find("/new_password:") == 0);
    REQUIRE(reset(store, alice, token, new_password, err) == TILL_OK);
    CHECK(whoami(store, session.access) == TILL_E_UNAUTHENTICATED);
    CHECK(opens(store, "alice", new_password));
    CHECK_FALSE(opens(store, "alice", good_password));
    CHECK(get_user(store, alice)->email_verified == 1);
    CHECK(reset(store, alice, token, good_password, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/token:invalid");
}

TEST_CASE("[AU-3] a reset token is its user's alone, and the user is looked at first") {
    const TestStore store;
    const std::int64_t alice = create_user(store, "alice", "alice@example.com");
    const std::int64_t bob = create_user(store, "bob", "bob@example.com");
    REQUIRE(request_reset(store, "alice@example.com", nullptr) == TILL_OK);
    const std::string token = mailed_token(store);
    Err err;
    CHECK(reset(store, bob, token, new_password, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/token:invalid");
    CHECK(reset(store, 4711, token, new_password, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/user_id:invalid");
    CHECK(reset(store, 0, "wrong", "123", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/user_id:invalid");
    CHECK(reset(store, alice, "wrong", "123", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/token:invalid");
    CHECK(reset(store, alice, token, new_password, err) == TILL_OK);
}

TEST_CASE(
    "[AU-3] a reset token dies by time, by a newer one, by a password change and with its "
    "address") {
    const TestStore store;
    const std::int64_t alice = create_user(store, "alice", "alice@example.com");
    Err err;
    const auto fresh_token = [&] {
        empty_outbox(store);
        REQUIRE(request_reset(store, "alice@example.com", nullptr) == TILL_OK);
        return mailed_token(store);
    };
    std::string token = fresh_token();
    store.advance(600 * second);
    CHECK(reset(store, alice, token, new_password, err) == TILL_E_VALIDATION);

    token = fresh_token();
    const std::string newer = fresh_token();
    CHECK(reset(store, alice, token, new_password, err) == TILL_E_VALIDATION);
    store.advance(600 * second - 1);
    CHECK(reset(store, alice, newer, new_password, err) == TILL_OK);

    token = fresh_token();
    REQUIRE(change(store, as_system(), "", good_password, err, alice) == TILL_OK);
    CHECK(reset(store, alice, token, new_password, err) == TILL_E_VALIDATION);

    token = fresh_token();
    set(store, "email_verification", "off");
    const till_call call = as_user(alice);
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.mask = TILL_USER_EMAIL;
    in.email = str("al@example.com");
    Owned<till_user> user;
    REQUIRE(till_user_update(store, &call, &in, Out(user), err) == TILL_OK);
    in.email = str("alice@example.com");
    REQUIRE(till_user_update(store, &call, &in, Out(user), err) == TILL_OK);
    CHECK(reset(store, alice, token, new_password, err) == TILL_E_VALIDATION);
}

TEST_CASE("a mailed reset works for a user who was deactivated meanwhile, and he stays inactive") {
    const TestStore store;
    const std::int64_t alice = create_user(store, "alice", "alice@example.com");
    REQUIRE(request_reset(store, "alice@example.com", nullptr) == TILL_OK);
    const std::string token = mailed_token(store);
    const till_call system = as_system();
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = alice;
    in.mask = TILL_USER_IS_ACTIVE;
    Owned<till_user> user;
    REQUIRE(till_user_update(store, &system, &in, Out(user), nullptr) == TILL_OK);
    Err err;
    CHECK(reset(store, alice, token, new_password, err) == TILL_OK);
    CHECK_FALSE(opens(store, "alice", new_password));
    CHECK(get_user(store, alice)->is_active == 0);
}

TEST_CASE("[AU-3] a verification token confirms the address it was mailed to, once") {
    const TestStore store;
    Owned<till_tokens> tokens;
    Err err;
    REQUIRE(try_register(store, "alice", "alice@example.com", good_password, tokens, err) ==
            TILL_OK);
    const std::int64_t id = tokens->user->id;
    const auto verify = [&](const std::string& token) {
        return till_email_verify(store, nullptr, token.data(), token.size(), err);
    };
    const auto resend = [&](std::string_view email) {
        return till_email_resend(store, nullptr, email.data(), email.size(), err);
    };
    const auto token_of = [&] {
        const auto page = claim(store);
        REQUIRE(page->count == 1);
        CHECK(view(page->items[0]->kind) == "mail.email_verification");
        return std::string(view(page->items[0]->token));
    };
    const std::string first = token_of();
    CHECK(get_user(store, id)->email_verified == 0);
    CHECK(verify("wrong") == TILL_E_NOT_FOUND);
    CHECK(verify("") == TILL_E_NOT_FOUND);
    // A reset does not take a verification token.
    CHECK(reset(store, id, first, new_password, err) == TILL_E_VALIDATION);

    CHECK(resend("nobody@example.com") == TILL_OK);
    CHECK(resend("Alice@example.com") == TILL_OK);
    CHECK(resend("broken") == TILL_E_VALIDATION);
    const std::string second_token = token_of();
    CHECK(verify(first) == TILL_E_NOT_FOUND);
    CHECK(verify(second_token) == TILL_OK);
    CHECK(get_user(store, id)->email_verified == 1);
    CHECK(verify(second_token) == TILL_E_NOT_FOUND);
    // Verified: there is nothing to resend, and the answer is the same.
    CHECK(resend("alice@example.com") == TILL_OK);
    CHECK(claim(store)->count == 0);
}
