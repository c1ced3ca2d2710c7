// SPDX-License-Identifier: MIT
//
// A change of address: it waits, is confirmed and told of, and is not to be had by a found session.
#include "c_api/addresses.hpp"

using namespace abi;

namespace {

constexpr const char* old_email = "alice@example.com";
constexpr const char* new_email = "al@example.com";
constexpr const char* other_password = "Fresh-pass-77";

// A user with a proved address, or one without.
std::int64_t alice_in(till_store* store, bool proved = true) {
    const std::int64_t id = create_user(store, "alice", old_email);
    if (proved) prove(store, id);
    return id;
}

till_status change_password(till_store* store, const till_call& call, std::int64_t user_id) {
    till_password_change_in in = TILL_PASSWORD_CHANGE_IN_INIT;
    in.user_id = user_id;
    in.new_password = str(other_password);
    return till_password_change(store, &call, &in, nullptr);
}

std::string newest_event(till_store* store, std::int64_t user_id) {
    till_event_query query = TILL_EVENT_QUERY_INIT;
    query.flags = TILL_EVENTS_NEWEST_FIRST;
    query.subject_id = user_id;
    query.limit = 1;
    const till_call system = as_system();
    Owned<till_event_page> page;
    REQUIRE(till_event_list(store, &system, &query, Out(page), nullptr) == TILL_OK);
    REQUIRE(page->count == 1);
    return std::string(view(page->items[0]->kind)) + std::string(view(page->items[0]->data));
}

}  // namespace

TEST_CASE("[AU-3] a new address waits for its token; until then mails go to the old one") {
    const TestStore store;
    const std::int64_t alice = alice_in(store);
    REQUIRE(move_to(store, as_user(alice), new_email) == TILL_OK);
    CHECK(email_of(store, alice) == old_email);
    CHECK(new_email_of(store, alice) == new_email);
    CHECK(get_user(store, alice)->email_verified == 1);
    CHECK(newest_event(store, alice) == R"(user.updated{"fields":["new_email"]})");
    auto mails = take_mails(store);
    CHECK(told(mails) == "email_change>al@example.com email_change_requested>alice@example.com");
    // A reset goes to the old address, and by the new one there is nobody.
    REQUIRE(ask_reset(store, old_email) == TILL_OK);
    REQUIRE(ask_reset(store, new_email) == TILL_OK);
    CHECK(told(take_mails(store)) == "password_reset>alice@example.com");

    const std::string token = token_of(mails, "mail.email_change");
    REQUIRE(verify(store, token) == TILL_OK);
    CHECK(email_of(store, alice) == new_email);
    CHECK(new_email_of(store, alice).empty());
    CHECK(get_user(store, alice)->email_verified == 1);
    CHECK(told(take_mails(store)) == "email_changed>alice@example.com");
    CHECK(verify(store, token) == TILL_E_NOT_FOUND);
    // The old address is free, and opens nothing.
    REQUIRE(ask_reset(store, old_email) == TILL_OK);
    CHECK(take_mails(store).empty());
    CHECK(create_user(store, "bob", old_email) > 0);
}

TEST_CASE("[AU-3] who was deactivated meanwhile moves to no new address") {
    const TestStore store;
    const std::int64_t alice = alice_in(store);
    REQUIRE(move_to(store, as_user(alice), new_email) == TILL_OK);
    const std::string token = token_of(take_mails(store), "mail.email_change");
    const till_call system = as_system();
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = alice;
    in.mask = TILL_USER_IS_ACTIVE;
    for (const till_bool active : {till_bool{0}, till_bool{1}}) {
        in.is_active = active;
        Owned<till_user> user;
        REQUIRE(till_user_update(store, &system, &in, Out(user), nullptr) == TILL_OK);
        CHECK(verify(store, token) == TILL_E_NOT_FOUND);
        CHECK(email_of(store, alice) == old_email);
    }
}

TEST_CASE("[AU-3] a waiting address is no proof of anything else, and no address opens a login") {
    const TestStore store;
    const std::int64_t alice = alice_in(store);
    REQUIRE(move_to(store, as_user(alice), new_email) == TILL_OK);
    const std::string token = token_of(take_mails(store), "mail.email_change");
    CHECK(reset_to(store, alice, token, other_password) == TILL_E_VALIDATION);
    Owned<till_tokens> tokens;
    for (const char* name : {new_email, old_email}) {
        CHECK(try_login(store, name, good_password, tokens, nullptr) == TILL_E_UNAUTHENTICATED);
    }
    // A user may be called like another's address: his password opens his account alone.
    const std::int64_t mallory = create_user(store, new_email);
    CHECK(login(store, new_email).user_id == mallory);
    REQUIRE(verify(store, token) == TILL_OK);
    CHECK(login(store, new_email).user_id == mallory);
    CHECK(login(store, "alice").user_id == alice);
}

