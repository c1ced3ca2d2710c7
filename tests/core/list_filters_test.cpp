// SPDX-License-Identifier: MIT
//
// What narrows a list: a day of trade is written, and every filter is compared with a look at each
// row, forth and back, in pages of every small size.
#include "core/range.hpp"
#include "core/shop.hpp"
#include "core/users.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

using namespace till;
using namespace till::core;
using namespace till::core::testing;
using domain::Order;
using domain::OrderState;
using domain::Payment;
using domain::PaymentMethod;
using domain::PaymentState;
using Ids = std::vector<std::int64_t>;

namespace {

constexpr Time minute = 60 * us_per_second;

// Every page of a list.
template <class Query, class List>
Ids walk(Shop& shop, Query query, List list) {
    Ids ids;
    std::string cursor;
    do {
        query.list.cursor = cursor;
        const auto page = list(shop, as_system(), query);
        REQUIRE(page.has_value());
        CHECK(page->items.size() <= query.list.limit);
        for (const auto& item : page->items) ids.push_back(item.id);
        cursor = page->next_cursor;
    } while (!cursor.empty());
    return ids;
}

Ids orders(Shop& shop, OrderQuery query) {
    return walk(shop, query,
                [](Shop& s, const Call& c, const OrderQuery& q) { return list_orders(s, c, q); });
}
Ids payments(Shop& shop, PaymentQuery query) {
    return walk(shop, query, [](Shop& s, const Call& c, const PaymentQuery& q) {
        return list_payments(s, c, q);
    });
}

std::vector<std::int64_t> events(Shop& shop, EventQuery query) {
    std::vector<std::int64_t> sequences;
    for (;;) {
        const auto page = list_events(shop, as_system(), query);
        REQUIRE(page.has_value());
        for (const Event& event : *page) sequences.push_back(event.sequence);
        if (page->size() < query.limit) return sequences;
        query.after = sequences.back();
    }
}

// The ids of the rows that are wanted, in the list's direction.
template <class T>
Ids expected(const std::vector<T>& rows, bool oldest_first,
             const std::function<bool(const T&)>& wanted) {
    Ids ids;
    for (const T& row : rows) {
        if (!wanted(row)) continue;
        if constexpr (requires { row.sequence; }) {
            ids.push_back(row.sequence);
        } else {
            ids.push_back(row.id);
        }
    }
    if (!oldest_first) std::reverse(ids.begin(), ids.end());
    return ids;
}

bool within(const TimeRange& range, Time at) {
    return (range.from == 0 || at >= range.from) && (range.until == 0 || at < range.until);
}

std::vector<TimeRange> ranges() {
    return {{0, 0},
            {noon + 10 * minute, 0},
            {0, noon + 20 * minute},
            {noon + 10 * minute, noon + 20 * minute},
            {noon + 20 * minute, noon + 10 * minute},
            {noon + 5 * minute, noon + 5 * minute + 1},
            {noon - 90 * minute, noon - 61 * minute},
            {1, 2},
            {std::numeric_limits<Time>::max(), 0},
            {0, std::numeric_limits<Time>::min()}};
}

// Thirty minutes of trade: an order each, of three owners, some by the clerk, some paid.
struct Day {
    Shop shop;
    std::vector<Order> orders;
    std::vector<Payment> payments;
    std::vector<Event> events;

    Day() {
        for (int i = 0; i < 30; ++i) trade(i);
        for (std::int64_t id = 1; id <= 30; ++id) {
            orders.push_back(get_order(shop, as_system(), id)->value);
        }
        for (std::int64_t id = 1; get_payment(shop, as_system(), id).has_value(); ++id) {
            payments.push_back(get_payment(shop, as_system(), id)->value);
        }
        EventQuery all;
        all.limit = 1'000;
        events = list_events(shop, as_system(), all).value();
    }

