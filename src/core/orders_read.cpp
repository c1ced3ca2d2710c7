// SPDX-License-Identifier: MIT
#include "core/list_scope.hpp"
#include "core/order_steps.hpp"
#include "core/order_table.hpp"

namespace till::core {

using domain::Order;

Error order_not_found() {
    return make_error(Status::not_found, "order_not_found", "There is no such order.");
}

namespace {

Result<Order> authorised(Context& context, domain::Action action, std::optional<Order> order) {
    // Nobody's order is found by nobody: an anonymous caller learns nothing but that he is one.
    TILL_CHECK(authorise(action, context.actor, order ? order->user_id : 0, &order_not_found));
    if (!order) return order_not_found();
    return std::move(*order);
}

Result<Order> visible(Context& context, std::optional<Order> order) {
    return authorised(context, domain::Action::order_read, std::move(order));
}

}  // namespace

Result<Order> visible_order(Context& context, std::int64_t order_id) {
    return order_for(context, domain::Action::order_read, order_id);
}

Result<Order> order_for(Context& context, domain::Action action, std::int64_t order_id) {
    return authorised(context, action, OrderTable::find(context, order_id));
}

Result<OrderAnswer> get_order(Store& store, const Call& call, std::int64_t order_id) {
    return store.read(call, [&](Context& context) -> Result<OrderAnswer> {
        TILL_TRY(Order order, visible_order(context, order_id));
        return OrderAnswer{std::move(order)};
    });
}

Result<OrderOutcomes> get_orders(Store& store, const Call& call,
                                 std::span<const std::int64_t> order_ids) {
    if (order_ids.size() > orders_at_once_max) {
        return invalid(
            {{"/count", "too_many", "Get at most 1000 orders at once.", {{"max", "1000"}}}});
    }
    return store.read(call, [&](Context& context) -> Result<OrderOutcomes> {
        TILL_CHECK(domain::require_somebody(context.actor));
        OrderOutcomes outcomes;
        outcomes.reserve(order_ids.size());
        for (const std::int64_t id : order_ids) {
            auto order = visible_order(context, id);
            if (order.has_value()) {
                outcomes.emplace_back(OrderAnswer{std::move(order).value()});
            } else {
                outcomes.emplace_back(std::move(order).error());
            }
        }
        return outcomes;
    });
}

Result<OrderAnswer> find_order(Store& store, const Call& call, const OrderSearch& search) {
    const bool by_number = !search.series.empty() || search.number != 0;
    if (by_number == !search.reference.empty()) {
        return invalid({{"", "required", "Give either a reference or a series and a number.", {}}});
    }
    return store.read(call, [&](Context& context) -> Result<OrderAnswer> {
        if (by_number) {
            TILL_TRY(Order order, visible(context, OrderTable::find_number(context, search.series,
                                                                           search.number)));
            return OrderAnswer{std::move(order)};
        }
        std::int64_t owner = search.user_id;
        if (owner == 0 && !context.actor.staff_or_more()) owner = context.actor.user_id;
        TILL_TRY(Order order,
                 visible(context, OrderTable::find_reference(context, owner, search.reference)));
        return OrderAnswer{std::move(order)};
    });
}

Result<Page<Order>> list_orders(Store& store, const Call& call, const ListQuery& query) {
    return store.read(call, [&](Context& context) -> Result<Page<Order>> {
        TILL_TRY(const std::int64_t user_id,
                 list_user(context, query, domain::Action::order_list_all));
        TILL_TRY(const std::int64_t limit,
                 list_limit(query, known_in(domain::order_states.state_names,
                                            static_cast<domain::OrderState>(query.status))));
        const Cursor cursor(context, "till_order_list", sort_of(query), {user_id, query.status});
        OrderFilter filter;
        filter.user_id = user_id;
        if (query.status != 0) filter.status = static_cast<domain::OrderState>(query.status);
        filter.oldest_first = query.oldest_first;
        TILL_TRY(filter.after, cursor.parse_id(query.cursor));
        filter.limit = limit + 1;  // one more tells whether there is a next page
        return to_page(OrderTable::list(context, filter), limit, cursor);
    });
}

}  // namespace till::core
