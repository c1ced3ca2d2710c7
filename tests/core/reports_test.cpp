// SPDX-License-Identifier: MIT
//
// Reports: random trade over a day and a half, and after it every sum is compared with one over the
// orders, payments, refunds and events themselves, in days, in quarters and in odd stretches.
#include "core/reports.hpp"

#include "core/care.hpp"
#include "core/shop.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <list>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

using namespace till;
using namespace till::core;
using namespace till::core::testing;
using domain::LineKind;
using domain::Order;
using domain::Payment;

namespace {

using Key = std::tuple<std::int32_t, Measure, std::string, std::string>;
struct Sum {
    std::int64_t count = 0;
    std::int64_t minor = 0;
    bool operator==(const Sum& other) const noexcept {
        return count == other.count && minor == other.minor;
    }
};
using Sums = std::map<Key, Sum>;

std::ostream& operator<<(std::ostream& out, const Sums& sums) {
    for (const auto& [key, sum] : sums) {
        const auto& [bucket, measure, currency, label] = key;
        out << bucket << '/' << static_cast<int>(measure) << '/' << currency << '/' << label << ": "
            << sum.count << ' ' << sum.minor << "; ";
    }
    return out;
}

class Trade {
public:
    explicit Trade(std::uint64_t seed) : random_(seed) {}

    void step() {
        switch (pick(7)) {
            case 0:
                return place();
            case 1:
                return place_several();
            case 2: {
                domain::PaymentInput in = payment_for(any(orders_), pick(2) == 0);
                in.method = static_cast<std::int32_t>(pick(4)) + 1;
                const auto started = start_payment(shop, as_system(), in);
                if (started.has_value()) payments_ = started->value.id;
                return;
            }
            case 3:
                keep(complete_payment(shop, as_system(), {any(payments_), 0, {}}));
                return;
            case 4:
                keep(fail_payment(shop, as_system(), {any(payments_), 0, {}}));
                return;
            case 5: {
                const OrderAct act{any(orders_), 0};
                keep(pick(2) == 0 ? cancel_order(shop, as_system(), act)
                                  : confirm_order_prices(shop, as_user(shop.clerk), act));
                return;
            }
            default:
                return refund();
        }
    }

    void pass_time() { shop.advance(static_cast<std::int64_t>(pick(600)) * us_per_second); }

    // What the tables say, row by row.
    Sums expected(const std::vector<Time>& bounds) {
        Sums sums;
        const auto add = [&](Time at, Measure measure, const domain::Currency& currency,
                             std::string_view label, std::int64_t minor) {
            for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
                if (at < bounds[i] || at >= bounds[i + 1]) continue;
                Sum& sum = sums[{static_cast<std::int32_t>(i), measure,
                                 std::string(currency.view()), std::string(label)}];
                ++sum.count;
                sum.minor += minor;
            }
        };
        for (std::int64_t id = 1; id <= orders_; ++id) {
            const Order order = get_order(shop, as_system(), id)->value;
            add(order.created_at, Measure::orders_placed, order.currency, order.series,
                order.total_minor);
            for (const domain::OrderLine& line : order.lines) {
                add(order.created_at, line.included ? Measure::lines_included : Measure::lines,
                    order.currency, name_of(line.kind), line.amount_minor);
            }
            add_history(id, order, add);
        }
        return sums;
    }

    Sums reported(const std::vector<Time>& bounds) {
        Sums sums;
        const auto rows = report_totals(shop, as_user(shop.clerk), bounds);
        REQUIRE(rows.has_value());
        for (const ReportRow& row : *rows) {
            CHECK_FALSE(row.exceeds);
            const Key key{row.bucket, row.measure, std::string(row.currency.view()), row.label};
            CHECK(sums.emplace(key, Sum{row.count, row.amount_minor}).second);
        }
        return sums;
    }