    void trade(int i) {
        const std::int64_t owners[] = {shop.ann, shop.bob, 0};
        Basket basket;
        basket.input.walk_in = i % 3 == 2;
        basket.input.user_id = owners[i % 3];
        const std::string reference = "r" + std::to_string(i / 3 % 2);
        if (i < 6) basket.input.reference = reference;
        if (i % 5 == 0) basket.input.series = "A";
        const bool claims = i % 3 != 2 && i % 2 == 0 && i % 5 != 0;
        const Call by =
            claims ? as_user(owners[i % 3]) : (i % 7 == 0 ? as_system() : as_user(shop.clerk));
        const auto order = place_order(shop, by, basket.input);
        REQUIRE(order.has_value());
        const std::int64_t id = order->value.id;
        if (i % 4 == 0) {
            domain::PaymentInput payment = payment_for(id, i % 8 == 0);
            payment.method = 1 + i / 4 % 4;
            payment.provider_reference = "ref";
            const std::string provider = "p" + std::to_string(i);
            if (i % 12 == 0) payment.provider = provider;
            REQUIRE(start_payment(shop, as_user(shop.clerk), payment).has_value());
        } else if (i % 6 == 1) {
            REQUIRE(cancel_order(shop, as_user(shop.clerk), {id, 0}).has_value());
        }
        // Once the clock is set back by ten minutes: a list by time shall not mind.
        shop.advance(i == 14 ? -10 * minute : minute);
    }
};

template <class Query>
void in_both_directions(Query query, const std::function<void(const Query&)>& check) {
    for (const bool oldest : {false, true}) {
        for (const std::uint32_t limit : {1U, 3U, 200U}) {
            query.list.oldest_first = oldest;
            query.list.limit = limit;
            check(query);
        }
    }
}

}  // namespace

TEST_CASE("orders are found by state, prices, owner and time together") {
    Day day;
    const std::optional<bool> trusts[] = {std::nullopt, false, true};
    for (const TimeRange& range : ranges()) {
        for (const std::int64_t user : {std::int64_t{0}, day.shop.ann}) {
            for (std::int32_t status = 0; status <= 4; ++status) {
                for (const auto& trust : trusts) {
                    OrderQuery query{
                        {user, user == 0, false, status, 200, {}, range}, trust, {}, {}, 0};
                    in_both_directions<OrderQuery>(query, [&](const OrderQuery& one) {
                        CHECK(orders(day.shop, one) ==
                              expected<Order>(
                                  day.orders, one.list.oldest_first, [&](const Order& order) {
                                      return (user == 0 || order.user_id == user) &&
                                             (status == 0 ||
                                              order.status == static_cast<OrderState>(status)) &&
                                             (!trust || order.price_verified == *trust) &&
                                             within(range, order.created_at);
                                  }));
                    });
                }
            }
        }
    }
}

TEST_CASE("payments are found by state, method, owner, order and time together") {
    Day day;
    REQUIRE(day.payments.size() == 8);
    for (const TimeRange& range : ranges()) {
        for (std::int32_t status = 0; status <= 5; ++status) {
            for (std::int32_t method = 0; method <= 4; ++method) {
                for (const std::int64_t user : {std::int64_t{0}, day.shop.bob}) {
                    PaymentQuery query;
                    query.list = {user, user == 0, false, status, 200, {}, range};
                    query.method = method;
                    in_both_directions<PaymentQuery>(query, [&](const PaymentQuery& one) {
                        CHECK(
                            payments(day.shop, one) ==
                            expected<Payment>(
                                day.payments, one.list.oldest_first, [&](const Payment& payment) {
                                    return (user == 0 || payment.user_id == user) &&
                                           (status == 0 ||
                                            payment.status == static_cast<PaymentState>(status)) &&
                                           (method == 0 ||
                                            payment.method == static_cast<PaymentMethod>(method)) &&
                                           within(range, payment.created_at);
                                }));
                    });
                }
            }
        }
        PaymentQuery of_order;
        of_order.order_id = day.payments[2].order_id;
        of_order.method = static_cast<std::int32_t>(day.payments[2].method);
        of_order.list.limit = 1;
        of_order.list.created = range;
        CHECK(payments(day.shop, of_order).size() ==
              (within(range, day.payments[2].created_at) ? 1U : 0U));
        of_order.method = of_order.method % 4 + 1;
        CHECK(payments(day.shop, of_order).empty());
    }
}

