// SPDX-License-Identifier: MIT
#include "core/reports.hpp"

#include "domain/access.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string_view>
#include <tuple>

namespace till::core {
namespace {

Violation bad_bound(std::size_t index, const char* code, const char* message) {
    return {"/bounds/" + std::to_string(index), code, message, {}};
}

Result<void> check_bounds(std::span<const Time> bounds) {
    if (bounds.size() < 2) {
        return invalid({{"/bounds", "too_few", "A report needs a beginning and an end.", {}}});
    }
    if (bounds.size() > report_bounds_max) {
        return invalid({{"/bounds",
                         "too_many",
                         "A report has at most 400 stretches of time.",
                         {{"max", std::to_string(report_bounds_max)}}}});
    }
    std::vector<Violation> violations;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        if (bounds[i] % slot_us != 0) {
            violations.push_back(bad_bound(i, "invalid", "Is no whole quarter of an hour in UTC."));
        } else if (i > 0 && bounds[i] <= bounds[i - 1]) {
            violations.push_back(bad_bound(i, "not_ascending", "Is not after the one before."));
        }
    }
    if (!violations.empty()) return invalid(std::move(violations));
    return ok();
}

struct Sum {
    std::int64_t count = 0;
    std::int64_t line_count = 0;
    __extension__ __int128 amount_minor = 0;
};

ReportRow to_row(const Context& context, std::int32_t bucket, Measure measure,
                 std::string_view currency, std::string_view label, const Sum& sum) {
    using Limits = std::numeric_limits<std::int64_t>;
    ReportRow row;
    row.bucket = bucket;
    row.measure = measure;
    row.currency =
        domain::make_currency(currency, context.policy.exponent_of(currency).value_or(0));
    row.label = label;
    row.count = sum.count;
    row.exceeds = sum.amount_minor > Limits::max() || sum.amount_minor < Limits::min();
    row.amount_minor = sum.amount_minor > Limits::max() ? Limits::max()
                       : sum.amount_minor < Limits::min()
                           ? Limits::min()
                           : static_cast<std::int64_t>(sum.amount_minor);
    return row;
}

// The sums of one stretch of time.
class Bucket {
public:
    void add(const Total& total) {
        add(total.measure, total.currency, total.label,
            {total.count, total.line_count, total.amount_minor});
        // Items have no rows: they are what the orders hold beside their other lines.
        const std::string_view item = domain::name_of(domain::LineKind::item);
        if (total.measure == Measure::orders_placed) {
            add(Measure::lines, total.currency, item, {total.line_count, 0, total.amount_minor});
        } else if (total.measure == Measure::lines) {
            add(Measure::lines, total.currency, item, {-total.count, 0, -total.amount_minor});
        } else if (total.measure == Measure::lines_included) {
            add(Measure::lines, total.currency, item, {-total.count, 0, 0});
        }
    }

    void append_to(std::vector<ReportRow>& rows, const Context& context,
                   std::int32_t bucket) const {
        for (const auto& [key, sum] : sums_) {
            if (sum.count == 0) continue;
            const auto& [measure, currency, label] = key;
            rows.push_back(to_row(context, bucket, measure, currency, label, sum));
        }
    }

private:
    void add(Measure measure, const std::string& currency, std::string_view label,
             const Sum& more) {
        Sum& sum = sums_[{measure, currency, std::string(label)}];
        sum.count += more.count;
        sum.line_count += more.line_count;
        sum.amount_minor += more.amount_minor;
    }

    std::map<std::tuple<Measure, std::string, std::string>, Sum> sums_;
};

}  // namespace

Result<std::vector<ReportRow>> report_totals(Store& store, const Call& call,
                                             std::span<const Time> bounds) {
    return store.read(call, [&](Context& context) -> Result<std::vector<ReportRow>> {
        TILL_CHECK(authorise(domain::Action::report_read, context.actor));
        TILL_CHECK(check_bounds(bounds));
        std::vector<ReportRow> rows;
        for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
            Bucket bucket;
            for (const Total& total : TotalsTable::list(context, bounds[i], bounds[i + 1])) {
                bucket.add(total);
            }
            bucket.append_to(rows, context, static_cast<std::int32_t>(i));
        }
        return rows;
    });
}

Result<StandingReport> report_standing(Store& store, const Call& call) {
    return store.read(call, [&](Context& context) -> Result<StandingReport> {
        TILL_CHECK(authorise(domain::Action::report_read, context.actor));
        StandingReport report;
        report.unverified_orders = TotalsTable::unverified_orders(context);
        for (const Total& total : TotalsTable::open(context)) {
            report.open_payments.push_back(to_row(context, 0, total.measure, total.currency,
                                                  total.label,
                                                  {total.count, 0, total.amount_minor}));
        }
        return report;
    });
}

}  // namespace till::core
