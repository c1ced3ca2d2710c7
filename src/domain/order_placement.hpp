// SPDX-License-Identifier: MIT
#pragma once

#include "domain/access.hpp"
#include "domain/actor.hpp"
#include "domain/order.hpp"
#include "domain/settings.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// How an order comes to be, in two steps: draft_order looks at the input alone and may run before
// the writer is joined; place_order adds what only the store knows.
namespace till::domain {

inline constexpr std::size_t order_lines_max = 100;               // the design's limit
inline constexpr std::int64_t line_quantity_max = 2'147'483'647;  // the design's limit
inline constexpr std::size_t metadata_bytes_max = 4096;

// Text is borrowed; absent text has no value.
struct LineInput {
    std::int32_t kind = 0;  // 0: item; anything may come from outside
    bool included = false;
    std::int64_t quantity = 0;
    std::int64_t amount_minor = 0;  // item: unit price; other kinds: the signed amount
    std::optional<std::string_view> name;
    std::optional<std::string_view> sku;
};

struct PlacementInput {
    bool walk_in = false;
    std::int64_t user_id = 0;  // 0: the actor himself
    std::optional<std::string_view> currency;
    std::span<const LineInput> lines;
    std::optional<std::string_view> reference;
    std::optional<std::string_view> series;
    std::optional<std::string_view> contact_name;
    std::optional<std::string_view> contact_email;
    std::optional<std::string_view> metadata;
};

// The input as an order that has no id, owner, number or time yet, and all that is wrong with it.
struct OrderDraft {
    Order order;
    bool walk_in = false;
    std::int64_t user_id = 0;      // as asked for
    bool currency_given = false;   // order.currency is what was asked for
    bool has_other_kinds = false;  // a line that is no item
    bool has_contact = false;
    std::vector<Violation> violations;
};

OrderDraft draft_order(const PlacementInput& input);

struct PlacementFacts {
    Actor actor;
    Prices prices = Prices::open;
    std::optional<Currency> currency;  // what the draft asks for or the default; nothing: unknown
    bool owner_exists = true;          // looked up only when another's order is placed
    Time now = 0;
};

// The owner this draft would have: 0 for a walk-in.
std::int64_t owner_of(const OrderDraft& draft, const Actor& actor) noexcept;

// The rules in this order: Status::unauthenticated, Status::permission when a plain user asks for
// what is not his to ask (another's order, a walk-in, other kinds of lines, a series), or a key for
// lines it may not set, then
// Status::validation with every violation. The order comes with prices sourced and verified as the
// actor and the setting have it.
Result<Order> place_order(OrderDraft draft, const PlacementFacts& facts);

// Whose prices an actor's are.
inline PriceSource price_source_of(const Actor& actor) noexcept {
    if (actor.is_system()) return PriceSource::host;
    // A key speaks for the shop as its staff do, when it was made for that.
    const bool sets = judge(Action::order_set_prices, actor, 0) == Verdict::allowed;
    return sets ? PriceSource::staff : PriceSource::client;
}

}  // namespace till::domain
