// SPDX-License-Identifier: MIT
#include "domain/payment.hpp"

#include "domain/input_rules.hpp"

namespace till::domain {
namespace {

Error conflict(const char* code, std::string message) {
    return make_error(Status::conflict, code, std::move(message));
}

Error invalid_transition(PaymentState from, std::string_view verb) {
    std::string message = "A payment that is ";
    message.append(name_of(from)).append(" does not allow ").append(verb).append(".");
    return conflict("invalid_transition", std::move(message));
}

bool provider_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

void check_against(PaymentDraft& draft, const Order& order) {
    if (draft.amount_minor != 0 && draft.amount_minor != order.total_minor) {
        std::string total = to_decimal(order.total_minor, order.currency.exponent);
        draft.violations.push_back({"/amount",
                                    "amount_mismatch",
                                    "Must equal the order's total.",
                                    {{"total", std::move(total)}}});
    }
    if (!draft.currency.empty() && draft.currency != order.currency.view()) {
        draft.violations.push_back({"/currency",
                                    "currency_mismatch",
                                    "Must be the order's currency.",
                                    {{"currency", std::string(order.currency.view())}}});
    }
}

void move(Payment& payment, PaymentState to, Time now) {
    payment.status = to;
    payment.updated_at = now;
    ++payment.version;
    if (to == PaymentState::completed || to == PaymentState::surplus) payment.completed_at = now;
}

// The transition by the table, or invalid_transition.
Result<void> apply(Payment& payment, PaymentEvent event, Time now, std::string_view verb) {
    const auto next = payment_states.next(payment.status, event);
    if (!next) return invalid_transition(payment.status, verb);
    move(payment, *next, now);
    return ok();
}

}  // namespace

PaymentDraft draft_payment(const PaymentInput& input) {
    PaymentDraft draft;
    Payment& payment = draft.payment;
    payment.order_id = input.order_id;
    draft.complete_now = input.complete_now;
    draft.amount_minor = input.amount_minor;
    draft.currency = input.currency.value_or(std::string_view());
    const auto method = static_cast<PaymentMethod>(
        input.method == 0 ? static_cast<std::int32_t>(PaymentMethod::other) : input.method);
    if (known_in(payment_method_names, method)) {
        payment.method = method;
    } else {
        add_violation(draft.violations, "/method", "invalid_choice", "Is not a payment method.");
    }
    if (input.provider && !input.provider->empty()) {
        payment.provider =
            check_token_of(draft.violations, "/provider", input.provider, 32, provider_character);
    }
    if (input.provider_reference && !input.provider_reference->empty()) {
        payment.provider_reference =
            check_token(draft.violations, "/provider_reference", input.provider_reference, 255);
    }
    return draft;
}

Result<Payment> start_payment(PaymentDraft draft, const Order& order, bool has_live_payment,
                              const Actor& actor, Time now) {
    check_against(draft, order);
    if (!draft.violations.empty()) return invalid(std::move(draft.violations));
    if (!is_payable(order.status)) {
        std::string message = "An order that is ";
        message.append(name_of(order.status)).append(" takes no payment.");
        return conflict("order_not_payable", std::move(message));
    }
    if (has_live_payment) {
        return conflict("payment_exists", "The order already has a pending or completed payment.");
    }
    if (order.total_minor == 0) {
        return conflict("nothing_to_pay", "The order's total is zero; it needs no payment.");
    }
    Payment& payment = draft.payment;
    payment.order_id = order.id;
    payment.user_id = order.user_id;
    payment.started_by = actor.user_id;
    payment.amount_minor = order.total_minor;
    payment.currency = order.currency;
    payment.created_at = now;
    payment.updated_at = now;
    if (draft.complete_now) {
        payment.status = PaymentState::completed;
        payment.completed_at = now;
    }
    return std::move(payment);
}

Result<Change> complete_payment(Payment& payment, const PaymentFacts& facts, Time now) {
    // A provider tells good news more than once.
    if (is_refundable(payment.status)) return Change{};
    if (payment.status != PaymentState::failed) {
        TILL_CHECK(apply(payment, PaymentEvent::complete, now, "complete"));
        return Change{"payment.completed"};
    }
    const bool in_time = is_payable(facts.order_status) && !facts.other_live;
    TILL_CHECK(apply(payment, in_time ? PaymentEvent::complete_late : PaymentEvent::exceed, now,
                     "complete"));
    return Change{in_time ? "payment.completed" : "payment.exceeded"};
}

Result<Change> fail_payment(Payment& payment, Time now) {
    if (payment.status == PaymentState::failed) return Change{};
    TILL_CHECK(apply(payment, PaymentEvent::fail, now, "fail"));
    return Change{"payment.failed"};
}

}  // namespace till::domain