    Shop shop;

private:
    std::uint64_t pick(std::uint64_t below) {
        return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random_);
    }
    std::int64_t any(std::int64_t last) {
        return last == 0 ? 1
                         : last - static_cast<std::int64_t>(pick(
                                      static_cast<std::uint64_t>(std::min<std::int64_t>(last, 8))));
    }
    template <class T>
    void keep(const T&) {}  // refused or not: the tables know

    void place() {
        const bool claims = pick(2) == 0;
        Basket basket(quantity(), price());
        fill(basket, claims);
        const auto order =
            place_order(shop, claims ? as_user(shop.ann) : as_user(shop.clerk), basket.input);
        if (order.has_value()) orders_ = order->value.id;
    }

    // In one call, which sums before it writes.
    void place_several() {
        std::list<Basket> baskets;
        std::vector<Result<domain::PlacementInput>> inputs;
        for (std::uint64_t left = 1 + pick(6); left > 0; --left) {
            Basket& basket = baskets.emplace_back(quantity(), price());
            fill(basket, false);
            inputs.emplace_back(basket.input);
        }
        const auto outcomes = place_orders(shop, as_user(shop.clerk), inputs);
        REQUIRE(outcomes.has_value());
        for (const auto& one : *outcomes) {
            if (one.has_value()) orders_ = one->value.id;
        }
    }

    std::int64_t quantity() { return 1 + static_cast<std::int64_t>(pick(3)); }
    std::int64_t price() { return static_cast<std::int64_t>(pick(5'000)); }

    void fill(Basket& basket, bool claims) {
        if (!claims) {
            basket.add(0, static_cast<std::int64_t>(pick(300)), LineKind::tip);
            basket.add(0, -static_cast<std::int64_t>(pick(2)), LineKind::rounding);
            basket.add(0, 190, LineKind::tax);
            basket.lines.back().included = true;
            basket.input.walk_in = true;
            if (pick(2) == 0) basket.input.series = pick(2) == 0 ? "A" : "B";
        }
        basket.input.currency = pick(3) == 0 ? "JPY" : "EUR";
    }

    void refund() {
        domain::RefundInput in;
        in.payment_id = any(payments_);
        in.amount_minor = static_cast<std::int64_t>(pick(2'000));
        in.succeed_now = pick(2) == 0;
        const auto started = start_refund(shop, as_system(), in);
        if (!started.has_value() || in.succeed_now) return;
        pass_time();
        const RefundAct act{started->value.id, 0, {}};
        keep(pick(2) == 0 ? succeed_refund(shop, as_system(), act)
                          : fail_refund(shop, as_system(), act));
    }

    // Of what has no place in the tables but in their events: when somebody cancelled, failed, gave
    // back.
    template <class Add>
    void add_history(std::int64_t order_id, const Order& order, const Add& add) {
        EventQuery query;
        query.order_id = order_id;
        query.limit = 1'000;
        const auto events = list_events(shop, as_system(), query);
        for (const Event& event : *events) {
            if (event.kind == "order.cancelled") {
                add(event.at, Measure::orders_cancelled, order.currency, order.series,
                    order.total_minor);
            }
            const bool came = event.kind == "payment.completed" || event.kind == "payment.exceeded";
            if (came || event.kind == "payment.failed") {
                const Payment payment = get_payment(shop, as_system(), event.subject_id)->value;
                add(event.at, came ? Measure::payments_received : Measure::payments_failed,
                    payment.currency, name_of(payment.method), payment.amount_minor);
            }
        }
        PaymentQuery payments;
        payments.order_id = order_id;
        const auto page = list_payments(shop, as_system(), payments);
        for (const Payment& payment : page->items) {
            RefundQuery refunds;
            refunds.payment_id = payment.id;
            const auto found = list_refunds(shop, as_system(), refunds);
            for (const domain::Refund& refund : found->items) {
                if (refund.status != domain::RefundState::succeeded) continue;
                add(refund.updated_at, Measure::refunds, payment.currency, name_of(payment.method),
                    refund.amount_minor);
            }
        }
    }

    std::mt19937_64 random_;
    std::int64_t orders_ = 0;
    std::int64_t payments_ = 0;
};

constexpr Time first_slot = noon - noon % slot_us;

std::vector<Time> every(Time step, int count, Time from = first_slot) {
    std::vector<Time> bounds;
    for (int i = 0; i <= count; ++i) bounds.push_back(from + i * step);
    return bounds;
}

}  // namespace

TEST_CASE("every sum of a report is the sum of the rows it stands for") {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        Trade trade(seed);
        for (int i = 0; i < 400; ++i) {
            trade.step();
            trade.pass_time();
        }
        for (const auto& bounds :
             {every(96 * slot_us, 2), every(slot_us, 160),
              every(3 * slot_us, 20, first_slot + slot_us),
              std::vector<Time>{first_slot, first_slot + slot_us, first_slot + 50 * slot_us}}) {
            const Sums expected = trade.expected(bounds);
            CHECK(expected.size() > 5);
            CHECK(trade.reported(bounds) == expected);
        }
        const auto findings = check(trade.shop, as_system());
        REQUIRE(findings.has_value());
        CHECK(findings->text == "");
        CHECK(findings->sound);
    }
}

TEST_CASE("what waits for staff is counted as the lists have it") {
    Trade trade(9);
    for (int i = 0; i < 200; ++i) trade.step();
    OrderQuery unverified;
    unverified.list.status = static_cast<std::int32_t>(domain::OrderState::pending);
    unverified.list.limit = 200;
    unverified.price_verified = false;
    PaymentQuery open;
    open.list.status = static_cast<std::int32_t>(domain::PaymentState::pending);
    open.list.limit = 200;
    const auto report = report_standing(trade.shop, as_user(trade.shop.clerk));
    REQUIRE(report.has_value());
    CHECK(
        report->unverified_orders ==
        static_cast<std::int64_t>(list_orders(trade.shop, as_system(), unverified)->items.size()));
    Sums expected;
    const auto pending = list_payments(trade.shop, as_system(), open);
    REQUIRE(!pending->items.empty());
    for (const Payment& payment : pending->items) {
        Sum& sum = expected[{0, Measure::payments_open, std::string(payment.currency.view()),
                             std::string(name_of(payment.method))}];
        ++sum.count;
        sum.minor += payment.amount_minor;
    }
    Sums found;
    for (const ReportRow& row : report->open_payments) {
        found[{row.bucket, row.measure, std::string(row.currency.view()), row.label}] = {
            row.count, row.amount_minor};
    }
    CHECK(found == expected);
}

TEST_CASE("the largest claims neither stop the shop nor wrap around") {
    Shop shop;
    constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
    for (int i = 0; i < 3; ++i) placed(shop, as_user(shop.ann), largest);
    const auto rows = report_totals(shop, as_system(), every(96 * slot_us, 1));
    REQUIRE(rows.has_value());
    REQUIRE(rows->size() == 2);
    for (const ReportRow& row : *rows) {
        CHECK(row.count == 3);
        CHECK(row.exceeds);
        CHECK(row.amount_minor == largest);
    }
    CHECK(check(shop, as_system())->sound);
}

TEST_CASE("check finds a total that is not the sum of its rows") {
    Shop shop;
    placed(shop, as_user(shop.ann));
    static constexpr sql::Sql spoil{"test_spoil_totals", "UPDATE totals SET count = count + 1"};
    REQUIRE(shop->write(as_system(),
                        [](Context& context) -> Result<std::int64_t> {
                            return context.tx.execute(spoil);
                        })
                .has_value());
    const auto findings = check(shop, as_system());
    CHECK_FALSE(findings->sound);
    CHECK(findings->text.find("totals: measure 1 of USD") != std::string::npos);
}

TEST_CASE("bounds are whole quarters, ascending, and neither too few nor too many") {
    Shop shop;
    const auto refused = [&](const std::vector<Time>& bounds) -> std::string {
        const auto rows = report_totals(shop, as_system(), bounds);
        if (rows.has_value()) return "";
        const Violation& first = rows.error().violations.at(0);
        return first.path + ":" + first.code;
    };
    CHECK(refused({}) == "/bounds:too_few");
    CHECK(refused({0}) == "/bounds:too_few");
    CHECK(refused({0, slot_us}) == "");
    CHECK(refused({-slot_us, 0}) == "");
    CHECK(refused({0, slot_us + 1}) == "/bounds/1:invalid");
    CHECK(refused({0, 2 * slot_us, slot_us}) == "/bounds/2:not_ascending");
    CHECK(refused({0, 0}) == "/bounds/1:not_ascending");
    CHECK(refused(every(slot_us, 400)) == "");
    CHECK(refused(every(slot_us, 401)) == "/bounds:too_many");
    CHECK(outcome(report_totals(shop, as_user(shop.ann), every(slot_us, 1))) ==
          "permission_denied");
    CHECK(outcome(report_standing(shop, as_anybody())) == "not_authenticated");
}