TEST_CASE("[AU-3] the token of a change dies by time, by a newer change and by a new password") {
    const TestStore store;
    const std::int64_t alice = alice_in(store);
    const auto token_for = [&](const char* email) {
        REQUIRE(move_to(store, as_user(alice), email) == TILL_OK);
        return token_of(take_mails(store), "mail.email_change");
    };
    std::string token = token_for(new_email);
    store.advance(24 * 3600 * second);
    CHECK(verify(store, token) == TILL_E_NOT_FOUND);
    // It still waits: a new token is mailed on request, and voids the one before.
    REQUIRE(resend(store, new_email) == TILL_OK);
    token = token_of(take_mails(store), "mail.email_change");
    REQUIRE(resend(store, new_email) == TILL_OK);
    const std::string newer = token_of(take_mails(store), "mail.email_change");
    CHECK(verify(store, token) == TILL_E_NOT_FOUND);

    const std::string third = token_for("third@example.com");
    CHECK(verify(store, newer) == TILL_E_NOT_FOUND);
    CHECK(new_email_of(store, alice) == "third@example.com");
    // Who learns of the change by mail stops it with a new password.
    REQUIRE(change_password(store, as_system(), alice) == TILL_OK);
    CHECK(verify(store, third) == TILL_E_NOT_FOUND);
    CHECK(new_email_of(store, alice).empty());
    CHECK(email_of(store, alice) == old_email);
    CHECK(told(take_mails(store)) == "password_changed>alice@example.com");
    // The same for a change that was not mailed yet.
    REQUIRE(move_to(store, as_user(alice), new_email) == TILL_OK);
    REQUIRE(change_password(store, as_system(), alice) == TILL_OK);
    CHECK(told(take_mails(store)) == "password_changed>alice@example.com");
}

TEST_CASE("the same address again, or the one that is there, is no change of what waits") {
    const TestStore store;
    const std::int64_t alice = alice_in(store);
    REQUIRE(move_to(store, as_user(alice), new_email) == TILL_OK);
    const std::string token = token_of(take_mails(store), "mail.email_change");
    const std::int64_t version = get_user(store, alice)->version;
    REQUIRE(move_to(store, as_user(alice), "AL@example.com") == TILL_OK);
    REQUIRE(move_to(store, as_user(alice), old_email) == TILL_OK);
    CHECK(get_user(store, alice)->version == version);
    CHECK(take_mails(store).empty());
    REQUIRE(verify(store, token) == TILL_OK);
    CHECK(email_of(store, alice) == new_email);
}

TEST_CASE("an address changes at once where nothing is lost by it or somebody vouches for it") {
    const TestStore store;
    const std::int64_t alice = create_user(store, "alice");
    REQUIRE(move_to(store, as_user(alice), old_email) == TILL_OK);  // there was none
    CHECK(email_of(store, alice) == old_email);
    CHECK(get_user(store, alice)->email_verified == 0);
    CHECK(told(take_mails(store)) == "email_verification>alice@example.com");

    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = alice;
    in.mask = TILL_USER_EMAIL | TILL_USER_EMAIL_VERIFIED;
    in.email = str(new_email);
    in.email_verified = 1;
    const till_call system = as_system();
    Owned<till_user> user;
    REQUIRE(till_user_update(store, &system, &in, Out(user), nullptr) == TILL_OK);
    CHECK(view(user->email) == new_email);
    CHECK(user->email_verified == 1);
    CHECK(told(take_mails(store)) == "email_changed>alice@example.com");

    // Given up, also while another one waits.
    REQUIRE(move_to(store, as_user(alice), "third@example.com") == TILL_OK);
    const std::string token = token_of(take_mails(store), "mail.email_change");
    REQUIRE(move_to(store, as_user(alice), "") == TILL_OK);
    CHECK(told(take_mails(store)) == "email_changed>al@example.com");
    CHECK(verify(store, token) == TILL_E_NOT_FOUND);
    CHECK(email_of(store, alice).empty());
}

TEST_CASE("with verification off an address changes at once, and the old one is told") {
    const TestStore store;
    set(store, "email_verification", "off");
    const std::int64_t alice = alice_in(store, false);
    create_user(store, "bob", "bob@example.com");
    Err err;
    CHECK(move_to(store, as_user(alice), "BOB@example.com", 0, "", err) == TILL_E_ALREADY_EXISTS);
    CHECK(err.violations() == "/email:taken");
    REQUIRE(move_to(store, as_user(alice), new_email) == TILL_OK);
    CHECK(email_of(store, alice) == new_email);
    CHECK(told(take_mails(store)) == "email_changed>alice@example.com");
    // A token that was mailed to the old address is void.
    REQUIRE(ask_reset(store, new_email) == TILL_OK);
    const std::string token = token_of(take_mails(store), "mail.password_reset");
    REQUIRE(move_to(store, as_user(alice), old_email) == TILL_OK);
    CHECK(reset_to(store, alice, token, other_password) == TILL_E_VALIDATION);
}

