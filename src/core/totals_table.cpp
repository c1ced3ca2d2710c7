// SPDX-License-Identifier: MIT
#include "core/totals_table.hpp"

#include "core/answer.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace till::core {
namespace {

using domain::LineKind;
using domain::Order;
using domain::Payment;
using domain::PaymentState;

// Below every slot of time: a slot of microseconds has at most 44 bits.
constexpr std::int64_t slot_standing = std::numeric_limits<std::int64_t>::min();

// An amount is added in two halves of 32 bits, the lower one never negative: a column that adds
// whole amounts would overflow at two claims of the largest one, and refuse every order after them.
constexpr sql::Sql add_total{"totals_add", R"sql(
    INSERT INTO totals (slot, measure, currency, label, count, line_count, amount_high, amount_low)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (slot, measure, currency, label) DO UPDATE
    SET count = totals.count + excluded.count,
        line_count = totals.line_count + excluded.line_count,
        amount_high = totals.amount_high + excluded.amount_high,
        amount_low = totals.amount_low + excluded.amount_low
)sql"};

constexpr sql::Sql list_totals{"totals_list", R"sql(
    SELECT slot, measure, currency, label, count, line_count, amount_high, amount_low
    FROM totals
    WHERE slot >= $1 AND slot < $2
    ORDER BY slot, measure, currency, label
)sql"};

constexpr sql::Sql count_unverified{"orders_unverified_count", R"sql(
    SELECT COUNT(*)
    FROM orders
    WHERE status = 'pending' AND price_verified = 0
)sql"};

constexpr std::array statements{&add_total, &list_totals, &count_unverified};

std::int64_t slot_of(Time at) noexcept { return at / slot_us - (at % slot_us < 0 ? 1 : 0); }

struct Key {
    std::int64_t slot;
    Measure measure;
    std::string_view currency;
    std::string_view label;
    bool operator==(const Key&) const = default;
};

// What one statement adds to a row: of one change, or summed over many.
struct Added {
    Key key;
    std::int64_t count = 0;
    std::int64_t line_count = 0;
    std::int64_t amount_high = 0;
    std::int64_t amount_low = 0;

    void add(std::int64_t changes, std::int64_t amount_minor, std::int64_t lines = 0) {
        constexpr std::int64_t low_bits = 0xFFFF'FFFF;
        const std::int64_t sign = changes < 0 ? -1 : 1;
        count += changes;
        line_count += lines;
        amount_high += sign * (amount_minor >> 32);
        amount_low += sign * (amount_minor & low_bits);
    }
};

void save(Context& context, const Added& row) {
    context.tx.execute(add_total, row.key.slot, static_cast<std::int32_t>(row.key.measure),
                       row.key.currency, row.key.label, row.count, row.line_count, row.amount_high,
                       row.amount_low);
}

void save(Context& context, const Key& key, std::int64_t changes, std::int64_t amount_minor) {
    Added row{key};
    row.add(changes, amount_minor);
    save(context, row);
}

// The newest first: orders placed together mostly share their rows.
Added& row_of(std::vector<Added>& rows, const Key& key) {
    const auto known =
        std::find_if(rows.rbegin(), rows.rend(), [&](const Added& row) { return row.key == key; });
    return known == rows.rend() ? rows.emplace_back(Added{key}) : *known;
}

void add_placed(std::vector<Added>& rows, const Order& order) {
    const std::int64_t slot = slot_of(order.created_at);
    const std::string_view currency = order.currency.view();
    row_of(rows, {slot, Measure::orders_placed, currency, order.series})
        .add(1, order.total_minor, static_cast<std::int64_t>(order.lines.size()));
    for (const domain::OrderLine& line : order.lines) {
        if (line.kind == LineKind::item) continue;
        const Measure measure = line.included ? Measure::lines_included : Measure::lines;
        row_of(rows, {slot, measure, currency, name_of(line.kind)}).add(1, line.amount_minor);
    }
}

void add(Context& context, Measure measure, const Payment& payment) {
    save(context, {slot_of(context.now), measure, payment.currency.view(), name_of(payment.method)},
         1, payment.amount_minor);
}

void add_open(Context& context, const Payment& payment, std::int64_t count) {
    save(context,
         {slot_standing, Measure::payments_open, payment.currency.view(), name_of(payment.method)},
         count, payment.amount_minor);
}

std::vector<Total> read_all(sql::Rows rows) {
    std::vector<Total> totals;
    while (rows.next()) {
        Total& total = totals.emplace_back();
        total.slot = rows.integer(0);
        total.measure = static_cast<Measure>(rows.integer(1));
        total.currency = rows.string(2);
        total.label = rows.string(3);
        total.count = rows.integer(4);
        total.line_count = rows.integer(5);
        total.amount_minor = rows.integer(6);
        total.amount_minor *= std::int64_t{1} << 32;
        total.amount_minor += rows.integer(7);
    }
    return totals;
}

}  // namespace

void TotalsTable::placed(Context& context, std::span<const Order* const> orders) {
    std::vector<Added> rows;
    rows.reserve(4);
    for (const Order* order : orders) add_placed(rows, *order);
    for (const Added& row : rows) save(context, row);
}

void TotalsTable::placed(Context& context, const Order& order) {
    const Order* const one = &order;
    placed(context, std::span(&one, 1));
}

void TotalsTable::cancelled(Context& context, const Order& order) {
    save(context,
         {slot_of(context.now), Measure::orders_cancelled, order.currency.view(), order.series}, 1,
         order.total_minor);
}

void TotalsTable::started(Context& context, const Payment& payment) {
    if (payment.status == PaymentState::pending) {
        add_open(context, payment, 1);
    } else {
        add(context, Measure::payments_received, payment);
    }
}

void TotalsTable::moved(Context& context, const Payment& payment, PaymentState from) {
    if (from == PaymentState::pending) add_open(context, payment, -1);
    if (payment.status == PaymentState::completed || payment.status == PaymentState::surplus) {
        add(context, Measure::payments_received, payment);
    } else if (payment.status == PaymentState::failed) {
        add(context, Measure::payments_failed, payment);
    }
}

void TotalsTable::refunded(Context& context, const domain::Refund& refund,
                           domain::PaymentMethod method) {
    save(context, {slot_of(context.now), Measure::refunds, refund.currency.view(), name_of(method)},
         1, refund.amount_minor);
}

std::vector<Total> TotalsTable::list(Context& context, Time from, Time until) {
    return read_all(context.tx.query(list_totals, slot_of(from), slot_of(until)));
}

std::vector<Total> TotalsTable::open(Context& context) {
    std::vector<Total> totals =
        read_all(context.tx.query(list_totals, slot_standing, slot_standing + 1));
    std::erase_if(totals, [](const Total& total) { return total.count == 0; });
    return totals;
}

std::int64_t TotalsTable::unverified_orders(Context& context) {
    auto rows = context.tx.query(count_unverified);
    TILL_ASSERT(rows.next());
    return rows.integer(0);
}

std::span<const sql::Sql* const> totals_statements() { return statements; }

}  // namespace till::core
