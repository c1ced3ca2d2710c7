// SPDX-License-Identifier: MIT
#include "core/payments.hpp"
#include "core/shop.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace till;
using namespace till::core;
using namespace till::core::testing;
using Texts = std::vector<std::string>;

namespace {

SaleInput sale_of(const Basket& basket) {
    SaleInput input;
    input.order = basket.input;
    return input;
}

}  // namespace

TEST_CASE("a counter sale is ordered, paid and handed over at once") {
    Shop shop;
    Basket basket(2, 350);
    basket.add(0, 50, domain::LineKind::tip);
    basket.input.walk_in = true;
    basket.input.series = "R";
    const auto sold = sell(shop, as_user(shop.clerk), sale_of(basket));
    REQUIRE(sold.has_value());
    const Receipt& receipt = sold->value;
    CHECK(receipt.order.status == domain::OrderState::delivered);
    CHECK(receipt.order.number == 1);
    CHECK(receipt.order.total_minor == 750);
    REQUIRE(receipt.payment.has_value());
    CHECK(receipt.payment->status == domain::PaymentState::completed);
    CHECK(receipt.payment->method == domain::PaymentMethod::cash);
    CHECK(receipt.payment->amount_minor == 750);
    CHECK(get_order(shop, as_system(), receipt.order.id)->value.status ==
          domain::OrderState::delivered);
    CHECK(shop.history(receipt.order.id) ==
          Texts{"order.placed", "payment.started", "payment.completed", "order.handed_over"});
}

TEST_CASE("a sale of nothing to pay has no payment") {
    Shop shop;
    const auto sold = sell(shop, as_system(), sale_of(Basket(1, 0)));
    REQUIRE(sold.has_value());
    CHECK(!sold->value.payment.has_value());
    CHECK(sold->value.order.status == domain::OrderState::delivered);
}

TEST_CASE("a sale is the desk's: every actor") {
    Shop shop;
    const Basket basket;
    CHECK(outcome(sell(shop, as_anybody(), sale_of(basket))) == "not_authenticated");
    CHECK(outcome(sell(shop, as_user(shop.ann), sale_of(basket))) == "permission_denied");
    for (const Call& call : {as_user(shop.clerk), as_user(shop.boss), as_system()}) {
        CHECK(outcome(sell(shop, call, sale_of(basket))) == "ok");
    }
}

TEST_CASE("a refused sale tells all at once and leaves nothing, not even a number") {
    Shop shop;
    Basket basket(0, 100);
    basket.input.series = "R";
    SaleInput input = sale_of(basket);
    input.method = 9;
    input.provider = "Bad Name";
    const auto refused = sell(shop, as_system(), input);
    REQUIRE(!refused.has_value());
    Texts paths;
    for (const Violation& violation : refused.error().violations) paths.push_back(violation.path);
    CHECK(paths == Texts{"/lines/0/quantity", "/method", "/provider"});

    Basket good(1, 100);
    good.input.series = "R";
    SaleInput first = sale_of(good);
    first.provider = "zvt";
    first.provider_reference = "42";
    REQUIRE(sell(shop, as_system(), first).has_value());
    CHECK(outcome(sell(shop, as_system(), first)) == "provider_reference_taken");
    CHECK(sell(shop, as_system(), sale_of(good))->value.order.number == 2);
}

TEST_CASE("a sale is replayed by its key and by its reference") {
    Shop shop;
    Basket basket;
    const Call keyed = with_key(as_system(), "s");
    const auto first = sell(shop, keyed, sale_of(basket));
    const auto again = sell(shop, keyed, sale_of(basket));
    CHECK(again->replayed);
    CHECK(again->value.order.id == first->value.order.id);
    CHECK(again->value.payment->id == first->value.payment->id);
    SaleInput by_card = sale_of(basket);
    by_card.method = 2;
    CHECK(outcome(sell(shop, keyed, by_card)) == "idempotency_mismatch");

    basket.input.reference = "offline-7";
    basket.input.series = "R";
    const auto offline = sell(shop, as_system(), sale_of(basket));
    const auto replayed = sell(shop, as_system(), sale_of(basket));
    CHECK(!offline->replayed);
    CHECK(replayed->replayed);
    CHECK(replayed->value.order.id == offline->value.order.id);
    CHECK(replayed->value.payment->id == offline->value.payment->id);

    Basket ordered;
    ordered.input.reference = "ordered";
    REQUIRE(place_order(shop, as_system(), ordered.input).has_value());
    CHECK(outcome(sell(shop, as_system(), sale_of(ordered))) == "reference_taken");
}
