// SPDX-License-Identifier: MIT
//
// POST /orders/: the tutorial's one product, or lines.
#include "http/currency.hpp"
#include "http/handlers.hpp"
#include "http/node_json.hpp"
#include "http/order_json.hpp"
#include "http/text.hpp"

#include <string>
#include <vector>

namespace till::http {

namespace {

constexpr std::size_t name_max = 100;
constexpr std::size_t lines_max = 100;
constexpr std::int64_t quantity_max = 2'147'483'647;

// Prices can only be read once the currency is known, and the currency only if the rest of the
// input names one: they are collected first.
struct PendingPrice {
    std::size_t line;
    Decimal value;
};

struct Draft {
    till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
    std::vector<till_order_line_in> lines;
    std::vector<const till_order_line_in*> pointers;
    std::vector<PendingPrice> prices;
    std::string metadata;
    bool is_tutorial = true;
};

bool is_item(const till_order_line_in& line) { return line.kind == TILL_LINE_ITEM; }

void read_item(Form& form, Draft& draft) {
    till_order_line_in& line = draft.lines.emplace_back();
    line = TILL_ORDER_LINE_IN_INIT;
    line.kind = TILL_LINE_ITEM;
    if (const auto name = form.text("product_name", {true, false, false, name_max, true})) {
        line.name = to_str(*name);
    }
    if (const auto sku = form.text("sku", {false, true, true, 64, true}); sku && !sku->empty()) {
        line.sku = to_str(*sku);
    }
    if (const auto quantity = form.integer("quantity", {true, false, 1, quantity_max})) {
        line.quantity = *quantity;
    }
    if (const auto price = form.decimal("price"))
        draft.prices.push_back({draft.lines.size() - 1, *price});
}

void read_charge(Form& form, till_line_kind kind, Draft& draft) {
    till_order_line_in& line = draft.lines.emplace_back();
    line = TILL_ORDER_LINE_IN_INIT;
    line.kind = kind;
    if (const auto label = form.text("label", {true, false, false, name_max, true})) {
        line.name = to_str(*label);
    }
    if (const auto included = form.boolean("included")) line.included = *included ? 1 : 0;
    if (const auto amount = form.decimal("amount"))
        draft.prices.push_back({draft.lines.size() - 1, *amount});
}

void read_lines(const Node& items, FieldErrors& errors, Draft& draft) {
    draft.is_tutorial = false;
    if (items.kind != NodeKind::array) {
        errors.add("items", std::string("Expected a list of items but got type \"")
                                .append(items.type_name())
                                .append("\"."));
        return;
    }
    if (items.children.empty()) return errors.add("items", "This list may not be empty.");
    if (items.children.size() > lines_max) {
        return errors.add("items", "Ensure this field has no more than 100 elements.");
    }
    draft.lines.reserve(items.children.size());
    for (std::size_t i = 0; i < items.children.size(); ++i) {
        const Node& node = items.children[i];
        if (node.kind != NodeKind::object) {
            errors.add("items", i, non_field_errors,
                       std::string("Invalid data. Expected a dictionary, but got ")
                           .append(node.type_name())
                           .append("."));
            draft.lines.push_back(TILL_ORDER_LINE_IN_INIT);
            continue;
        }
        Form form(node, errors, "items", i);
        const auto kind =
            form.choice("kind", {"item", "discount", "shipping", "tax", "fee", "tip", "rounding"});
        if (form.has("kind") && !kind) {
            draft.lines.push_back(TILL_ORDER_LINE_IN_INIT);
        } else if (!kind || *kind == 0) {
            read_item(form, draft);
        } else {
            read_charge(form, static_cast<till_line_kind>(*kind + 1), draft);
        }
    }
}

void read_metadata(Form& form, Draft& draft) {
    const Node* node = form.find("metadata");
    if (node == nullptr || node->kind == NodeKind::null) return;
    if (node->kind == NodeKind::text && form.is_form()) {
        if (!node->text.empty()) draft.in.metadata = to_str(node->text);
        return;
    }
    if (node->kind != NodeKind::object) return form.refuse("metadata", "Send a JSON object.");
    JsonWriter json(draft.metadata);
    write_node(json, *node);
    draft.in.metadata = to_str(draft.metadata);
}

void read_head(Form& form, Draft& draft) {
    const auto take = [&form](std::string_view field, till_str& member) {
        const auto text = form.text(field, {false, true, true, 0, true});
        if (text && !text->empty()) member = to_str(*text);
    };
    take("currency", draft.in.currency);
    take("reference", draft.in.reference);
    take("series", draft.in.series);
    take("contact_name", draft.in.contact_name);
    take("contact_email", draft.in.contact_email);
    if (form.boolean("walk_in").value_or(false)) draft.in.flags |= TILL_ORDER_WALK_IN;
    read_metadata(form, draft);
    // A new order is pending; whoever sends another state of the four is answered with this one.
    form.choice("status", {"pending", "shipped", "delivered", "cancelled"});
}

// The owner, in lines' form: the tutorial's `user` is read only.
void read_owner(Form& form, Draft& draft) {
    const Node* node = form.find("user");
    if (draft.is_tutorial || node == nullptr || node->kind == NodeKind::null) return;
    if (const auto user = form.key("user")) draft.in.user_id = *user;
}

bool read_prices(Form& form, FieldErrors& errors, const Node* items, int digits, Draft& draft) {
    for (const PendingPrice& price : draft.prices) {
        till_order_line_in& line = draft.lines[price.line];
        const std::string_view field = is_item(line) ? "price" : "amount";
        const DecimalLimits limits =
            draft.is_tutorial ? tutorial_limits(digits) : wide_limits(digits);
        const std::int64_t min = is_item(line) ? 0 : std::numeric_limits<std::int64_t>::min();
        std::optional<std::int64_t> minor;
        if (draft.is_tutorial) {
            minor = form.minor(field, price.value, limits, min);
        } else {
            Form item(items->children[price.line], errors, "items", price.line);
            minor = item.minor(field, price.value, limits, min);
        }
        line.amount_minor = minor.value_or(0);
    }
    return errors.empty();
}

void place(Exchange& x, Draft& draft) {
    for (const till_order_line_in& line : draft.lines) draft.pointers.push_back(&line);
    draft.in.lines = draft.pointers.data();
    draft.in.line_count = draft.pointers.size();
    Owned<till_order> order;
    const till_status status =
        till_order_place(x.app.store, &x.call, &draft.in, out(order), out(x.error));
    if (status != TILL_OK) {
        if (draft.is_tutorial) {
            return x.fail(status, {{"/lines/0/name", "product_name"},
                                   {"/lines/0/quantity", "quantity"},
                                   {"/lines/0/amount", "price"},
                                   {"/lines/0/sku", "sku"},
                                   {"/lines", "price"},
                                   {"/user_id", "user"}});
        }
        return x.fail(status, {{"/lines/*/name", "product_name"},
                               {"/lines/*/quantity", "quantity"},
                               {"/lines/*/amount", "price"},
                               {"/lines/*/sku", "sku"},
                               {"/lines/*/kind", "kind"},
                               {"/lines/*/included", "included"},
                               {"/lines", "items"},
                               {"/user_id", "user"}});
    }
    x.reply.status = 201;
    std::string location = x.base_url() + "/orders/";
    append_number(location, order->id);
    x.reply.header_copy("Location", location += '/');
    answer_order(x, *order);
}

}  // namespace

void post_orders(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    Draft draft;
    const Node* items = form.find("items");
    if (items != nullptr) {
        read_lines(*items, errors, draft);
    } else {
        read_item(form, draft);
    }
    read_head(form, draft);
    read_owner(form, draft);
    const auto currency = find_currency(x, view(draft.in.currency));
    if (!currency) {
        if (x.reply.status != 200) return;  // the store's trouble
        errors.add("currency", "Unknown currency.");
    } else {
        // What the prices were read in is what they are stored in.
        draft.in.currency = to_str(currency->code.view());
        read_prices(form, errors, items, currency->digits, draft);
    }
    if (!errors.empty()) return x.refuse(errors);
    place(x, draft);
}

}  // namespace till::http
