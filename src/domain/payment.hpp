// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domain/actor.hpp"
#include "domain/order.hpp"
#include "domain/payment_states.hpp"
#include "domain/refund_states.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Payments and refunds: the decisions. Pure: values in, values out.
namespace till::domain {

// The numbers are the C ABI's (include/till/payment.h), frozen.
enum class PaymentMethod : std::int32_t { cash = 1, card = 2, transfer = 3, other = 4 };

inline constexpr std::array<Named<PaymentMethod>, 4> payment_method_names{{
    {PaymentMethod::cash, "cash"},
    {PaymentMethod::card, "card"},
    {PaymentMethod::transfer, "transfer"},
    {PaymentMethod::other, "other"},
}};

constexpr std::string_view name_of(PaymentMethod method) noexcept {
    return name_in(payment_method_names, method);
}

// Empty text is absent text.
struct Payment {
    std::int64_t id = 0;
    std::int64_t order_id = 0;
    std::int64_t user_id = 0;     // the order's owner; 0: a walk-in
    std::int64_t started_by = 0;  // 0: the system
    std::int64_t version = 1;
    std::int64_t amount_minor = 0;
    std::int64_t refunding_minor = 0;  // pending and succeeded refunds
    std::int64_t refunded_minor = 0;   // succeeded refunds
    Currency currency;
    PaymentState status = PaymentState::pending;
    PaymentMethod method = PaymentMethod::other;
    std::string provider;
    std::string provider_reference;
    Time created_at = 0;
    Time updated_at = 0;
    std::optional<Time> completed_at;
};

struct Refund {
    std::int64_t id = 0;
    std::int64_t payment_id = 0;
    std::int64_t order_id = 0;    // the payment's
    std::int64_t created_by = 0;  // 0: the system
    std::int64_t version = 1;
    std::int64_t amount_minor = 0;
    Currency currency;  // the payment's
    RefundState status = RefundState::pending;
    std::string reason;
    std::string provider_reference;
    Time created_at = 0;
    Time updated_at = 0;
};

// ---- Start a payment ---------------------------------------------------------------------------

// Text is borrowed; absent text has no value.
struct PaymentInput {
    bool complete_now = false;  // the money is here
    std::int64_t order_id = 0;
    std::int64_t amount_minor = 0;  // 0: the order's total
    std::optional<std::string_view> currency;
    std::int32_t method = 0;  // 0: other
    std::optional<std::string_view> provider;
    std::optional<std::string_view> provider_reference;
};

// The input as a payment that has no order yet, and all that is wrong with it by itself.
struct PaymentDraft {
    Payment payment;
    bool complete_now = false;
    std::int64_t amount_minor = 0;  // as asked for
    std::string currency;           // as asked for
    std::vector<Violation> violations;
};

PaymentDraft draft_payment(const PaymentInput& input);

// Status::validation with every violation (amount_mismatch, currency_mismatch, …), then
// Status::conflict with order_not_payable, payment_exists, nothing_to_pay: the first that applies.
// Who may do it was asked before.
Result<Payment> start_payment(PaymentDraft draft, const Order& order, bool has_live_payment,
                              const Actor& actor, Time now);

// ---- Change a payment --------------------------------------------------------------------------

// What the success of a payment needs to know beside it.
struct PaymentFacts {
    OrderState order_status = OrderState::pending;
    bool other_live = false;  // another payment of the order is live
};

// The provider says that the money came. pending: completed. failed: completed while the order is
// payable and no other payment is live, else surplus. completed and surplus: no change.
Result<Change> complete_payment(Payment& payment, const PaymentFacts& facts, Time now);

// pending: failed. failed: no change.
Result<Change> fail_payment(Payment& payment, Time now);

// ---- Refunds -----------------------------------------------------------------------------------

struct RefundInput {
    bool succeed_now = false;  // the money is already back
    std::int64_t payment_id = 0;
    std::int64_t amount_minor = 0;  // 0: all that is left
    std::optional<std::string_view> reason;
    std::optional<std::string_view> provider_reference;
    std::int64_t if_version = 0;  // the payment's; 0: whatever it is
};

struct RefundDraft {
    Refund refund;
    bool succeed_now = false;
    std::vector<Violation> violations;
};

RefundDraft draft_refund(const RefundInput& input);

// Reserves the amount in the payment. Status::validation, then Status::conflict with
// invalid_transition (the payment's money is not here) or refund_exceeds_payment.
Result<Refund> start_refund(RefundDraft draft, Payment& payment, const Actor& actor, Time now);

// pending: succeeded; the payment is refunded once its whole amount is. succeeded: no change.
// `payment` tells what became of the payment.
struct RefundChange {
    Change refund;
    Change payment;
};
Result<RefundChange> succeed_refund(Refund& refund, Payment& payment, Time now);

// pending: failed; the amount may be refunded again. failed: no change.
Result<RefundChange> fail_refund(Refund& refund, Payment& payment, Time now);

}  // namespace till::domain
