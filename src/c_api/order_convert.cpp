// SPDX-License-Identifier: MIT
#include "c_api/order_convert.hpp"

#include <algorithm>
#include <cstring>

namespace till::c_api {
namespace {

Result<domain::LineInput> read_line(const till_order_line_in* in) {
    TILL_TRY(const till_order_line_in line, read_input(in, "till_order_line_in"));
    TILL_CHECK(check_flags(line.flags, 0, "till_order_line_in.flags"));
    domain::LineInput input;
    input.kind = line.kind;
    TILL_TRY(input.included, read_bool(line.included, "till_order_line_in.included"));
    input.quantity = line.quantity;
    input.amount_minor = line.amount_minor;
    TILL_TRY(input.name, read_optional_text(line.name, "till_order_line_in.name"));
    TILL_TRY(input.sku, read_optional_text(line.sku, "till_order_line_in.sku"));
    return input;
}

}  // namespace

Result<std::optional<std::string_view>> read_optional_text(const till_str& text, const char* name) {
    TILL_TRY(const std::string_view value, read_text(text, name));
    if (text.data == nullptr) return std::optional<std::string_view>();
    return std::optional(value);
}

Result<Placement> read_placement(const till_order_place_in* pointer) {
    TILL_TRY(const till_order_place_in in, read_input(pointer, "till_order_place_in"));
    TILL_CHECK(check_flags(in.flags, TILL_ORDER_WALK_IN, "till_order_place_in.flags"));
    if (in.lines == nullptr && in.line_count != 0) {
        return null_argument("till_order_place_in.lines");
    }
    Placement placement;
    // One line too many tells the domain that there are too many; the rest need not be read.
    const std::size_t count = std::min(in.line_count, domain::order_lines_max + 1);
    placement.lines.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        TILL_TRY(domain::LineInput line, read_line(in.lines[i]));
        placement.lines.push_back(line);
    }
    domain::PlacementInput& input = placement.input;
    input.lines = placement.lines;
    input.walk_in = (in.flags & TILL_ORDER_WALK_IN) != 0;
    input.user_id = in.user_id;
    TILL_TRY(input.currency, read_optional_text(in.currency, "till_order_place_in.currency"));
    TILL_TRY(input.reference, read_optional_text(in.reference, "till_order_place_in.reference"));
    TILL_TRY(input.series, read_optional_text(in.series, "till_order_place_in.series"));
    TILL_TRY(input.contact_name,
             read_optional_text(in.contact_name, "till_order_place_in.contact_name"));
    TILL_TRY(input.contact_email,
             read_optional_text(in.contact_email, "till_order_place_in.contact_email"));
    TILL_TRY(input.metadata, read_optional_text(in.metadata, "till_order_place_in.metadata"));
    return placement;
}

Result<core::ListQuery> read_list_query(std::uint32_t flags, std::int64_t user_id,
                                        const till_str& cursor, std::int32_t status,
                                        std::uint32_t limit) {
    core::ListQuery query;
    query.user_id = user_id;
    query.all_users = (flags & TILL_LIST_ALL_USERS) != 0;
    query.oldest_first = (flags & TILL_LIST_OLDEST_FIRST) != 0;
    query.status = status;
    query.limit = limit;
    TILL_TRY(query.cursor, read_text(cursor, "cursor"));
    return query;
}

void fill_money(till_money& money, std::int64_t minor, const domain::Currency& currency) {
    money.minor = minor;
    std::memcpy(money.currency, currency.code.data(), sizeof money.currency);
    money.exponent = currency.exponent;
}

void fill_order(BlockBuilder& block, std::size_t at, const domain::Order& order, bool replayed) {
    till_order& out = block.at<till_order>(at);
    out.id = order.id;
    out.user_id = order.user_id;
    out.placed_by = order.placed_by;
    out.version = order.version;
    fill_money(out.total, order.total_minor, order.currency);
    out.status = static_cast<till_order_state>(order.status);
    out.price_verified = order.price_verified ? 1 : 0;
    out.created_us = order.created_at;
    out.updated_us = order.updated_at;
    out.number = order.number;
    out.line_count = order.lines.size();
    out.replayed = replayed ? 1 : 0;
    block.text_or_absent(at + offsetof(till_order, series), order.series);
    block.text_or_absent(at + offsetof(till_order, reference), order.reference);
    block.text_or_absent(at + offsetof(till_order, contact_name), order.contact_name);
    block.text_or_absent(at + offsetof(till_order, contact_email), order.contact_email);
    block.text_or_absent(at + offsetof(till_order, metadata), order.metadata);

    const std::size_t pointers =
        block.pointers(at + offsetof(till_order, lines), order.lines.size());
    const std::size_t rows = block.add<till_order_line>(order.lines.size());
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        const domain::OrderLine& line = order.lines[i];
        const std::size_t row = rows + i * sizeof(till_order_line);
        block.link(pointers + i * sizeof(void*), row);
        till_order_line& line_out = block.at<till_order_line>(row);
        line_out.kind = static_cast<till_line_kind>(line.kind);
        line_out.included = line.included ? 1 : 0;
        line_out.price_source = static_cast<till_price_source>(line.price_source);
        line_out.quantity = line.quantity;
        line_out.unit_price_minor = line.unit_price_minor;
        line_out.amount_minor = line.amount_minor;
        block.text(row + offsetof(till_order_line, name), line.name);
        block.text_or_absent(row + offsetof(till_order_line, sku), line.sku);
    }
}

}  // namespace till::c_api