TEST_CASE("mandatory verification lets nobody give his address up") {
    const TestStore store;
    set(store, "email_verification", "mandatory");
    const std::int64_t alice = alice_in(store);
    Err err;
    CHECK(move_to(store, as_user(alice), "", 0, "", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/email:required");
    REQUIRE(move_to(store, as_user(alice), new_email) == TILL_OK);
    CHECK(login(store, "alice").user_id == alice);  // by the old one, which is proved
    CHECK(move_to(store, as_system(), "", alice) == TILL_OK);
}

TEST_CASE("[AU-8] one's own address changes after a fresh login or with the password") {
    const TestStore store;
    set(store, "access_token_lifetime", "86400");
    const std::int64_t alice = alice_in(store);
    const Login session = login(store, "alice");
    const till_call call = as_token(session.access);
    store.advance(600 * second - 1);
    REQUIRE(move_to(store, call, new_email) == TILL_OK);
    store.advance(1);
    Err err;
    CHECK(move_to(store, call, "third@example.com", 0, "", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password:required");
    CHECK(move_to(store, call, "third@example.com", 0, "wrong", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password:wrong");
    CHECK(move_to(store, call, "", 0, "", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password:required");
    CHECK(move_to(store, call, "broken@", 0, "", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/email:invalid /password:required");
    CHECK(new_email_of(store, alice) == new_email);
    // What is no other address needs nothing.
    CHECK(move_to(store, call, "ALICE@example.com") == TILL_OK);
    CHECK(move_to(store, call, new_email) == TILL_OK);
    CHECK(move_to(store, call, "third@example.com", 0, good_password, err) == TILL_OK);
    CHECK(new_email_of(store, alice) == "third@example.com");
    // A refresh is no login.
    Owned<till_tokens> tokens;
    REQUIRE(try_refresh(store, session.refresh, tokens, nullptr) == TILL_OK);
    CHECK(move_to(store, as_token(view(tokens->access)), new_email) == TILL_E_VALIDATION);
    // With the password a batch would wait for the hash.
    till_batch* batch = nullptr;
    REQUIRE(till_batch_begin(store, nullptr, &batch, nullptr) == TILL_OK);
    till_call batched = call;
    batched.batch = batch;
    CHECK(move_to(store, batched, new_email, 0, good_password) == TILL_E_MISUSE);
    till_batch_rollback(batch);
}

TEST_CASE("[AU-8] staff and the host change another's address without a password of anybody") {
    const TestStore store;
    set(store, "access_token_lifetime", "86400");
    const std::int64_t alice = alice_in(store);
    create_user(store, "clerk", "clerk@example.com", true);
    const Login session = login(store, "clerk");
    const till_call clerk = as_token(session.access);
    store.advance(3600 * second);
    CHECK(move_to(store, clerk, "b@example.com", alice) == TILL_OK);
    CHECK(move_to(store, as_system(), "c@example.com", alice) == TILL_OK);
    CHECK(move_to(store, as_user(alice), "d@example.com") == TILL_OK);
    // His own address is another matter.
    CHECK(move_to(store, clerk, "e@example.com") == TILL_E_VALIDATION);
    // It waits all the same: what the clerk heard is not what the customer can read.
    CHECK(email_of(store, alice) == old_email);
    CHECK(new_email_of(store, alice) == "d@example.com");
}

TEST_CASE("[AU-8] wrong passwords for a new address are counted") {
    const TestStore store;
    set(store, "access_token_lifetime", "86400");
    alice_in(store);
    const Login session = login(store, "alice");
    const till_call call = as_token(session.access);
    store.advance(3600 * second);
    for (int i = 0; i < 5; ++i) {
        CHECK(move_to(store, call, new_email, 0, "wrong") == TILL_E_VALIDATION);
    }
    CHECK(move_to(store, call, new_email, 0, good_password) == TILL_E_RATE_LIMITED);
}

TEST_CASE("a change of address is done once for a key, whatever the password with it") {
    const TestStore store;
    const std::int64_t alice = alice_in(store);
    const Login session = login(store, "alice");
    till_call call = as_token(session.access);
    call.idempotency_key = str("change-1");
    REQUIRE(move_to(store, call, new_email) == TILL_OK);
    const std::int64_t version = get_user(store, alice)->version;
    CHECK(move_to(store, call, new_email, 0, good_password) == TILL_OK);
    CHECK(get_user(store, alice)->version == version);
    CHECK(move_to(store, call, "third@example.com") == TILL_E_IDEMPOTENCY_MISMATCH);
}
