// SPDX-License-Identifier: MIT
//
// Orders: list, one, change of state.
#include "http/filters.hpp"
#include "http/handlers.hpp"
#include "http/order_json.hpp"
#include "http/paging.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace till::http {

namespace {

void write_line(JsonWriter& json, const till_order_line& line, std::int32_t digits) {
    json.begin_object().key("kind").text(till_line_kind_name(line.kind));
    if (line.kind == TILL_LINE_ITEM) {
        json.key("product_name").text(view(line.name)).key("sku").text_or_null(line.sku);
        json.key("quantity").number(line.quantity);
        json.key("price").money(line.unit_price_minor, digits);
    } else {
        json.key("label").text(view(line.name)).key("included").boolean(line.included != 0);
    }
    json.key("amount").money(line.amount_minor, digits);
    json.key("price_source").text(till_price_source_name(line.price_source)).end_object();
}

}  // namespace

void write_order(JsonWriter& json, const till_order& order) {
    const std::int32_t digits = order.total.exponent;
    const till_order_line& first = *order.lines[0];
    const bool is_one_item = order.line_count == 1 && first.kind == TILL_LINE_ITEM;
    json.begin_object().key("id").number(order.id);
    json.key("user").number_or_null(order.user_id);
    json.key("product_name");
    if (order.line_count == 1) {
        json.text(view(first.name));
    } else {
        std::string name(view(first.name));
        name += " and ";
        append_number(name, static_cast<std::int64_t>(order.line_count) - 1);
        json.text(name += " more");
    }
    json.key("quantity").number(is_one_item ? first.quantity : 1);
    json.key("price").money(is_one_item ? first.unit_price_minor : order.total.minor, digits);
    json.key("status").text(till_order_state_name(order.status));
    json.key("order_date").time(order.created_us);
    json.key("items").begin_array();
    for (std::size_t i = 0; i < order.line_count; ++i) write_line(json, *order.lines[i], digits);
    json.end_array();
    json.key("currency").text(order.total.currency);
    json.key("total").money(order.total.minor, digits);
    json.key("price_verified").boolean(order.price_verified != 0);
    json.key("reference").text_or_null(order.reference);
    json.key("number").number_or_null(order.number);
    json.key("version").number(order.version);
    json.key("series").text_or_null(order.series);
    json.key("contact_name").text_or_null(order.contact_name);
    json.key("contact_email").text_or_null(order.contact_email);
    // Stored as the JSON object that was sent, and checked to be one.
    json.key("metadata");
    if (order.metadata.data == nullptr) {
        json.null();
    } else {
        json.raw(view(order.metadata));
    }
    json.end_object();
}

void answer_order(Exchange& x, const till_order& order) {
    JsonWriter json = x.json();
    write_order(json, order);
    x.replayed(order.replayed);
    x.entity_tag(order.version);
}

