// SPDX-License-Identifier: MIT
//
// API keys: what is shown of them, what they may do, and how they end. Who may do what by which
// scope is tests/core/access_matrix_test.cpp's.
#include "c_api/files.hpp"
#include "c_api/shop.hpp"

#include <array>
#include <atomic>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace abi;

namespace {

constexpr till_time minute_us = 60'000'000;

Owned<till_key_page> list_keys(till_store* store, std::uint32_t limit = 0,
                               std::string_view cursor = {}) {
    const till_call system = as_system();
    till_key_query query = TILL_KEY_QUERY_INIT;
    query.limit = limit;
    if (!cursor.empty()) query.cursor = str(cursor);
    Owned<till_key_page> page;
    REQUIRE(till_key_list(store, &system, &query, Out(page), nullptr) == TILL_OK);
    return page;
}

till_status revoke(till_store* store, std::int64_t id) {
    const till_call system = as_system();
    Owned<till_key> key;
    return till_key_revoke(store, &system, id, Out(key), nullptr);
}

// The code with which a key is refused; empty: it is let in.
std::string refused(till_store* store, std::string_view secret) {
    const till_call key = as_key(secret);
    Owned<till_order_page> page;
    Err err;
    const till_status status = till_order_list(store, &key, nullptr, Out(page), err);
    if (status != TILL_OK) CHECK(status == TILL_E_UNAUTHENTICATED);
    return err.code();
}

std::string violations(till_store* store, std::string_view name, std::string_view scopes,
                       till_time expires_us = 0) {
    const till_call system = as_system();
    till_key_create_in in = TILL_KEY_CREATE_IN_INIT;
    in.name = str(name);
    in.scopes = str(scopes);
    in.expires_us = expires_us;
    Owned<till_key> key;
    Err err;
    CHECK(till_key_create(store, &system, &in, Out(key), err) == TILL_E_VALIDATION);
    return err.violations();
}

till_time last_use(till_store* store) { return list_keys(store)->items[0]->last_used_us; }

std::int64_t commits(till_store* store) {
    Owned<till_store_info> info;
    REQUIRE(till_store_info_get(store, nullptr, Out(info), nullptr) == TILL_OK);
    return info->commits;
}

Owned<till_event_page> events_of_keys(till_store* store) {
    const till_call system = as_system();
    till_event_query query = TILL_EVENT_QUERY_INIT;
    query.flags = TILL_EVENTS_NEWEST_FIRST;
    Owned<till_event_page> page;
    REQUIRE(till_event_list(store, &system, &query, Out(page), nullptr) == TILL_OK);
    return page;
}

}  // namespace

TEST_CASE("a key's secret is shown when it is made, and never again") {
    const TestStore store;
    const std::int64_t boss = create_user(store, "boss", "", false, true);
    const till_call call = as_user(boss);
    till_key_create_in in = TILL_KEY_CREATE_IN_INIT;
    in.name = str("Till at the door");
    in.scopes = str(" payments:write  orders:place orders:place");
    in.expires_us = start_time + minute_us;
    Owned<till_key> key;
    REQUIRE(till_key_create(store, &call, &in, Out(key), nullptr) == TILL_OK);
    CHECK(view(key->secret).starts_with("till_key_"));
    CHECK(key->secret.len == 52);
    CHECK(view(key->name) == "Till at the door");
    CHECK(view(key->scopes) == "orders:place payments:write");
    CHECK(key->created_by == boss);
    CHECK(key->created_us == start_time);
    CHECK(key->expires_us == start_time + minute_us);
    CHECK(key->last_used_us == TILL_TIME_NONE);
    CHECK(key->revoked_us == TILL_TIME_NONE);

    const auto page = list_keys(store);
    REQUIRE(page->count == 1);
    CHECK(page->items[0]->id == key->id);
    CHECK(page->items[0]->secret.data == nullptr);
    CHECK(view(page->items[0]->scopes) == "orders:place payments:write");

    const auto events = events_of_keys(store);
    CHECK(view(events->items[0]->kind) == "key.created");
    CHECK(events->items[0]->subject_id == key->id);
    CHECK(view(events->items[0]->data) == R"({"scopes":"orders:place payments:write"})");
}

