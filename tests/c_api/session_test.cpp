// SPDX-License-Identifier: MIT
#include "c_api/accounts.hpp"

#include <set>
#include <thread>
#include <vector>

using namespace abi;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

std::string refreshed(till_store* store, std::string_view token) {
    Owned<till_tokens> tokens;
    Err err;
    REQUIRE(try_refresh(store, token, tokens, err) == TILL_OK);
    CHECK(whoami(store, view(tokens->access)) == TILL_OK);
    return std::string(view(tokens->refresh));
}

std::string refusal(till_store* store, std::string_view token) {
    Owned<till_tokens> tokens;
    Err err;
    const till_status status = try_refresh(store, token, tokens, err);
    if (status == TILL_OK) return "";
    CHECK(status == TILL_E_UNAUTHENTICATED);
    CHECK(tokens == nullptr);
    return err.code();
}

till_status verified(till_store* store, std::string_view token) {
    Owned<till_session> session;
    return till_session_verify(store, nullptr, token.data(), token.size(), Out(session), nullptr);
}

till_status log_out(till_store* store, std::string_view token) {
    return till_logout(store, nullptr, token.data(), token.size(), nullptr);
}

std::size_t live_sessions(till_store* store, std::int64_t user_id) {
    const till_call call = as_user(user_id);
    Owned<till_session_page> page;
    REQUIRE(till_session_list(store, &call, nullptr, Out(page), nullptr) == TILL_OK);
    return page->count;
}

till_status update_flag(till_store* store, std::int64_t user_id, std::uint64_t field, bool value) {
    const till_call system = as_system();
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = user_id;
    in.mask = field;
    in.is_active = value ? 1 : 0;
    in.is_staff = value ? 1 : 0;
    in.is_superuser = value ? 1 : 0;
    Owned<till_user> user;
    return till_user_update(store, &system, &in, Out(user), nullptr);
}

}  // namespace

TEST_CASE("[SE-4] a client that keeps its first refresh token survives twenty refreshes") {
    const TestStore store;
    create_user(store, "alice");
    const Login alice = login(store, "alice");
    std::set<std::string> children;
    for (int i = 0; i < 20; ++i) {
        store.advance(20 * hour);
        children.insert(refreshed(store, alice.refresh));
    }
    CHECK(children.size() == 1);
    CHECK(children.count(alice.refresh) == 0);
}

TEST_CASE(
    "[SE-3] a client that rotates gets a new token each time, and its chain has one live end") {
    const TestStore store;
    create_user(store, "alice");
    std::string token = login(store, "alice").refresh;
    std::set<std::string> seen{token};
    for (int i = 0; i < 20; ++i) {
        store.advance(hour);
        token = refreshed(store, token);
        CHECK(seen.insert(token).second);
    }
    CHECK(live_sessions(store, 1) == 1);
}

TEST_CASE(
    "[SE-3] replaying a rotated token after its grace ends the session, the newest token with it") {
    const TestStore store;
    create_user(store, "alice");
    const Login other = login(store, "alice");
    const Login alice = login(store, "alice");
    const std::string child = refreshed(store, alice.refresh);
    const std::string grandchild = refreshed(store, child);  // the client rotates
    store.advance(11 * second);
    CHECK(refusal(store, child) == "token_not_valid");
    CHECK(refusal(store, grandchild) == "token_not_valid");
    CHECK(whoami(store, alice.access) == TILL_E_UNAUTHENTICATED);
    // Other families live.
    CHECK(whoami(store, other.access) == TILL_OK);
    CHECK(refusal(store, other.refresh).empty());
}

TEST_CASE("[SE-3] a grandparent is reuse at once, however soon it comes") {
    const TestStore store;
    create_user(store, "alice");
    const Login alice = login(store, "alice");
    const std::string child = refreshed(store, alice.refresh);
    const std::string grandchild = refreshed(store, child);
    CHECK(refusal(store, alice.refresh) == "token_not_valid");
    CHECK(refusal(store, grandchild) == "token_not_valid");
}

TEST_CASE("[SE-4] two tabs that refresh within ten seconds get the same child") {
    const TestStore store;
    create_user(store, "alice");
    const std::string child = refreshed(store, login(store, "alice").refresh);
    const std::string grandchild = refreshed(store, child);
    store.advance(10 * second);
    CHECK(refreshed(store, child) == grandchild);
    // Once the child was used, its parent is reuse.
    const std::string next = refreshed(store, grandchild);
    CHECK(refusal(store, child) == "token_not_valid");
    CHECK(refusal(store, next) == "token_not_valid");
}

