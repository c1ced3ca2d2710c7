// SPDX-License-Identifier: MIT
#include "core/orders.hpp"

#include "core/care.hpp"
#include "core/shop.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace till;
using namespace till::core;
using namespace till::core::testing;
using domain::OrderState;
using Texts = std::vector<std::string>;

TEST_CASE("a placed order reads back as it was answered") {
    Shop shop;
    Basket basket(2, 450);
    basket.add(1, 300);
    basket.lines[1].sku = "C-1";
    basket.input.reference = "phone-1";
    basket.input.metadata = R"({"table":7})";
    const auto answer = place_order(shop, as_user(shop.ann), basket.input);
    REQUIRE(answer.has_value());
    CHECK(!answer->replayed);
    const domain::Order& order = answer->value;
    CHECK(order.id == 1);
    CHECK(order.user_id == shop.ann);
    CHECK(order.placed_by == shop.ann);
    CHECK(order.total_minor == 1'200);
    CHECK(order.created_at == noon);
    CHECK(!order.price_verified);

    const auto got = get_order(shop, as_user(shop.ann), order.id);
    REQUIRE(got.has_value());
    CHECK(same_content(got->value, order));
    CHECK(got->value.placed_by == shop.ann);
    CHECK(got->value.total_minor == 1'200);
    CHECK(got->value.created_at == noon);
    CHECK(got->value.status == OrderState::pending);
    CHECK(got->value.lines[1].sku == "C-1");
    CHECK(got->value.lines[0].price_source == domain::PriceSource::client);
    CHECK(shop.history(order.id) == Texts{"order.placed"});
}

// Invariant 6.
TEST_CASE("an order is its owner's, staff's and the system's; others find nothing") {
    Shop shop;
    const std::int64_t id = placed(shop, as_user(shop.ann)).id;
    for (const Call& call :
         {as_user(shop.ann), as_user(shop.clerk), as_user(shop.boss), as_system()}) {
        CHECK(outcome(get_order(shop, call, id)) == "ok");
    }
    CHECK(outcome(get_order(shop, as_user(shop.bob), id)) == "order_not_found");
    CHECK(outcome(get_order(shop, as_anybody(), id)) == "not_authenticated");
    CHECK(outcome(get_order(shop, as_anybody(), 99)) == "not_authenticated");
    CHECK(outcome(get_order(shop, as_system(), 99)) == "order_not_found");
    CHECK(outcome(get_order(shop, as_system(), -1)) == "order_not_found");
}

TEST_CASE("a walk-in's order is seen by staff and the system alone") {
    Shop shop;
    Basket basket;
    basket.input.walk_in = true;
    basket.input.contact_name = "Carl";
    basket.input.contact_email = "carl@example.org";
    const auto answer = place_order(shop, as_user(shop.clerk), basket.input);
    REQUIRE(answer.has_value());
    CHECK(answer->value.user_id == 0);
    CHECK(answer->value.placed_by == shop.clerk);
    const auto got = get_order(shop, as_system(), answer->value.id);
    CHECK(got->value.contact_email == "carl@example.org");
    CHECK(outcome(get_order(shop, as_user(shop.clerk), answer->value.id)) == "ok");
    CHECK(outcome(get_order(shop, as_user(shop.ann), answer->value.id)) == "order_not_found");
}

TEST_CASE("an order for somebody else needs somebody to be there") {
    Shop shop;
    Basket basket;
    basket.input.user_id = shop.ann;
    CHECK(place_order(shop, as_user(shop.clerk), basket.input)->value.user_id == shop.ann);
    CHECK(outcome(place_order(shop, as_user(shop.bob), basket.input)) == "permission_denied");
    basket.input.user_id = 999;
    const auto nobody = place_order(shop, as_system(), basket.input);
    REQUIRE(!nobody.has_value());
    CHECK(nobody.error().violations[0].path == "/user_id");
}

TEST_CASE("the shop's currency is the default and an unknown one is refused") {
    Shop shop;
    shop.set("currency", "JPY");
    Basket basket;
    const auto yen = place_order(shop, as_system(), basket.input);
    CHECK(yen->value.currency == domain::make_currency("JPY", 0));
    for (const char* code : {"XXQ", "jpy", "EURO"}) {
        basket.input.currency = code;
        const auto refused = place_order(shop, as_system(), basket.input);
        REQUIRE(!refused.has_value());
        CHECK(refused.error().violations[0].path == "/currency");
        CHECK(std::string(refused.error().violations[0].code) == "unknown_currency");
    }
    basket.input.currency = "BHD";
    const auto dinar = place_order(shop, as_system(), basket.input);
    CHECK(get_order(shop, as_system(), dinar->value.id)->value.currency.exponent == 3);
}

// Invariant 1.
TEST_CASE("[ID-3] a refused order leaves nothing behind") {
    Shop shop;
    Basket basket(0, 1);
    basket.input.series = "A";
    CHECK(outcome(place_order(shop, with_key(as_system(), "k"), basket.input)) == "invalid_input");
    Basket good;
    good.input.series = "A";
    const auto first = place_order(shop, with_key(as_system(), "k"), good.input);
    REQUIRE(first.has_value());
    CHECK(first->value.id == 1);
    CHECK(first->value.number == 1);
}

TEST_CASE("a repeated key answers the order as it is now") {
    Shop shop;
    Basket basket;
    const Call call = with_key(as_user(shop.ann), "key-1");
    const auto first = place_order(shop, call, basket.input);
    REQUIRE(first.has_value());
    REQUIRE(cancel_order(shop, as_user(shop.ann), {first->value.id, 0}).has_value());
    const auto again = place_order(shop, call, basket.input);
    REQUIRE(again.has_value());
    CHECK(again->replayed);
    CHECK(again->value.id == first->value.id);
    CHECK(again->value.status == OrderState::cancelled);
    CHECK(shop.history(first->value.id).size() == 2);
}

TEST_CASE("[ID-3] a key belongs to its actor, its function and its input") {
    Shop shop;
    const Basket one;
    const Basket two(2, 1'000);
    CHECK(place_order(shop, with_key(as_user(shop.ann), "k"), one.input)->value.id == 1);
    CHECK(outcome(place_order(shop, with_key(as_user(shop.ann), "k"), two.input)) ==
          "idempotency_mismatch");
    CHECK(place_order(shop, with_key(as_user(shop.bob), "k"), two.input)->value.id == 2);
    CHECK(place_order(shop, with_key(as_user(shop.ann), "k2"), one.input)->value.id == 3);
    CHECK(outcome(start_payment(shop, with_key(as_user(shop.ann), "k"), payment_for(1))) == "ok");
    shop.advance(8 * us_per_day);
    CHECK(place_order(shop, with_key(as_user(shop.ann), "k"), two.input)->value.id == 4);
}

TEST_CASE("a call that takes no key says so") {
    Shop shop;
    const domain::Order order = placed(shop, as_system());
    const Call keyed = with_key(as_system(), "k");
    CHECK(outcome(ship_order(shop, keyed, {order.id, 0})) == "no_idempotency_key");
    CHECK(outcome(confirm_order_prices(shop, keyed, {order.id, 0})) == "no_idempotency_key");
}

TEST_CASE("a reference names one order of its owner for ever") {
    Shop shop;
    Basket basket;
    basket.input.reference = "r-1";
    const auto first = place_order(shop, as_user(shop.ann), basket.input);
    const auto again = place_order(shop, as_user(shop.ann), basket.input);
    CHECK(!first->replayed);
    CHECK(again->replayed);
    CHECK(again->value.id == first->value.id);
    Basket other(5, 1'000);
    other.input.reference = "r-1";
    const auto taken = place_order(shop, as_user(shop.ann), other.input);
    REQUIRE(!taken.has_value());
    CHECK(taken.error().status == Status::already_exists);
    CHECK(taken.error().violations[0].path == "/reference");
    CHECK(!place_order(shop, as_user(shop.bob), other.input)->replayed);
    CHECK(shop.history(first->value.id).size() == 1);
}

TEST_CASE("series count without gaps, each for itself, replays included") {
    Shop shop;
    Basket basket;
    basket.input.series = "TILL-1";
    const auto number = [&](const char* reference) {
        basket.input.reference = reference;
        return place_order(shop, as_system(), basket.input)->value.number;
    };
    CHECK(number("a") == 1);
    CHECK(number("b") == 2);
    CHECK(number("a") == 1);
    CHECK(number("c") == 3);
    basket.input.series = "TILL-2";
    CHECK(number("d") == 1);
    const auto found = find_order(shop, as_system(), {0, {}, "TILL-1", 3});
    CHECK(found->value.reference == "c");
    CHECK(outcome(find_order(shop, as_system(), {0, {}, "TILL-1", 4})) == "order_not_found");
    CHECK(outcome(find_order(shop, as_user(shop.ann), {0, {}, "TILL-1", 3})) == "order_not_found");
}

TEST_CASE("an order is found by its owner's reference") {
    Shop shop;
    Basket basket;
    basket.input.reference = "mine";
    REQUIRE(place_order(shop, as_user(shop.ann), basket.input).has_value());
    CHECK(outcome(find_order(shop, as_user(shop.ann), {0, "mine", {}, 0})) == "ok");
    CHECK(outcome(find_order(shop, as_user(shop.clerk), {shop.ann, "mine", {}, 0})) == "ok");
    CHECK(outcome(find_order(shop, as_user(shop.clerk), {0, "mine", {}, 0})) == "order_not_found");
    CHECK(outcome(find_order(shop, as_user(shop.bob), {shop.ann, "mine", {}, 0})) ==
          "order_not_found");
    CHECK(outcome(find_order(shop, as_anybody(), {shop.ann, "mine", {}, 0})) ==
          "not_authenticated");
    CHECK(outcome(find_order(shop, as_system(), {})) == "invalid_input");
    CHECK(outcome(find_order(shop, as_system(), {0, "mine", "A", 1})) == "invalid_input");
}

TEST_CASE("many orders are placed at once, each for itself") {
    Shop shop;
    Basket good;
    Basket bad(0, 1);
    Basket numbered;
    numbered.input.series = "S";
    Basket taken(7, 7);
    taken.input.reference = "r";
    Basket first_of_reference;
    first_of_reference.input.reference = "r";
    std::vector<Result<domain::PlacementInput>> inputs;
    for (const Basket* basket : {&good, &bad, &numbered, &first_of_reference, &taken, &numbered}) {
        inputs.emplace_back(basket->input);
    }
    inputs.emplace_back(make_error(Status::misuse, "null_argument", "…"));
    const Call call = with_key(as_system(), "many");
    const auto outcomes = place_orders(shop, call, inputs);
    REQUIRE(outcomes.has_value());
    Texts codes;
    for (const auto& result : *outcomes) codes.push_back(outcome(result));
    CHECK(codes ==
          Texts{"ok", "invalid_input", "ok", "ok", "reference_taken", "ok", "null_argument"});
    CHECK((*outcomes)[5]->value.number == 2);

    const auto again = place_orders(shop, call, inputs);
    CHECK((*again)[0]->replayed);
    CHECK((*again)[5]->replayed);
    // Refused and replayed ones are in no total.
    const auto findings = check(shop, as_system());
    CHECK(findings->text == "");
    CHECK(findings->sound);
    CHECK((*again)[0]->value.id == (*outcomes)[0]->value.id);
    CHECK(outcome(place_orders(shop, as_anybody(), inputs)) == "not_authenticated");
    const std::vector<Result<domain::PlacementInput>> crowd(1'001, good.input);
    CHECK(outcome(place_orders(shop, as_system(), crowd)) == "invalid_input");
}

TEST_CASE("many orders are read in one snapshot, missing ones in their place") {
    Shop shop;
    const std::int64_t anns = placed(shop, as_user(shop.ann)).id;
    const std::int64_t bobs = placed(shop, as_user(shop.bob)).id;
    const std::vector<std::int64_t> ids{bobs, 99, anns, anns};
    const auto outcomes = get_orders(shop, as_user(shop.ann), ids);
    REQUIRE(outcomes.has_value());
    Texts codes;
    for (const auto& result : *outcomes) codes.push_back(outcome(result));
    CHECK(codes == Texts{"order_not_found", "order_not_found", "ok", "ok"});
    CHECK(outcome(get_orders(shop, as_anybody(), ids)) == "not_authenticated");
    CHECK(outcome(get_orders(shop, as_system(), std::vector<std::int64_t>(1'001, 1))) ==
          "invalid_input");
}

TEST_CASE("a batch sees its own orders and keeps none when it is rolled back") {
    Shop shop;
    std::int64_t id = 0;
    {
        const auto batch = shop->database().begin_batch(as_system().deadline_us);
        Call call = as_system();
        call.batch = batch.get();
        id = placed(shop, call).id;
        CHECK(outcome(get_order(shop, call, id)) == "ok");
        CHECK(outcome(place_order(shop, call, Basket(0, 0).input)) == "invalid_input");
        CHECK(outcome(get_order(shop, as_system(), id)) == "order_not_found");
    }
    CHECK(outcome(get_order(shop, as_system(), id)) == "order_not_found");
    const auto batch = shop->database().begin_batch(as_system().deadline_us);
    Call call = as_system();
    call.batch = batch.get();
    id = placed(shop, call).id;
    batch->commit();
    CHECK(outcome(get_order(shop, as_system(), id)) == "ok");
}
