// SPDX-License-Identifier: MIT
//
// Orders: what goes in and what comes out. The calls are in order_calls.hpp; fields, limits and
// rules are told in till/order.h.
#pragma once

#include <till/cpp/ask.hpp>
#include <till/cpp/money.hpp>
#include <till/order.h>

#include <memory>
#include <vector>

namespace till {
inline namespace v1 {

// Each may hold a number that is not named here: a later library may answer it.
enum class order_state : till_order_state {
    any = 0,  // in queries
    pending = TILL_ORDER_PENDING,
    shipped = TILL_ORDER_SHIPPED,
    delivered = TILL_ORDER_DELIVERED,
    cancelled = TILL_ORDER_CANCELLED,
};
enum class line_kind : till_line_kind {
    item = TILL_LINE_ITEM,
    discount = TILL_LINE_DISCOUNT,
    shipping = TILL_LINE_SHIPPING,
    tax = TILL_LINE_TAX,
    fee = TILL_LINE_FEE,
    tip = TILL_LINE_TIP,
    rounding = TILL_LINE_ROUNDING,
};
enum class price_source : till_price_source {
    host = TILL_PRICE_HOST,
    staff = TILL_PRICE_STAFF,
    catalogue = TILL_PRICE_CATALOGUE,
    client = TILL_PRICE_CLIENT,
};

// "pending" and so on; "unknown" for a number this library does not know.
inline std::string_view name(order_state value) noexcept {
    return till_order_state_name(static_cast<till_order_state>(value));
}
inline std::string_view name(line_kind value) noexcept {
    return till_line_kind_name(static_cast<till_line_kind>(value));
}
inline std::string_view name(price_source value) noexcept {
    return till_price_source_name(static_cast<till_price_source>(value));
}

// ---- In ------------------------------------------------------------------------------------

// A line to be placed: {"Espresso", 2, 250} is two at 2.50.
struct order_line_in {
    std::string_view name = {};     // product name or label
    std::int64_t quantity = 1;      // other kinds than items: 0 or 1
    std::int64_t amount_minor = 0;  // item: unit price; other kinds: the signed amount
    std::string_view sku = {};
    line_kind kind = line_kind::item;
    bool included = false;  // other kinds: already inside the prices

    till_order_line_in c() const noexcept {
        till_order_line_in in = TILL_ORDER_LINE_IN_INIT;
        in.kind = static_cast<till_line_kind>(kind);
        in.included = included ? 1 : 0;
        in.quantity = quantity;
        in.amount_minor = amount_minor;
        in.name = detail::str(name);
        in.sku = detail::str(sku);
        return in;
    }
};

struct order_place_in {
    std::vector<order_line_in> lines = {};
    std::string_view reference = {};  // your own id, unique per owner for ever: replay by it
    std::string_view currency = {};   // absent: the setting `currency`
    std::string_view series = {};     // draws its next gapless number
    std::int64_t user_id = 0;         // the owner; 0: the actor (system: a walk-in)
    bool walk_in = false;             // the order belongs to nobody
    std::string_view contact_name = {};
    std::string_view contact_email = {};
    std::string_view metadata = {};  // a JSON object

    // Without its lines: detail::order_input adds them.
    till_order_place_in c() const noexcept {
        till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
        in.flags = walk_in ? TILL_ORDER_WALK_IN : 0;
        in.user_id = user_id;
        in.currency = detail::str(currency);
        in.reference = detail::str(reference);
        in.series = detail::str(series);
        in.contact_name = detail::str(contact_name);
        in.contact_email = detail::str(contact_email);
        in.metadata = detail::str(metadata);
        return in;
    }
};

// By `reference` (of `user_id`), or by `series` and `number`.
struct order_find_in {
    std::string_view reference = {};
    std::int64_t user_id = 0;  // 0: the actor (system, staff: walk-ins)
    std::string_view series = {};
    std::int64_t number = 0;

    till_order_find_in c() const noexcept {
        till_order_find_in in = TILL_ORDER_FIND_IN_INIT;
        in.user_id = user_id;
        in.reference = detail::str(reference);
        in.series = detail::str(series);
        in.number = number;
        return in;
    }
};

struct order_query {
    std::int64_t user_id = 0;  // 0: the actor himself, unless all_users
    order_state status = order_state::any;
    bool oldest_first = false;
    bool all_users = false;  // staff and system; the default of system
    std::string_view cursor = {};
    std::uint32_t limit = 0;  // of a page; 0: 50, at most 200
    std::optional<time_point> from = {};   // placed then or later
    std::optional<time_point> until = {};  // placed before
    std::optional<bool> price_verified = {};
    // A reference, or a series and a number, goes with a user and no other filter.
    std::string_view reference = {};
    std::string_view series = {};
    std::int64_t number = 0;

    till_order_query c() const noexcept {
        till_order_query in = TILL_ORDER_QUERY_INIT;
        in.flags = (oldest_first ? TILL_LIST_OLDEST_FIRST : 0u) |
                   (all_users ? TILL_LIST_ALL_USERS : 0u);
        in.user_id = user_id;
        in.cursor = detail::str(cursor);
        in.status = static_cast<till_order_state>(status);
        in.limit = limit;
        if (price_verified) in.flags |= *price_verified ? TILL_LIST_VERIFIED : TILL_LIST_UNVERIFIED;
        in.from_us = detail::bound(from);
        in.until_us = detail::bound(until);
        in.reference = detail::str(reference);
        in.series = detail::str(series);
        in.number = number;
        return in;
    }
};

namespace detail {

// Orders as the C ABI takes them, with pointers into itself. One order of up to sixteen lines,
// which is most, stays on the stack.
class order_input {
public:
    explicit order_input(const order_place_in &order) : one_(order.c()) {
        const std::size_t count = order.lines.size();
        till_order_line_in *lines = few_lines_;
        const till_order_line_in **pointers = few_pointers_;
        if (count > few) {
            many_lines_ = std::make_unique<till_order_line_in[]>(count);
            many_pointers_ = std::make_unique<const till_order_line_in *[]>(count);
            lines = many_lines_.get();
            pointers = many_pointers_.get();
        }
        for (std::size_t i = 0; i < count; ++i) {
            lines[i] = order.lines[i].c();
            pointers[i] = &lines[i];
        }
        one_.lines = pointers;
        one_.line_count = count;
    }
    order_input(const order_input &) = delete;
    order_input &operator=(const order_input &) = delete;

    const till_order_place_in *get() const noexcept { return &one_; }

private:
    static constexpr std::size_t few = 16;

    till_order_place_in one_;
    till_order_line_in few_lines_[few];
    const till_order_line_in *few_pointers_[few];
    std::unique_ptr<till_order_line_in[]> many_lines_;
    std::unique_ptr<const till_order_line_in *[]> many_pointers_;
};

class order_inputs {
public:
    explicit order_inputs(const std::vector<order_place_in> &orders) {
        std::size_t line_count = 0;
        for (const order_place_in &order : orders) line_count += order.lines.size();
        lines_.reserve(line_count);
        line_pointers_.reserve(line_count);
        orders_.reserve(orders.size());
        pointers_.reserve(orders.size());
        for (const order_place_in &order : orders) {
            const std::size_t first = line_pointers_.size();
            for (const order_line_in &line : order.lines) {
                lines_.push_back(line.c());
                line_pointers_.push_back(&lines_.back());
            }
            orders_.push_back(order.c());
            orders_.back().lines = line_pointers_.data() + first;
            orders_.back().line_count = order.lines.size();
            pointers_.push_back(&orders_.back());
        }
    }
    order_inputs(const order_inputs &) = delete;
    order_inputs &operator=(const order_inputs &) = delete;

    const till_order_place_in *const *get() const noexcept { return pointers_.data(); }

private:
    std::vector<till_order_line_in> lines_;
    std::vector<const till_order_line_in *> line_pointers_;
    std::vector<till_order_place_in> orders_;
    std::vector<const till_order_place_in *> pointers_;
};

}  // namespace detail

// ---- Out -----------------------------------------------------------------------------------

class line_view : public detail::pointer_to<till_order_line> {
public:
    using pointer_to::pointer_to;

    line_kind kind() const noexcept { return static_cast<line_kind>(raw_->kind); }
    bool included() const noexcept { return raw_->included != 0; }
    till::price_source price_source() const noexcept {
        return static_cast<till::price_source>(raw_->price_source);
    }
    std::int64_t quantity() const noexcept { return raw_->quantity; }
    std::int64_t unit_price_minor() const noexcept { return raw_->unit_price_minor; }
    // What the line adds to the total unless it is included.
    std::int64_t amount_minor() const noexcept { return raw_->amount_minor; }
    std::string_view name() const noexcept { return detail::view(raw_->name); }
    std::string_view sku() const noexcept { return detail::view(raw_->sku); }
};

class order_view : public detail::pointer_to<till_order> {
public:
    using pointer_to::pointer_to;

    std::int64_t id() const noexcept { return raw_->id; }
    std::int64_t user_id() const noexcept { return raw_->user_id; }      // 0: a walk-in
    std::int64_t placed_by() const noexcept { return raw_->placed_by; }  // 0: the system
    std::int64_t version() const noexcept { return raw_->version; }
    money total() const noexcept { return money(raw_->total); }
    order_state status() const noexcept { return static_cast<order_state>(raw_->status); }
    bool price_verified() const noexcept { return raw_->price_verified != 0; }
    time_point created() const noexcept { return to_time(raw_->created_us); }
    time_point updated() const noexcept { return to_time(raw_->updated_us); }
    std::int64_t number() const noexcept { return raw_->number; }  // in series(); 0: none
    std::string_view series() const noexcept { return detail::view(raw_->series); }
    std::string_view reference() const noexcept { return detail::view(raw_->reference); }
    std::string_view contact_name() const noexcept { return detail::view(raw_->contact_name); }
    std::string_view contact_email() const noexcept { return detail::view(raw_->contact_email); }
    std::string_view metadata() const noexcept { return detail::view(raw_->metadata); }
    list_view<line_view> lines() const noexcept { return {raw_->lines, raw_->line_count}; }
    // The answer to a repeated key or reference.
    bool replayed() const noexcept { return raw_->replayed != 0; }
    // An amount of a line, in the order's currency.
    money amount(std::int64_t minor) const noexcept {
        return money(minor, raw_->total.currency, raw_->total.exponent);
    }
};

using order = owned<order_view>;
using order_page = owned<page_view<order_view, till_order_page>>;

// One outcome of a call for many orders.
class order_outcome {
public:
    order_outcome(const till_order *placed, const till_error *refused) noexcept
        : order_(placed), error_(refused) {}

    bool has_value() const noexcept { return order_ != nullptr; }
    explicit operator bool() const noexcept { return has_value(); }
    // Only when has_value().
    order_view operator*() const noexcept {
        assert(has_value());
        return order_view(order_);
    }
    // Only when not has_value().
    error_view error() const noexcept { return error_view(error_); }

private:
    const till_order *order_;
    const till_error *error_;
};

// One outcome an input, in order.
class order_batch_view : public detail::pointer_to<till_order_batch> {
public:
    using pointer_to::pointer_to;

    std::size_t size() const noexcept { return raw_->count; }
    std::size_t failed_count() const noexcept { return raw_->failed_count; }
    order_outcome operator[](std::size_t index) const noexcept {
        assert(index < raw_->count);
        return {raw_->items[index], raw_->errors[index]};
    }
};

using order_batch = owned<order_batch_view>;

template <>
struct detail::paging<order_query> {
    using page = order_page;
    static result<page> fetch(till_store *store, const call &who, const order_query &query) {
        const till_order_query in = query.c();
        return ask<page>(till_order_list, store, who, &in);
    }
    static bool advance(order_query &query, const page &last, std::string &cursor) {
        return follow_cursor(query, last, cursor);
    }
};

}  // namespace v1
}  // namespace till
