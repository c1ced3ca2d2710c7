// SPDX-License-Identifier: MIT
#include "core/refund_table.hpp"

#include "core/answer.hpp"

#include <array>

namespace till::core {
namespace {

using domain::Refund;

constexpr sql::Sql insert_refund{"refund_insert", R"sql(
    INSERT INTO refunds (payment_id, status, amount_minor, reason, provider_reference, created_by,
                         created_at, updated_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
)sql"};

constexpr sql::Sql select_refund{"refund_by_id", R"sql(
    SELECT r.id, r.payment_id, r.status, r.amount_minor, r.reason, r.provider_reference,
           r.created_by, r.created_at, r.updated_at, r.version, p.order_id, p.currency
    FROM refunds AS r
    JOIN payments AS p ON p.id = r.payment_id
    WHERE r.id = $1
)sql"};

constexpr sql::Sql list_refunds{"refunds_of_payment", R"sql(
    SELECT r.id, r.payment_id, r.status, r.amount_minor, r.reason, r.provider_reference,
           r.created_by, r.created_at, r.updated_at, r.version, p.order_id, p.currency
    FROM refunds AS r
    JOIN payments AS p ON p.id = r.payment_id
    WHERE r.payment_id = $1 AND r.id < $2
    ORDER BY r.id DESC
    LIMIT $3
)sql"};

constexpr sql::Sql update_refund{"refund_update", R"sql(
    UPDATE refunds
    SET status = $1, provider_reference = $2, updated_at = $3, version = version + 1
    WHERE id = $4 AND version = $5
)sql"};

constexpr std::array statements{&insert_refund, &select_refund, &list_refunds, &update_refund};

Refund read_refund(const sql::Rows& rows, const Policy& policy) {
    Refund refund;
    refund.id = rows.integer(0);
    refund.payment_id = rows.integer(1);
    const auto status = parse_in(domain::refund_states.state_names, rows.text(2));
    if (!status) throw_unknown_name("state of a refund");
    refund.status = *status;
    refund.amount_minor = rows.integer(3);
    refund.reason = text_or_empty(rows, 4);
    refund.provider_reference = text_or_empty(rows, 5);
    refund.created_by = integer_or_zero(rows, 6);
    refund.created_at = rows.integer(7);
    refund.updated_at = rows.integer(8);
    refund.version = rows.integer(9);
    refund.order_id = rows.integer(10);
    const std::string_view currency = rows.text(11);
    refund.currency = domain::make_currency(currency, policy.exponent_of(currency).value_or(0));
    return refund;
}

}  // namespace

std::int64_t RefundTable::insert(Context& context, const Refund& refund) {
    const auto id = context.tx.insert(
        insert_refund, refund.payment_id, name_of(refund.status), refund.amount_minor,
        or_null(refund.reason), or_null(refund.provider_reference), or_null(refund.created_by),
        refund.created_at, refund.updated_at, refund.version);
    TILL_ASSERT(id);
    return *id;
}

std::optional<Refund> RefundTable::find(Context& context, std::int64_t id) {
    auto rows = context.tx.query(select_refund, id);
    if (!rows.next()) return std::nullopt;
    return read_refund(rows, context.policy);
}

std::vector<Refund> RefundTable::list(Context& context, std::int64_t payment_id,
                                      std::int64_t before, std::int64_t limit) {
    std::vector<Refund> refunds;
    auto rows = context.tx.query(list_refunds, payment_id, before, limit);
    while (rows.next()) refunds.push_back(read_refund(rows, context.policy));
    return refunds;
}

bool RefundTable::update(Context& context, const Refund& refund) {
    return context.tx.execute(update_refund, name_of(refund.status),
                              or_null(refund.provider_reference), refund.updated_at, refund.id,
                              refund.version - 1) == 1;
}

std::span<const sql::Sql* const> refund_statements() { return statements; }

}  // namespace till::core
