// SPDX-License-Identifier: MIT
//
// What the events of orders, payments and refunds say: the whole vocabulary of
// include/till/event.h, text for text, so that nothing personal can slip in (invariant 14).
#include "core/event_data.hpp"
#include "core/shop.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace till;
using namespace till::core;
using namespace till::core::testing;

namespace {

// "kind data" of every event of an order, oldest first.
std::vector<std::string> told(Shop& shop, std::int64_t order_id) {
    EventQuery query;
    query.order_id = order_id;
    std::vector<std::string> lines;
    const auto events = list_events(shop, as_system(), query);
    REQUIRE(events.has_value());
    for (const Event& event : events.value()) lines.push_back(event.kind + " " + event.data);
    return lines;
}

using Lines = std::vector<std::string>;

const std::string placed_verified =
    R"(order.placed {"total_minor":1000,"currency":"EUR","line_count":1,"price_verified":true})";
const std::string started_card =
    R"(payment.started {"amount_minor":1000,"currency":"EUR","method":"card"})";

std::string payment_moved(const char* event, const char* from, const char* to) {
    return std::string("payment.") + event + R"( {"from":")" + from + R"(","to":")" + to +
           R"(","amount_minor":1000,"currency":"EUR"})";
}

struct Payable {
    Shop shop;
    domain::Order order;
    domain::Payment payment;
    Payable() {
        shop.set("currency", "EUR");
        order = placed(shop, as_system());
        domain::PaymentInput input = payment_for(order.id);
        input.method = static_cast<std::int32_t>(domain::PaymentMethod::card);
        payment = start_payment(shop, as_system(), input)->value;
    }
    domain::Refund refund(std::int64_t amount_minor, bool succeed_now = false) {
        domain::RefundInput input;
        input.payment_id = payment.id;
        input.amount_minor = amount_minor;
        input.succeed_now = succeed_now;
        input.reason = "Ann Smith, ann@example.com";
        auto answer = start_refund(shop, as_system(), input);
        REQUIRE(answer.has_value());
        return answer->value;
    }
};

}  // namespace

TEST_CASE("an order's events tell its price, who stands for it, and every step") {
    Shop shop;
    shop.set("currency", "EUR");
    Basket basket(2, 250);
    basket.add(0, 100, domain::LineKind::shipping);
    basket.input.contact_name = "Ann Smith";
    basket.input.contact_email = "ann@example.com";
    const std::int64_t walk_in = place_order(shop, as_system(), basket.input)->value.id;
    REQUIRE(cancel_order(shop, as_system(), {walk_in, 0}).has_value());
    CHECK(told(shop, walk_in) ==
          Lines{R"(order.placed {"total_minor":600,"currency":"EUR","line_count":2,)"
                R"("price_verified":true})",
                R"(order.cancelled {"from":"pending","to":"cancelled"})"});

    const std::int64_t claimed = placed(shop, as_user(shop.ann), 0).id;
    REQUIRE(confirm_order_prices(shop, as_user(shop.clerk), {claimed, 0}).has_value());
    REQUIRE(ship_order(shop, as_user(shop.clerk), {claimed, 0}).has_value());
    REQUIRE(deliver_order(shop, as_user(shop.clerk), {claimed, 0}).has_value());
    CHECK(told(shop, claimed) ==
          Lines{R"(order.placed {"total_minor":0,"currency":"EUR","line_count":1,)"
                R"("price_verified":false})",
                R"(order.prices_confirmed {"total_minor":0,"currency":"EUR",)"
                R"("price_source":"staff"})",
                R"(order.shipped {"from":"pending","to":"shipped"})",
                R"(order.delivered {"from":"shipped","to":"delivered"})"});
}

TEST_CASE("a counter sale tells each of its steps") {
    Shop shop;
    shop.set("currency", "EUR");
    SaleInput input;
    const Basket basket;
    input.order = basket.input;
    const auto sold = sell(shop, as_system(), input);
    REQUIRE(sold.has_value());
    CHECK(told(shop, sold->value.order.id) ==
          Lines{placed_verified,
                R"(payment.started {"amount_minor":1000,"currency":"EUR","method":"cash"})",
                payment_moved("completed", "pending", "completed"),
                R"(order.handed_over {"from":"pending","to":"delivered"})"});
}

TEST_CASE("a cancelled order tells of the payment that fails with it, and of late money") {
    Payable made;
    REQUIRE(cancel_order(made.shop, as_system(), {made.order.id, 0}).has_value());
    REQUIRE(complete_payment(made.shop, as_system(), {made.payment.id, 0, {}}).has_value());
    CHECK(told(made.shop, made.order.id) ==
          Lines{placed_verified, started_card,
                R"(order.cancelled {"from":"pending","to":"cancelled"})",
                payment_moved("failed", "pending", "failed"),
                payment_moved("exceeded", "failed", "surplus")});
}

TEST_CASE("a payment that failed and succeeds late tells both") {
    Payable made;
    REQUIRE(fail_payment(made.shop, as_system(), {made.payment.id, 0, {}}).has_value());
    REQUIRE(complete_payment(made.shop, as_system(), {made.payment.id, 0, {}}).has_value());
    CHECK(told(made.shop, made.order.id) ==
          Lines{placed_verified, started_card, payment_moved("failed", "pending", "failed"),
                payment_moved("completed", "failed", "completed")});
}

TEST_CASE("refunds tell their amounts, and never their reason") {
    Payable made;
    REQUIRE(complete_payment(made.shop, as_system(), {made.payment.id, 0, {}}).has_value());
    const std::int64_t first = made.refund(300).id;
    REQUIRE(fail_refund(made.shop, as_system(), {first, 0, {}}).has_value());
    const std::int64_t second = made.refund(400).id;
    REQUIRE(succeed_refund(made.shop, as_system(), {second, 0, {}}).has_value());
    static_cast<void>(made.refund(600, true));
    const auto started = [](const char* amount) {
        return std::string(R"(refund.started {"payment_id":1,"amount_minor":)") + amount +
               R"(,"currency":"EUR"})";
    };
    const auto settled = [](const char* to, const char* amount) {
        return std::string("refund.") + to + R"( {"from":"pending","to":")" + to +
               R"(","payment_id":1,"amount_minor":)" + amount + R"(,"currency":"EUR"})";
    };
    CHECK(told(made.shop, made.order.id) ==
          Lines{placed_verified, started_card, payment_moved("completed", "pending", "completed"),
                started("300"), settled("failed", "300"), started("400"),
                settled("succeeded", "400"), started("600"), settled("succeeded", "600"),
                payment_moved("refunded", "completed", "refunded")});
}

TEST_CASE("the longest data has room, and what has none is a defect") {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::min();
    EventData data;
    data.add_move("completed", "succeeded")
        .add("payment_id", most)
        .add_money("amount_minor", most, domain::make_currency("EUR", 2));
    CHECK(data.finish() ==
          R"({"from":"completed","to":"succeeded","payment_id":-9223372036854775808,)"
          R"("amount_minor":-9223372036854775808,"currency":"EUR"})");
    EventData longer;
    CHECK_THROWS_AS(longer.add("word", std::string(300, 'a')), Defect);
}
