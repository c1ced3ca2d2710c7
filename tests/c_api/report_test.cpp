// SPDX-License-Identifier: MIT
//
// Reports through the ABI. That the sums are right is tested in tests/core.
#include "c_api/shop.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace abi;

namespace {

constexpr till_time quarter = till_time{15} * 60 * 1'000'000;

till_report_totals_in between(const std::vector<till_time>& bounds) {
    till_report_totals_in in = TILL_REPORT_TOTALS_IN_INIT;
    in.bounds = bounds.data();
    in.bound_count = bounds.size();
    return in;
}

}  // namespace

TEST_CASE("a report says what was placed, paid and given back, and what waits") {
    const TestStore store;
    const till_call system = as_system();
    const std::int64_t ann = create_user(store, "ann");
    const till_call as_ann = as_user(ann);
    Cart cart(1'000, 2);
    cart.other(TILL_LINE_TIP, 50);
    cart.in.series = str("A");
    const std::int64_t sold = place(store, system, cart)->id;
    const Owned<till_payment> paid = pay(store, system, sold, TILL_PAYMENT_COMPLETE_NOW);
    till_refund_start_in back = TILL_REFUND_START_IN_INIT;
    back.payment_id = paid->id;
    back.amount_minor = 300;
    back.flags = TILL_REFUND_SUCCEED_NOW;
    Owned<till_refund> refund;
    REQUIRE(till_refund_start(store, &system, &back, Out(refund), nullptr) == TILL_OK);
    pay(store, as_ann, place(store, as_ann, 700));

    Owned<till_order> order;
    REQUIRE(till_order_get(store, &system, sold, Out(order), nullptr) == TILL_OK);
    const till_time from = order->created_us - order->created_us % quarter;
    const std::vector<till_time> bounds{from - quarter, from, from + 2 * quarter};
    const till_report_totals_in in = between(bounds);
    Owned<till_report_page> report;
    Err err;
    REQUIRE(till_report_totals(store, &system, &in, Out(report), err) == TILL_OK);
    CHECK(report->row_stride == sizeof(till_report_row));
    std::string text;
    for (std::size_t i = 0; i < report->count; ++i) {
        const till_report_row& row = *report->items[i];
        CHECK(&row == report->first + i);
        CHECK(row.bucket == 1);
        CHECK(row.exceeds == 0);
        CHECK(std::string(row.amount.currency) == "USD");
        CHECK(row.amount.exponent == 2);
        text += std::string(till_measure_name(row.measure)) + " " +
                (row.label.data == nullptr ? "-" : std::string(view(row.label))) + " " +
                std::to_string(row.count) + " " + std::to_string(row.amount.minor) + "\n";
    }
    CHECK(text ==
          "orders_placed - 1 700\n"
          "orders_placed A 1 2050\n"
          "lines item 2 2700\n"
          "lines tip 1 50\n"
          "payments_received other 1 2050\n"
          "refunds other 1 300\n");

    Owned<till_standing> standing;
    REQUIRE(till_report_standing(store, &system, Out(standing), err) == TILL_OK);
    CHECK(standing->unverified_orders == 1);
    REQUIRE(standing->count == 1);
    CHECK(standing->items[0]->measure == TILL_MEASURE_PAYMENTS_OPEN);
    CHECK(standing->items[0]->count == 1);
    CHECK(standing->items[0]->amount.minor == 700);
    CHECK(std::string(till_measure_name(standing->items[0]->measure)) == "payments_open");

    CHECK(till_report_totals(store, &as_ann, &in, Out(report), err) == TILL_E_PERMISSION);
    CHECK(till_report_standing(store, &as_ann, Out(standing), err) == TILL_E_PERMISSION);
    CHECK(till_report_totals(store, nullptr, &in, Out(report), err) == TILL_E_UNAUTHENTICATED);
}

TEST_CASE("a report's bounds are checked, and measures have names") {
    const TestStore store;
    const till_call system = as_system();
    Owned<till_report_page> report;
    Err err;
    const std::vector<till_time> bounds{0, quarter, quarter + 1};
    till_report_totals_in in = between(bounds);
    CHECK(till_report_totals(store, &system, &in, Out(report), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/bounds/2:invalid");
    in.bound_count = 1;
    CHECK(till_report_totals(store, &system, &in, Out(report), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/bounds:too_few");
    const std::vector<till_time> many(402, 0);
    in.bounds = many.data();
    in.bound_count = many.size();
    CHECK(till_report_totals(store, &system, &in, Out(report), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/bounds:too_many");
    in.bounds = nullptr;
    CHECK(till_report_totals(store, &system, &in, Out(report), err) == TILL_E_MISUSE);
    in.flags = 1;
    CHECK(till_report_totals(store, &system, &in, Out(report), err) == TILL_E_UNSUPPORTED_FIELD);
    for (const till_measure measure :
         {TILL_MEASURE_ORDERS_PLACED, TILL_MEASURE_ORDERS_CANCELLED, TILL_MEASURE_LINES,
          TILL_MEASURE_LINES_INCLUDED, TILL_MEASURE_PAYMENTS_RECEIVED, TILL_MEASURE_PAYMENTS_FAILED,
          TILL_MEASURE_REFUNDS, TILL_MEASURE_PAYMENTS_OPEN}) {
        CHECK(std::string(till_measure_name(measure)) != "unknown");
    }
    CHECK(std::string(till_measure_name(0)) == "unknown");
    CHECK(std::string(till_measure_name(99)) == "unknown");
}
