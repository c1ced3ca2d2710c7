// SPDX-License-Identifier: MIT
#include "core/payments.hpp"

#include "core/shop.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace till;
using namespace till::core;
using namespace till::core::testing;
using domain::OrderState;
using domain::PaymentState;
using Texts = std::vector<std::string>;

namespace {

domain::Payment started(Shop& shop, std::int64_t order_id) {
    auto answer = start_payment(shop, as_system(), payment_for(order_id));
    REQUIRE(answer.has_value());
    return answer->value;
}

PaymentState status_of(Shop& shop, std::int64_t payment_id) {
    return get_payment(shop, as_system(), payment_id)->value.status;
}

}  // namespace

TEST_CASE("a started payment reads back as it was answered") {
    Shop shop;
    const domain::Order order = placed(shop, as_user(shop.ann), 1'234);
    domain::PaymentInput input = payment_for(order.id);
    input.amount_minor = 1'234;
    input.currency = order.currency.view();
    input.method = static_cast<std::int32_t>(domain::PaymentMethod::card);
    input.provider = "stripe";
    input.provider_reference = "ch_1";
    const auto answer = start_payment(shop, as_user(shop.ann), input);
    REQUIRE(answer.has_value());
    const domain::Payment payment = get_payment(shop, as_user(shop.ann), answer->value.id)->value;
    CHECK(payment.order_id == order.id);
    CHECK(payment.user_id == shop.ann);
    CHECK(payment.started_by == shop.ann);
    CHECK(payment.amount_minor == 1'234);
    CHECK(payment.currency == order.currency);
    CHECK(payment.method == domain::PaymentMethod::card);
    CHECK(payment.provider == "stripe");
    CHECK(payment.provider_reference == "ch_1");
    CHECK(payment.status == PaymentState::pending);
    CHECK(!payment.completed_at);
    CHECK(shop.history(order.id) == Texts{"order.placed", "payment.started"});
}

TEST_CASE("who may do what to a payment: every call, actor and owner") {
    Shop shop;
    const std::int64_t anns = placed(shop, as_user(shop.ann)).id;
    CHECK(outcome(start_payment(shop, as_anybody(), payment_for(anns))) == "not_authenticated");
    CHECK(outcome(start_payment(shop, as_user(shop.bob), payment_for(anns))) == "order_not_found");
    CHECK(outcome(start_payment(shop, as_user(shop.ann), payment_for(99))) == "order_not_found");
    CHECK(outcome(start_payment(shop, as_user(shop.ann), payment_for(anns, true))) ==
          "permission_denied");
    const auto payment = start_payment(shop, as_user(shop.ann), payment_for(anns));
    REQUIRE(payment.has_value());
    const std::int64_t id = payment->value.id;
    CHECK(outcome(get_payment(shop, as_anybody(), id)) == "not_authenticated");
    CHECK(outcome(get_payment(shop, as_user(shop.bob), id)) == "payment_not_found");
    CHECK(outcome(get_payment(shop, as_user(shop.ann), 99)) == "payment_not_found");
    for (const auto act : {&complete_payment, &fail_payment}) {
        CHECK(outcome(act(shop, as_anybody(), {id, 0, {}})) == "not_authenticated");
        CHECK(outcome(act(shop, as_user(shop.bob), {id, 0, {}})) == "payment_not_found");
        CHECK(outcome(act(shop, as_user(shop.ann), {id, 0, {}})) == "permission_denied");
        CHECK(outcome(act(shop, as_user(shop.clerk), {99, 0, {}})) == "payment_not_found");
        CHECK(outcome(act(shop, as_user(shop.clerk), {id, 7, {}})) == "stale_version");
    }
    CHECK(outcome(complete_payment(shop, as_user(shop.clerk), {id, 1, {}})) == "ok");
    CHECK(outcome(complete_payment(shop, as_user(shop.clerk), {id, 0, {}})) == "ok");
    CHECK(get_payment(shop, as_user(shop.ann), id)->value.version == 2);
}

// Invariant 4.
TEST_CASE("an order has one live payment and failed ones as history") {
    Shop shop;
    const std::int64_t order = placed(shop, as_system()).id;
    const std::int64_t first = started(shop, order).id;
    CHECK(outcome(start_payment(shop, as_system(), payment_for(order))) == "payment_exists");
    CHECK(outcome(fail_payment(shop, as_system(), {first, 0, {}})) == "ok");
    const std::int64_t second = started(shop, order).id;
    CHECK(outcome(complete_payment(shop, as_system(), {second, 0, {}})) == "ok");
    CHECK(outcome(start_payment(shop, as_system(), payment_for(order))) == "payment_exists");
    CHECK(outcome(fail_payment(shop, as_system(), {second, 0, {}})) == "invalid_transition");
    CHECK(status_of(shop, first) == PaymentState::failed);
}

TEST_CASE("late success counts while nobody else paid, and else is a surplus to give back") {
    Shop shop;
    const std::int64_t order = placed(shop, as_system()).id;
    const std::int64_t late = started(shop, order).id;
    const std::int64_t later = [&] {
        REQUIRE(fail_payment(shop, as_system(), {late, 0, {}}).has_value());
        const std::int64_t id = started(shop, order).id;
        REQUIRE(fail_payment(shop, as_system(), {id, 0, {}}).has_value());
        return id;
    }();
    CHECK(complete_payment(shop, as_system(), {late, 0, {}})->value.status ==
          PaymentState::completed);
    CHECK(complete_payment(shop, as_system(), {later, 0, {}})->value.status ==
          PaymentState::surplus);
    CHECK(complete_payment(shop, as_system(), {later, 0, {}})->value.version == 3);

    const std::int64_t cancelled = placed(shop, as_system()).id;
    const std::int64_t too_late = started(shop, cancelled).id;
    REQUIRE(cancel_order(shop, as_system(), {cancelled, 0}).has_value());
    CHECK(complete_payment(shop, as_system(), {too_late, 0, {}})->value.status ==
          PaymentState::surplus);
    domain::RefundInput refund;
    refund.payment_id = too_late;
    refund.succeed_now = true;
    REQUIRE(start_refund(shop, as_system(), refund).has_value());
    CHECK(status_of(shop, too_late) == PaymentState::refunded);
    CHECK(shop.history(cancelled) == Texts{"order.placed", "payment.started", "order.cancelled",
                                           "payment.failed", "payment.exceeded", "refund.started",
                                           "refund.succeeded", "payment.refunded"});
}

TEST_CASE("a provider's reference belongs to one payment") {
    Shop shop;
    const auto start = [&](std::int64_t order, const char* provider, const char* reference) {
        domain::PaymentInput input = payment_for(order);
        if (provider != nullptr) input.provider = provider;
        if (reference != nullptr) input.provider_reference = reference;
        return start_payment(shop, as_system(), input);
    };
    const std::int64_t a = placed(shop, as_system()).id;
    const std::int64_t b = placed(shop, as_system()).id;
    REQUIRE(start(a, "bank", "r1").has_value());
    const auto taken = start(b, "bank", "r1");
    REQUIRE(!taken.has_value());
    CHECK(taken.error().status == Status::already_exists);
    CHECK(taken.error().violations[0].path == "/provider_reference");
    const auto other = start(b, "paypal", nullptr);
    REQUIRE(other.has_value());

    const std::int64_t c = placed(shop, as_system()).id;
    const auto third = start(c, "bank", nullptr);
    REQUIRE(third.has_value());
    CHECK(outcome(complete_payment(shop, as_system(), {third->value.id, 0, "r1"})) ==
          "provider_reference_taken");
    CHECK(status_of(shop, third->value.id) == PaymentState::pending);
    CHECK(outcome(complete_payment(shop, as_system(), {third->value.id, 0, "a\nb"})) ==
          "invalid_input");
    CHECK(
        complete_payment(shop, as_system(), {third->value.id, 0, "r2"})->value.provider_reference ==
        "r2");
    const std::int64_t d = placed(shop, as_system()).id;
    const auto kept = start(d, "bank", "r3");
    CHECK(
        complete_payment(shop, as_system(), {kept->value.id, 0, "r4"})->value.provider_reference ==
        "r3");
}

TEST_CASE("an order that cannot be paid says why") {
    Shop shop;
    const std::int64_t free = placed(shop, as_system(), 0).id;
    CHECK(outcome(start_payment(shop, as_system(), payment_for(free))) == "nothing_to_pay");
    const domain::Order order = placed(shop, as_system());
    domain::PaymentInput wrong = payment_for(order.id);
    wrong.amount_minor = 999;
    CHECK(outcome(start_payment(shop, as_system(), wrong)) == "invalid_input");
    REQUIRE(cancel_order(shop, as_system(), {order.id, 0}).has_value());
    CHECK(outcome(start_payment(shop, as_system(), payment_for(order.id))) == "order_not_payable");
}

TEST_CASE("a repeated key answers the payment and the refund as they are now") {
    Shop shop;
    const std::int64_t order = placed(shop, as_user(shop.ann)).id;
    const Call keyed = with_key(as_user(shop.ann), "pay");
    const auto first = start_payment(shop, keyed, payment_for(order));
    REQUIRE(complete_payment(shop, as_system(), {first->value.id, 0, {}}).has_value());
    const auto again = start_payment(shop, keyed, payment_for(order));
    CHECK(again->replayed);
    CHECK(again->value.id == first->value.id);
    CHECK(again->value.status == PaymentState::completed);
    CHECK(outcome(start_payment(shop, keyed, payment_for(order + 1))) == "idempotency_mismatch");

    domain::RefundInput refund;
    refund.payment_id = first->value.id;
    refund.amount_minor = 300;
    const Call desk = with_key(as_user(shop.clerk), "pay");
    const auto back = start_refund(shop, desk, refund);
    REQUIRE(back.has_value());
    CHECK(!back->replayed);
    REQUIRE(succeed_refund(shop, as_system(), {back->value.id, 0, {}}).has_value());
    const auto back_again = start_refund(shop, desk, refund);
    CHECK(back_again->replayed);
    CHECK(back_again->value.status == domain::RefundState::succeeded);
    CHECK(get_payment(shop, as_system(), first->value.id)->value.refunding_minor == 300);
}

TEST_CASE("refunds are settled one by one and keep the payment's sums") {
    Shop shop;
    const std::int64_t order = placed(shop, as_system()).id;
    const std::int64_t payment = paid(shop, order).id;
    const auto refund = [&](std::int64_t amount) {
        domain::RefundInput input;
        input.payment_id = payment;
        input.amount_minor = amount;
        input.reason = "broken";
        return start_refund(shop, as_user(shop.clerk), input);
    };
    const auto first = refund(400);
    const auto second = refund(600);
    REQUIRE(second.has_value());
    CHECK(outcome(refund(1)) == "refund_exceeds_payment");
    CHECK(second->value.created_by == shop.clerk);
    CHECK(second->value.order_id == order);
    CHECK(outcome(fail_refund(shop, as_system(), {second->value.id, 0, {}})) == "ok");
    CHECK(outcome(fail_refund(shop, as_system(), {second->value.id, 0, {}})) == "ok");
    CHECK(outcome(succeed_refund(shop, as_system(), {second->value.id, 0, {}})) ==
          "invalid_transition");
    CHECK(outcome(succeed_refund(shop, as_system(), {first->value.id, 9, {}})) == "stale_version");
    CHECK(
        succeed_refund(shop, as_system(), {first->value.id, 1, "rf_1"})->value.provider_reference ==
        "rf_1");
    domain::Payment now = get_payment(shop, as_system(), payment)->value;
    CHECK(now.refunding_minor == 400);
    CHECK(now.refunded_minor == 400);
    CHECK(now.status == PaymentState::completed);
    const auto rest = refund(0);
    CHECK(rest->value.amount_minor == 600);
    REQUIRE(succeed_refund(shop, as_system(), {rest->value.id, 0, {}}).has_value());
    now = get_payment(shop, as_system(), payment)->value;
    CHECK(now.status == PaymentState::refunded);
    CHECK(outcome(complete_payment(shop, as_system(), {payment, 0, {}})) == "invalid_transition");
    CHECK(outcome(cancel_order(shop, as_system(), {order, 0})) == "ok");
}

TEST_CASE("refunds are the desk's to make and the owner's to see") {
    Shop shop;
    const std::int64_t order = placed(shop, as_user(shop.ann)).id;
    const std::int64_t payment = paid(shop, order).id;
    domain::RefundInput input;
    input.payment_id = payment;
    input.amount_minor = 10;
    CHECK(outcome(start_refund(shop, as_anybody(), input)) == "not_authenticated");
    CHECK(outcome(start_refund(shop, as_user(shop.ann), input)) == "permission_denied");
    CHECK(outcome(start_refund(shop, as_user(shop.bob), input)) == "payment_not_found");
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(start_refund(shop, as_system(), input)->value.id);
    for (const auto act : {&succeed_refund, &fail_refund}) {
        CHECK(outcome(act(shop, as_anybody(), {ids[0], 0, {}})) == "not_authenticated");
        CHECK(outcome(act(shop, as_user(shop.ann), {ids[0], 0, {}})) == "permission_denied");
        CHECK(outcome(act(shop, as_user(shop.bob), {ids[0], 0, {}})) == "refund_not_found");
        CHECK(outcome(act(shop, as_system(), {99, 0, {}})) == "refund_not_found");
    }
    const auto first = list_refunds(shop, as_user(shop.ann), {payment, 2, {}});
    REQUIRE(first.has_value());
    CHECK(first->items[0].id == ids[2]);
    CHECK(first->items[1].id == ids[1]);
    const auto rest = list_refunds(shop, as_user(shop.ann), {payment, 2, first->next_cursor});
    CHECK(rest->items.size() == 1);
    CHECK(rest->next_cursor.empty());
    CHECK(outcome(list_refunds(shop, as_user(shop.bob), {payment, 0, {}})) == "payment_not_found");
    CHECK(outcome(list_refunds(shop, as_system(), {payment, 201, {}})) == "invalid_input");
}
