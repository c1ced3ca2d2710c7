// SPDX-License-Identifier: MIT
#include "domain/order_placement.hpp"

#include "base/text.hpp"
#include "domain/access.hpp"
#include "domain/input_rules.hpp"
#include "domain/user.hpp"

namespace till::domain {
namespace {

std::string line_path(std::size_t index, const char* field) {
    return "/lines/" + std::to_string(index) + field;
}

bool series_character(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

// Quantity, price and amount. False when the amount is more than 64 bits hold.
bool read_amounts(std::vector<Violation>& violations, const LineInput& input, std::size_t index,
                  OrderLine& line) {
    line.quantity = input.quantity;
    line.unit_price_minor = input.amount_minor;
    if (line.kind != LineKind::item) {
        if (input.quantity != 0 && input.quantity != 1) {
            add_violation(violations, line_path(index, "/quantity"), "too_large",
                          "Only items have a quantity.", "max", 1);
        }
        line.quantity = 1;
        line.amount_minor = input.amount_minor;
        return true;
    }
    if (input.quantity < 1) {
        add_violation(violations, line_path(index, "/quantity"), "too_small", "Must be at least 1.",
                      "min", 1);
    } else if (input.quantity > line_quantity_max) {
        add_violation(violations, line_path(index, "/quantity"), "too_large", "Is too large.",
                      "max", line_quantity_max);
    }
    if (input.amount_minor < 0) {
        add_violation(violations, line_path(index, "/amount"), "too_small",
                      "An item's price is not negative.", "min", 0);
    }
    const auto amount = checked_multiply(input.quantity, input.amount_minor);
    line.amount_minor = amount.value_or(0);
    return amount.has_value();
}

bool read_line(std::vector<Violation>& violations, const LineInput& input, std::size_t index,
               OrderLine& line) {
    const auto kind = static_cast<LineKind>(input.kind == 0 ? 1 : input.kind);
    if (!known_in(line_kind_names, kind)) {
        add_violation(violations, line_path(index, "/kind"), "invalid_choice",
                      "Is not a kind of line.");
        return true;
    }
    line.kind = kind;
    line.included = input.included;
    if (kind == LineKind::item && input.included) {
        add_violation(violations, line_path(index, "/included"), "not_allowed",
                      "An item always counts towards the total.");
    }
    const bool fits = read_amounts(violations, input, index, line);
    const std::string_view name = input.name.value_or(std::string_view());
    check_text(violations, line_path(index, "/name"), name, 1, 100,
               TextRule::no_control | TextRule::not_blank);
    line.name = name;
    if (input.sku && !input.sku->empty()) {
        line.sku = check_optional_text(violations, line_path(index, "/sku"), input.sku, 64);
        if (kind != LineKind::item) {
            add_violation(violations, line_path(index, "/sku"), "not_allowed",
                          "Only items have a stock-keeping unit.");
        }
    }
    return fits;
}

void read_lines(OrderDraft& draft, std::span<const LineInput> lines) {
    std::vector<Violation>& violations = draft.violations;
    if (lines.empty()) {
        add_violation(violations, "/lines", "too_few", "An order has at least one line.", "min", 1);
        return;
    }
    if (lines.size() > order_lines_max) {
        add_violation(violations, "/lines", "too_many", "The order has too many lines.", "max",
                      static_cast<std::int64_t>(order_lines_max));
        return;
    }
    draft.order.lines.resize(lines.size());
    std::optional<std::int64_t> total = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        OrderLine& line = draft.order.lines[i];
        if (!read_line(violations, lines[i], i, line)) total.reset();
        draft.has_other_kinds = draft.has_other_kinds || line.kind != LineKind::item;
        if (total && !line.included) total = checked_add(*total, line.amount_minor);
    }
    if (!total) {
        add_violation(violations, "/lines", "total_overflow",
                      "The total is more than 64 bits of minor units hold.");
    } else if (*total < 0) {
        add_violation(violations, "/lines", "total_negative", "The total is below zero.");
    }
    draft.order.total_minor = total.value_or(0);
}

void read_contact(OrderDraft& draft, const PlacementInput& input) {
    std::vector<Violation>& violations = draft.violations;
    Order& order = draft.order;
    order.contact_name = check_optional_text(violations, "/contact_name", input.contact_name, 100);
    const std::size_t before = violations.size();
    order.contact_email =
        check_optional_text(violations, "/contact_email", input.contact_email, email_max);
    if (violations.size() == before && !order.contact_email.empty() &&
        !is_email(order.contact_email)) {
        add_violation(violations, "/contact_email", "invalid", "Is not an e-mail address.");
    }
    draft.has_contact = !order.contact_name.empty() || !order.contact_email.empty();
}

void read_metadata(OrderDraft& draft, std::optional<std::string_view> metadata) {
    if (!metadata || metadata->empty()) return;
    std::vector<Violation>& violations = draft.violations;
    if (metadata->size() > metadata_bytes_max) {
        add_violation(violations, "/metadata", "too_long", "Has too many bytes.", "max",
                      static_cast<std::int64_t>(metadata_bytes_max));
    } else if (check_text(violations, "/metadata", *metadata, 1, metadata_bytes_max) &&
               !valid_json_object(*metadata)) {
        add_violation(violations, "/metadata", "invalid_json", "Is not a JSON object.");
    }
    draft.order.metadata = *metadata;
}

Result<void> authorise_placement(const OrderDraft& draft, const Actor& actor) {
    TILL_CHECK(authorise(Action::order_place, actor));
    const char* refused = nullptr;
    if (draft.has_other_kinds && price_source_of(actor) == PriceSource::client) {
        refused = "Only staff, or a key with prices:set, set lines that are no items.";
    } else if (judge(Action::order_place_for, actor, 0) == Verdict::allowed) {
        return ok();
    } else if (draft.user_id != 0 && draft.user_id != actor.user_id) {
        refused = "Only staff place an order for somebody else.";
    } else if (draft.walk_in) {
        refused = "Only staff place a walk-in's order.";
    } else if (!draft.order.series.empty()) {
        refused = "Only staff draw a number of a series.";
    }
    if (refused == nullptr) return ok();
    return make_error(Status::permission, "permission_denied", refused);
}

}  // namespace

OrderDraft draft_order(const PlacementInput& input) {
    OrderDraft draft;
    draft.walk_in = input.walk_in;
    draft.user_id = input.user_id;
    if (input.user_id < 0) {
        add_violation(draft.violations, "/user_id", "unknown_user", "There is no such user.");
    } else if (input.walk_in && input.user_id != 0) {
        add_violation(draft.violations, "/user_id", "not_allowed", "A walk-in has no owner.");
    }
    if (input.currency && !input.currency->empty()) {
        draft.currency_given = true;
        if (valid_currency_code(*input.currency)) {
            draft.order.currency = make_currency(*input.currency, 0);
        }
    }
    read_lines(draft, input.lines);
    draft.order.reference = check_token(draft.violations, "/reference", input.reference, 64);
    draft.order.series =
        check_token_of(draft.violations, "/series", input.series, 16, series_character);
    read_contact(draft, input);
    read_metadata(draft, input.metadata);
    return draft;
}

std::int64_t owner_of(const OrderDraft& draft, const Actor& actor) noexcept {
    if (draft.walk_in) return 0;
    if (draft.user_id != 0) return draft.user_id;
    return actor.user_id;
}

Result<Order> place_order(OrderDraft draft, const PlacementFacts& facts) {
    TILL_CHECK(authorise_placement(draft, facts.actor));
    Order& order = draft.order;
    order.user_id = owner_of(draft, facts.actor);
    if (!facts.currency) {
        add_violation(draft.violations, "/currency", "unknown_currency",
                      "The store does not know this currency; add it first.");
    }
    if (!facts.owner_exists) {
        add_violation(draft.violations, "/user_id", "unknown_user", "There is no such user.");
    }
    if (draft.has_contact && order.user_id != 0) {
        add_violation(draft.violations,
                      order.contact_name.empty() ? "/contact_email" : "/contact_name",
                      "not_allowed", "Only a walk-in has a contact; a user has a profile.");
    }
    if (!draft.violations.empty()) return invalid(std::move(draft.violations));

    order.placed_by = facts.actor.user_id;
    order.currency = *facts.currency;
    order.created_at = facts.now;
    order.updated_at = facts.now;
    const PriceSource source = price_source_of(facts.actor);
    for (OrderLine& line : order.lines) line.price_source = source;
    order.price_verified = source != PriceSource::client || facts.prices == Prices::trusted;
    return std::move(order);
}

}  // namespace till::domain
