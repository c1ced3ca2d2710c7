// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domain/money.hpp"
#include "domain/order_states.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Orders and what may be done to them. Pure: values in, values out.
namespace till::domain {

// The numbers are the C ABI's (include/till/order.h), frozen.
enum class LineKind : std::int32_t {
    item = 1,
    discount = 2,
    shipping = 3,
    tax = 4,
    fee = 5,
    tip = 6,
    rounding = 7
};

inline constexpr std::array<Named<LineKind>, 7> line_kind_names{{
    {LineKind::item, "item"},
    {LineKind::discount, "discount"},
    {LineKind::shipping, "shipping"},
    {LineKind::tax, "tax"},
    {LineKind::fee, "fee"},
    {LineKind::tip, "tip"},
    {LineKind::rounding, "rounding"},
}};

// Who set a line's price.
enum class PriceSource : std::int32_t { host = 1, staff = 2, catalogue = 3, client = 4 };

inline constexpr std::array<Named<PriceSource>, 4> price_source_names{{
    {PriceSource::host, "host"},
    {PriceSource::staff, "staff"},
    {PriceSource::catalogue, "catalogue"},
    {PriceSource::client, "client"},
}};

constexpr std::string_view name_of(LineKind kind) noexcept {
    return name_in(line_kind_names, kind);
}
constexpr std::string_view name_of(PriceSource source) noexcept {
    return name_in(price_source_names, source);
}

struct OrderLine {
    LineKind kind = LineKind::item;
    bool included = false;  // already inside the prices, so not added to the total
    PriceSource price_source = PriceSource::client;
    std::int64_t quantity = 1;
    std::int64_t unit_price_minor = 0;
    std::int64_t amount_minor = 0;  // quantity * unit price; adds to the total unless included
    std::string name;
    std::string sku;  // empty: none
};

// Empty text is absent text: no field of an order may be present and empty.
struct Order {
    std::int64_t id = 0;
    std::int64_t user_id = 0;    // 0: a walk-in
    std::int64_t placed_by = 0;  // 0: the system
    std::int64_t version = 1;
    std::int64_t total_minor = 0;
    Currency currency;
    OrderState status = OrderState::pending;
    bool price_verified = false;
    Time created_at = 0;
    Time updated_at = 0;
    std::int64_t number = 0;  // in `series`; 0: none
    std::string series;
    std::string reference;
    std::string contact_name;
    std::string contact_email;
    std::string metadata;
    std::vector<OrderLine> lines;
};

// True when both say the same thing in the caller's words, so that a repeated reference is a
// replay: owner, currency, series, contact, metadata and lines; not ids, states, times or who set a
// price.
bool same_content(const Order& a, const Order& b) noexcept;

// What a change of an order needs to know beside the order.
struct OrderFacts {
    bool paid = false;         // its live payment is completed
    bool ship_unpaid = false;  // the setting
};

// What became of a value: the event to append, or none when nothing has changed.
struct Change {
    const char* event = nullptr;
    bool changed() const noexcept { return event != nullptr; }
};

// Each brings the order to its new value, or refuses and leaves it alone. Status::conflict with
// invalid_transition, then prices_not_verified, then not_paid (ship, hand_over) or
// payment_completed (cancel): the first that applies.
Result<Change> change_order(Order& order, OrderEvent event, const OrderFacts& facts, Time now);

// Claims of a pending order become the prices of whoever confirms. Verified already: no change.
Result<Change> confirm_prices(Order& order, PriceSource confirmed_by, Time now);

// A payment may start, or succeed late: the order is pending or shipped.
constexpr bool is_payable(OrderState status) noexcept {
    return status == OrderState::pending || status == OrderState::shipped;
}

}  // namespace till::domain
