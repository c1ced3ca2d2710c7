// SPDX-License-Identifier: MIT
#pragma once

#include "core/range.hpp"
#include "core/store.hpp"
#include "domain/payment.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace till::core {

// Which payments a list holds.
struct PaymentFilter {
    std::int64_t order_id = 0;  // not 0: this order's, whoever owns it
    std::int64_t user_id = 0;   // 0: everybody's
    std::optional<domain::PaymentState> status;
    std::optional<domain::PaymentMethod> method;
    bool oldest_first = false;
    Bounds bounds;
    std::int64_t limit = 0;
};

// Payments as rows. Every function runs in the context's transaction.
struct PaymentTable {
    // The new id; nothing when the order has a live payment or the provider's reference is taken.
    static std::optional<std::int64_t> insert(Context& context, const domain::Payment& payment);

    static std::optional<domain::Payment> find(Context& context, std::int64_t id);
    // The order's pending or completed payment: there is at most one.
    static std::optional<domain::Payment> find_live(Context& context, std::int64_t order_id);
    // The payment that bears a provider's reference, by its id; 0: none.
    static std::int64_t find_provider(Context& context, std::string_view provider,
                                      std::string_view provider_reference);
    static std::vector<domain::Payment> list(Context& context, const PaymentFilter& filter);
    // Those that bear a provider's reference; of the filter, only where the list goes on counts.
    static std::vector<domain::Payment> list_reference(Context& context, std::string_view reference,
                                                       const PaymentFilter& filter);
    // Where the payments started in a stretch of time are.
    static Bounds bounds(Context& context, const TimeRange& range);

    // Saves what changes about a payment that had the version before; false: it no longer has it.
    // The schema's checks keep the sums of refunds within the amount once more.
    static bool update(Context& context, const domain::Payment& payment);
};

std::span<const sql::Sql* const> payment_statements();

}  // namespace till::core
