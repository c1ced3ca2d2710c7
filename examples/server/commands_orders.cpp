// SPDX-License-Identifier: MIT
// The command about orders.
#include "shop_time.hpp"

#include <iostream>

namespace till_server {

namespace {

const Columns columns{"id",       "status",   "created", "user",      "items",  "total",
                      "currency", "verified", "number",  "reference", "version"};

// "Teapot and 2 more", as GET /orders/ says it: the first line, of whatever kind.
std::string items_of(till::order_view order) {
    std::string first;
    int64_t count = 0;
    for (const till::line_view line : order.lines()) {
        if (count++ == 0) first = line.name();
    }
    return count > 1 ? first + " and " + std::to_string(count - 1) + " more" : first;
}

// As GET /orders/?number= takes it.
Cell number_of(till::order_view order) {
    if (order.number() == 0) return {};
    return std::string(order.series()) + "-" + std::to_string(order.number());
}

Row row_of(till::order_view order) {
    return {order.id(),
            till::name(order.status()),
            order.created(),
            Cell::id(order.user_id()),
            items_of(order),
            Cell::money(order.total()),
            order.total().currency(),
            order.price_verified(),
            number_of(order),
            order.reference(),
            order.version()};
}

// "A-17": the series may have hyphens, too.
void read_number(const std::string& text, till::order_query& query) {
    const size_t hyphen = text.rfind('-');
    if (hyphen == std::string::npos || hyphen == 0) {
        throw Refusal("--number \"" + text + "\": say the series, too, as lists print it: A-17.",
                      exit_usage);
    }
    query.series = std::string_view(text).substr(0, hyphen);
    query.number = parse_id(text.substr(hyphen + 1), "order in its series");
}

int list(Desk& desk) {
    const std::string reference = desk.options.get("reference");
    const std::string number = desk.options.get("number");
    till::order_query query;
    if (!reference.empty()) query.reference = reference;
    if (!number.empty()) read_number(number, query);
    query.user_id = user_filter(desk);
    query.all_users = query.user_id == 0 && desk.sees_all;
    using state = till::order_state;
    query.status =
        choice_option(desk.options, "state",
                      {state::pending, state::shipped, state::delivered, state::cancelled});
    query.price_verified = truth_option(desk.options, "price-verified");
    query.from = time_option(desk, "since");
    query.until = time_option(desk, "until");
    query.oldest_first = desk.options.toggle("oldest-first");
    return print_list(desk, columns, desk.store.orders(desk.call, query), row_of);
}

Sheet lines_of(till::order_view order) {
    Sheet sheet{{"kind", "name", "sku", "quantity", "price", "amount", "included", "source"}, {}};
    for (const till::line_view line : order.lines()) {
        sheet.rows.push_back({till::name(line.kind()), line.name(), line.sku(), line.quantity(),
                              Cell::money(order.amount(line.unit_price_minor())),
                              Cell::money(order.amount(line.amount_minor())), line.included(),
                              till::name(line.price_source())});
    }
    return sheet;
}

Sheet payments_of(const Desk& desk, int64_t order_id) {
    Sheet sheet{{"id", "status", "created", "method", "amount", "currency", "refunded"}, {}};
    till::payment_query query;
    query.order_id = order_id;
    query.oldest_first = true;
    for (const auto& payment : desk.store.payments(desk.call, query)) {
        sheet.rows.push_back({payment.id(), till::name(payment.status()), payment.created(),
                              till::name(payment.method()), Cell::money(payment.amount()),
                              payment.amount().currency(), Cell::money(payment.refunded())});
    }
    return sheet;
}

int show(Desk& desk) {
    const till::order order = desk.store.order_get(desk.call, parse_id(desk.words[0], "order"));
    Columns names = columns;
    names.insert(names.end(),
                 {"placed_by", "updated", "contact_name", "contact_email", "metadata"});
    Row row = row_of(order);
    row.insert(row.end(), {Cell::id(order.placed_by()), order.updated(), order.contact_name(),
                           order.contact_email(), Cell::json(order.metadata())});
    print_record(std::cout, desk.format, names, row,
                 {{"lines", lines_of(order)},
                  {"payments", payments_of(desk, order.id())},
                  {"events", order_history(desk, order.id())}});
    return 0;
}

template <auto Act>
int act(Desk& desk) {
    const int64_t if_version = id_option(desk.options, "if-version");
    return act_on_each(
        desk, columns, "order",
        [&](int64_t id) { return (desk.store.*Act)(desk.call, id, if_version); }, row_of);
}

constexpr Verb verbs[] = {
    {"list", "", 0, 0, list},
    {"show", "ID", 1, 1, show},
    {"ship", "ID...", 1, any_number, act<&till::store::try_order_ship>},
    {"deliver", "ID...", 1, any_number, act<&till::store::try_order_deliver>},
    {"hand-over", "ID...", 1, any_number, act<&till::store::try_order_hand_over>},
    {"cancel", "ID...", 1, any_number, act<&till::store::try_order_cancel>},
    {"confirm-prices", "ID...", 1, any_number, act<&till::store::try_order_confirm_prices>},
};

int run_orders(const Options& options) { return run_verb(options, "orders", verbs); }

}  // namespace

CommandSet order_commands() {
    using enum OptionKind;
    return {{{"price-verified", value, "true|false",
              "List those whose prices are vouched for, or not.", true},
             {"reference", value, "TEXT", "List those that their callers call so.", true},
             {"number", value, "SERIES-N", "List the one of this number: A-17.", true}},
            {{"orders",
              "--db FILE [list | show ID | ship ID... | deliver ID... | hand-over ID... |\n"
              "         cancel ID... | confirm-prices ID...]",
              "List, show and move orders.", run_orders,
              with_desk_options({"limit", "oldest-first", "state", "user", "since", "until",
                                 "price-verified", "reference", "number", "if-version"}),
              true}}};
}

}  // namespace till_server
