// SPDX-License-Identifier: MIT
#pragma once

#include "core/answer.hpp"
#include "core/range.hpp"
#include "core/store.hpp"
#include "crypto/digest.hpp"
#include "domain/order.hpp"
#include "domain/order_placement.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// The use cases of orders. Each runs in one transaction; the ones that write may run their
// transaction more than once. Contracts and statuses: include/till/order.h.
namespace till::core {

using OrderAnswer = Answer<domain::Order>;
using OrderOutcomes = std::vector<Result<OrderAnswer>>;

// The most that one call places or gets at once (include/till/order.h).
inline constexpr std::size_t orders_at_once_max = 1000;

Result<OrderAnswer> place_order(Store& store, const Call& call,
                                const domain::PlacementInput& input);
// An input that could not even be read brings its error along; its place in the answers keeps it.
Result<OrderOutcomes> place_orders(Store& store, const Call& call,
                                   std::span<const Result<domain::PlacementInput>> inputs);

Result<OrderAnswer> get_order(Store& store, const Call& call, std::int64_t order_id);
Result<OrderOutcomes> get_orders(Store& store, const Call& call,
                                 std::span<const std::int64_t> order_ids);

struct OrderSearch {
    std::int64_t user_id = 0;  // with reference; 0: the actor himself (system, staff: walk-ins)
    std::string_view reference;
    std::string_view series;  // or this with number
    std::int64_t number = 0;
};
Result<OrderAnswer> find_order(Store& store, const Call& call, const OrderSearch& search);

struct ListQuery {
    std::int64_t user_id = 0;  // 0: the actor himself, unless all_users
    bool all_users = false;
    bool oldest_first = false;
    std::int32_t status = 0;  // 0: any; anything may come from outside
    std::uint32_t limit = 0;  // 0: 50; at most 200
    std::string_view cursor = {};
    TimeRange created = {};
};
struct OrderQuery {
    ListQuery list;
    std::optional<bool> price_verified = {};
    // Either of these stands alone, or with a user.
    std::string_view reference = {};
    std::string_view series = {};  // and its number
    std::int64_t number = 0;
};
Result<Page<domain::Order>> list_orders(Store& store, const Call& call, const OrderQuery& query);

struct OrderAct {
    std::int64_t order_id = 0;
    std::int64_t if_version = 0;  // 0: whatever it is
};
Result<OrderAnswer> ship_order(Store& store, const Call& call, const OrderAct& act);
Result<OrderAnswer> deliver_order(Store& store, const Call& call, const OrderAct& act);
Result<OrderAnswer> hand_over_order(Store& store, const Call& call, const OrderAct& act);
Result<OrderAnswer> cancel_order(Store& store, const Call& call, const OrderAct& act);
Result<OrderAnswer> confirm_order_prices(Store& store, const Call& call, const OrderAct& act);

}  // namespace till::core
