// SPDX-License-Identifier: MIT
#include "core/orders.hpp"
#include "core/shop.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace till;
using namespace till::core;
using namespace till::core::testing;
using domain::OrderState;
using Texts = std::vector<std::string>;

namespace {

using Change = Result<OrderAnswer> (*)(Store&, const Call&, const OrderAct&);

struct Named {
    const char* name;
    Change change;
    bool owner_may;
};

const std::vector<Named> changes{
    {"ship", &ship_order, false},
    {"deliver", &deliver_order, false},
    {"hand_over", &hand_over_order, false},
    {"cancel", &cancel_order, true},
    {"confirm_prices", &confirm_order_prices, false},
};

}  // namespace

TEST_CASE("who may change an order: every change, actor and owner") {
    Shop shop;
    for (const Named& row : changes) {
        CAPTURE(row.name);
        const std::int64_t anns = placed(shop, as_user(shop.ann)).id;
        const std::int64_t walk_ins = placed(shop, as_system()).id;
        for (const std::int64_t id : {anns, walk_ins}) {
            CHECK(outcome(row.change(shop, as_anybody(), {id, 0})) == "not_authenticated");
            CHECK(outcome(row.change(shop, as_user(shop.bob), {id, 0})) == "order_not_found");
            CHECK(outcome(row.change(shop, as_system(), {99, 0})) == "order_not_found");
            CHECK(outcome(row.change(shop, as_user(shop.bob), {99, 0})) == "order_not_found");
        }
        if (!row.owner_may) {
            CHECK(outcome(row.change(shop, as_user(shop.ann), {anns, 0})) == "permission_denied");
        }
        CHECK(outcome(row.change(shop, as_user(shop.ann), {walk_ins, 0})) == "order_not_found");
        for (const Call& call : {as_user(shop.clerk), as_user(shop.boss), as_system()}) {
            const std::string code = outcome(row.change(shop, call, {walk_ins, 0}));
            CHECK(code != "permission_denied");
            CHECK(code != "order_not_found");
        }
    }
}

TEST_CASE("goods leave once prices are confirmed and money is here") {
    Shop shop;
    const Call clerk = as_user(shop.clerk);
    const std::int64_t id = placed(shop, as_user(shop.ann)).id;
    CHECK(outcome(ship_order(shop, clerk, {id, 0})) == "prices_not_verified");
    const auto confirmed = confirm_order_prices(shop, clerk, {id, 0});
    CHECK(confirmed->value.version == 2);
    CHECK(get_order(shop, clerk, id)->value.lines[0].price_source == domain::PriceSource::staff);
    CHECK(confirm_order_prices(shop, clerk, {id, 0})->value.version == 2);
    CHECK(outcome(ship_order(shop, clerk, {id, 0})) == "not_paid");
    paid(shop, id);
    shop.advance(5);
    const auto shipped = ship_order(shop, clerk, {id, 0});
    REQUIRE(shipped.has_value());
    CHECK(shipped->value.status == OrderState::shipped);
    CHECK(shipped->value.updated_at == noon + 5);
    CHECK(outcome(cancel_order(shop, clerk, {id, 0})) == "invalid_transition");
    CHECK(deliver_order(shop, clerk, {id, 0})->value.status == OrderState::delivered);
    CHECK(shop.history(id) == Texts{"order.placed", "order.prices_confirmed", "payment.started",
                                    "payment.completed", "order.shipped", "order.delivered"});
}

TEST_CASE("the setting ship_unpaid lets verified goods leave before the money") {
    Shop shop;
    const std::int64_t verified = placed(shop, as_system()).id;
    const std::int64_t claimed = placed(shop, as_user(shop.ann)).id;
    CHECK(outcome(ship_order(shop, as_system(), {verified, 0})) == "not_paid");
    shop.set("ship_unpaid", "true");
    CHECK(outcome(ship_order(shop, as_system(), {verified, 0})) == "ok");
    CHECK(outcome(ship_order(shop, as_system(), {claimed, 0})) == "prices_not_verified");
}

TEST_CASE("the setting prices decides whether a claim counts") {
    Shop shop;
    const domain::Order claimed = placed(shop, as_user(shop.ann), 0);
    CHECK(!claimed.price_verified);
    shop.set("prices", "trusted");
    const domain::Order trusted = placed(shop, as_user(shop.ann), 0);
    CHECK(trusted.price_verified);
    CHECK(trusted.lines[0].price_source == domain::PriceSource::client);
    CHECK(outcome(hand_over_order(shop, as_system(), {trusted.id, 0})) == "ok");
    CHECK(outcome(hand_over_order(shop, as_system(), {claimed.id, 0})) == "prices_not_verified");
}

TEST_CASE("a stale version changes nothing and a right one does") {
    Shop shop;
    const std::int64_t id = placed(shop, as_user(shop.ann)).id;
    for (const std::int64_t version : {std::int64_t{2}, std::int64_t{-1}, INT64_MAX}) {
        const auto stale = cancel_order(shop, as_user(shop.ann), {id, version});
        REQUIRE(!stale.has_value());
        CHECK(stale.error().status == Status::precondition);
    }
    CHECK(outcome(cancel_order(shop, as_user(shop.ann), {id, 1})) == "ok");
    CHECK(get_order(shop, as_system(), id)->value.version == 2);
}

TEST_CASE("cancelling fails a pending payment and is refused while one is completed") {
    Shop shop;
    const std::int64_t waiting = placed(shop, as_user(shop.ann)).id;
    const auto payment = start_payment(shop, as_user(shop.ann), payment_for(waiting));
    CHECK(outcome(cancel_order(shop, as_user(shop.ann), {waiting, 0})) == "ok");
    CHECK(get_payment(shop, as_system(), payment->value.id)->value.status ==
          domain::PaymentState::failed);
    CHECK(shop.history(waiting) ==
          Texts{"order.placed", "payment.started", "order.cancelled", "payment.failed"});

    const std::int64_t bought = placed(shop, as_user(shop.ann)).id;
    const domain::Payment money = paid(shop, bought);
    CHECK(outcome(cancel_order(shop, as_user(shop.ann), {bought, 0})) == "payment_completed");
    domain::RefundInput refund;
    refund.payment_id = money.id;
    refund.succeed_now = true;
    REQUIRE(start_refund(shop, as_system(), refund).has_value());
    CHECK(outcome(cancel_order(shop, as_user(shop.ann), {bought, 0})) == "ok");
}
