// SPDX-License-Identifier: MIT
#include "domain/payment.hpp"

#include "domain/builders.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace till;
using namespace till::domain;
using namespace till::domain::testing;

namespace {

constexpr std::array all_states{PaymentState::pending, PaymentState::completed,
                                PaymentState::failed, PaymentState::surplus,
                                PaymentState::refunded};
constexpr std::array order_statuses{OrderState::pending, OrderState::shipped, OrderState::delivered,
                                    OrderState::cancelled};

PaymentInput exact() {
    PaymentInput input;
    input.order_id = 7;
    return input;
}

std::string start(const PaymentInput& input, const Order& order, bool live = false) {
    const auto payment = start_payment(draft_payment(input), order, live, user_actor(3), noon);
    return payment.has_value() ? std::string(name_of(payment->status)) : payment.error().code;
}

}  // namespace

TEST_CASE("a payment takes amount, currency and owner from its order") {
    const auto payment = start_payment(draft_payment(exact()), order_of(OrderState::pending, 1'234),
                                       false, staff_actor(9), noon);
    REQUIRE(payment.has_value());
    CHECK(payment->amount_minor == 1'234);
    CHECK(payment->currency == eur);
    CHECK(payment->user_id == 3);
    CHECK(payment->started_by == 9);
    CHECK(payment->order_id == 7);
    CHECK(payment->method == PaymentMethod::other);
    CHECK(payment->status == PaymentState::pending);
    CHECK(!payment->completed_at);
}

TEST_CASE("a payment starts for a pending or shipped order alone") {
    CHECK(start(exact(), order_of(OrderState::pending)) == "pending");
    CHECK(start(exact(), order_of(OrderState::shipped)) == "pending");
    CHECK(start(exact(), order_of(OrderState::delivered)) == "order_not_payable");
    CHECK(start(exact(), order_of(OrderState::cancelled)) == "order_not_payable");
}

TEST_CASE("a claim's price may be paid before anybody confirmed it") {
    CHECK(start(exact(), order_of(OrderState::pending, 500, false)) == "pending");
}

TEST_CASE("refusals to start come in their order, worst first") {
    PaymentInput wrong = exact();
    wrong.amount_minor = 999;
    wrong.currency = "USD";
    Order cancelled_for_free = order_of(OrderState::cancelled, 0);
    CHECK(start(wrong, cancelled_for_free, true) == "invalid_input");
    CHECK(start(exact(), cancelled_for_free, true) == "order_not_payable");
    CHECK(start(exact(), order_of(OrderState::pending, 0), true) == "payment_exists");
    CHECK(start(exact(), order_of(OrderState::pending, 0)) == "nothing_to_pay");
}

TEST_CASE("a payment's input is checked whole") {
    PaymentInput input = exact();
    input.amount_minor = -1;
    input.currency = "USD";
    input.method = 5;
    input.provider = "Stripe";
    input.provider_reference = std::string_view("a\nb");
    const auto payment = start_payment(draft_payment(input), order_of(OrderState::pending), false,
                                       user_actor(3), noon);
    REQUIRE(!payment.has_value());
    CHECK(broken(payment.error().violations) ==
          std::vector<std::string>{"/method invalid_choice", "/provider invalid",
                                   "/provider_reference control", "/amount amount_mismatch",
                                   "/currency currency_mismatch"});
}

TEST_CASE("money that is here completes the payment at once") {
    PaymentInput input = exact();
    input.complete_now = true;
    const auto payment = start_payment(draft_payment(input), order_of(OrderState::pending), false,
                                       system_actor(), noon);
    REQUIRE(payment.has_value());
    CHECK(payment->status == PaymentState::completed);
    CHECK(payment->completed_at == noon);
    CHECK(payment->started_by == 0);
}

TEST_CASE("[OR-4] every payment state, order state and rival ends success as the design says") {
    for (const PaymentState from : all_states) {
        for (const OrderState order : order_statuses) {
            for (const bool rival : {false, true}) {
                CAPTURE(name_of(from));
                CAPTURE(name_of(order));
                CAPTURE(rival);
                Payment payment = payment_of(from);
                const auto change = complete_payment(payment, {order, rival}, noon + 9);
                const bool payable = order == OrderState::pending || order == OrderState::shipped;
                switch (from) {
                    case PaymentState::pending:
                        CHECK(payment.status == PaymentState::completed);
                        CHECK(payment.completed_at == noon + 9);
                        break;
                    case PaymentState::failed:
                        CHECK(payment.status == (payable && !rival ? PaymentState::completed
                                                                   : PaymentState::surplus));
                        CHECK(payment.completed_at == noon + 9);
                        CHECK(std::string(change->event) ==
                              (payable && !rival ? "payment.completed" : "payment.exceeded"));
                        break;
                    case PaymentState::completed:
                    case PaymentState::surplus:
                        REQUIRE(change.has_value());
                        CHECK(!change->changed());
                        CHECK(payment.version == 1);
                        break;
                    case PaymentState::refunded:
                        REQUIRE(!change.has_value());
                        CHECK(std::string(change.error().code) == "invalid_transition");
                        break;
                }
            }
        }
    }
}

TEST_CASE("only a pending payment fails, and failing again says nothing new") {
    for (const PaymentState from : all_states) {
        Payment payment = payment_of(from);
        const auto change = fail_payment(payment, noon + 9);
        if (from == PaymentState::pending) {
            CHECK(payment.status == PaymentState::failed);
            CHECK(std::string(change->event) == "payment.failed");
        } else if (from == PaymentState::failed) {
            CHECK(!change->changed());
        } else {
            REQUIRE(!change.has_value());
            CHECK(std::string(change.error().code) == "invalid_transition");
            CHECK(payment.status == from);
        }
    }
}

TEST_CASE("a refund reserves its amount and never exceeds the payment") {
    const auto start_of = [](Payment& payment, std::int64_t amount) -> std::string {
        RefundInput input;
        input.payment_id = payment.id;
        input.amount_minor = amount;
        const auto refund = start_refund(draft_refund(input), payment, staff_actor(9), noon);
        return refund.has_value() ? std::to_string(refund->amount_minor) : refund.error().code;
    };
    Payment payment = payment_of(PaymentState::completed);
    CHECK(start_of(payment, -1) == "invalid_input");
    CHECK(start_of(payment, 1'001) == "refund_exceeds_payment");
    CHECK(start_of(payment, INT64_MAX) == "refund_exceeds_payment");
    CHECK(start_of(payment, 400) == "400");
    CHECK(start_of(payment, 601) == "refund_exceeds_payment");
    CHECK(start_of(payment, 0) == "600");
    CHECK(start_of(payment, 0) == "refund_exceeds_payment");
    CHECK(payment.refunding_minor == 1'000);
    CHECK(payment.refunded_minor == 0);
    CHECK(payment.status == PaymentState::completed);
}

TEST_CASE("only money that is here goes back") {
    for (const PaymentState from : all_states) {
        CAPTURE(name_of(from));
        Payment payment = payment_of(from);
        const auto refund = start_refund(draft_refund({}), payment, system_actor(), noon);
        if (from == PaymentState::completed || from == PaymentState::surplus) {
            CHECK(refund.has_value());
        } else {
            REQUIRE(!refund.has_value());
            CHECK(
                std::string(refund.error().code) ==
                (from == PaymentState::refunded ? "refund_exceeds_payment" : "invalid_transition"));
        }
    }
}

TEST_CASE("every refund state and event ends as the table says") {
    for (const auto from : {RefundState::pending, RefundState::succeeded, RefundState::failed}) {
        for (const bool succeed : {true, false}) {
            Payment payment = payment_of(PaymentState::completed);
            payment.refunding_minor = from == RefundState::failed ? 0 : 300;
            payment.refunded_minor = from == RefundState::succeeded ? 300 : 0;
            Refund refund;
            refund.payment_id = payment.id;
            refund.amount_minor = 300;
            refund.status = from;
            const auto change = succeed ? succeed_refund(refund, payment, noon)
                                        : fail_refund(refund, payment, noon);
            const RefundState goal = succeed ? RefundState::succeeded : RefundState::failed;
            if (from == RefundState::pending) {
                REQUIRE(change.has_value());
                CHECK(refund.status == goal);
                CHECK(payment.refunding_minor == (succeed ? 300 : 0));
                CHECK(payment.refunded_minor == (succeed ? 300 : 0));
            } else if (from == goal) {
                REQUIRE(change.has_value());
                CHECK(!change->refund.changed());
            } else {
                REQUIRE(!change.has_value());
                CHECK(std::string(change.error().code) == "invalid_transition");
            }
        }
    }
}

TEST_CASE("a payment refunded in full is refunded, completed or surplus alike") {
    for (const auto from : {PaymentState::completed, PaymentState::surplus}) {
        Payment payment = payment_of(from);
        auto refund = start_refund(draft_refund({}), payment, system_actor(), noon);
        const auto change = succeed_refund(*refund, payment, noon + 1);
        REQUIRE(change.has_value());
        CHECK(payment.status == PaymentState::refunded);
        CHECK(std::string(change->refund.event) == "refund.succeeded");
        CHECK(std::string(change->payment.event) == "payment.refunded");
    }
}

TEST_CASE("[PA-2] on any walk of refunds money is conserved") {
    std::mt19937_64 random(7);  // NOLINT(cert-msc51-cpp): the same walk every time
    for (int walk = 0; walk < 200; ++walk) {
        Payment payment = payment_of(PaymentState::completed);
        std::vector<Refund> refunds;
        for (int step = 0; step < 60; ++step) {
            const std::uint64_t choice = random() % 3;
            if (choice == 0 || refunds.empty()) {
                RefundInput input;
                input.payment_id = payment.id;
                input.amount_minor = static_cast<std::int64_t>(random() % 500);
                auto refund = start_refund(draft_refund(input), payment, system_actor(), noon);
                if (refund.has_value()) refunds.push_back(std::move(refund).value());
            } else {
                Refund& refund = refunds[random() % refunds.size()];
                const auto change = choice == 1 ? succeed_refund(refund, payment, noon)
                                                : fail_refund(refund, payment, noon);
                if (!change.has_value()) CHECK(refund.status != RefundState::pending);
            }
            std::int64_t pending = 0;
            std::int64_t succeeded = 0;
            for (const Refund& refund : refunds) {
                if (refund.status == RefundState::pending) pending += refund.amount_minor;
                if (refund.status == RefundState::succeeded) succeeded += refund.amount_minor;
            }
            CHECK(payment.refunding_minor == pending + succeeded);
            CHECK(payment.refunded_minor == succeeded);
            CHECK(payment.refunding_minor <= payment.amount_minor);
            CHECK((payment.status == PaymentState::refunded) ==
                  (succeeded == payment.amount_minor));
        }
    }
}
