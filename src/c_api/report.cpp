// SPDX-License-Identifier: MIT
#include "till/report.h"

#include "c_api/guard.hpp"
#include "c_api/order_convert.hpp"
#include "core/reports.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

namespace {

using core::Measure;

// The core's numbers are the ABI's.
static_assert(static_cast<int>(Measure::orders_placed) == TILL_MEASURE_ORDERS_PLACED);
static_assert(static_cast<int>(Measure::orders_cancelled) == TILL_MEASURE_ORDERS_CANCELLED);
static_assert(static_cast<int>(Measure::lines) == TILL_MEASURE_LINES);
static_assert(static_cast<int>(Measure::lines_included) == TILL_MEASURE_LINES_INCLUDED);
static_assert(static_cast<int>(Measure::payments_received) == TILL_MEASURE_PAYMENTS_RECEIVED);
static_assert(static_cast<int>(Measure::payments_failed) == TILL_MEASURE_PAYMENTS_FAILED);
static_assert(static_cast<int>(Measure::refunds) == TILL_MEASURE_REFUNDS);
static_assert(static_cast<int>(Measure::payments_open) == TILL_MEASURE_PAYMENTS_OPEN);

// A page, or what begins like one, with its rows.
template <class Page>
std::size_t add_page(BlockBuilder& block, const std::vector<core::ReportRow>& rows) {
    const std::size_t page = block.add<Page>();
    const std::size_t first = add_rows<Page, till_report_row>(block, page, rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::size_t at = first + i * sizeof(till_report_row);
        till_report_row& out = block.at<till_report_row>(at);
        out.measure = static_cast<till_measure>(rows[i].measure);
        out.bucket = rows[i].bucket;
        out.count = rows[i].count;
        out.exceeds = rows[i].exceeds ? 1 : 0;
        fill_money(out.amount, rows[i].amount_minor, rows[i].currency);
        block.text_or_absent(at + offsetof(till_report_row, label), rows[i].label);
    }
    return page;
}

Result<std::vector<Time>> read_bounds(const till_report_totals_in* pointer) {
    TILL_TRY(const auto in, read_input(pointer, "till_report_totals_in"));
    TILL_CHECK(check_flags(in.flags, 0, "till_report_totals_in.flags"));
    if (in.bounds == nullptr && in.bound_count != 0) {
        return null_argument("till_report_totals_in.bounds");
    }
    // One too many tells the use case that there are too many.
    const std::size_t count = std::min(in.bound_count, core::report_bounds_max + 1);
    return std::vector<Time>(in.bounds, in.bounds + count);
}

}  // namespace

extern "C" {

TILL_API const char* till_measure_name(till_measure measure) {
    switch (measure) {
        case TILL_MEASURE_ORDERS_PLACED:
            return "orders_placed";
        case TILL_MEASURE_ORDERS_CANCELLED:
            return "orders_cancelled";
        case TILL_MEASURE_LINES:
            return "lines";
        case TILL_MEASURE_LINES_INCLUDED:
            return "lines_included";
        case TILL_MEASURE_PAYMENTS_RECEIVED:
            return "payments_received";
        case TILL_MEASURE_PAYMENTS_FAILED:
            return "payments_failed";
        case TILL_MEASURE_REFUNDS:
            return "refunds";
        case TILL_MEASURE_PAYMENTS_OPEN:
            return "payments_open";
        default:
            return "unknown";
    }
}

TILL_API till_status till_report_totals(till_store* store, const till_call* call,
                                        const till_report_totals_in* in,
                                        const till_report_page** out, const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_report_page*> {
            TILL_TRY(const auto bounds, read_bounds(in));
            TILL_TRY(const auto rows, core::report_totals(core, context, bounds));
            BlockBuilder block(256 + rows.size() * 96);
            add_page<till_report_page>(block, rows);
            return block.finish<till_report_page>(Kind::report_rows);
        });
}

TILL_API till_status till_report_standing(till_store* store, const till_call* call,
                                          const till_standing** out, const till_error** err) {
    return run(store, call, out, err,
               [](core::Store& core, const core::Call& context) -> Result<const till_standing*> {
                   TILL_TRY(const auto report, core::report_standing(core, context));
                   BlockBuilder block;
                   const std::size_t at = add_page<till_standing>(block, report.open_payments);
                   block.at<till_standing>(at).unverified_orders = report.unverified_orders;
                   return block.finish<till_standing>(Kind::standing);
               });
}

}  // extern "C"