namespace {

enum class SortKey : std::uint8_t { id, price, quantity, product_name, status };

struct Sort {
    SortKey key = SortKey::id;
    bool descending = true;
};

// What the list may be sorted by. Order dates ascend with ids.
std::optional<Sort> parse_sort(std::string_view name) {
    Sort sort;
    sort.descending = name.starts_with('-');
    if (sort.descending) name.remove_prefix(1);
    struct Known {
        std::string_view name;
        SortKey key;
    };
    static constexpr Known known[] = {
        {"id", SortKey::id},         {"order_date", SortKey::id},
        {"price", SortKey::price},   {"quantity", SortKey::quantity},
        {"status", SortKey::status}, {"product_name", SortKey::product_name},
    };
    for (const Known& one : known) {
        if (one.name != name) continue;
        sort.key = one.key;
        return sort;
    }
    return std::nullopt;
}

struct ListParameters {
    explicit ListParameters(Exchange& x) : filters(x) {}
    till_order_query query = TILL_ORDER_QUERY_INIT;
    Filters filters;
    std::vector<Sort> sorts;
};

bool read_ordering(std::string_view text, ListParameters& list, FieldErrors& errors) {
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view name = trim(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
        if (name.empty()) continue;
        const auto sort = parse_sort(name);
        if (!sort || list.sorts.size() == 8) {
            errors.add(
                "ordering",
                "Order by id, order_date, price, quantity, product_name or status, each with or "
                "without a minus.");
            return false;
        }
        list.sorts.push_back(*sort);
    }
    if (!list.sorts.empty() && list.sorts[0].key == SortKey::id && !list.sorts[0].descending) {
        list.query.flags |= TILL_LIST_OLDEST_FIRST;
    }
    return true;
}

// "A-17", or series=A with number=17.
void read_number(Filters& filters, till_order_query& query) {
    filters.text("series", query.series);
    const auto text = filters.text("number");
    if (!text) return;
    std::string_view digits = *text;
    if (query.series.data == nullptr) {
        const std::size_t dash = digits.rfind('-');
        if (dash == std::string_view::npos || dash == 0) {
            return filters.refuse("number", "Give the series, too: A-17, or series=A&number=17.");
        }
        query.series = to_str(digits.substr(0, dash));
        digits.remove_prefix(dash + 1);
    }
    const auto number = parse_digits(digits);
    if (number && *number > 0) {
        query.number = *number;
    } else {
        filters.refuse("number", "Give a number above 0.");
    }
}

// The parameters of the list; bad ones are field errors.
bool read_list(Exchange& x, Page& page, ListParameters& list) {
    FieldErrors errors;
    std::string storage;
    if (const auto text = x.query("ordering", storage);
        text && read_ordering(*text, list, errors)) {
        page.keep("ordering", *text);
    }
    if (!errors.empty()) {
        x.refuse(errors);
        return false;
    }
    till_order_query& query = list.query;
    Filters& filters = list.filters;
    const auto status = filters.choice("status", {"pending", "shipped", "delivered", "cancelled"});
    if (status) query.status = static_cast<till_order_state>(*status + 1);
    read_owner(filters, query.flags, query.user_id);
    if (const auto verified = filters.flag("price_verified")) {
        query.flags |= *verified ? TILL_LIST_VERIFIED : TILL_LIST_UNVERIFIED;
    }
    filters.time("placed_after", query.from_us);
    filters.time("placed_before", query.until_us);
    filters.text("reference", query.reference);
    read_number(filters, query);
    page.keep(filters);
    return filters.finish();
}

int compare(const till_order& a, const till_order& b, SortKey key) {
    const auto three_way = [](const auto& x, const auto& y) {
        return x < y ? -1 : (y < x ? 1 : 0);
    };
    const auto is_item = [](const till_order& order) {
        return order.line_count == 1 && order.lines[0]->kind == TILL_LINE_ITEM;
    };
    const auto price = [&](const till_order& order) {
        return is_item(order) ? order.lines[0]->unit_price_minor : order.total.minor;
    };
    const auto quantity = [&](const till_order& order) {
        return is_item(order) ? order.lines[0]->quantity : 1;
    };
    switch (key) {
        case SortKey::id:
            return three_way(a.id, b.id);
        case SortKey::price:
            return three_way(price(a), price(b));
        case SortKey::quantity:
            return three_way(quantity(a), quantity(b));
        case SortKey::product_name:
            return three_way(view(a.lines[0]->name), view(b.lines[0]->name));
        case SortKey::status:
            return three_way(std::string_view(till_order_state_name(a.status)),
                             std::string_view(till_order_state_name(b.status)));
    }
    return 0;
}

// Pages follow the ids; within a page any order can be had.
void sort_page(std::vector<const till_order*>& rows, const std::vector<Sort>& sorts) {
    if (sorts.empty() || (sorts.size() == 1 && sorts[0].key == SortKey::id)) return;
    std::stable_sort(rows.begin(), rows.end(), [&](const till_order* a, const till_order* b) {
        for (const Sort& sort : sorts) {
            const int result = compare(*a, *b, sort.key);
            if (result != 0) return (result < 0) != sort.descending;
        }
        return false;
    });
}

using Act = till_status(TILL_CALL*)(till_store*, const till_call*, const till_order_act_in*,
                                    const till_order**, const till_error**);

void act(Exchange& x, Act function, std::int64_t if_version) {
    till_order_act_in in = TILL_ORDER_ACT_IN_INIT;
    in.order_id = x.id;
    in.if_version = if_version;
    Owned<till_order> order;
    const till_status status = function(x.app.store, &x.call, &in, out(order), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_order(x, *order);
}

// How a state is reached from the one the order is in; null: there is no way.
Act way_to(till_order_state from, till_order_state to) {
    switch (to) {
        case TILL_ORDER_SHIPPED:
            return till_order_ship;
        case TILL_ORDER_DELIVERED:
            return from == TILL_ORDER_PENDING ? till_order_hand_over : till_order_deliver;
        case TILL_ORDER_CANCELLED:
            return till_order_cancel;
        default:
            return nullptr;
    }
}

}  // namespace

void get_orders(Exchange& x) {
    Page page(x);
    ListParameters list(x);
    if (!page.check_number() || !read_list(x, page, list)) return;
    list.query.limit = page.size();
    list.query.cursor = page.cursor();
    Owned<till_order_page> orders;
    const till_status status =
        till_order_list(x.app.store, &x.call, &list.query, out(orders), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    std::vector<const till_order*> rows(orders->items, orders->items + orders->count);
    sort_page(rows, list.sorts);
    x.reply.body.reserve(64 + 384 * rows.size());
    JsonWriter json = x.json();
    page.begin(json, rows.size(), orders->next_cursor, x.base_url() + "/orders/");
    for (const till_order* order : rows) write_order(json, *order);
    page.end(json);
}

void get_order(Exchange& x) {
    Owned<till_order> order;
    const till_status status = till_order_get(x.app.store, &x.call, x.id, out(order), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_order(x, *order);
}

void patch_order(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto wanted = form.choice("status", {"pending", "shipped", "delivered", "cancelled"});
    const auto price_verified = form.boolean("price_verified");
    if (price_verified && !*price_verified) {
        errors.add("price_verified", "Confirmed prices stay confirmed: only true can be sent.");
    }
    if (wanted && price_verified) {
        errors.add(non_field_errors, "Send status and price_verified in two requests.");
    }
    if (!errors.empty()) return x.refuse(errors);
    const auto if_version = x.if_version();
    if (!if_version) return;
    if (price_verified) return act(x, till_order_confirm_prices, *if_version);

    Owned<till_order> order;
    const till_status status = till_order_get(x.app.store, &x.call, x.id, out(order), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    const auto state = wanted ? static_cast<till_order_state>(*wanted + 1) : order->status;
    const Act function = way_to(order->status, state);
    if (state == order->status || function == nullptr) {
        // Nothing to do: a repeated request is answered as the first.
        if (state != order->status) {
            return x.reply.fail(409, "An order does not become pending again.",
                                "invalid_transition");
        }
        if (*if_version != 0 && *if_version != order->version) return x.fail(TILL_E_PRECONDITION);
        return answer_order(x, *order);
    }
    act(x, function, *if_version);
}

void post_order_cancel(Exchange& x) {
    const auto if_version = x.if_version();
    if (!if_version) return;
    act(x, till_order_cancel, *if_version);
}

}  // namespace till::http
