// SPDX-License-Identifier: MIT
#pragma once

#include "core/range.hpp"
#include "core/store.hpp"
#include "domain/order.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace till::core {

// Which orders a list holds.
struct OrderFilter {
    std::int64_t user_id = 0;  // 0: everybody's
    std::optional<domain::OrderState> status;
    std::optional<bool> price_verified;
    bool oldest_first = false;
    Bounds bounds;
    std::int64_t limit = 0;
};

// Orders and their lines as rows. Every function runs in the context's transaction.
struct OrderTable {
    // The new id, which is the order's from then on; nothing when its reference is taken.
    static std::optional<std::int64_t> insert(Context& context, const domain::Order& order);
    // The next number of a series, gapless because it is undone with the order.
    static std::int64_t draw_number(Context& context, std::string_view series);

    static std::optional<domain::Order> find(Context& context, std::int64_t id);
    static std::optional<domain::Order> find_reference(Context& context, std::int64_t user_id,
                                                       std::string_view reference);
    static std::optional<domain::Order> find_number(Context& context, std::string_view series,
                                                    std::int64_t number);
    static std::vector<domain::Order> list(Context& context, const OrderFilter& filter);
    // Those that bear a reference, one an owner, by owners' ids beyond `after_user`; nobody is 0.
    static std::vector<domain::Order> list_reference(Context& context, std::string_view reference,
                                                     std::int64_t after_user, std::int64_t limit);
    // Where the orders placed in a stretch of time are.
    static Bounds bounds(Context& context, const TimeRange& range);

    // Saves status, trust and times of an order that had the version before; false: it no longer
    // has it.
    static bool update(Context& context, const domain::Order& order);
    // The claims of an order become prices of `source`.
    static void confirm_lines(Context& context, std::int64_t order_id, domain::PriceSource source);

    static bool user_exists(Context& context, std::int64_t user_id);
};

std::span<const sql::Sql* const> order_statements();

}  // namespace till::core
