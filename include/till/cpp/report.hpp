// SPDX-License-Identifier: MIT
//
// Reports. What each measure counts is told in till/report.h.
#pragma once

#include <till/cpp/ask.hpp>
#include <till/cpp/money.hpp>
#include <till/report.h>

#include <vector>

namespace till {
inline namespace v1 {

enum class measure : till_measure {
    orders_placed = TILL_MEASURE_ORDERS_PLACED,
    orders_cancelled = TILL_MEASURE_ORDERS_CANCELLED,
    lines = TILL_MEASURE_LINES,
    lines_included = TILL_MEASURE_LINES_INCLUDED,
    payments_received = TILL_MEASURE_PAYMENTS_RECEIVED,
    payments_failed = TILL_MEASURE_PAYMENTS_FAILED,
    refunds = TILL_MEASURE_REFUNDS,
    payments_open = TILL_MEASURE_PAYMENTS_OPEN,
};
inline std::string_view name(measure value) noexcept {
    return till_measure_name(static_cast<till_measure>(value));
}

class report_row_view : public detail::pointer_to<till_report_row> {
public:
    using pointer_to::pointer_to;

    till::measure measure() const noexcept { return static_cast<till::measure>(raw_->measure); }
    std::int64_t bucket() const noexcept { return raw_->bucket; }
    std::int64_t count() const noexcept { return raw_->count; }
    money amount() const noexcept { return money(raw_->amount); }
    // Series, kind of line, or method; absent: none.
    std::string_view label() const noexcept { return detail::view(raw_->label); }
    // The sum is beyond 64 bits, and the amount the nearest that fits.
    bool exceeds() const noexcept { return raw_->exceeds != 0; }
};

using report_page = owned<page_view<report_row_view, till_report_page>>;

class standing_view : public page_view<report_row_view, till_standing> {
public:
    using page_view::page_view;

    std::int64_t unverified_orders() const noexcept { return raw_->unverified_orders; }
};
using standing = owned<standing_view>;

// Members of till::store and till::store_ref. report_totals() is till_report_totals() and so on.
// The try_ form answers statuses, the other throws them.
template <class Store>
class report_calls {
public:
    // What happened from each bound to before the next one; bounds are whole quarters of an hour.
    result<report_page> try_report_totals(const call &who,
                                          const std::vector<time_point> &bounds) const {
        std::vector<till_time> c;
        c.reserve(bounds.size());
        for (const time_point at : bounds) c.push_back(to_us(at));
        till_report_totals_in in = TILL_REPORT_TOTALS_IN_INIT;
        in.bounds = c.data();
        in.bound_count = c.size();
        return detail::ask<report_page>(till_report_totals, raw(), who, &in);
    }
    // What waits for staff now.
    result<standing> try_report_standing(const call &who) const {
        return detail::ask<standing>(till_report_standing, raw(), who);
    }

#if TILL_CPP_EXCEPTIONS
    report_page report_totals(const call &who, const std::vector<time_point> &bounds) const {
        return try_report_totals(who, bounds).value();
    }
    standing report_standing(const call &who) const { return try_report_standing(who).value(); }
#endif

private:
    till_store *raw() const noexcept { return static_cast<const Store *>(this)->get(); }
};

}  // namespace v1
}  // namespace till