TEST_CASE("keys are listed newest first, page by page") {
    const TestStore store;
    for (int i = 0; i < 5; ++i) create_key(store, "orders:read");
    std::string cursor;
    std::vector<std::int64_t> ids;
    for (int pages = 0; pages < 3; ++pages) {
        const auto page = list_keys(store, 2, cursor);
        for (std::size_t i = 0; i < page->count; ++i) ids.push_back(page->items[i]->id);
        cursor = view(page->next_cursor);
    }
    CHECK(ids == std::vector<std::int64_t>{5, 4, 3, 2, 1});
    CHECK(cursor.empty());
    const till_call system = as_system();
    till_key_query query = TILL_KEY_QUERY_INIT;
    query.cursor = str("no cursor");
    Owned<till_key_page> page;
    CHECK(till_key_list(store, &system, &query, Out(page), nullptr) == TILL_E_CURSOR);
    query = TILL_KEY_QUERY_INIT;
    query.limit = 201;
    CHECK(till_key_list(store, &system, &query, Out(page), nullptr) == TILL_E_VALIDATION);
}

TEST_CASE("what is wrong with a new key is said at once") {
    const TestStore store;
    CHECK(violations(store, "", "") == "/name:blank /scopes:blank");
    CHECK(violations(store, std::string(101, 'n'), "orders:all") ==
          "/name:too_long /scopes:invalid_choice");
    CHECK(violations(store, "till", "Orders:read") == "/scopes:invalid_choice");
    CHECK(violations(store, "till", "orders:read,orders:place") == "/scopes:invalid_choice");
    CHECK(violations(store, "till", "orders:read", start_time) == "/expires:too_small");
    CHECK(violations(store, "till", "orders:read", -1) == "/expires:too_small");
    CHECK(list_keys(store)->count == 0);
}

TEST_CASE("keys are the superuser's and the system's; they refuse an idempotency key") {
    const TestStore store;
    const std::int64_t staff = create_user(store, "sam", "", true);
    const std::string all = create_key(store, "orders:place users:read");
    till_key_create_in in = TILL_KEY_CREATE_IN_INIT;
    in.name = str("mine");
    in.scopes = str("orders:place");
    const std::array<std::pair<till_call, till_status>, 4> callers{{
        {TILL_CALL_INIT, TILL_E_UNAUTHENTICATED},
        {as_user(create_user(store, "ann")), TILL_E_PERMISSION},
        {as_user(staff), TILL_E_PERMISSION},
        {as_key(all), TILL_E_PERMISSION},
    }};
    for (const auto& [call, status] : callers) {
        Owned<till_key> key;
        Owned<till_key_page> page;
        CHECK(till_key_create(store, &call, &in, Out(key), nullptr) == status);
        CHECK(till_key_list(store, &call, nullptr, Out(page), nullptr) == status);
        CHECK(till_key_revoke(store, &call, 1, Out(key), nullptr) == status);
        CHECK(till_key_revoke(store, &call, 4711, Out(key), nullptr) == status);
    }
    till_call keyed = as_system();
    keyed.idempotency_key = str("once");
    Owned<till_key> key;
    CHECK(till_key_create(store, &keyed, &in, Out(key), nullptr) == TILL_E_MISUSE);
    CHECK(till_key_revoke(store, &keyed, 1, Out(key), nullptr) == TILL_E_MISUSE);
    CHECK(refused(store, create_key(store, "orders:read")).empty());
}

