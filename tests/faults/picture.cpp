// SPDX-License-Identifier: MIT
#include "faults/faults.hpp"

#include <sstream>

namespace abi {
namespace {

std::string text(const till_str& value) {
    return value.data == nullptr ? "-" : "'" + std::string(view(value)) + "'";
}

void show_users(std::ostream& out, till_store* store, const till_call& system) {
    // By id, so that tombstones are seen, too: ids ascend without gaps in these tests.
    for (std::int64_t id = 1;; ++id) {
        Owned<till_user> user;
        if (till_user_get(store, &system, id, Out(user), nullptr) != TILL_OK) break;
        out << "user " << id << " v" << user->version << ' ' << text(user->username) << ' '
            << text(user->email) << ' ' << text(user->first_name) << ' ' << user->is_active
            << user->is_staff << user->is_superuser << user->email_verified << user->has_password
            << ' ' << user->last_login_us << ' ' << user->deleted_us << '\n';
        till_session_query query = TILL_SESSION_QUERY_INIT;
        query.user_id = id;
        Owned<till_session_page> sessions;
        if (till_session_list(store, &system, &query, Out(sessions), nullptr) != TILL_OK) continue;
        for (std::size_t i = 0; i < sessions->count; ++i) {
            const till_session& session = *sessions->items[i];
            out << "  session " << session.id << ' ' << session.created_us << ' '
                << session.last_used_us << '\n';
        }
    }
}

void show_refunds(std::ostream& out, till_store* store, const till_call& system,
                  std::int64_t payment_id) {
    till_refund_query query = TILL_REFUND_QUERY_INIT;
    query.payment_id = payment_id;
    Owned<till_refund_page> refunds;
    REQUIRE(till_refund_list(store, &system, &query, Out(refunds), nullptr) == TILL_OK);
    for (std::size_t i = 0; i < refunds->count; ++i) {
        const till_refund& refund = *refunds->items[i];
        out << "    refund " << refund.id << " v" << refund.version << ' ' << refund.amount.minor
            << ' ' << refund.status << ' ' << text(refund.reason) << '\n';
    }
}

void show_orders(std::ostream& out, till_store* store, const till_call& system) {
    till_order_query query = TILL_ORDER_QUERY_INIT;
    query.flags = TILL_LIST_ALL_USERS;
    query.limit = 200;
    Owned<till_order_page> orders;
    REQUIRE(till_order_list(store, &system, &query, Out(orders), nullptr) == TILL_OK);
    for (std::size_t i = 0; i < orders->count; ++i) {
        const till_order& order = *orders->items[i];
        out << "order " << order.id << " v" << order.version << " of " << order.user_id << ' '
            << order.total.minor << order.total.currency << ' ' << order.status << ' '
            << order.price_verified << ' ' << text(order.series) << order.number << ' '
            << text(order.reference) << '\n';
        for (std::size_t l = 0; l < order.line_count; ++l) {
            const till_order_line& line = *order.lines[l];
            out << "  line " << line.kind << ' ' << line.price_source << ' ' << line.quantity
                << " x " << line.unit_price_minor << " = " << line.amount_minor << ' '
                << text(line.name) << '\n';
        }
    }
    till_payment_query all = TILL_PAYMENT_QUERY_INIT;
    all.flags = TILL_LIST_ALL_USERS;
    all.limit = 200;
    Owned<till_payment_page> payments;
    REQUIRE(till_payment_list(store, &system, &all, Out(payments), nullptr) == TILL_OK);
    for (std::size_t i = 0; i < payments->count; ++i) {
        const till_payment& payment = *payments->items[i];
        out << "  payment " << payment.id << " of " << payment.order_id << " v" << payment.version
            << ' ' << payment.amount.minor << ' ' << payment.status << ' '
            << payment.refunding_minor << ' ' << payment.refunded_minor << ' '
            << payment.completed_us << '\n';
        show_refunds(out, store, system, payment.id);
    }
}

void show_rest(std::ostream& out, till_store* store, const till_call& system) {
    Owned<till_setting_page> settings;
    REQUIRE(till_setting_list(store, &system, Out(settings), nullptr) == TILL_OK);
    for (std::size_t i = 0; i < settings->count; ++i) {
        out << text(settings->items[i]->name) << text(settings->items[i]->value) << ' ';
    }
    till_event_query query = TILL_EVENT_QUERY_INIT;
    query.limit = 1000;
    Owned<till_event_page> events;
    REQUIRE(till_event_list(store, &system, &query, Out(events), nullptr) == TILL_OK);
    for (std::size_t i = 0; i < events->count; ++i) {
        const till_event& event = *events->items[i];
        out << "\nevent " << event.sequence << ' ' << text(event.kind) << ' ' << event.subject_id
            << ' ' << event.order_id << ' ' << event.actor << ' ' << event.actor_id;
    }
}

}  // namespace

std::string picture(till_store* store) {
    const till_call system = as_system();
    std::ostringstream out;
    show_users(out, store, system);
    show_orders(out, store, system);
    show_rest(out, store, system);
    return out.str();
}

}  // namespace abi
