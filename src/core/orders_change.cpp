// SPDX-License-Identifier: MIT
#include "core/event_data.hpp"
#include "core/order_steps.hpp"
#include "core/order_table.hpp"
#include "core/payment_table.hpp"
#include "core/totals_table.hpp"

namespace till::core {
namespace {

using domain::Action;
using domain::Order;
using domain::OrderEvent;
using domain::Payment;

// The order, when the actor may do this to it and knows its version.
Result<Order> order_for(Context& context, Action action, const OrderAct& act) {
    TILL_TRY(Order order, order_for(context, action, act.order_id));
    TILL_CHECK(check_version(act.if_version, order.version));
    return order;
}

Result<OrderAnswer> change(Store& store, const Call& call, const OrderAct& act, Action action,
                           OrderEvent event) {
    TILL_CHECK(Store::refuse_key(call));
    return store.write(call, [&](Context& context) -> Result<OrderAnswer> {
        TILL_TRY(Order order, order_for(context, action, act));
        TILL_CHECK(change_in(context, order, event));
        return OrderAnswer{std::move(order)};
    });
}

// A pending payment of a cancelled order fails with it.
Result<void> fail_pending(Context& context, std::optional<Payment> payment) {
    if (!payment || payment->status != domain::PaymentState::pending) return ok();
    TILL_TRY(const domain::Change change, domain::fail_payment(*payment, context.now));
    if (!PaymentTable::update(context, *payment)) return stale_version();
    TotalsTable::moved(context, *payment, domain::PaymentState::pending);
    append_moved(context, change.event, *payment, domain::PaymentState::pending);
    return ok();
}

}  // namespace

Result<void> change_in(Context& context, Order& order, OrderEvent event) {
    std::optional<Payment> live;
    // Delivering asks nothing about money.
    if (event != OrderEvent::deliver) live = PaymentTable::find_live(context, order.id);
    domain::OrderFacts facts;
    facts.paid = live && live->status == domain::PaymentState::completed;
    facts.ship_unpaid = context.policy.settings.ship_unpaid;
    const domain::OrderState from = order.status;
    TILL_TRY(const domain::Change change, change_order(order, event, facts, context.now));
    if (!OrderTable::update(context, order)) return stale_version();
    if (event == OrderEvent::cancel) TotalsTable::cancelled(context, order);
    append_moved(context, change.event, order, from);
    if (event == OrderEvent::cancel) TILL_CHECK(fail_pending(context, std::move(live)));
    return ok();
}

Result<OrderAnswer> ship_order(Store& store, const Call& call, const OrderAct& act) {
    return change(store, call, act, Action::order_fulfil, OrderEvent::ship);
}

Result<OrderAnswer> deliver_order(Store& store, const Call& call, const OrderAct& act) {
    return change(store, call, act, Action::order_fulfil, OrderEvent::deliver);
}

Result<OrderAnswer> hand_over_order(Store& store, const Call& call, const OrderAct& act) {
    return change(store, call, act, Action::order_fulfil, OrderEvent::hand_over);
}

Result<OrderAnswer> cancel_order(Store& store, const Call& call, const OrderAct& act) {
    return change(store, call, act, Action::order_cancel, OrderEvent::cancel);
}

Result<OrderAnswer> confirm_order_prices(Store& store, const Call& call, const OrderAct& act) {
    TILL_CHECK(Store::refuse_key(call));
    return store.write(call, [&](Context& context) -> Result<OrderAnswer> {
        TILL_TRY(Order order, order_for(context, Action::order_set_prices, act));
        const domain::PriceSource source = domain::price_source_of(context.actor);
        TILL_TRY(const domain::Change change, confirm_prices(order, source, context.now));
        if (change.changed()) {
            if (!OrderTable::update(context, order)) return stale_version();
            OrderTable::confirm_lines(context, order.id, source);
            append_confirmed(context, change.event, order, source);
        }
        return OrderAnswer{std::move(order)};
    });
}

}  // namespace till::core