TEST_CASE("only the exact text of a living key opens anything") {
    const TestStore store;
    const std::string secret = create_key(store, "orders:read");
    CHECK(refused(store, secret).empty());
    std::string stray = secret;  // the same 32 bytes, but for bits that no byte has
    stray.back() = stray.back() == 'A' ? 'B' : static_cast<char>(stray.back() + 1);
    std::string other = secret;
    other[20] = other[20] == 'A' ? 'B' : 'A';
    for (const std::string& text :
         {std::string(), std::string("till_key_"), secret.substr(9), secret + "=", secret + " ",
          " " + secret, secret.substr(0, 51), "TILL_KEY_" + secret.substr(9), stray, other,
          secret + std::string(1, '\0'), std::string(100'000, 'a')}) {
        CHECK(refused(store, text) == "key_not_valid");
    }
    // Neither is the other's: a key is no access token, and a token is no key.
    const till_call as_access = as_token(secret);
    Owned<till_order_page> page;
    Err err;
    CHECK(till_order_list(store, &as_access, nullptr, Out(page), err) == TILL_E_UNAUTHENTICATED);
    create_user(store, "ann");
    CHECK(refused(store, login(store, "ann").access) == "key_not_valid");
}

TEST_CASE("a key expires with the clock, to the microsecond") {
    const TestStore store;
    const std::string secret = create_key(store, "orders:read", start_time + minute_us);
    store.advance(minute_us - 1);
    CHECK(refused(store, secret).empty());
    store.advance(1);
    CHECK(refused(store, secret) == "key_expired");
}

TEST_CASE("a revoked key is dead at the next call, and stays listed") {
    const TestStore store;
    const std::string secret = create_key(store, "orders:read");
    const std::string other = create_key(store, "orders:read");
    CHECK(refused(store, secret).empty());
    store.advance(5);
    REQUIRE(revoke(store, 1) == TILL_OK);
    CHECK(refused(store, secret) == "key_revoked");
    CHECK(refused(store, other).empty());
    const auto page = list_keys(store);
    REQUIRE(page->count == 2);
    CHECK(page->items[1]->revoked_us == start_time + 5);
    CHECK(view(events_of_keys(store)->items[0]->kind) == "key.revoked");
    // Once more changes nothing, and says nothing.
    const std::int64_t newest = events_of_keys(store)->items[0]->sequence;
    store.advance(5);
    CHECK(revoke(store, 1) == TILL_OK);
    CHECK(list_keys(store)->items[1]->revoked_us == start_time + 5);
    CHECK(events_of_keys(store)->items[0]->sequence == newest);
    CHECK(revoke(store, 4711) == TILL_E_NOT_FOUND);
}

TEST_CASE("a key that another process revokes is dead here") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    std::string secret;
    {
        const Handle store(path);
        secret = create_key(store, "orders:read");
    }
    // Forked before either opens the store; each tells the other when it may go on.
    int to_child[2] = {-1, -1};
    int to_parent[2] = {-1, -1};
    REQUIRE(::pipe(to_child) == 0);
    REQUIRE(::pipe(to_parent) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        char byte = 0;
        const Handle store(path);
        const bool before = refused(store, secret).empty();
        if (::write(to_parent[1], &byte, 1) != 1 || ::read(to_child[0], &byte, 1) != 1) ::_exit(2);
        const bool after = refused(store, secret) == "key_revoked";
        ::_exit(before && after ? 0 : 1);
    }
    char byte = 0;
    REQUIRE(::read(to_parent[0], &byte, 1) == 1);
    const Handle store(path);
    REQUIRE(revoke(store, 1) == TILL_OK);
    REQUIRE(::write(to_child[1], &byte, 1) == 1);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    for (const int end : {to_child[0], to_child[1], to_parent[0], to_parent[1]}) ::close(end);
}

TEST_CASE("sixteen threads with one key are all stopped when it is revoked") {
    const TestStore store;
    const std::string secret = create_key(store, "orders:read");
    std::atomic<bool> revoked = false;
    std::atomic<int> working = 0;
    std::atomic<int> late = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] {
            const till_call key = as_key(secret);
            bool first = true;
            for (;;) {
                const bool was_revoked = revoked;
                Owned<till_order_page> page;
                const till_status status =
                    till_order_list(store, &key, nullptr, Out(page), nullptr);
                if (status == TILL_OK && was_revoked) ++late;
                if (status == TILL_E_UNAUTHENTICATED) return;
                if (first) ++working;
                first = false;
            }
        });
    }
    while (working < 16) std::this_thread::yield();
    CHECK(revoke(store, 1) == TILL_OK);
    revoked = true;
    for (std::thread& thread : threads) thread.join();
    CHECK(late == 0);
}

TEST_CASE("a key's order is a walk-in's or a named user's, and the event names the key") {
    const TestStore store;
    const std::int64_t ann = create_user(store, "ann");
    const std::string secret = create_key(store, "orders:place");
    const till_call key = as_key(secret);
    const auto walk_in = place(store, key, Cart());
    CHECK(walk_in->user_id == 0);
    CHECK(walk_in->placed_by == 0);
    CHECK(walk_in->price_verified == 0);
    CHECK(walk_in->lines[0]->price_source == TILL_PRICE_CLIENT);
    Cart cart;
    cart.in.user_id = ann;
    const auto anns = place(store, key, cart);
    CHECK(anns->user_id == ann);
    CHECK(anns->placed_by == 0);
    const auto events = events_of_keys(store);
    CHECK(view(events->items[0]->kind) == "order.placed");
    CHECK(events->items[0]->actor == TILL_ACTOR_KEY);
    CHECK(events->items[0]->actor_id == 1);
    // What it placed it was shown; it may not read.
    Owned<till_order> order;
    CHECK(till_order_get(store, &key, anns->id, Out(order), nullptr) == TILL_E_PERMISSION);
    CHECK(till_order_get(store, &key, 4711, Out(order), nullptr) == TILL_E_PERMISSION);
}

