// SPDX-License-Identifier: MIT
//
// Lists of orders, payments and events: whose, in which order, and where they go on.
#include "core/shop.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using namespace till;
using namespace till::core;
using namespace till::core::testing;
using Ids = std::vector<std::int64_t>;

namespace {

// Every page of a list, following its cursors.
template <class Query, class List>
Ids walk(Shop& shop, const Call& call, Query query, List list, ListQuery Query::*part) {
    Ids ids;
    std::string cursor;
    do {
        (query.*part).cursor = cursor;
        const auto page = list(shop, call, query);
        REQUIRE(page.has_value());
        for (const auto& item : page->items) ids.push_back(item.id);
        CHECK(page->items.size() <= (query.*part).limit);
        cursor = page->next_cursor;
    } while (!cursor.empty());
    return ids;
}

struct OrdersOf {
    ListQuery list;
};

Ids orders(Shop& shop, const Call& call, ListQuery query) {
    query.limit = 2;
    const auto list = [](Shop& s, const Call& c, const OrdersOf& q) {
        return list_orders(s, c, {q.list});
    };
    return walk(shop, call, OrdersOf{query}, list, &OrdersOf::list);
}

Ids payments(Shop& shop, const Call& call, PaymentQuery query) {
    query.list.limit = 2;
    const auto list = [](Shop& s, const Call& c, const PaymentQuery& q) {
        return list_payments(s, c, q);
    };
    return walk(shop, call, query, list, &PaymentQuery::list);
}

ListQuery query_of(std::int64_t user_id, bool all, bool oldest = false, std::int32_t status = 0) {
    ListQuery query;
    query.user_id = user_id;
    query.all_users = all;
    query.oldest_first = oldest;
    query.status = status;
    return query;
}

constexpr auto pending = static_cast<std::int32_t>(domain::OrderState::pending);
constexpr auto cancelled = static_cast<std::int32_t>(domain::OrderState::cancelled);

}  // namespace

