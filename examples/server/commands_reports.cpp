// SPDX-License-Identifier: MIT
// The command about reports: sums by the shop's days, and what waits for staff.
#include "shop_time.hpp"

#include <iostream>

namespace till_server {

namespace {

constexpr uint64_t days_default = 7;
constexpr uint64_t days_max = 400;  // of one report

Row sum_row(const std::string& day, till::report_row_view row) {
    return {
        Cell(day),   Cell(till::name(row.measure())), Cell(row.amount().currency()), row.label(),
        row.count(), Cell::money(row.amount())};
}

int totals(Desk& desk) {
    const uint64_t count = desk.options.number("days", 1, days_max).value_or(days_default);
    const std::vector<Day> days = shop_days(read_setting(desk.store, "time_zone"), count);
    std::vector<till::time_point> bounds;
    for (const Day& day : days) bounds.push_back(day.begin);
    RowPrinter printer(std::cout, desk.format,
                       {"day", "measure", "currency", "label", "count", "amount"});
    for (const auto& row : desk.store.report_totals(desk.call, bounds)) {
        printer.add(sum_row(days[static_cast<size_t>(row.bucket())].date, row));
    }
    printer.finish("Nothing.\n");
    return 0;
}

int standing(Desk& desk) {
    const till::standing waiting = desk.store.report_standing(desk.call);
    Sheet open{{"currency", "method", "count", "amount"}, {}};
    for (const auto& row : waiting) {
        open.rows.push_back(
            {Cell(row.amount().currency()), row.label(), row.count(), Cell::money(row.amount())});
    }
    print_record(std::cout, desk.format, {"unverified_orders"}, {waiting.unverified_orders()},
                 {{"open_payments", std::move(open)}});
    return 0;
}

constexpr Verb verbs[] = {{"totals", "", 0, 0, totals}, {"standing", "", 0, 0, standing}};

int run_reports(const Options& options) { return run_verb(options, "reports", verbs); }

}  // namespace

CommandSet report_commands() {
    using enum OptionKind;
    return {{{"days", value, "N", "How many of the shop's days, up to today. Default 7.", true}},
            {{"reports", "--db FILE [totals|standing]",
              "Sum the shop's days, or say what waits for staff.", run_reports,
              with_desk_options({"days"}), true}}};
}

}  // namespace till_server
