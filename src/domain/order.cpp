// SPDX-License-Identifier: MIT
#include "domain/order.hpp"

#include <algorithm>

namespace till::domain {
namespace {

Error conflict(const char* code, std::string message) {
    return make_error(Status::conflict, code, std::move(message));
}

Error invalid_transition(OrderState from, std::string_view verb) {
    std::string message = "An order that is ";
    message.append(name_of(from)).append(" does not allow ").append(verb).append(".");
    return conflict("invalid_transition", std::move(message));
}

const char* event_of(OrderEvent event) noexcept {
    switch (event) {
        case OrderEvent::ship:
            return "order.shipped";
        case OrderEvent::deliver:
            return "order.delivered";
        case OrderEvent::hand_over:
            return "order.handed_over";
        case OrderEvent::cancel:
            return "order.cancelled";
    }
    return nullptr;
}

// Goods leave the shop: at prices somebody answers for, and paid unless the shop says otherwise.
Result<void> may_leave(const Order& order, const OrderFacts& facts) {
    if (!order.price_verified) {
        return conflict("prices_not_verified",
                        "The order's prices were claimed by its owner; staff must confirm them.");
    }
    if (!facts.paid && order.total_minor > 0 && !facts.ship_unpaid) {
        return conflict("not_paid", "The order has no completed payment.");
    }
    return ok();
}

Result<void> guard(const Order& order, OrderEvent event, const OrderFacts& facts) {
    switch (event) {
        case OrderEvent::ship:
        case OrderEvent::hand_over:
            return may_leave(order, facts);
        case OrderEvent::cancel:
            if (facts.paid) {
                return conflict("payment_completed",
                                "The order is paid; refund its payment in full first.");
            }
            return ok();
        case OrderEvent::deliver:
            return ok();
    }
    return ok();
}

bool same_line(const OrderLine& a, const OrderLine& b) noexcept {
    return a.kind == b.kind && a.included == b.included && a.quantity == b.quantity &&
           a.unit_price_minor == b.unit_price_minor && a.amount_minor == b.amount_minor &&
           a.name == b.name && a.sku == b.sku;
}

}  // namespace

bool same_content(const Order& a, const Order& b) noexcept {
    return a.user_id == b.user_id && a.currency.code == b.currency.code && a.series == b.series &&
           a.reference == b.reference && a.contact_name == b.contact_name &&
           a.contact_email == b.contact_email && a.metadata == b.metadata &&
           std::equal(a.lines.begin(), a.lines.end(), b.lines.begin(), b.lines.end(), same_line);
}

Result<Change> change_order(Order& order, OrderEvent event, const OrderFacts& facts, Time now) {
    const auto next = order_states.next(order.status, event);
    if (!next) return invalid_transition(order.status, name_of(event));
    TILL_CHECK(guard(order, event, facts));
    order.status = *next;
    order.updated_at = now;
    ++order.version;
    return Change{event_of(event)};
}

Result<Change> confirm_prices(Order& order, PriceSource confirmed_by, Time now) {
    TILL_ASSERT(confirmed_by == PriceSource::host || confirmed_by == PriceSource::staff);
    if (order.price_verified) return Change{};
    if (order.status != OrderState::pending) {
        return invalid_transition(order.status, "confirm_prices");
    }
    for (OrderLine& line : order.lines) {
        if (line.price_source == PriceSource::client) line.price_source = confirmed_by;
    }
    order.price_verified = true;
    order.updated_at = now;
    ++order.version;
    return Change{"order.prices_confirmed"};
}

}  // namespace till::domain
