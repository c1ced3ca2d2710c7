// SPDX-License-Identifier: MIT
#include "core/order_table.hpp"

#include "core/answer.hpp"

#include <array>

// The columns of an order in the order that read_order() reads them.
#define ORDER_COLUMNS                                                                    \
    "SELECT id, user_id, placed_by, status, currency, total_minor, line_count,"          \
    " price_verified, reference, series, number, contact_name, contact_email, metadata," \
    " created_at, updated_at, version FROM orders "

namespace till::core {
namespace {

using domain::Order;
using domain::OrderLine;

constexpr sql::Sql insert_order{"order_insert", R"sql(
    INSERT INTO orders (user_id, placed_by, status, currency, total_minor, line_count,
                        price_verified, reference, series, number, contact_name, contact_email,
                        metadata, created_at, updated_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    ON CONFLICT (reference, COALESCE(user_id, 0)) WHERE reference IS NOT NULL DO NOTHING
)sql"};

constexpr sql::Sql insert_line{"order_line_insert", R"sql(
    INSERT INTO order_lines (order_id, line_no, kind, name, sku, quantity, unit_price_minor,
                             amount_minor, included, price_source)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
)sql"};

constexpr sql::Sql draw_series{"order_series_draw", R"sql(
    INSERT INTO order_series (series, last_number)
    VALUES ($1, 1)
    ON CONFLICT (series) DO UPDATE SET last_number = order_series.last_number + 1
    RETURNING last_number
)sql"};

constexpr sql::Sql select_order{"order_by_id", ORDER_COLUMNS "WHERE id = $1"};

constexpr sql::Sql select_reference{
    "order_by_reference",
    ORDER_COLUMNS "WHERE COALESCE(user_id, 0) = $1 AND reference = $2 AND reference IS NOT NULL"};

constexpr sql::Sql select_number{
    "order_by_number", ORDER_COLUMNS "WHERE series = $1 AND number = $2 AND series IS NOT NULL"};

constexpr sql::Sql select_lines{"order_lines", R"sql(
    SELECT kind, name, sku, quantity, unit_price_minor, amount_minor, included, price_source
    FROM order_lines
    WHERE order_id = $1
    ORDER BY line_no
)sql"};

constexpr sql::Sql list_all_newest{"orders_newest", ORDER_COLUMNS
                                   "WHERE id > $1 AND id < $2 AND created_at >= $3"
                                   " AND created_at < $4 ORDER BY id DESC LIMIT $5"};
constexpr sql::Sql list_all_oldest{"orders_oldest", ORDER_COLUMNS
                                   "WHERE id > $1 AND id < $2 AND created_at >= $3"
                                   " AND created_at < $4 ORDER BY id LIMIT $5"};
constexpr sql::Sql list_status_newest{
    "orders_status_newest", ORDER_COLUMNS
    "WHERE status = $1 AND price_verified = $2 AND id > $3 AND id < $4 AND created_at >= $5"
    " AND created_at < $6 ORDER BY id DESC LIMIT $7"};
constexpr sql::Sql list_status_oldest{
    "orders_status_oldest", ORDER_COLUMNS
    "WHERE status = $1 AND price_verified = $2 AND id > $3 AND id < $4 AND created_at >= $5"
    " AND created_at < $6 ORDER BY id LIMIT $7"};
// A user's list looks at the prices of each of his orders.
constexpr sql::Sql list_user_newest{
    "orders_user_newest", ORDER_COLUMNS
    "WHERE user_id = $1 AND id > $2 AND id < $3 AND created_at >= $4"
    " AND created_at < $5 AND COALESCE($6, price_verified) = price_verified ORDER BY id DESC LIMIT "
    "$7"};
constexpr sql::Sql list_user_oldest{
    "orders_user_oldest", ORDER_COLUMNS
    "WHERE user_id = $1 AND id > $2 AND id < $3 AND created_at >= $4"
    " AND created_at < $5 AND COALESCE($6, price_verified) = price_verified ORDER BY id LIMIT $7"};
constexpr sql::Sql list_user_status_newest{
    "orders_user_status_newest", ORDER_COLUMNS
    "WHERE user_id = $1 AND status = $2 AND id > $3 AND id < $4 AND created_at >= $5"
    " AND created_at < $6 AND COALESCE($7, price_verified) = price_verified ORDER BY id DESC LIMIT "
    "$8"};
constexpr sql::Sql list_user_status_oldest{
    "orders_user_status_oldest", ORDER_COLUMNS
    "WHERE user_id = $1 AND status = $2 AND id > $3 AND id < $4 AND created_at >= $5"
    " AND created_at < $6 AND COALESCE($7, price_verified) = price_verified ORDER BY id LIMIT $8"};
// By owner, of whom each has one order of a reference.
constexpr sql::Sql list_reference{
    "orders_reference", ORDER_COLUMNS
    "WHERE reference = $1 AND reference IS NOT NULL AND COALESCE(user_id, 0) > $2"
    " ORDER BY COALESCE(user_id, 0) LIMIT $3"};

constexpr sql::Sql select_at_or_after{"order_at_or_after", R"sql(
    SELECT id, created_at
    FROM orders
    WHERE id >= $1
    ORDER BY id
    LIMIT 1
)sql"};

constexpr sql::Sql select_last{"order_last", R"sql(
    SELECT COALESCE(MAX(id), 0)
    FROM orders
)sql"};

constexpr sql::Sql update_order{"order_update", R"sql(
    UPDATE orders
    SET status = $1, price_verified = $2, updated_at = $3, version = version + 1
    WHERE id = $4 AND version = $5
)sql"};

constexpr sql::Sql update_claims{"order_lines_confirm", R"sql(
    UPDATE order_lines
    SET price_source = $1
    WHERE order_id = $2 AND price_source = 'client'
)sql"};

constexpr sql::Sql select_user{"order_owner_exists", R"sql(
    SELECT 1
    FROM users
    WHERE id = $1 AND deleted_at IS NULL
)sql"};

constexpr std::array statements{
    &insert_order,
    &insert_line,
    &draw_series,
    &select_order,
    &select_reference,
    &select_number,
    &select_lines,
    &list_all_newest,
    &list_all_oldest,
    &list_status_newest,
    &list_status_oldest,
    &list_user_newest,
    &list_user_oldest,
    &list_user_status_newest,
    &list_user_status_oldest,
    &list_reference,
    &select_at_or_after,
    &select_last,
    &update_order,
    &update_claims,
    &select_user,
};

Order read_order(const sql::Rows& rows, const Policy& policy) {
    Order order;
    order.id = rows.integer(0);
    order.user_id = integer_or_zero(rows, 1);
    order.placed_by = integer_or_zero(rows, 2);
    const auto status = parse_in(domain::order_states.state_names, rows.text(3));
    if (!status) throw_unknown_name("state of an order");
    order.status = *status;
    const std::string_view currency = rows.text(4);
    order.currency = domain::make_currency(currency, policy.exponent_of(currency).value_or(0));
    order.total_minor = rows.integer(5);
    order.lines.reserve(static_cast<std::size_t>(rows.integer(6)));
    order.price_verified = rows.boolean(7);
    order.reference = text_or_empty(rows, 8);
    order.series = text_or_empty(rows, 9);
    order.number = integer_or_zero(rows, 10);
    order.contact_name = text_or_empty(rows, 11);
    order.contact_email = text_or_empty(rows, 12);
    order.metadata = text_or_empty(rows, 13);
    order.created_at = rows.integer(14);
    order.updated_at = rows.integer(15);
    order.version = rows.integer(16);
    return order;
}

void load_lines(Context& context, Order& order) {
    auto rows = context.tx.query(select_lines, order.id);
    while (rows.next()) {
        OrderLine& line = order.lines.emplace_back();
        const auto kind = parse_in(domain::line_kind_names, rows.text(0));
        if (!kind) throw_unknown_name("kind of line");
        line.kind = *kind;
        line.name = rows.text(1);
        line.sku = text_or_empty(rows, 2);
        line.quantity = rows.integer(3);
        line.unit_price_minor = rows.integer(4);
        line.amount_minor = rows.integer(5);
        line.included = rows.boolean(6);
        const auto source = parse_in(domain::price_source_names, rows.text(7));
        if (!source) throw_unknown_name("price source");
        line.price_source = *source;
    }
}

// The one order of a query, with its lines.
std::optional<Order> only(Context& context, sql::Rows rows) {
    if (!rows.next()) return std::nullopt;
    Order order = read_order(rows, context.policy);
    load_lines(context, order);
    return order;
}

std::vector<Order> read_all(const Context& context, sql::Rows rows) {
    std::vector<Order> orders;
    while (rows.next()) orders.push_back(read_order(rows, context.policy));
    return orders;
}

// One user's, or everybody's whatever their state and prices.
sql::Rows query_list(Context& context, const OrderFilter& filter) {
    sql::Transaction& tx = context.tx;
    const bool oldest = filter.oldest_first;
    const Bounds& in = filter.bounds;
    if (filter.user_id != 0 && filter.status) {
        return tx.query(oldest ? list_user_status_oldest : list_user_status_newest, filter.user_id,
                        name_of(*filter.status), in.above, in.below, in.from, in.until,
                        filter.price_verified, filter.limit);
    }
    if (filter.user_id != 0) {
        return tx.query(oldest ? list_user_oldest : list_user_newest, filter.user_id, in.above,
                        in.below, in.from, in.until, filter.price_verified, filter.limit);
    }
    return tx.query(oldest ? list_all_oldest : list_all_newest, in.above, in.below, in.from,
                    in.until, filter.limit);
}

// Everybody's of some states and prices: a range of the index each, merged.
std::vector<Order> list_by_status(Context& context, const OrderFilter& filter) {
    const sql::Sql& statement = filter.oldest_first ? list_status_oldest : list_status_newest;
    const Bounds& in = filter.bounds;
    Merge<Order> merged(filter.oldest_first, filter.limit);
    for (const auto& [status, name] : domain::order_states.state_names) {
        if (filter.status && *filter.status != status) continue;
        for (const bool verified : {false, true}) {
            if (filter.price_verified && *filter.price_verified != verified) continue;
            merged.add(
                read_all(context, context.tx.query(statement, name, verified, in.above, in.below,
                                                   in.from, in.until, filter.limit)));
        }
    }
    return std::move(merged).rows();
}

}  // namespace

std::optional<std::int64_t> OrderTable::insert(Context& context, const Order& order) {
    const auto id = context.tx.insert(
        insert_order, or_null(order.user_id), or_null(order.placed_by), name_of(order.status),
        order.currency.view(), order.total_minor, static_cast<std::int64_t>(order.lines.size()),
        order.price_verified, or_null(order.reference), or_null(order.series),
        or_null(order.number), or_null(order.contact_name), or_null(order.contact_email),
        or_null(order.metadata), order.created_at, order.updated_at, order.version);
    if (!id) return std::nullopt;
    std::int64_t line_no = 0;
    for (const OrderLine& line : order.lines) {
        context.tx.execute(insert_line, *id, line_no++, name_of(line.kind), line.name,
                           or_null(line.sku), line.quantity, line.unit_price_minor,
                           line.amount_minor, line.included, name_of(line.price_source));
    }
    return id;
}

std::int64_t OrderTable::draw_number(Context& context, std::string_view series) {
    auto rows = context.tx.query(draw_series, series);
    TILL_ASSERT(rows.next());
    return rows.integer(0);
}

std::optional<Order> OrderTable::find(Context& context, std::int64_t id) {
    return only(context, context.tx.query(select_order, id));
}

std::optional<Order> OrderTable::find_reference(Context& context, std::int64_t user_id,
                                                std::string_view reference) {
    return only(context, context.tx.query(select_reference, user_id, reference));
}

std::optional<Order> OrderTable::find_number(Context& context, std::string_view series,
                                             std::int64_t number) {
    return only(context, context.tx.query(select_number, series, number));
}

std::vector<Order> OrderTable::list(Context& context, const OrderFilter& filter) {
    const bool by_status = filter.user_id == 0 && (filter.status || filter.price_verified);
    std::vector<Order> orders = by_status ? list_by_status(context, filter)
                                          : read_all(context, query_list(context, filter));
    for (Order& order : orders) load_lines(context, order);
    return orders;
}

std::vector<Order> OrderTable::list_reference(Context& context, std::string_view reference,
                                              std::int64_t after_user, std::int64_t limit) {
    std::vector<Order> orders =
        read_all(context, context.tx.query(core::list_reference, reference, after_user, limit));
    for (Order& order : orders) load_lines(context, order);
    return orders;
}

Bounds OrderTable::bounds(Context& context, const TimeRange& range) {
    return bounds_of(context.tx, range, {select_last, select_at_or_after});
}

bool OrderTable::update(Context& context, const Order& order) {
    return context.tx.execute(update_order, name_of(order.status), order.price_verified,
                              order.updated_at, order.id, order.version - 1) == 1;
}

void OrderTable::confirm_lines(Context& context, std::int64_t order_id,
                               domain::PriceSource source) {
    context.tx.execute(update_claims, name_of(source), order_id);
}

bool OrderTable::user_exists(Context& context, std::int64_t user_id) {
    return context.tx.query(select_user, user_id).next();
}

std::span<const sql::Sql* const> order_statements() { return statements; }

}  // namespace till::core
