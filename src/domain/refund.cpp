// SPDX-License-Identifier: MIT
#include "domain/input_rules.hpp"
#include "domain/payment.hpp"

namespace till::domain {
namespace {

Error conflict(const char* code, std::string message) {
    return make_error(Status::conflict, code, std::move(message));
}

void touch(Payment& payment, Time now) {
    payment.updated_at = now;
    ++payment.version;
}

Result<void> apply(Refund& refund, RefundEvent event, Time now) {
    const auto next = refund_states.next(refund.status, event);
    if (!next) {
        std::string message = "A refund that is ";
        message.append(name_of(refund.status)).append(" does not allow ");
        message.append(name_of(event)).append(".");
        return conflict("invalid_transition", std::move(message));
    }
    refund.status = *next;
    refund.updated_at = now;
    ++refund.version;
    return ok();
}

// The sums a payment keeps; the schema checks them once more.
void assert_conserved(const Payment& payment) {
    TILL_ASSERT(0 <= payment.refunded_minor);
    TILL_ASSERT(payment.refunded_minor <= payment.refunding_minor);
    TILL_ASSERT(payment.refunding_minor <= payment.amount_minor);
}

}  // namespace

RefundDraft draft_refund(const RefundInput& input) {
    RefundDraft draft;
    draft.succeed_now = input.succeed_now;
    draft.refund.payment_id = input.payment_id;
    draft.refund.amount_minor = input.amount_minor;
    if (input.amount_minor < 0) {
        add_violation(draft.violations, "/amount", "too_small", "Must be above zero.", "min", 1);
    }
    draft.refund.reason = check_optional_text(draft.violations, "/reason", input.reason, 500);
    if (input.provider_reference && !input.provider_reference->empty()) {
        draft.refund.provider_reference =
            check_token(draft.violations, "/provider_reference", input.provider_reference, 255);
    }
    return draft;
}

Result<Refund> start_refund(RefundDraft draft, Payment& payment, const Actor& actor, Time now) {
    if (!draft.violations.empty()) return invalid(std::move(draft.violations));
    if (!is_refundable(payment.status) && payment.status != PaymentState::refunded) {
        std::string message = "A payment that is ";
        message.append(name_of(payment.status)).append(" has no money to refund.");
        return conflict("invalid_transition", std::move(message));
    }
    assert_conserved(payment);
    const std::int64_t left = payment.amount_minor - payment.refunding_minor;
    Refund& refund = draft.refund;
    if (refund.amount_minor == 0) refund.amount_minor = left;
    if (left == 0 || refund.amount_minor > left) {
        return conflict("refund_exceeds_payment",
                        "Pending and succeeded refunds would exceed the payment; " +
                            to_decimal(left, payment.currency.exponent) + " is left.");
    }
    refund.payment_id = payment.id;
    refund.order_id = payment.order_id;
    refund.created_by = actor.user_id;
    refund.currency = payment.currency;
    refund.created_at = now;
    refund.updated_at = now;
    payment.refunding_minor += refund.amount_minor;
    touch(payment, now);
    assert_conserved(payment);
    return std::move(refund);
}

Result<RefundChange> succeed_refund(Refund& refund, Payment& payment, Time now) {
    TILL_ASSERT(refund.payment_id == payment.id);
    if (refund.status == RefundState::succeeded) return RefundChange{};
    TILL_CHECK(apply(refund, RefundEvent::succeed, now));
    payment.refunded_minor += refund.amount_minor;
    touch(payment, now);
    assert_conserved(payment);
    RefundChange change{{"refund.succeeded"}, {}};
    if (payment.refunded_minor == payment.amount_minor) {
        const auto next = payment_states.next(payment.status, PaymentEvent::refund_in_full);
        TILL_ASSERT(next.has_value());
        payment.status = *next;
        change.payment.event = "payment.refunded";
    }
    return change;
}

Result<RefundChange> fail_refund(Refund& refund, Payment& payment, Time now) {
    TILL_ASSERT(refund.payment_id == payment.id);
    if (refund.status == RefundState::failed) return RefundChange{};
    TILL_CHECK(apply(refund, RefundEvent::fail, now));
    payment.refunding_minor -= refund.amount_minor;
    touch(payment, now);
    assert_conserved(payment);
    return RefundChange{{"refund.failed"}, {}};
}

}  // namespace till::domain
