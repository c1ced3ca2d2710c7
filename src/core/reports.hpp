// SPDX-License-Identifier: MIT
//
// Reports. Contracts: include/till/report.h.
#pragma once

#include "core/totals_table.hpp"
#include "domain/money.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace till::core {

// A year of days, and some.
inline constexpr std::size_t report_bounds_max = 401;

struct ReportRow {
    std::int32_t bucket = 0;
    Measure measure = Measure::orders_placed;
    domain::Currency currency;
    std::string label;  // empty: none
    std::int64_t count = 0;
    std::int64_t amount_minor = 0;
    bool exceeds = false;  // the amount is beyond 64 bits and cut there
};

struct StandingReport {
    std::int64_t unverified_orders = 0;
    std::vector<ReportRow> open_payments;
};

// What happened from each bound to before the next, by bucket, measure, currency and label.
Result<std::vector<ReportRow>> report_totals(Store& store, const Call& call,
                                             std::span<const Time> bounds);
// What waits for staff now.
Result<StandingReport> report_standing(Store& store, const Call& call);

}  // namespace till::core
