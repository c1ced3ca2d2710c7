// SPDX-License-Identifier: MIT
#include "core/payments.hpp"

#include "core/event_data.hpp"
#include "core/list_scope.hpp"
#include "core/order_steps.hpp"
#include "core/order_table.hpp"
#include "core/payment_steps.hpp"
#include "core/payment_table.hpp"
#include "core/totals_table.hpp"
#include "domain/input_rules.hpp"

namespace till::core {

using domain::Action;
using domain::Order;
using domain::Payment;
using domain::PaymentDraft;
using domain::PaymentState;

Error payment_not_found() {
    return make_error(Status::not_found, "payment_not_found", "There is no such payment.");
}

Error provider_reference_taken() {
    Error error = make_error(Status::already_exists, "provider_reference_taken",
                             "Another payment bears this reference of the provider.");
    error.violations.push_back(
        {"/provider_reference", "already_exists", "Belongs to another payment.", {}});
    return error;
}

Result<Payment> payment_for(Context& context, Action action, std::int64_t payment_id) {
    auto payment = PaymentTable::find(context, payment_id);
    TILL_CHECK(
        authorise(action, context.actor, payment ? payment->user_id : 0, &payment_not_found));
    if (!payment) return payment_not_found();
    return std::move(*payment);
}

Result<Payment> start_in(Context& context, const PaymentDraft& draft, const Order& order) {
    const bool has_live = PaymentTable::find_live(context, order.id).has_value();
    TILL_TRY(Payment payment,
             domain::start_payment(draft, order, has_live, context.actor, context.now));
    // No payment is live, so that only the provider's reference can be in the way.
    const auto id = PaymentTable::insert(context, payment);
    if (!id) return provider_reference_taken();
    payment.id = *id;
    TotalsTable::started(context, payment);
    append_started(context, payment);
    if (payment.status == PaymentState::completed) {
        append_moved(context, "payment.completed", payment, PaymentState::pending);
    }
    return payment;
}

namespace {

crypto::Digest digest_of(const Call& call, const domain::PaymentInput& input) {
    if (call.idempotency_key.empty()) return {};
    InputDigest digest;
    digest.add(1, input.complete_now ? 1 : 0);
    digest.add(2, input.order_id);
    digest.add(3, input.amount_minor);
    digest.add(4, input.currency.value_or(std::string_view()));
    digest.add(5, static_cast<std::int64_t>(input.method));
    digest.add(6, input.provider.value_or(std::string_view()));
    digest.add(7, input.provider_reference.value_or(std::string_view()));
    return digest.finish();
}

// The payment, when the actor may settle it and knows its version.
Result<Payment> payment_for(Context& context, const PaymentAct& act) {
    TILL_TRY(Payment payment, payment_for(context, Action::payment_settle, act.payment_id));
    TILL_CHECK(check_version(act.if_version, payment.version));
    return payment;
}

// Success may bring the provider's reference, when the payment has none so far.
Result<void> take_reference(Context& context, Payment& payment, std::string_view reference) {
    if (reference.empty() || !payment.provider_reference.empty()) return ok();
    if (!payment.provider.empty() &&
        PaymentTable::find_provider(context, payment.provider, reference) != 0) {
        return provider_reference_taken();
    }
    payment.provider_reference = reference;
    return ok();
}

domain::PaymentFacts facts_of(Context& context, const Payment& payment) {
    domain::PaymentFacts facts;
    // Only late success asks about the order.
    if (payment.status != PaymentState::failed) return facts;
    const auto order = OrderTable::find(context, payment.order_id);
    TILL_ASSERT(order.has_value());
    facts.order_status = order->status;
    facts.other_live = PaymentTable::find_live(context, payment.order_id).has_value();
    return facts;
}

}  // namespace

Result<PaymentAnswer> start_payment(Store& store, const Call& call,
                                    const domain::PaymentInput& input) {
    const PaymentDraft draft = domain::draft_payment(input);
    const crypto::Digest digest = digest_of(call, input);
    return store.write(call, [&](Context& context) -> Result<PaymentAnswer> {
        TILL_CHECK(domain::require_somebody(context.actor));
        const Idempotency key(context, "till_payment_start", digest);
        TILL_TRY(const auto known, key.find(context));
        if (known) {
            TILL_TRY(Payment payment, payment_for(context, Action::payment_read, *known));
            return PaymentAnswer{std::move(payment), true};
        }
        TILL_TRY(const Order order, order_for(context, Action::payment_start, input.order_id));
        if (input.complete_now) {
            TILL_CHECK(
                authorise(Action::payment_settle, context.actor, order.user_id, &order_not_found));
        }
        TILL_TRY(Payment payment, start_in(context, draft, order));
        key.remember(context, payment.id);
        return PaymentAnswer{std::move(payment)};
    });
}

Result<PaymentAnswer> get_payment(Store& store, const Call& call, std::int64_t payment_id) {
    return store.read(call, [&](Context& context) -> Result<PaymentAnswer> {
        TILL_TRY(Payment payment, payment_for(context, Action::payment_read, payment_id));
        return PaymentAnswer{std::move(payment)};
    });
}

namespace {

Result<void> check_filters(const PaymentQuery& query) {
    std::vector<Violation> violations;
    if (query.method != 0 &&
        !known_in(domain::payment_method_names, static_cast<domain::PaymentMethod>(query.method))) {
        violations.push_back({"/method", "invalid_choice", "Is not a method.", {}});
    }
    if (!query.provider_reference.empty() &&
        (query.order_id != 0 || query.list.user_id != 0 || query.list.status != 0 ||
         query.method != 0 || !query.list.created.is_open())) {
        violations.push_back({"/provider_reference", "conflict", "Goes with no other filter.", {}});
    }
    if (!violations.empty()) return invalid(std::move(violations));
    return ok();
}

}  // namespace

Result<Page<Payment>> list_payments(Store& store, const Call& call, const PaymentQuery& query) {
    return store.read(call, [&](Context& context) -> Result<Page<Payment>> {
        const ListQuery& list = query.list;
        PaymentFilter filter;
        filter.order_id = query.order_id;
        if (query.order_id != 0) {
            TILL_CHECK(order_for(context, Action::payment_read, query.order_id));
        } else {
            TILL_TRY(filter.user_id, list_user(context, list, Action::payment_list_all));
        }
        // A reference is looked up among all payments, so that it is for those who may see all.
        if (!query.provider_reference.empty()) {
            TILL_CHECK(authorise(Action::payment_list_all, context.actor));
            filter.user_id = 0;
        }
        const auto status = static_cast<PaymentState>(list.status);
        TILL_TRY(const std::int64_t limit,
                 list_limit(list, known_in(domain::payment_states.state_names, status)));
        TILL_CHECK(check_filters(query));
        if (list.status != 0) filter.status = status;
        if (query.method != 0) filter.method = static_cast<domain::PaymentMethod>(query.method);
        filter.oldest_first = list.oldest_first;
        const Cursor cursor(context, "till_payment_list", sort_of(list),
                            {filter.order_id, filter.user_id, list.status, query.method,
                             list.created.from, list.created.until},
                            query.provider_reference);
        TILL_TRY(const std::int64_t after, cursor.parse_id(list.cursor));
        filter.bounds = PaymentTable::bounds(context, list.created);
        filter.bounds.go_on_after(after, list.oldest_first);
        filter.limit = limit + 1;  // one more tells whether there is a next page
        auto rows = query.provider_reference.empty()
                        ? PaymentTable::list(context, filter)
                        : PaymentTable::list_reference(context, query.provider_reference, filter);
        return to_page(std::move(rows), limit, cursor);
    });
}

Result<PaymentAnswer> complete_payment(Store& store, const Call& call, const PaymentAct& act) {
    TILL_CHECK(Store::refuse_key(call));
    std::vector<Violation> violations;
    if (!act.provider_reference.empty()) {
        domain::check_token(violations, "/provider_reference", act.provider_reference, 255);
    }
    return store.write(call, [&](Context& context) -> Result<PaymentAnswer> {
        TILL_TRY(Payment payment, payment_for(context, act));
        if (!violations.empty()) return invalid(violations);
        const domain::PaymentFacts facts = facts_of(context, payment);
        const PaymentState from = payment.status;
        TILL_TRY(const domain::Change change,
                 domain::complete_payment(payment, facts, context.now));
        if (!change.changed()) return PaymentAnswer{std::move(payment)};
        TILL_CHECK(take_reference(context, payment, act.provider_reference));
        if (!PaymentTable::update(context, payment)) return stale_version();
        TotalsTable::moved(context, payment, from);
        append_moved(context, change.event, payment, from);
        return PaymentAnswer{std::move(payment)};
    });
}

Result<PaymentAnswer> fail_payment(Store& store, const Call& call, const PaymentAct& act) {
    TILL_CHECK(Store::refuse_key(call));
    return store.write(call, [&](Context& context) -> Result<PaymentAnswer> {
        TILL_TRY(Payment payment, payment_for(context, act));
        const PaymentState from = payment.status;
        TILL_TRY(const domain::Change change, domain::fail_payment(payment, context.now));
        if (change.changed()) {
            if (!PaymentTable::update(context, payment)) return stale_version();
            TotalsTable::moved(context, payment, from);
            append_moved(context, change.event, payment, from);
        }
        return PaymentAnswer{std::move(payment)};
    });
}

}  // namespace till::core
