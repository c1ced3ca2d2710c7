// SPDX-License-Identifier: MIT
#include "core/event_data.hpp"
#include "core/list_scope.hpp"
#include "core/payment_steps.hpp"
#include "core/payment_table.hpp"
#include "core/payments.hpp"
#include "core/refund_table.hpp"
#include "core/totals_table.hpp"
#include "domain/input_rules.hpp"

namespace till::core {
namespace {

using domain::Action;
using domain::Payment;
using domain::Refund;
using domain::RefundChange;

Error refund_not_found() {
    return make_error(Status::not_found, "refund_not_found", "There is no such refund.");
}

crypto::Digest digest_of(const Call& call, const domain::RefundInput& input) {
    if (call.idempotency_key.empty()) return {};
    InputDigest digest;
    digest.add(1, input.succeed_now ? 1 : 0);
    digest.add(2, input.payment_id);
    digest.add(3, input.amount_minor);
    digest.add(4, input.reason.value_or(std::string_view()));
    digest.add(5, input.provider_reference.value_or(std::string_view()));
    return digest.finish();
}

// What a settlement brings about. `paid` is what the payment was before it.
void append_events(Context& context, const RefundChange& change, const Refund& refund,
                   const Payment& payment, domain::PaymentState paid) {
    if (refund.status == domain::RefundState::succeeded) {
        TotalsTable::refunded(context, refund, payment.method);
    }
    append_moved(context, change.refund.event, refund, domain::RefundState::pending);
    if (change.payment.changed()) append_moved(context, change.payment.event, payment, paid);
}

// Reserves the amount, and settles at once what is already back: one row and one new version of the
// payment either way.
Result<Refund> start_in(Context& context, const domain::RefundDraft& draft, Payment& payment) {
    const std::int64_t version = payment.version;
    const domain::PaymentState paid = payment.status;
    TILL_TRY(Refund refund, domain::start_refund(draft, payment, context.actor, context.now));
    RefundChange change;
    if (draft.succeed_now) {
        TILL_TRY(change, domain::succeed_refund(refund, payment, context.now));
        refund.version = 1;
    }
    payment.version = version + 1;
    if (!PaymentTable::update(context, payment)) return stale_version();
    refund.id = RefundTable::insert(context, refund);
    append_started(context, refund);
    if (change.refund.changed()) append_events(context, change, refund, payment, paid);
    return refund;
}

struct Pair {
    Refund refund;
    Payment payment;
};

// A refund with its payment, when the actor may see the payment, may settle it, and knows the
// refund's version.
Result<Pair> refund_for(Context& context, const RefundAct& act) {
    auto refund = RefundTable::find(context, act.refund_id);
    if (!refund) {
        TILL_CHECK(authorise(Action::payment_settle, context.actor, 0, &refund_not_found));
        return refund_not_found();
    }
    auto payment = PaymentTable::find(context, refund->payment_id);
    TILL_ASSERT(payment.has_value());
    TILL_CHECK(
        authorise(Action::payment_settle, context.actor, payment->user_id, &refund_not_found));
    TILL_CHECK(check_version(act.if_version, refund->version));
    return Pair{std::move(*refund), std::move(*payment)};
}

using Settle = Result<RefundChange> (*)(Refund&, Payment&, Time);

Result<RefundAnswer> settle(Store& store, const Call& call, const RefundAct& act, Settle decide) {
    TILL_CHECK(Store::refuse_key(call));
    std::vector<Violation> violations;
    if (!act.provider_reference.empty()) {
        domain::check_token(violations, "/provider_reference", act.provider_reference, 255);
    }
    return store.write(call, [&](Context& context) -> Result<RefundAnswer> {
        TILL_TRY(Pair pair, refund_for(context, act));
        if (!violations.empty()) return invalid(violations);
        const domain::PaymentState paid = pair.payment.status;
        TILL_TRY(const RefundChange change, decide(pair.refund, pair.payment, context.now));
        if (!change.refund.changed()) return RefundAnswer{std::move(pair.refund)};
        if (pair.refund.provider_reference.empty()) {
            pair.refund.provider_reference = act.provider_reference;
        }
        if (!RefundTable::update(context, pair.refund)) return stale_version();
        if (!PaymentTable::update(context, pair.payment)) return stale_version();
        append_events(context, change, pair.refund, pair.payment, paid);
        return RefundAnswer{std::move(pair.refund)};
    });
}

}  // namespace

Result<RefundAnswer> start_refund(Store& store, const Call& call,
                                  const domain::RefundInput& input) {
    const domain::RefundDraft draft = domain::draft_refund(input);
    const crypto::Digest digest = digest_of(call, input);
    return store.write(call, [&](Context& context) -> Result<RefundAnswer> {
        TILL_CHECK(domain::require_somebody(context.actor));
        const Idempotency key(context, "till_refund_start", digest);
        TILL_TRY(const auto known, key.find(context));
        if (known) {
            auto refund = RefundTable::find(context, *known);
            TILL_ASSERT(refund.has_value());
            TILL_CHECK(payment_for(context, Action::payment_settle, refund->payment_id));
            return RefundAnswer{std::move(*refund), true};
        }
        TILL_TRY(Payment payment, payment_for(context, Action::payment_settle, input.payment_id));
        TILL_CHECK(check_version(input.if_version, payment.version));
        TILL_TRY(Refund refund, start_in(context, draft, payment));
        key.remember(context, refund.id);
        return RefundAnswer{std::move(refund)};
    });
}

Result<RefundAnswer> succeed_refund(Store& store, const Call& call, const RefundAct& act) {
    return settle(store, call, act, &domain::succeed_refund);
}

Result<RefundAnswer> fail_refund(Store& store, const Call& call, const RefundAct& act) {
    return settle(store, call, act, &domain::fail_refund);
}

Result<Page<Refund>> list_refunds(Store& store, const Call& call, const RefundQuery& query) {
    return store.read(call, [&](Context& context) -> Result<Page<Refund>> {
        TILL_CHECK(payment_for(context, Action::payment_read, query.payment_id));
        ListQuery list;
        list.limit = query.limit;
        TILL_TRY(const std::int64_t limit, list_limit(list, true));
        const Cursor cursor(context, "till_refund_list", sort_of(list), {query.payment_id});
        TILL_TRY(const std::int64_t before, cursor.parse_id(query.cursor));
        return to_page(RefundTable::list(context, query.payment_id, before, limit + 1), limit,
                       cursor);
    });
}

}  // namespace till::core