TEST_CASE("[SE-3] strict rotation gives the login's token ten seconds and no more") {
    const TestStore store;
    set(store, "strict_rotation", "true");
    create_user(store, "alice");
    const Login alice = login(store, "alice");
    const std::string child = refreshed(store, alice.refresh);
    store.advance(10 * second);
    CHECK(refreshed(store, alice.refresh) == child);
    store.advance(second);
    CHECK(refusal(store, alice.refresh) == "token_not_valid");
    CHECK(refusal(store, child) == "token_not_valid");
}

TEST_CASE("[SE-3] a guessed secret for a known session ends it") {
    const TestStore store;
    create_user(store, "alice");
    const Login alice = login(store, "alice");
    std::string forged = alice.refresh;
    forged.back() = forged.back() == 'A' ? 'B' : 'A';
    CHECK(refusal(store, forged) == "token_not_valid");
    CHECK(refusal(store, alice.refresh) == "token_not_valid");
    CHECK(whoami(store, alice.access) == TILL_E_UNAUTHENTICATED);
}

TEST_CASE("[SE-4] fifty threads that refresh one token get one child, which alone lives on") {
    const TestStore store;
    create_user(store, "alice");
    std::string token = login(store, "alice").refresh;
    for (int round = 0; round < 3; ++round) {
        std::vector<std::string> children(50);
        std::vector<std::thread> threads;
        for (std::string& child : children) {
            threads.emplace_back([&store, &child, &token] {
                Owned<till_tokens> tokens;
                if (try_refresh(store, token, tokens, nullptr) == TILL_OK) {
                    child = view(tokens->refresh);
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        const std::set<std::string> different(children.begin(), children.end());
        CHECK(different.size() == 1);
        CHECK_FALSE(children.front().empty());
        token = children.front();
    }
    CHECK(live_sessions(store, 1) == 1);
    CHECK_FALSE(refreshed(store, token).empty());
}

TEST_CASE("[JW-7] what is no token of the right kind refreshes nothing") {
    const TestStore store;
    create_user(store, "alice");
    const Login alice = login(store, "alice");
    for (const std::string& token :
         {alice.access, std::string(), std::string("garbage"), std::string(64, 'A'),
          alice.refresh + "A", alice.refresh.substr(1), std::string(1 << 20, 'A')}) {
        CHECK(refusal(store, token) == "token_not_valid");
    }
    CHECK(refusal(store, alice.refresh).empty());
    Owned<till_tokens> tokens;
    Err err;
    CHECK(till_session_refresh(store, nullptr, nullptr, 0, Out(tokens), err) == TILL_E_MISUSE);
}

TEST_CASE("[SE-5] a session ends after a day without a refresh and after thirty days in any case") {
    const TestStore store;
    create_user(store, "alice");
    const Login idle = login(store, "alice");
    std::string token = login(store, "alice").refresh;
    store.advance(day - second);
    token = refreshed(store, token);
    store.advance(second);
    CHECK(refusal(store, idle.refresh) == "token_not_valid");
    CHECK(verified(store, idle.refresh) == TILL_E_UNAUTHENTICATED);
    token = refreshed(store, token);
    for (int i = 1; i < 29; ++i) {
        store.advance(day - second);
        token = refreshed(store, token);
    }
    store.advance(day - second);
    Owned<till_tokens> tokens;
    REQUIRE(try_refresh(store, token, tokens, nullptr) == TILL_OK);
    CHECK(tokens->refresh_expires_us == start_time + 30 * day);
    token = view(tokens->refresh);
    store.advance(day);
    CHECK(refusal(store, token) == "token_not_valid");
    CHECK(live_sessions(store, 1) == 0);
}

TEST_CASE("[JW-6] an access token expires after its lifetime and not before") {
    const TestStore store;
    create_user(store, "alice");
    const Login alice = login(store, "alice");
    store.advance(5 * minute - second);
    CHECK(whoami(store, alice.access) == TILL_OK);
    store.advance(second);
    CHECK(whoami(store, alice.access) == TILL_E_UNAUTHENTICATED);
    CHECK(verified(store, alice.access) == TILL_E_UNAUTHENTICATED);
    CHECK(verified(store, alice.refresh) == TILL_OK);
    set(store, "access_token_lifetime", "604800");
    const Login longer = login(store, "alice");
    store.advance(23 * hour);
    CHECK(whoami(store, longer.access) == TILL_OK);
    store.advance(hour);  // idle: the session has ended, whatever the token says
    CHECK(whoami(store, longer.access) == TILL_E_UNAUTHENTICATED);
}

TEST_CASE("verifying a token of either kind gives its session and changes nothing") {
    const TestStore store;
    create_user(store, "alice");
    till_login_in in = TILL_LOGIN_IN_INIT;
    in.username = str("alice");
    in.password = str(good_password);
    till_call call = TILL_CALL_INIT;
    call.client_address = str("192.0.2.7");
    call.client_agent = str("Browser/1.0");
    Owned<till_tokens> tokens;
    REQUIRE(till_login(store, &call, &in, Out(tokens), nullptr) == TILL_OK);
    store.advance(minute);
    for (const till_str& token : {tokens->access, tokens->refresh}) {
        Owned<till_session> session;
        Err err;
        REQUIRE(till_session_verify(store, nullptr, token.data, token.len, Out(session), err) ==
                TILL_OK);
        CHECK(session->id == tokens->session_id);
        CHECK(session->user_id == tokens->user->id);
        CHECK(session->created_us == start_time);
        CHECK(session->last_used_us == start_time);
        CHECK(session->idle_expires_us == start_time + day);
        CHECK(session->expires_us == start_time + 30 * day);
        CHECK(view(session->client_address) == "192.0.2.7");
        CHECK(view(session->client_agent) == "Browser/1.0");
        CHECK(session->is_current == 0);
    }
    std::string tampered(view(tokens->access));
    tampered[tampered.size() / 2] = tampered[tampered.size() / 2] == 'A' ? 'B' : 'A';
    for (const std::string& token : {tampered, std::string("garbage"), std::string()}) {
        CHECK(verified(store, token) == TILL_E_UNAUTHENTICATED);
    }
    // A used token verifies no more, and asking does not end its session.
    std::string child = refreshed(store, view(tokens->refresh));
    child = refreshed(store, child);
    CHECK(verified(store, view(tokens->refresh)) == TILL_E_UNAUTHENTICATED);
    CHECK(verified(store, child) == TILL_OK);
}

// Invariant 5.
TEST_CASE("[SE-6] logout ends refresh and access at once, for the session of its token alone") {
    const TestStore store;
    create_user(store, "alice");
    const Login here = login(store, "alice");
    const Login there = login(store, "alice");
    CHECK(log_out(store, here.refresh) == TILL_OK);
    CHECK(whoami(store, here.access) == TILL_E_UNAUTHENTICATED);
    CHECK(verified(store, here.access) == TILL_E_UNAUTHENTICATED);
    CHECK(refusal(store, here.refresh) == "token_not_valid");
    CHECK(log_out(store, here.refresh) == TILL_E_UNAUTHENTICATED);
    CHECK(whoami(store, there.access) == TILL_OK);
    // An older token of the same chain still logs out.
    const std::string child = refreshed(store, there.refresh);
    CHECK(log_out(store, there.refresh) == TILL_OK);
    CHECK(refusal(store, child) == "token_not_valid");
    for (const std::string& token : {std::string("garbage"), here.access, std::string()}) {
        CHECK(log_out(store, token) == TILL_E_UNAUTHENTICATED);
    }
}

TEST_CASE("[SE-8] a user lists his living sessions, newest first, page by page, and ends them") {
    const TestStore store;
    create_user(store, "alice");
    create_user(store, "bob");
    std::vector<Login> logins;
    for (int i = 0; i < 5; ++i) logins.push_back(login(store, "alice"));
    const Login bob = login(store, "bob");
    const till_call alice = as_token(logins[2].access);
    till_session_query query = TILL_SESSION_QUERY_INIT;
    query.limit = 2;
    std::vector<std::int64_t> ids;
    std::string cursor;
    do {
        query.cursor = str(cursor);
        Owned<till_session_page> page;
        Err err;
        REQUIRE(till_session_list(store, &alice, &query, Out(page), err) == TILL_OK);
        for (std::size_t i = 0; i < page->count; ++i) {
            ids.push_back(page->items[i]->id);
            CHECK(page->items[i]->is_current == (page->items[i]->id == logins[2].session_id));
            CHECK(page->items[i] == page->first + i);
        }
        cursor = view(page->next_cursor);
    } while (!cursor.empty());
    REQUIRE(ids.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) CHECK(ids[i] == logins[4 - i].session_id);

    till_session_end_in end = TILL_SESSION_END_IN_INIT;
    end.session_id = logins[0].session_id;
    CHECK(till_session_end(store, &alice, &end, nullptr) == TILL_OK);
    CHECK(whoami(store, logins[0].access) == TILL_E_UNAUTHENTICATED);
    CHECK(till_session_end(store, &alice, &end, nullptr) == TILL_E_NOT_FOUND);
    end.session_id = bob.session_id;
    CHECK(till_session_end(store, &alice, &end, nullptr) == TILL_E_NOT_FOUND);
    CHECK(whoami(store, bob.access) == TILL_OK);
    end.session_id = 0;
    CHECK(till_session_end(store, &alice, &end, nullptr) == TILL_OK);
    for (const Login& each : logins) {
        CHECK(whoami(store, each.access) == TILL_E_UNAUTHENTICATED);
    }
    CHECK(whoami(store, bob.access) == TILL_OK);
}

TEST_CASE("[AZ-5] a cursor serves the query that made it and no other") {
    const TestStore store;
    const std::int64_t alice = create_user(store, "alice");
    const std::int64_t bob = create_user(store, "bob");
    for (int i = 0; i < 3; ++i) login(store, "alice");
    till_session_query query = TILL_SESSION_QUERY_INIT;
    query.limit = 1;
    till_call call = as_user(alice);
    Owned<till_session_page> page;
    Err err;
    REQUIRE(till_session_list(store, &call, &query, Out(page), err) == TILL_OK);
    const std::string cursor(view(page->next_cursor));
    CHECK_FALSE(cursor.empty());
    call = as_user(bob);
    query.cursor = str(cursor);
    CHECK(till_session_list(store, &call, &query, Out(page), err) == TILL_E_CURSOR);
    call = as_user(alice);
    for (const std::string& forged : {std::string("x"), std::string("!!"), cursor + "A",
                                      cursor.substr(1), std::string(100000, 'A')}) {
        query.cursor = str(forged);
        CHECK(till_session_list(store, &call, &query, Out(page), err) == TILL_E_CURSOR);
    }
    query.cursor = str("");
    query.limit = 201;
    CHECK(till_session_list(store, &call, &query, Out(page), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/limit:too_large");
}

TEST_CASE(
    "[SE-7] deactivation and deletion act at the next call and say that the account is closed") {
    const TestStore store;
    const std::int64_t alice = create_user(store, "alice");
    const Login before = login(store, "alice");
    REQUIRE(update_flag(store, alice, TILL_USER_IS_ACTIVE, false) == TILL_OK);
    CHECK(whoami(store, before.access) == TILL_E_UNAUTHENTICATED);
    CHECK(refusal(store, before.refresh) == "no_active_account");
    CHECK(verified(store, before.access) == TILL_E_UNAUTHENTICATED);
    CHECK(verified(store, before.refresh) == TILL_E_UNAUTHENTICATED);
    CHECK(log_out(store, before.refresh) == TILL_E_UNAUTHENTICATED);
    // Activating again revives no session, not even with the clock turned back.
    REQUIRE(update_flag(store, alice, TILL_USER_IS_ACTIVE, true) == TILL_OK);
    store.advance(-hour);
    CHECK(whoami(store, before.access) == TILL_E_UNAUTHENTICATED);
    CHECK(refusal(store, before.refresh) == "token_not_valid");
    store.advance(hour);

    const Login again = login(store, "alice");
    const till_call system = as_system();
    till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
    in.user_id = alice;
    REQUIRE(till_user_delete(store, &system, &in, nullptr) == TILL_OK);
    CHECK(whoami(store, again.access) == TILL_E_UNAUTHENTICATED);
    CHECK(refusal(store, again.refresh) == "no_active_account");
}

TEST_CASE("[SE-7] demotion ends the sessions; promotion does not") {
    const TestStore store;
    const std::int64_t sam = create_user(store, "sam", "", true);
    const Login before = login(store, "sam");
    REQUIRE(update_flag(store, sam, TILL_USER_IS_STAFF, false) == TILL_OK);
    CHECK(whoami(store, before.access) == TILL_E_UNAUTHENTICATED);
    CHECK(refusal(store, before.refresh) == "token_not_valid");
    const Login after = login(store, "sam");
    REQUIRE(update_flag(store, sam, TILL_USER_IS_STAFF, true) == TILL_OK);
    CHECK(whoami(store, after.access) == TILL_OK);
}

TEST_CASE("opening and ending a session are events; a refresh is none") {
    const TestStore store;
    create_user(store, "alice");
    const Login alice = login(store, "alice");
    refreshed(store, alice.refresh);
    REQUIRE(log_out(store, alice.refresh) == TILL_OK);
    const till_call system = as_system();
    till_event_query query = TILL_EVENT_QUERY_INIT;
    Owned<till_event_page> page;
    Err err;
    REQUIRE(till_event_list(store, &system, &query, Out(page), err) == TILL_OK);
    std::string kinds;
    for (std::size_t i = 0; i < page->count; ++i) {
        kinds += std::string(view(page->items[i]->kind)) + " ";
        CHECK(view(page->items[i]->data).find("alice") == std::string_view::npos);
    }
    CHECK(kinds == "user.created session.opened session.ended ");
    CHECK(view(page->items[2]->data) == R"({"user_id":1,"reason":"logout"})");
    CHECK(page->items[2]->subject_id == alice.session_id);
}