TEST_CASE("a provider's reference finds its payments, whatever the provider") {
    Day day;
    PaymentQuery query;
    query.provider_reference = "ref";
    in_both_directions<PaymentQuery>(query, [&](const PaymentQuery& one) {
        CHECK(payments(day.shop, one) == expected<Payment>(day.payments, one.list.oldest_first,
                                                           [](const Payment&) { return true; }));
    });
    query.provider_reference = "other";
    CHECK(payments(day.shop, query).empty());
    query.method = 1;
    CHECK(outcome(list_payments(day.shop, as_system(), query)) == "invalid_input");
    query.method = 0;
    CHECK(outcome(list_payments(day.shop, as_user(day.shop.ann), query)) == "permission_denied");
    query.provider_reference = {};
    query.method = 5;
    CHECK(outcome(list_payments(day.shop, as_system(), query)) == "invalid_input");
}

TEST_CASE("a reference or a number names an order, to those who may see it") {
    Day day;
    OrderQuery query;
    query.reference = "r0";
    query.list.limit = 1;
    // By owner, nobody first.
    CHECK(orders(day.shop, query) == Ids{3, 1, 2});
    query.list.user_id = day.shop.bob;
    CHECK(orders(day.shop, query) == Ids{2});
    query.reference = "r1";
    CHECK(orders(day.shop, query) == Ids{5});
    const auto of = [&](const Call& call) {
        query.list.user_id = 0;
        const auto page = list_orders(day.shop, call, query);
        return page.has_value() ? static_cast<std::int64_t>(page->items.size()) : -1;
    };
    CHECK(of(as_user(day.shop.ann)) == 1);
    CHECK(of(as_user(day.shop.clerk)) == 0);
    CHECK(of(as_anybody()) == -1);

    OrderQuery number;
    number.series = "A";
    number.number = 2;
    number.list.limit = 1;
    CHECK(orders(day.shop, number) == Ids{6});
    number.list.user_id = day.shop.ann;
    CHECK(orders(day.shop, number).empty());
    CHECK(list_orders(day.shop, as_user(day.shop.ann), number)->items.empty());
    number.list.user_id = 0;
    number.number = 99;
    CHECK(orders(day.shop, number).empty());

    const auto refused = [&](OrderQuery wrong, const std::string& path) {
        const auto page = list_orders(day.shop, as_system(), wrong);
        return !page.has_value() && page.error().violations.at(0).path == path;
    };
    OrderQuery wrong = number;
    wrong.series = {};
    CHECK(refused(wrong, "/series"));
    wrong = number;
    wrong.number = 0;
    CHECK(refused(wrong, "/number"));
    wrong = number;
    wrong.list.status = 1;
    CHECK(refused(wrong, "/number"));
    wrong = number;
    wrong.reference = "r0";
    CHECK(refused(wrong, "/number"));
    wrong = {};
    wrong.reference = "r0";
    wrong.price_verified = true;
    CHECK(refused(wrong, "/reference"));
    wrong.price_verified.reset();
    wrong.list.created.until = noon;
    CHECK(refused(wrong, "/reference"));
}

