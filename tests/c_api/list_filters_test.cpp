// SPDX-License-Identifier: MIT
//
// What narrows the lists, through the ABI: every field reaches its filter, and what does not go
// together is refused. What each finds is compared row by row in tests/core.
#include "c_api/shop.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace abi;

namespace {

using Ids = std::vector<std::int64_t>;

struct Desk {
    TestStore store;
    std::int64_t ann_id = create_user(store, "ann");
    std::int64_t clerk_id = create_user(store, "clerk", "", true);
    till_call ann = as_user(ann_id);
    till_call clerk = as_user(clerk_id);

    Desk() {
        Cart claimed;
        claimed.in.reference = str("r1");
        place(store, ann, claimed);  // 1, unverified
        Cart counter;
        counter.in.series = str("A");
        counter.in.flags = TILL_ORDER_WALK_IN;
        place(store, clerk, counter);  // 2, A 1
        till_payment_start_in card = TILL_PAYMENT_START_IN_INIT;
        card.order_id = 2;
        card.method = TILL_METHOD_CARD;
        card.provider = str("acme");
        card.provider_reference = str("pi");
        Owned<till_payment> payment;
        REQUIRE(till_payment_start(store, &clerk, &card, Out(payment), nullptr) == TILL_OK);
        pay(store, clerk, 1);
    }

    Ids orders(const till_order_query& query) {
        Owned<till_order_page> page;
        REQUIRE(till_order_list(store, &clerk, &query, Out(page), nullptr) == TILL_OK);
        Ids ids;
        for (std::size_t i = 0; i < page->count; ++i) ids.push_back(page->items[i]->id);
        return ids;
    }
    Ids payments(const till_payment_query& query) {
        Owned<till_payment_page> page;
        REQUIRE(till_payment_list(store, &clerk, &query, Out(page), nullptr) == TILL_OK);
        Ids ids;
        for (std::size_t i = 0; i < page->count; ++i) ids.push_back(page->items[i]->id);
        return ids;
    }
    std::vector<std::string> events(const till_event_query& query) {
        Owned<till_event_page> page;
        REQUIRE(till_event_list(store, &clerk, &query, Out(page), nullptr) == TILL_OK);
        std::vector<std::string> kinds;
        for (std::size_t i = 0; i < page->count; ++i) {
            kinds.emplace_back(view(page->items[i]->kind));
        }
        return kinds;
    }
};

till_order_query all_orders() {
    till_order_query query = TILL_ORDER_QUERY_INIT;
    query.flags = TILL_LIST_ALL_USERS;
    return query;
}

till_payment_query all_payments() {
    till_payment_query query = TILL_PAYMENT_QUERY_INIT;
    query.flags = TILL_LIST_ALL_USERS;
    return query;
}

}  // namespace