TEST_CASE("orders list by owner and state, newest or oldest first, page by page") {
    Shop shop;
    for (int i = 0; i < 5; ++i) {
        placed(shop, as_user(shop.ann));  // 1 3 5 7 9
        placed(shop, as_user(shop.bob));  // 2 4 6 8 10
    }
    placed(shop, as_system());  // 11, a walk-in
    for (const std::int64_t id : {1, 3, 4}) {
        REQUIRE(cancel_order(shop, as_system(), {id, 0}).has_value());
    }
    const Call ann = as_user(shop.ann);
    CHECK(orders(shop, ann, {}) == Ids{9, 7, 5, 3, 1});
    CHECK(orders(shop, ann, query_of(shop.ann, false, true)) == Ids{1, 3, 5, 7, 9});
    CHECK(orders(shop, ann, query_of(0, false, false, cancelled)) == Ids{3, 1});
    CHECK(orders(shop, ann, query_of(0, false, true, pending)) == Ids{5, 7, 9});
    const Call clerk = as_user(shop.clerk);
    CHECK(orders(shop, clerk, {}).empty());
    CHECK(orders(shop, clerk, query_of(shop.bob, false)) == Ids{10, 8, 6, 4, 2});
    CHECK(orders(shop, clerk, query_of(0, true)) == Ids{11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
    CHECK(orders(shop, clerk, query_of(0, true, true, cancelled)) == Ids{1, 3, 4});
    CHECK(orders(shop, as_system(), {}).size() == 11);
    CHECK(orders(shop, as_system(), query_of(0, false, false, cancelled)) == Ids{4, 3, 1});
    CHECK(orders(shop, as_system(), query_of(shop.boss, false)).empty());
}

TEST_CASE("[AZ-5] another's list is refused to a plain user and any to nobody") {
    Shop shop;
    CHECK(outcome(list_orders(shop, as_anybody(), {})) == "not_authenticated");
    CHECK(outcome(list_orders(shop, as_user(shop.ann), {query_of(shop.bob, false)})) ==
          "permission_denied");
    CHECK(outcome(list_orders(shop, as_user(shop.ann), {query_of(0, true)})) ==
          "permission_denied");
    CHECK(outcome(list_payments(shop, as_anybody(), {})) == "not_authenticated");
    CHECK(outcome(list_payments(shop, as_user(shop.ann), {query_of(shop.bob, false), 0})) ==
          "permission_denied");
}

TEST_CASE("[AZ-5] a page's size and state have limits") {
    Shop shop;
    ListQuery query;
    query.limit = 201;
    query.status = 5;
    const auto refused = list_orders(shop, as_system(), {query});
    REQUIRE(!refused.has_value());
    CHECK(refused.error().violations.size() == 2);
    query.limit = 200;
    query.status = 4;
    CHECK(outcome(list_orders(shop, as_system(), {query})) == "ok");
    query.status = -1;
    CHECK(outcome(list_orders(shop, as_system(), {query})) == "invalid_input");
}

TEST_CASE("[AZ-5] a cursor is good for its own query alone") {
    Shop shop;
    for (int i = 0; i < 3; ++i) placed(shop, as_user(shop.ann));
    ListQuery query;
    query.limit = 1;
    const std::string cursor = list_orders(shop, as_user(shop.ann), {query})->next_cursor;
    REQUIRE(!cursor.empty());
    query.cursor = cursor;
    CHECK(list_orders(shop, as_user(shop.ann), {query})->items[0].id == 2);
    query.limit = 7;  // The size of a page may change on the way.
    CHECK(list_orders(shop, as_user(shop.ann), {query})->items.size() == 2);

    const auto refused = [&](const Call& call, ListQuery other, std::string_view text) {
        other.cursor = text;
        const auto page = list_orders(shop, call, {other});
        return !page.has_value() && page.error().status == Status::cursor;
    };
    CHECK(refused(as_user(shop.bob), {}, cursor));
    CHECK(refused(as_user(shop.ann), query_of(0, false, true), cursor));
    CHECK(refused(as_user(shop.ann), query_of(0, false, false, pending), cursor));
    PaymentQuery payment_query;
    payment_query.list.cursor = cursor;
    CHECK(outcome(list_payments(shop, as_user(shop.ann), payment_query)) == "bad_cursor");
    Shop other;
    CHECK(refused(as_user(shop.ann), {}, cursor + "A"));
    CHECK(refused(as_user(shop.ann), {}, "x"));
    CHECK(refused(as_user(shop.ann), {}, std::string(10'000, 'A')));
    for (std::size_t i = 0; i < cursor.size(); ++i) {
        std::string forged = cursor;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        CHECK(refused(as_user(shop.ann), {}, forged));
    }
}

TEST_CASE("payments list by order, owner and state") {
    Shop shop;
    const std::int64_t anns = placed(shop, as_user(shop.ann)).id;
    const std::int64_t bobs = placed(shop, as_user(shop.bob)).id;
    const auto failed = [&](std::int64_t order) {
        const auto payment = start_payment(shop, as_system(), payment_for(order));
        REQUIRE(fail_payment(shop, as_system(), {payment->value.id, 0, {}}).has_value());
    };
    failed(anns);      // 1
    failed(bobs);      // 2
    failed(anns);      // 3
    failed(anns);      // 4
    paid(shop, anns);  // 5
    constexpr auto failed_state = static_cast<std::int32_t>(domain::PaymentState::failed);
    CHECK(payments(shop, as_user(shop.ann), {}) == Ids{5, 4, 3, 1});
    CHECK(payments(shop, as_user(shop.ann), {query_of(0, false, true, failed_state), 0}) ==
          Ids{1, 3, 4});
    CHECK(payments(shop, as_user(shop.ann), {{}, anns}) == Ids{5, 4, 3, 1});
    CHECK(payments(shop, as_user(shop.ann), {query_of(0, false, false, failed_state), anns}) ==
          Ids{4, 3, 1});
    CHECK(payments(shop, as_user(shop.clerk), {query_of(0, false, true), bobs}) == Ids{2});
    CHECK(payments(shop, as_system(), {}) == Ids{5, 4, 3, 2, 1});
    CHECK(payments(shop, as_system(), {query_of(0, true, true, failed_state), 0}) ==
          Ids{1, 2, 3, 4});
    CHECK(payments(shop, as_user(shop.clerk), {query_of(shop.bob, false), 0}) == Ids{2});
    CHECK(outcome(list_payments(shop, as_user(shop.bob), {{}, anns})) == "order_not_found");
}

TEST_CASE("events read forth and back, of all, an order or a subject") {
    Shop shop;
    const std::int64_t anns = placed(shop, as_user(shop.ann)).id;
    shop.set("shop_name", "Corner shop");
    Call traced = as_user(shop.clerk);
    traced.trace_id = "trace-1";
    REQUIRE(confirm_order_prices(shop, traced, {anns, 0}).has_value());

    const auto all = list_events(shop, as_system(), {});
    REQUIRE(all.has_value());
    REQUIRE(all->size() == 3);
    const Event& last = all->back();
    CHECK(last.kind == "order.prices_confirmed");
    CHECK(last.actor == domain::Actor::Kind::user);
    CHECK(last.actor_id == shop.clerk);
    CHECK(last.subject_id == anns);
    CHECK(last.order_id == anns);
    CHECK(last.trace_id == "trace-1");
    CHECK(last.at == noon);

    EventQuery query;
    query.after = (*all)[0].sequence;
    query.limit = 1;
    CHECK(list_events(shop, as_system(), query)->at(0).sequence == (*all)[1].sequence);
    query.newest_first = true;
    query.after = 0;
    CHECK(list_events(shop, as_system(), query)->at(0).sequence == last.sequence);
    query.after = last.sequence;
    CHECK(list_events(shop, as_system(), query)->at(0).kind == "setting.changed");
    EventQuery settings;
    settings.subject_id = (*all)[1].subject_id;
    CHECK(list_events(shop, as_user(shop.clerk), settings)->size() == 1);
    settings.newest_first = true;
    CHECK(list_events(shop, as_user(shop.clerk), settings)->size() == 1);
    EventQuery order;
    order.order_id = anns;
    CHECK(list_events(shop, as_user(shop.ann), order)->size() == 2);
    order.newest_first = true;
    CHECK(list_events(shop, as_user(shop.ann), order)->front().kind == "order.prices_confirmed");
    CHECK(outcome(list_events(shop, as_user(shop.bob), order)) == "order_not_found");
    CHECK(outcome(list_events(shop, as_user(shop.ann), {})) == "permission_denied");
    CHECK(outcome(list_events(shop, as_anybody(), {})) == "not_authenticated");
    EventQuery big;
    big.limit = 1'001;
    CHECK(outcome(list_events(shop, as_system(), big)) == "invalid_input");
}

TEST_CASE("a wait for events ends with the next one or with its time") {
    Shop shop;
    const std::int64_t none = wait_for_event(shop, as_system(), -1).value();
    CHECK(none == 0);
    Call brief = as_system();
    brief.deadline_us = os::monotonic_us() + 20'000;
    CHECK(wait_for_event(shop, brief, none).value() == none);
    CHECK(outcome(wait_for_event(shop, as_user(shop.ann), 0)) == "permission_denied");
    std::int64_t woken = 0;
    std::thread waiter([&] { woken = wait_for_event(shop, as_system(), none).value(); });
    placed(shop, as_system());
    waiter.join();
    CHECK(woken > none);
}
