// SPDX-License-Identifier: MIT
#include "core/payment_table.hpp"

#include "core/answer.hpp"

#include <array>

// The columns of a payment in the order that read_payment() reads them.
#define PAYMENT_COLUMNS                                                              \
    "SELECT id, order_id, user_id, status, currency, amount_minor, refunding_minor," \
    " refunded_minor, method, provider, provider_reference, started_by, created_at," \
    " updated_at, completed_at, version FROM payments "

namespace till::core {
namespace {

using domain::Payment;

// Two partial unique indexes may refuse the row: payments_live and payments_provider.
constexpr sql::Sql insert_payment{"payment_insert", R"sql(
    INSERT INTO payments (order_id, user_id, status, currency, amount_minor, refunding_minor,
                          refunded_minor, method, provider, provider_reference, started_by,
                          created_at, updated_at, completed_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    ON CONFLICT DO NOTHING
)sql"};

constexpr sql::Sql select_payment{"payment_by_id", PAYMENT_COLUMNS "WHERE id = $1"};

constexpr sql::Sql select_live{
    "payment_live", PAYMENT_COLUMNS "WHERE order_id = $1 AND status IN ('pending', 'completed')"};

constexpr sql::Sql select_provider{"payment_by_provider", R"sql(
    SELECT id
    FROM payments
    WHERE provider = $1 AND provider_reference = $2 AND provider_reference IS NOT NULL
)sql"};

constexpr sql::Sql list_all_newest{"payments_newest", PAYMENT_COLUMNS
                                   "WHERE id > $1 AND id < $2 AND created_at >= $3"
                                   " AND created_at < $4 ORDER BY id DESC LIMIT $5"};
constexpr sql::Sql list_all_oldest{"payments_oldest", PAYMENT_COLUMNS
                                   "WHERE id > $1 AND id < $2 AND created_at >= $3"
                                   " AND created_at < $4 ORDER BY id LIMIT $5"};
constexpr sql::Sql list_status_newest{
    "payments_status_newest", PAYMENT_COLUMNS
    "WHERE status = $1 AND method = $2 AND id > $3 AND id < $4 AND created_at >= $5"
    " AND created_at < $6 ORDER BY id DESC LIMIT $7"};
constexpr sql::Sql list_status_oldest{
    "payments_status_oldest", PAYMENT_COLUMNS
    "WHERE status = $1 AND method = $2 AND id > $3 AND id < $4 AND created_at >= $5"
    " AND created_at < $6 ORDER BY id LIMIT $7"};
// A user's list looks at the method of each of his payments.
constexpr sql::Sql list_user_newest{
    "payments_user_newest", PAYMENT_COLUMNS
    "WHERE user_id = $1 AND id > $2 AND id < $3 AND created_at >= $4"
    " AND created_at < $5 AND COALESCE($6, method) = method ORDER BY id DESC LIMIT $7"};
constexpr sql::Sql list_user_oldest{
    "payments_user_oldest", PAYMENT_COLUMNS
    "WHERE user_id = $1 AND id > $2 AND id < $3 AND created_at >= $4"
    " AND created_at < $5 AND COALESCE($6, method) = method ORDER BY id LIMIT $7"};
constexpr sql::Sql list_user_status_newest{
    "payments_user_status_newest", PAYMENT_COLUMNS
    "WHERE user_id = $1 AND status = $2 AND id > $3 AND id < $4 AND created_at >= $5"
    " AND created_at < $6 AND COALESCE($7, method) = method ORDER BY id DESC LIMIT $8"};
constexpr sql::Sql list_user_status_oldest{
    "payments_user_status_oldest", PAYMENT_COLUMNS
    "WHERE user_id = $1 AND status = $2 AND id > $3 AND id < $4 AND created_at >= $5"
    " AND created_at < $6 AND COALESCE($7, method) = method ORDER BY id LIMIT $8"};
// An order has few payments: its filters look at each.
constexpr sql::Sql list_order_newest{
    "payments_order_newest", PAYMENT_COLUMNS
    "WHERE order_id = $1 AND id > $2 AND id < $3 AND created_at >= $4"
    " AND created_at < $5 AND COALESCE($6, status) = status"
    " AND COALESCE($7, method) = method ORDER BY id DESC LIMIT $8"};
constexpr sql::Sql list_order_oldest{
    "payments_order_oldest", PAYMENT_COLUMNS
    "WHERE order_id = $1 AND id > $2 AND id < $3 AND created_at >= $4"
    " AND created_at < $5 AND COALESCE($6, status) = status"
    " AND COALESCE($7, method) = method ORDER BY id LIMIT $8"};
// Payments without a provider may share a reference, those with one may not.
constexpr sql::Sql list_reference_newest{
    "payments_reference_newest", PAYMENT_COLUMNS
    "WHERE provider_reference = $1 AND provider_reference IS NOT NULL AND provider IS NULL"
    " AND id > $2 AND id < $3 ORDER BY id DESC LIMIT $4"};
constexpr sql::Sql list_reference_oldest{
    "payments_reference_oldest", PAYMENT_COLUMNS
    "WHERE provider_reference = $1 AND provider_reference IS NOT NULL AND provider IS NULL"
    " AND id > $2 AND id < $3 ORDER BY id LIMIT $4"};
constexpr sql::Sql list_providers_newest{
    "payments_providers_newest", PAYMENT_COLUMNS
    "WHERE provider_reference = $1 AND provider_reference IS NOT NULL AND provider IS NOT NULL"
    " AND id > $2 AND id < $3 ORDER BY id DESC LIMIT $4"};
constexpr sql::Sql list_providers_oldest{
    "payments_providers_oldest", PAYMENT_COLUMNS
    "WHERE provider_reference = $1 AND provider_reference IS NOT NULL AND provider IS NOT NULL"
    " AND id > $2 AND id < $3 ORDER BY id LIMIT $4"};

constexpr sql::Sql select_at_or_after{"payment_at_or_after", R"sql(
    SELECT id, created_at
    FROM payments
    WHERE id >= $1
    ORDER BY id
    LIMIT 1
)sql"};

constexpr sql::Sql select_last{"payment_last", R"sql(
    SELECT COALESCE(MAX(id), 0)
    FROM payments
)sql"};

constexpr sql::Sql update_payment{"payment_update", R"sql(
    UPDATE payments
    SET status = $1, refunding_minor = $2, refunded_minor = $3, provider_reference = $4,
        updated_at = $5, completed_at = $6, version = version + 1
    WHERE id = $7 AND version = $8
)sql"};

constexpr std::array statements{
    &insert_payment,
    &select_payment,
    &select_live,
    &select_provider,
    &list_all_newest,
    &list_all_oldest,
    &list_status_newest,
    &list_status_oldest,
    &list_user_newest,
    &list_user_oldest,
    &list_user_status_newest,
    &list_user_status_oldest,
    &list_order_newest,
    &list_order_oldest,
    &list_reference_newest,
    &list_reference_oldest,
    &list_providers_newest,
    &list_providers_oldest,
    &select_at_or_after,
    &select_last,
    &update_payment,
};

Payment read_payment(const sql::Rows& rows, const Policy& policy) {
    Payment payment;
    payment.id = rows.integer(0);
    payment.order_id = rows.integer(1);
    payment.user_id = integer_or_zero(rows, 2);
    const auto status = parse_in(domain::payment_states.state_names, rows.text(3));
    if (!status) throw_unknown_name("state of a payment");
    payment.status = *status;
    const std::string_view currency = rows.text(4);
    payment.currency = domain::make_currency(currency, policy.exponent_of(currency).value_or(0));
    payment.amount_minor = rows.integer(5);
    payment.refunding_minor = rows.integer(6);
    payment.refunded_minor = rows.integer(7);
    const auto method = parse_in(domain::payment_method_names, rows.text(8));
    if (!method) throw_unknown_name("payment method");
    payment.method = *method;
    payment.provider = text_or_empty(rows, 9);
    payment.provider_reference = text_or_empty(rows, 10);
    payment.started_by = integer_or_zero(rows, 11);
    payment.created_at = rows.integer(12);
    payment.updated_at = rows.integer(13);
    payment.completed_at = rows.maybe_integer(14);
    payment.version = rows.integer(15);
    return payment;
}

std::optional<Payment> only(const Context& context, sql::Rows rows) {
    if (!rows.next()) return std::nullopt;
    return read_payment(rows, context.policy);
}

std::vector<Payment> read_all(const Context& context, sql::Rows rows) {
    std::vector<Payment> payments;
    while (rows.next()) payments.push_back(read_payment(rows, context.policy));
    return payments;
}

template <class T>
std::optional<std::string_view> name_of_optional(std::optional<T> value) {
    if (!value) return std::nullopt;
    return name_of(*value);
}

// One order's, one user's, or everybody's whatever their state and method.
sql::Rows query_list(Context& context, const PaymentFilter& filter) {
    sql::Transaction& tx = context.tx;
    const bool oldest = filter.oldest_first;
    const Bounds& in = filter.bounds;
    const auto method = name_of_optional(filter.method);
    if (filter.order_id != 0) {
        return tx.query(oldest ? list_order_oldest : list_order_newest, filter.order_id, in.above,
                        in.below, in.from, in.until, name_of_optional(filter.status), method,
                        filter.limit);
    }
    if (filter.user_id != 0 && filter.status) {
        return tx.query(oldest ? list_user_status_oldest : list_user_status_newest, filter.user_id,
                        name_of(*filter.status), in.above, in.below, in.from, in.until, method,
                        filter.limit);
    }
    if (filter.user_id != 0) {
        return tx.query(oldest ? list_user_oldest : list_user_newest, filter.user_id, in.above,
                        in.below, in.from, in.until, method, filter.limit);
    }
    return tx.query(oldest ? list_all_oldest : list_all_newest, in.above, in.below, in.from,
                    in.until, filter.limit);
}

// Everybody's of some states and methods: a range of the index each, merged.
std::vector<Payment> list_by_status(Context& context, const PaymentFilter& filter) {
    const sql::Sql& statement = filter.oldest_first ? list_status_oldest : list_status_newest;
    const Bounds& in = filter.bounds;
    Merge<Payment> merged(filter.oldest_first, filter.limit);
    for (const auto& [status, status_name] : domain::payment_states.state_names) {
        if (filter.status && *filter.status != status) continue;
        for (const auto& [method, method_name] : domain::payment_method_names) {
            if (filter.method && *filter.method != method) continue;
            merged.add(
                read_all(context, context.tx.query(statement, status_name, method_name, in.above,
                                                   in.below, in.from, in.until, filter.limit)));
        }
    }
    return std::move(merged).rows();
}

}  // namespace

std::optional<std::int64_t> PaymentTable::insert(Context& context, const Payment& payment) {
    return context.tx.insert(
        insert_payment, payment.order_id, or_null(payment.user_id), name_of(payment.status),
        payment.currency.view(), payment.amount_minor, payment.refunding_minor,
        payment.refunded_minor, name_of(payment.method), or_null(payment.provider),
        or_null(payment.provider_reference), or_null(payment.started_by), payment.created_at,
        payment.updated_at, payment.completed_at, payment.version);
}

std::optional<Payment> PaymentTable::find(Context& context, std::int64_t id) {
    return only(context, context.tx.query(select_payment, id));
}

std::optional<Payment> PaymentTable::find_live(Context& context, std::int64_t order_id) {
    return only(context, context.tx.query(select_live, order_id));
}

std::int64_t PaymentTable::find_provider(Context& context, std::string_view provider,
                                         std::string_view provider_reference) {
    auto rows = context.tx.query(select_provider, provider, provider_reference);
    return rows.next() ? rows.integer(0) : 0;
}

std::vector<Payment> PaymentTable::list(Context& context, const PaymentFilter& filter) {
    const bool by_status =
        filter.order_id == 0 && filter.user_id == 0 && (filter.status || filter.method);
    return by_status ? list_by_status(context, filter)
                     : read_all(context, query_list(context, filter));
}

std::vector<Payment> PaymentTable::list_reference(Context& context, std::string_view reference,
                                                  const PaymentFilter& filter) {
    const bool oldest = filter.oldest_first;
    const Bounds& in = filter.bounds;
    Merge<Payment> merged(oldest, filter.limit);
    for (const sql::Sql* statement : {oldest ? &list_reference_oldest : &list_reference_newest,
                                      oldest ? &list_providers_oldest : &list_providers_newest}) {
        merged.add(read_all(
            context, context.tx.query(*statement, reference, in.above, in.below, filter.limit)));
    }
    return std::move(merged).rows();
}

Bounds PaymentTable::bounds(Context& context, const TimeRange& range) {
    return bounds_of(context.tx, range, {select_last, select_at_or_after});
}

bool PaymentTable::update(Context& context, const Payment& payment) {
    return context.tx.execute(update_payment, name_of(payment.status), payment.refunding_minor,
                              payment.refunded_minor, or_null(payment.provider_reference),
                              payment.updated_at, payment.completed_at, payment.id,
                              payment.version - 1) == 1;
}

std::span<const sql::Sql* const> payment_statements() { return statements; }

}  // namespace till::core
