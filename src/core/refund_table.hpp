// SPDX-License-Identifier: MIT
#pragma once

#include "core/store.hpp"
#include "domain/payment.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace till::core {

// Refunds as rows. Every function runs in the context's transaction. Their order and currency are
// their payment's.
struct RefundTable {
    static std::int64_t insert(Context& context, const domain::Refund& refund);
    static std::optional<domain::Refund> find(Context& context, std::int64_t id);
    // A payment's refunds with ids below `before`, newest first.
    static std::vector<domain::Refund> list(Context& context, std::int64_t payment_id,
                                            std::int64_t before, std::int64_t limit);
    // Saves what changes about a refund that had the version before; false: it no longer has it.
    static bool update(Context& context, const domain::Refund& refund);
};

std::span<const sql::Sql* const> refund_statements();

}  // namespace till::core
