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

namespace {

bool by_number(const OrderQuery& query) { return !query.series.empty() || query.number != 0; }

Result<void> check_name(const OrderQuery& query) {
    std::vector<Violation> violations;
    if (query.series.empty() != (query.number == 0)) {
        violations.push_back({query.series.empty() ? "/series" : "/number",
                              "required",
                              "A series and a number name an order together.",
                              {}});
    }
    const bool filtered =
        query.list.status != 0 || query.price_verified.has_value() || !query.list.created.is_open();
    if (by_number(query) && (filtered || !query.reference.empty())) {
        violations.push_back({"/number", "conflict", "Goes with a user alone.", {}});
    } else if (!query.reference.empty() && filtered) {
        violations.push_back({"/reference", "conflict", "Goes with a user alone.", {}});
    }
    if (!violations.empty()) return invalid(std::move(violations));
    return ok();
}

// The one order, when it is of the list.
Page<Order> page_of(std::optional<Order> order, std::int64_t user_id) {
    Page<Order> page;
    if (order && (user_id == 0 || order->user_id == user_id)) {
        page.items.push_back(std::move(*order));
    }
    return page;
}

// Everybody's orders of one reference, by owner: the cursor holds his id, one up for nobody's 0.
Result<Page<Order>> list_reference(Context& context, const OrderQuery& query, std::int64_t limit) {
    const Cursor cursor(context, "till_order_list.reference", Cursor::Sort::oldest_first, {},
                        query.reference);
    TILL_TRY(const std::int64_t after, cursor.parse_id(query.list.cursor));
    Page<Order> page;
    page.items = OrderTable::list_reference(context, query.reference, after - 1, limit + 1);
    if (static_cast<std::int64_t>(page.items.size()) > limit) {
        page.items.pop_back();
        page.next_cursor = cursor.make(page.items.back().user_id + 1);
    }
    return page;
}

std::int64_t tag_of(std::optional<bool> verified) { return verified ? (*verified ? 2 : 1) : 0; }

}  // namespace

Result<Page<Order>> list_orders(Store& store, const Call& call, const OrderQuery& query) {
    return store.read(call, [&](Context& context) -> Result<Page<Order>> {
        const ListQuery& list = query.list;
        TILL_TRY(const std::int64_t user_id,
                 list_user(context, list, domain::Action::order_list_all));
        const auto status = static_cast<domain::OrderState>(list.status);
        TILL_TRY(const std::int64_t limit,
                 list_limit(list, known_in(domain::order_states.state_names, status)));
        TILL_CHECK(check_name(query));
        if (by_number(query)) {
            return page_of(OrderTable::find_number(context, query.series, query.number), user_id);
        }
        if (!query.reference.empty() && user_id != 0) {
            return page_of(OrderTable::find_reference(context, user_id, query.reference), user_id);
        }
        if (!query.reference.empty()) return list_reference(context, query, limit);
        const Cursor cursor(context, "till_order_list", sort_of(list),
                            {user_id, list.status, tag_of(query.price_verified), list.created.from,
                             list.created.until});
        OrderFilter filter;
        filter.user_id = user_id;
        if (list.status != 0) filter.status = status;
        filter.price_verified = query.price_verified;
        filter.oldest_first = list.oldest_first;
        TILL_TRY(const std::int64_t after, cursor.parse_id(list.cursor));
        filter.bounds = OrderTable::bounds(context, list.created);
        filter.bounds.go_on_after(after, list.oldest_first);
        filter.limit = limit + 1;  // one more tells whether there is a next page
        return to_page(OrderTable::list(context, filter), limit, cursor);
    });
}

}  // namespace till::core
