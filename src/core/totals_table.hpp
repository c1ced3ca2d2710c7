// SPDX-License-Identifier: MIT
//
// Totals per quarter of an hour, kept in the transaction of each change, so that a report's cost
// grows with the days it covers and not with the orders.
//
// Weighed against it: folding the event log into days in the background. That costs a placed order
// nothing, but a report would read all events since the last fold, nobody need ever fold (a store
// without a server has no minute to do it in), and a fold would have to know every kind of event.
// So rows: an order pays one upsert of one hot row, whatever its items. For that, item lines have
// no row of their own: they are the order's total without its other lines. The quarter, because the
// clock of every zone differs from UTC by quarters, so that any shop's day is a sum of whole slots.
#pragma once

#include "core/store.hpp"
#include "domain/order.hpp"
#include "domain/payment.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace till::core {

inline constexpr Time slot_us = Time{15} * 60 * 1'000'000;

// What a row counts, and what its label is. Stored numbers: only ever added to.
enum class Measure : std::int32_t {
    orders_placed = 1,      // series
    orders_cancelled = 2,   // series, by the time of the cancellation
    lines = 3,              // kind; stored for all kinds but items
    lines_included = 4,     // kind; what does not add to the order's total
    payments_received = 5,  // method; completed, or surplus, by the time the money came
    payments_failed = 6,    // method, by the time of the failure
    refunds = 7,            // method of the payment, by the time the money was back
    payments_open = 8,      // method; of no time, it stands at slot_standing: pending ones now
};

// One row, or a sum of rows. 128 bits: a sum of amounts that fit in 64 need not.
struct Total {
    std::int64_t slot = 0;
    Measure measure = Measure::orders_placed;
    std::string currency;
    std::string label;
    std::int64_t count = 0;
    std::int64_t line_count = 0;  // orders_placed: all their lines
    __extension__ __int128 amount_minor = 0;
};

struct TotalsTable {
    // Each runs in the transaction of the change. Orders placed together pay one statement a row.
    static void placed(Context& context, std::span<const domain::Order* const> orders);
    static void placed(Context& context, const domain::Order& order);
    static void cancelled(Context& context, const domain::Order& order);
    static void started(Context& context, const domain::Payment& payment);
    // The payment is in a new state; `from` is the one before.
    static void moved(Context& context, const domain::Payment& payment, domain::PaymentState from);
    static void refunded(Context& context, const domain::Refund& refund,
                         domain::PaymentMethod method);

    // The rows of a stretch of time, whose ends are slots' ends, by time.
    static std::vector<Total> list(Context& context, Time from, Time until);
    // What stands open now: payments_open by currency and method.
    static std::vector<Total> open(Context& context);
    // Pending orders with a price that nobody vouches for: one look at each in an index.
    static std::int64_t unverified_orders(Context& context);
};

std::span<const sql::Sql* const> totals_statements();

}  // namespace till::core
