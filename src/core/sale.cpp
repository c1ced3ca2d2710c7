// SPDX-License-Identifier: MIT
#include "core/order_steps.hpp"
#include "core/payment_steps.hpp"
#include "core/payment_table.hpp"
#include "core/payments.hpp"
#include "core/totals_table.hpp"

#include <limits>

namespace till::core {
namespace {

using domain::Action;
using domain::Order;
using domain::Payment;
using ReceiptAnswer = Answer<Receipt>;

crypto::Digest digest_of(const Call& call, const SaleInput& input) {
    if (call.idempotency_key.empty()) return {};
    InputDigest order;
    digest_placement(order, input.order);
    const crypto::Digest order_digest = order.finish();
    InputDigest digest;
    digest.add(1, text_of(order_digest));
    digest.add(2, static_cast<std::int64_t>(input.method));
    digest.add(3, input.provider.value_or(std::string_view()));
    digest.add(4, input.provider_reference.value_or(std::string_view()));
    return digest.finish();
}

domain::PaymentInput payment_of(const SaleInput& input) {
    domain::PaymentInput payment;
    payment.complete_now = true;
    payment.method =
        input.method == 0 ? static_cast<std::int32_t>(domain::PaymentMethod::cash) : input.method;
    payment.provider = input.provider;
    payment.provider_reference = input.provider_reference;
    return payment;
}

// The payment's violations join the order's: all are told at once.
void join(domain::OrderDraft& order, domain::PaymentDraft& payment) {
    for (Violation& violation : payment.violations)
        order.violations.push_back(std::move(violation));
    payment.violations.clear();
}

ReceiptAnswer receipt_of(Context& context, Order order) {
    // As it is now: refunded in full it is not live any more, but the sale's all the same. No
    // payment of a delivered order is newer.
    std::optional<Payment> payment;
    PaymentFilter newest;
    newest.order_id = order.id;
    newest.limit = 1;
    for (Payment& one : PaymentTable::list(context, newest)) payment = std::move(one);
    return {Receipt{std::move(order), std::move(payment)}, true};
}

Result<ReceiptAnswer> sell_in(Context& context, const domain::OrderDraft& order_draft,
                              const domain::PaymentDraft& payment_draft) {
    TILL_TRY(OrderAnswer placed, place_in(context, order_draft));
    if (placed.replayed) {
        // The same content under the same reference, but was it sold over the counter?
        if (placed.value.status == domain::OrderState::delivered) {
            return receipt_of(context, std::move(placed.value));
        }
        Error error = make_error(Status::already_exists, "reference_taken",
                                 "The reference belongs to an order not sold at the counter.");
        error.violations.push_back(
            {"/reference", "already_exists", "Belongs to an order that was placed.", {}});
        return error;
    }
    TotalsTable::placed(context, placed.value);
    Receipt receipt{std::move(placed.value), std::nullopt};
    if (receipt.order.total_minor > 0) {
        TILL_TRY(receipt.payment, start_in(context, payment_draft, receipt.order));
    }
    TILL_CHECK(change_in(context, receipt.order, domain::OrderEvent::hand_over));
    return ReceiptAnswer{std::move(receipt), false};
}

}  // namespace

Result<ReceiptAnswer> sell(Store& store, const Call& call, const SaleInput& input) {
    domain::OrderDraft order_draft = domain::draft_order(input.order);
    domain::PaymentDraft payment_draft = domain::draft_payment(payment_of(input));
    join(order_draft, payment_draft);
    const crypto::Digest digest = digest_of(call, input);
    return store.write(call, [&](Context& context) -> Result<ReceiptAnswer> {
        for (const Action part :
             {Action::order_fulfil, Action::order_place_for, Action::payment_settle}) {
            TILL_CHECK(authorise(part, context.actor, 0, &domain::permission_denied));
        }
        const Idempotency key(context, "till_sale", digest);
        TILL_TRY(const auto known, key.find(context));
        if (known) {
            TILL_TRY(Order order, visible_order(context, *known));
            return receipt_of(context, std::move(order));
        }
        TILL_TRY(ReceiptAnswer sold, sell_in(context, order_draft, payment_draft));
        key.remember(context, sold.value.order.id);
        return sold;
    });
}

}  // namespace till::core