TEST_CASE("prices count when the key was made to set them, and other lines need that, too") {
    const TestStore store;
    const std::string claims = create_key(store, "orders:place");
    const std::string sets = create_key(store, "orders:place prices:set");
    Cart tip;
    tip.other(TILL_LINE_TIP, 100);
    Owned<till_order> order;
    CHECK(try_place(store, as_key(claims), tip, order, nullptr) == TILL_E_PERMISSION);
    REQUIRE(try_place(store, as_key(sets), tip, order, nullptr) == TILL_OK);
    CHECK(order->price_verified == 1);
    CHECK(order->lines[0]->price_source == TILL_PRICE_STAFF);
    // A claim is confirmed by a key that sets prices, and by no other.
    const std::int64_t claimed = place(store, as_key(claims));
    std::string code;
    CHECK(act(store, as_key(claims), till_order_confirm_prices, claimed, code) ==
          TILL_E_PERMISSION);
    CHECK(act(store, as_key(sets), till_order_confirm_prices, claimed, code) == TILL_OK);
}

TEST_CASE("a till's key sells over the counter with the three scopes that takes, and prices:set") {
    const TestStore store;
    const Cart cart;
    till_sale_in in = TILL_SALE_IN_INIT;
    in.order = &cart.in;
    const auto sell = [&](std::string_view scopes) {
        const std::string secret = create_key(store, scopes);
        const till_call key = as_key(secret);
        Owned<till_receipt> receipt;
        Err err;
        till_sale(store, &key, &in, Out(receipt), err);
        return err.code();
    };
    CHECK(sell("orders:place orders:fulfil payments:write prices:set").empty());
    CHECK(sell("orders:place orders:fulfil payments:write") == "prices_not_verified");
    CHECK(sell("orders:fulfil payments:write prices:set") == "permission_denied");
    CHECK(sell("orders:place payments:write prices:set") == "permission_denied");
    CHECK(sell("orders:place orders:fulfil prices:set") == "permission_denied");
}

TEST_CASE("an idempotency key is the API key's own, and its answer is shown again to that one") {
    const TestStore store;
    const std::string first = create_key(store, "orders:place");
    const std::string second = create_key(store, "orders:place");
    till_call call = as_key(first);
    call.idempotency_key = str("receipt 1");
    const auto placed = place(store, call, Cart());
    const auto again = place(store, call, Cart());
    CHECK(again->id == placed->id);
    CHECK(again->replayed == 1);
    call.token = str(second);
    const auto others = place(store, call, Cart());
    CHECK(others->id != placed->id);
    CHECK(others->replayed == 0);
}

TEST_CASE("a use is noted without a write, and written with the next one, once a minute") {
    const TestStore store;
    const std::string secret = create_key(store, "orders:read orders:place");
    const std::int64_t before = commits(store);
    CHECK(refused(store, secret).empty());
    CHECK(last_use(store) == TILL_TIME_NONE);
    CHECK(commits(store) == before);  // the read did not wait for the writer
    create_user(store, "ann");        // anybody's write takes the note along
    CHECK(last_use(store) == start_time);

    store.advance(minute_us - 1);
    place(store, as_key(secret));
    CHECK(last_use(store) == start_time);
    store.advance(1);
    place(store, as_key(secret));  // its own write, too
    CHECK(last_use(store) == start_time + minute_us);

    store.advance(minute_us);
    CHECK(refused(store, secret).empty());
    const till_call system = as_system();
    Owned<till_report> report;
    REQUIRE(till_store_maintain(store, &system, nullptr, Out(report), nullptr) == TILL_OK);
    CHECK(last_use(store) == start_time + 2 * minute_us);
}

TEST_CASE("a write that is refused writes no use, and the next one makes up for it") {
    const TestStore store;
    const std::string secret = create_key(store, "orders:read");
    const till_call key = as_key(secret);
    Owned<till_order> order;
    CHECK(try_place(store, key, Cart(), order, nullptr) == TILL_E_PERMISSION);
    CHECK(last_use(store) == TILL_TIME_NONE);
    create_user(store, "ann");
    CHECK(last_use(store) == start_time);
}