TEST_CASE("events are found by kind and by actor, within a time") {
    Day day;
    std::set<std::string> kinds;
    for (const Event& event : day.events) kinds.insert(event.kind);
    REQUIRE(kinds.count("order.placed") == 1);
    REQUIRE(kinds.count("payment.completed") == 1);
    const auto check = [&](EventQuery query, const std::function<bool(const Event&)>& wanted) {
        for (const bool newest : {false, true}) {
            for (const std::uint32_t limit : {1U, 4U, 1'000U}) {
                query.newest_first = newest;
                query.limit = limit;
                CHECK(events(day.shop, query) ==
                      expected<Event>(day.events, !newest, [&](const Event& event) {
                          return wanted(event) && within(query.at, event.at);
                      }));
            }
        }
    };
    for (const TimeRange& range : ranges()) {
        EventQuery query;
        query.at = range;
        check(query, [](const Event&) { return true; });
        for (const std::string& kind : kinds) {
            query.kind = kind;
            check(query, [&](const Event& event) { return event.kind == kind; });
        }
        query.kind = {};
        for (const std::int64_t actor :
             {day.shop.ann, day.shop.bob, day.shop.clerk, day.shop.boss}) {
            query.actor_id = actor;
            check(query, [&](const Event& event) { return event.actor_id == actor; });
        }
    }
    EventQuery key;
    key.actor = domain::Actor::Kind::key;
    key.actor_id = day.shop.clerk;
    key.limit = 10;
    CHECK(events(day.shop, key).empty());
    key.kind = "order.placed";
    CHECK(outcome(list_events(day.shop, as_system(), key)) == "invalid_input");
    EventQuery both;
    both.kind = "order.placed";
    both.order_id = 1;
    CHECK(outcome(list_events(day.shop, as_system(), both)) == "invalid_input");
}

TEST_CASE("users are found by what they are") {
    Shop shop;
    const std::int64_t gone = shop.add_person("gone", true);
    UserChange off;
    off.user_id = gone;
    off.mask = user_field::is_active;
    REQUIRE(update_user(shop, as_system(), off).has_value());
    const auto users = [&](std::optional<bool> active, std::optional<bool> staff) {
        Ids ids;
        std::string cursor;
        do {
            UserQuery query;
            query.active = active;
            query.staff = staff;
            query.limit = 2;
            query.cursor = cursor;
            const auto page = list_users(shop, as_user(shop.clerk), query);
            REQUIRE(page.has_value());
            for (const User& user : page->users) ids.push_back(user.id);
            cursor = page->next_cursor;
        } while (!cursor.empty());
        return ids;
    };
    CHECK(users({}, {}) == Ids{gone, shop.boss, shop.clerk, shop.bob, shop.ann});
    CHECK(users(true, {}) == Ids{shop.boss, shop.clerk, shop.bob, shop.ann});
    CHECK(users(false, {}) == Ids{gone});
    CHECK(users({}, true) == Ids{gone, shop.clerk});
    CHECK(users(true, true) == Ids{shop.clerk});
    CHECK(users(true, false) == Ids{shop.boss, shop.bob, shop.ann});
    CHECK(users(false, false).empty());
    UserQuery both;
    both.active = true;
    both.username_prefix = "a";
    CHECK(outcome(list_users(shop, as_system(), both)) == "invalid_input");
    both.active.reset();
    both.staff = false;
    CHECK(outcome(list_users(shop, as_system(), both)) == "invalid_input");
}

TEST_CASE("a search by halves finds the place in a series with gaps") {
    const Ids series{2, 3, 7, 8, 20};
    const auto probe =
        [&](std::int64_t id) -> std::optional<std::pair<std::int64_t, std::int64_t>> {
        const auto at = std::lower_bound(series.begin(), series.end(), id);
        if (at == series.end()) return std::nullopt;
        return std::pair{*at, *at * 10};
    };
    for (std::int64_t key = 0; key <= 220; ++key) {
        const std::int64_t found = first_with(20, key, probe);
        for (const std::int64_t id : series) CHECK((id >= found) == (id * 10 >= key));
    }
    CHECK(first_with(0, 5, [](std::int64_t) {
              return std::optional<std::pair<std::int64_t, std::int64_t>>();
          }) == 1);
}