TEST_CASE("orders are asked for by prices, time, reference and number") {
    Desk desk;
    till_order_query query = all_orders();
    query.flags |= TILL_LIST_UNVERIFIED;
    CHECK(desk.orders(query) == Ids{1});
    query.flags = TILL_LIST_ALL_USERS | TILL_LIST_VERIFIED;
    CHECK(desk.orders(query) == Ids{2});
    query = all_orders();
    Owned<till_order> order;
    REQUIRE(till_order_get(desk.store, &desk.clerk, 1, Out(order), nullptr) == TILL_OK);
    query.until_us = order->created_us;
    CHECK(desk.orders(query).empty());
    query.until_us = 0;
    query.from_us = order->created_us;
    CHECK(desk.orders(query) == Ids{2, 1});
    query = all_orders();
    query.reference = str("r1");
    CHECK(desk.orders(query) == Ids{1});
    query = all_orders();
    query.series = str("A");
    query.number = 1;
    CHECK(desk.orders(query) == Ids{2});

    Owned<till_order_page> page;
    Err err;
    query.from_us = 1;
    CHECK(till_order_list(desk.store, &desk.clerk, &query, Out(page), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/number:conflict");
    query = all_orders();
    query.flags |= TILL_LIST_UNVERIFIED | TILL_LIST_VERIFIED;
    CHECK(till_order_list(desk.store, &desk.clerk, &query, Out(page), err) ==
          TILL_E_UNSUPPORTED_FIELD);
    query = all_orders();
    query.reference = {nullptr, 1};
    CHECK(till_order_list(desk.store, &desk.clerk, &query, Out(page), err) == TILL_E_MISUSE);
}

TEST_CASE("payments are asked for by method, time and the provider's reference") {
    Desk desk;
    till_payment_query query = all_payments();
    query.method = TILL_METHOD_CARD;
    CHECK(desk.payments(query) == Ids{1});
    query = all_payments();
    query.until_us = 1;
    CHECK(desk.payments(query).empty());
    query = all_payments();
    query.from_us = 1;
    CHECK(desk.payments(query) == Ids{2, 1});
    query = all_payments();
    query.provider_reference = str("pi");
    CHECK(desk.payments(query) == Ids{1});

    Owned<till_payment_page> page;
    Err err;
    query.order_id = 1;
    CHECK(till_payment_list(desk.store, &desk.clerk, &query, Out(page), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/provider_reference:conflict");
    query = all_payments();
    query.method = 77;
    CHECK(till_payment_list(desk.store, &desk.clerk, &query, Out(page), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/method:invalid_choice");
    query = all_payments();
    query.reserved0 = 1;
    CHECK(till_payment_list(desk.store, &desk.clerk, &query, Out(page), err) ==
          TILL_E_UNSUPPORTED_FIELD);
    query = all_payments();
    query.flags |= TILL_LIST_VERIFIED;
    CHECK(till_payment_list(desk.store, &desk.clerk, &query, Out(page), err) ==
          TILL_E_UNSUPPORTED_FIELD);
}

TEST_CASE("events are asked for by kind, actor and time") {
    Desk desk;
    using Kinds = std::vector<std::string>;
    till_event_query query = TILL_EVENT_QUERY_INIT;
    query.kind = str("order.placed");
    CHECK(desk.events(query) == Kinds{"order.placed", "order.placed"});
    query.until_us = 1;
    CHECK(desk.events(query).empty());
    query = TILL_EVENT_QUERY_INIT;
    query.actor_id = desk.clerk_id;
    query.from_us = 1;
    CHECK(desk.events(query) == Kinds{"order.placed", "payment.started", "payment.started"});
    query.actor = TILL_ACTOR_KEY;
    CHECK(desk.events(query).empty());

    Owned<till_event_page> page;
    Err err;
    query.actor = TILL_ACTOR_SYSTEM;
    CHECK(till_event_list(desk.store, &desk.clerk, &query, Out(page), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/actor:invalid_choice");
    query.actor = TILL_ACTOR_USER;
    query.kind = str("order.placed");
    CHECK(till_event_list(desk.store, &desk.clerk, &query, Out(page), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/actor_id:conflict");
}

TEST_CASE("users are asked for by what they are") {
    Desk desk;
    till_user_query query = TILL_USER_QUERY_INIT;
    const auto count = [&] {
        Owned<till_user_page> page;
        REQUIRE(till_user_list(desk.store, &desk.clerk, &query, Out(page), nullptr) == TILL_OK);
        return page->count;
    };
    query.flags = TILL_USERS_STAFF;
    CHECK(count() == 1);
    query.flags = TILL_USERS_PLAIN | TILL_USERS_ACTIVE;
    CHECK(count() == 1);
    query.flags = TILL_USERS_INACTIVE;
    CHECK(count() == 0);
    Owned<till_user_page> page;
    Err err;
    query.username_prefix = str("a");
    CHECK(till_user_list(desk.store, &desk.clerk, &query, Out(page), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/flags:conflict");
    query.flags = TILL_USERS_STAFF | TILL_USERS_PLAIN;
    CHECK(till_user_list(desk.store, &desk.clerk, &query, Out(page), err) ==
          TILL_E_UNSUPPORTED_FIELD);
}
