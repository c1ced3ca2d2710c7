// SPDX-License-Identifier: MIT
#include "domain/order.hpp"

#include "domain/builders.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace till;
using namespace till::domain;
using namespace till::domain::testing;

namespace {

constexpr std::array all_states{OrderState::pending, OrderState::shipped, OrderState::delivered,
                                OrderState::cancelled};
constexpr std::array all_events{OrderEvent::ship, OrderEvent::deliver, OrderEvent::hand_over,
                                OrderEvent::cancel};

// The design's table and conditions, written a second time: what to expect of one situation.
std::string expected(OrderState from, OrderEvent event, bool verified, bool free,
                     const OrderFacts& facts) {
    const bool leaves = event == OrderEvent::ship || event == OrderEvent::hand_over;
    const bool allowed = (from == OrderState::pending && event != OrderEvent::deliver) ||
                         (from == OrderState::shipped && event == OrderEvent::deliver);
    if (!allowed) return "invalid_transition";
    if (leaves && !verified) return "prices_not_verified";
    if (leaves && !facts.paid && !free && !facts.ship_unpaid) return "not_paid";
    if (event == OrderEvent::cancel && facts.paid) return "payment_completed";
    switch (event) {
        case OrderEvent::ship:
            return "shipped";
        case OrderEvent::cancel:
            return "cancelled";
        case OrderEvent::deliver:
        case OrderEvent::hand_over:
            break;
    }
    return "delivered";
}

}  // namespace

TEST_CASE("[OR-4] every state, event and condition of an order ends as the design says") {
    for (const OrderState from : all_states) {
        for (const OrderEvent event : all_events) {
            for (int bits = 0; bits < 16; ++bits) {
                const bool verified = (bits & 1) != 0;
                const bool free = (bits & 2) != 0;
                const OrderFacts facts{(bits & 4) != 0, (bits & 8) != 0};
                CAPTURE(name_of(from));
                CAPTURE(name_of(event));
                CAPTURE(bits);
                Order order = order_of(from, free ? 0 : 1'000, verified);
                const auto change = change_order(order, event, facts, noon + 1);
                const std::string want = expected(from, event, verified, free, facts);
                if (change.has_value()) {
                    CHECK(name_of(order.status) == want);
                    CHECK(order.version == 2);
                    CHECK(order.updated_at == noon + 1);
                    CHECK(change->changed());
                } else {
                    CHECK(change.error().code == want);
                    CHECK(change.error().status == Status::conflict);
                    CHECK(order.status == from);
                    CHECK(order.version == 1);
                }
            }
        }
    }
}

// Invariant 7.
TEST_CASE("a refused transition names the state and the event") {
    Order order = order_of(OrderState::cancelled);
    const auto change = change_order(order, OrderEvent::ship, {true, false}, noon);
    REQUIRE(!change.has_value());
    CHECK(change.error().message == "An order that is cancelled does not allow ship.");
}

TEST_CASE("confirming prices makes the claims of a pending order the confirmer's") {
    for (const PriceSource by : {PriceSource::staff, PriceSource::host}) {
        Order order = order_of(OrderState::pending, 500, false);
        const auto change = confirm_prices(order, by, noon + 5);
        REQUIRE(change.has_value());
        CHECK(std::string(change->event) == "order.prices_confirmed");
        CHECK(order.price_verified);
        CHECK(order.lines[0].price_source == by);
        CHECK(order.version == 2);
    }
}

TEST_CASE("confirming verified prices changes nothing in any state") {
    for (const OrderState state : all_states) {
        Order order = order_of(state, 500, true);
        const auto change = confirm_prices(order, PriceSource::host, noon + 5);
        REQUIRE(change.has_value());
        CHECK(!change->changed());
        CHECK(order.lines[0].price_source == PriceSource::staff);
        CHECK(order.version == 1);
    }
}

TEST_CASE("claims are confirmed while the order is pending, never later") {
    for (const OrderState state :
         {OrderState::shipped, OrderState::delivered, OrderState::cancelled}) {
        Order order = order_of(state, 500, false);
        const auto change = confirm_prices(order, PriceSource::staff, noon);
        REQUIRE(!change.has_value());
        CHECK(std::string(change.error().code) == "invalid_transition");
        CHECK(!order.price_verified);
    }
}

TEST_CASE("a plain user confirms no prices") {
    Order order = order_of(OrderState::pending, 500, false);
    CHECK_THROWS_AS(confirm_prices(order, PriceSource::client, noon), Defect);
}

TEST_CASE("two orders say the same when every word of the caller is the same") {
    const Order order = order_of(OrderState::pending);
    Order later = order;
    later.id = 99;
    later.status = OrderState::delivered;
    later.version = 5;
    later.created_at = 1;
    later.lines[0].price_source = PriceSource::client;
    CHECK(same_content(order, later));

    const auto differs = [&](auto change) {
        Order changed = order;
        change(changed);
        return !same_content(order, changed);
    };
    CHECK(differs([](Order& o) { o.user_id = 4; }));
    CHECK(differs([](Order& o) { o.currency = make_currency("USD", 2); }));
    CHECK(differs([](Order& o) { o.series = "A"; }));
    CHECK(differs([](Order& o) { o.reference = "r"; }));
    CHECK(differs([](Order& o) { o.contact_name = "Ann"; }));
    CHECK(differs([](Order& o) { o.contact_email = "ann@example.org"; }));
    CHECK(differs([](Order& o) { o.metadata = "{}"; }));
    CHECK(differs([](Order& o) { o.lines.push_back(o.lines[0]); }));
    CHECK(differs([](Order& o) { o.lines[0].kind = LineKind::fee; }));
    CHECK(differs([](Order& o) { o.lines[0].included = true; }));
    CHECK(differs([](Order& o) { o.lines[0].quantity = 2; }));
    CHECK(differs([](Order& o) { o.lines[0].unit_price_minor = 1; }));
    CHECK(differs([](Order& o) { o.lines[0].name = "Coffee"; }));
    CHECK(differs([](Order& o) { o.lines[0].sku = "C-1"; }));
}
