// SPDX-License-Identifier: MIT
#pragma once

#include "core/idempotency.hpp"
#include "core/orders.hpp"

#include <cstdint>

// Steps of order use cases that other use cases take inside their own transaction.
namespace till::core {

Error order_not_found();

// The order, when the actor may see it.
Result<domain::Order> visible_order(Context& context, std::int64_t order_id);
// The order, when the actor may do this to it. A key that may is not asked whether it may read.
Result<domain::Order> order_for(Context& context, domain::Action action, std::int64_t order_id);

// The canonical input of a placement, for its idempotency key and a sale's.
void digest_placement(InputDigest& digest, const domain::PlacementInput& input);

// Writes a new order, or answers the order that has the draft's reference and content already.
// The caller adds a new one to the totals, once for all that it places.
Result<OrderAnswer> place_in(Context& context, const domain::OrderDraft& draft);

// Moves an order by an event that was authorised, and saves it.
Result<void> change_in(Context& context, domain::Order& order, domain::OrderEvent event);

}  // namespace till::core
