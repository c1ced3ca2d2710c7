// SPDX-License-Identifier: MIT
//
// Every state x event x actor, of orders and payments; what to expect is generated from the access
// table and the state tables.
#include "core/actors.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace till;
using namespace till::core;
using namespace till::core::testing;
using domain::Action;
using domain::OrderEvent;
using domain::OrderState;
using domain::PaymentState;
using domain::Verdict;

namespace {

using OrderChange = Result<OrderAnswer> (*)(Store&, const Call&, const OrderAct&);
struct OrderEventCall {
    OrderEvent event;
    OrderChange change;
    Action action;
};
constexpr std::array order_events{
    OrderEventCall{OrderEvent::ship, &ship_order, Action::order_fulfil},
    OrderEventCall{OrderEvent::deliver, &deliver_order, Action::order_fulfil},
    OrderEventCall{OrderEvent::hand_over, &hand_over_order, Action::order_fulfil},
    OrderEventCall{OrderEvent::cancel, &cancel_order, Action::order_cancel},
};

// Ann's order in a state, free of charge, so that money stands in nobody's way.
std::int64_t order_in(Shop& shop, OrderState state) {
    Basket basket(1, 0);
    basket.input.user_id = shop.ann;
    const std::int64_t id = place_order(shop, as_system(), basket.input)->value.id;
    if (state == OrderState::shipped) REQUIRE(ship_order(shop, as_system(), {id, 0}).has_value());
    if (state == OrderState::delivered) {
        REQUIRE(hand_over_order(shop, as_system(), {id, 0}).has_value());
    }
    if (state == OrderState::cancelled)
        REQUIRE(cancel_order(shop, as_system(), {id, 0}).has_value());
    return id;
}

std::string refusal(Action action, const Who& who, std::int64_t owner, const char* not_found) {
    switch (domain::judge(action, who.actor, owner)) {
        case Verdict::allowed:
            return "";
        case Verdict::unauthenticated:
            return "not_authenticated";
        case Verdict::forbidden:
            return "permission_denied";
        case Verdict::second_factor_required:
            return "second_factor_required";
        case Verdict::hidden:
            break;
    }
    return not_found;
}

std::int64_t payment_in(Shop& shop, PaymentState state) {
    Basket basket;
    basket.input.user_id = shop.ann;
    const std::int64_t order = place_order(shop, as_system(), basket.input)->value.id;
    const std::int64_t id = start_payment(shop, as_system(), payment_for(order))->value.id;
    const Call system = as_system();
    if (state == PaymentState::failed) REQUIRE(fail_payment(shop, system, {id, 0, {}}).has_value());
    if (state == PaymentState::surplus) REQUIRE(cancel_order(shop, system, {order}).has_value());
    if (state == PaymentState::completed || state == PaymentState::surplus ||
        state == PaymentState::refunded) {
        REQUIRE(complete_payment(shop, system, {id, 0, {}}).has_value());
    }
    if (state == PaymentState::refunded) {
        domain::RefundInput input;
        input.payment_id = id;
        input.succeed_now = true;
        REQUIRE(start_refund(shop, system, input).has_value());
    }
    REQUIRE(get_payment(shop, system, id)->value.status == state);
    return id;
}

// The design's payment table with its repetitions: complete and fail twice say the same again.
std::string settled(PaymentState from, bool complete) {
    switch (from) {
        case PaymentState::pending:
            return complete ? "completed" : "failed";
        case PaymentState::failed:
            return complete ? "completed" : "failed";
        case PaymentState::completed:
        case PaymentState::surplus:
            return complete ? std::string(name_of(from)) : "invalid_transition";
        case PaymentState::refunded:
            break;
    }
    return "invalid_transition";
}

template <class T>
std::string state_or_code(const Result<Answer<T>>& result) {
    return result.has_value() ? std::string(name_of(result->value.status)) : result.error().code;
}

}  // namespace

// Invariant 7.
TEST_CASE("[OR-4] every state, event and actor of an order: who may, and what becomes of it") {
    Shop shop;
    for (const auto& from : domain::order_states.state_names) {
        for (const OrderEventCall& row : order_events) {
            const auto to = domain::order_states.next(from.value, row.event);
            for (const Who& who : everybody(shop)) {
                CAPTURE(from.name);
                CAPTURE(name_of(row.event));
                CAPTURE(who.name);
                const std::int64_t id = order_in(shop, from.value);
                std::string want = refusal(row.action, who, shop.ann, "order_not_found");
                const bool happens = want.empty() && to.has_value();
                if (want.empty()) {
                    want = to ? std::string(name_of(*to)) : "invalid_transition";
                }
                CHECK(state_or_code(row.change(shop, who.call, {id, 0})) == want);
                const OrderState now = get_order(shop, as_system(), id)->value.status;
                CHECK(now == (happens ? *to : from.value));
            }
        }
    }
}

// Invariant 7.
TEST_CASE(
    "[PA-1] [OR-4] every state, event and actor of a payment: who may, and what becomes of it") {
    Shop shop;
    for (const auto& from : domain::payment_states.state_names) {
        for (const bool complete : {true, false}) {
            for (const Who& who : everybody(shop)) {
                CAPTURE(from.name);
                CAPTURE(complete);
                CAPTURE(who.name);
                const std::int64_t id = payment_in(shop, from.value);
                std::string want =
                    refusal(Action::payment_settle, who, shop.ann, "payment_not_found");
                const bool may = want.empty();
                if (may) want = settled(from.value, complete);
                const auto act = complete ? &complete_payment : &fail_payment;
                CHECK(state_or_code(act(shop, who.call, {id, 0, {}})) == want);
                const PaymentState now = get_payment(shop, as_system(), id)->value.status;
                const bool stays = !may || want == "invalid_transition";
                CHECK(std::string(name_of(now)) == (stays ? std::string(from.name) : want));
            }
        }
    }
}

TEST_CASE("[OR-1] every prices mode and actor, down to whether the goods may leave") {
    for (const char* const mode : {"open", "trusted"}) {
        Shop shop;
        shop.set("prices", mode);
        for (const Who& who : everybody(shop)) {
            CAPTURE(mode);
            CAPTURE(who.name);
            Basket basket(1, 0);
            basket.input.walk_in = who.actor.is_system();
            const auto answer = place_order(shop, who.call, basket.input);
            if (who.actor.is_key() && (who.actor.scopes & domain::scope::orders_place) == 0) {
                CHECK(outcome(answer) == "permission_denied");
                continue;
            }
            if (who.actor.kind == domain::Actor::Kind::anonymous) {
                CHECK(outcome(answer) == "not_authenticated");
                continue;
            }
            REQUIRE(answer.has_value());
            const bool sets =
                who.actor.staff_or_more() || (who.actor.scopes & domain::scope::prices_set) != 0;
            const bool verified = sets || mode == std::string("trusted");
            const domain::Order& order = answer->value;
            CHECK(order.price_verified == verified);
            CHECK(std::string(name_of(order.lines[0].price_source)) == (who.actor.is_system()
                                                                            ? "host"
                                                                        : sets ? "staff"
                                                                               : "client"));
            CHECK(outcome(hand_over_order(shop, as_system(), {order.id})) ==
                  (verified ? "ok" : "prices_not_verified"));
        }
    }
}
