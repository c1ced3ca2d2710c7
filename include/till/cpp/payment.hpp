// SPDX-License-Identifier: MIT
//
// Payments, refunds and receipts: what goes in and what comes out. The calls are in
// payment_calls.hpp; fields, limits and rules are told in till/payment.h.
#pragma once

#include <till/cpp/order.hpp>
#include <till/payment.h>

namespace till {
inline namespace v1 {

// Each may hold a number that is not named here: a later library may answer it.
enum class payment_state : till_payment_state {
    any = 0,  // in queries
    pending = TILL_PAYMENT_PENDING,
    completed = TILL_PAYMENT_COMPLETED,
    failed = TILL_PAYMENT_FAILED,
    surplus = TILL_PAYMENT_SURPLUS,
    refunded = TILL_PAYMENT_REFUNDED,
    authorized = TILL_PAYMENT_AUTHORIZED,
    voided = TILL_PAYMENT_VOIDED,
};
enum class payment_method : till_payment_method {
    unset = 0,  // sale: cash; other payments: other
    cash = TILL_METHOD_CASH,
    card = TILL_METHOD_CARD,
    transfer = TILL_METHOD_TRANSFER,
    other = TILL_METHOD_OTHER,
};
enum class refund_state : till_refund_state {
    pending = TILL_REFUND_PENDING,
    succeeded = TILL_REFUND_SUCCEEDED,
    failed = TILL_REFUND_FAILED,
};

// "pending" and so on; "unknown" for a number this library does not know.
inline std::string_view name(payment_state value) noexcept {
    return till_payment_state_name(static_cast<till_payment_state>(value));
}
inline std::string_view name(payment_method value) noexcept {
    return till_payment_method_name(static_cast<till_payment_method>(value));
}
inline std::string_view name(refund_state value) noexcept {
    return till_refund_state_name(static_cast<till_refund_state>(value));
}

// ---- In ------------------------------------------------------------------------------------

struct payment_start_in {
    std::int64_t order_id = 0;
    payment_method method = payment_method::unset;
    bool complete_now = false;        // the money is here (cash); staff, system
    std::int64_t amount_minor = 0;    // 0: the order's total; else it must equal it
    std::string_view currency = {};   // absent: the order's; else it must equal it
    std::string_view provider = {};
    std::string_view provider_reference = {};  // unique with provider

    till_payment_start_in c() const noexcept {
        till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
        in.flags = complete_now ? TILL_PAYMENT_COMPLETE_NOW : 0;
        in.order_id = order_id;
        in.amount_minor = amount_minor;
        in.currency = detail::str(currency);
        in.method = static_cast<till_payment_method>(method);
        in.provider = detail::str(provider);
        in.provider_reference = detail::str(provider_reference);
        return in;
    }
};

struct payment_act_in {
    std::int64_t payment_id = 0;
    std::int64_t if_version = 0;               // 0: whatever it is
    std::string_view provider_reference = {};  // complete: sets it when absent so far

    till_payment_act_in c() const noexcept {
        till_payment_act_in in = TILL_PAYMENT_ACT_IN_INIT;
        in.payment_id = payment_id;
        in.if_version = if_version;
        in.provider_reference = detail::str(provider_reference);
        return in;
    }
};

struct payment_query {
    std::int64_t order_id = 0;  // 0: any
    std::int64_t user_id = 0;   // 0: the actor himself, unless all_users or order_id
    payment_state status = payment_state::any;
    bool oldest_first = false;
    bool all_users = false;  // staff and system; the default of system
    std::string_view cursor = {};
    std::uint32_t limit = 0;  // of a page; 0: 50, at most 200
    payment_method method = payment_method::unset;  // any
    std::optional<time_point> from = {};       // started then or later
    std::optional<time_point> until = {};      // started before
    std::string_view provider_reference = {};  // no other filter beside it

    till_payment_query c() const noexcept {
        till_payment_query in = TILL_PAYMENT_QUERY_INIT;
        in.flags = (oldest_first ? TILL_LIST_OLDEST_FIRST : 0u) |
                   (all_users ? TILL_LIST_ALL_USERS : 0u);
        in.user_id = user_id;
        in.order_id = order_id;
        in.cursor = detail::str(cursor);
        in.status = static_cast<till_payment_state>(status);
        in.limit = limit;
        in.method = static_cast<till_payment_method>(method);
        in.from_us = detail::bound(from);
        in.until_us = detail::bound(until);
        in.provider_reference = detail::str(provider_reference);
        return in;
    }
};

struct refund_start_in {
    std::int64_t payment_id = 0;
    std::int64_t amount_minor = 0;  // 0: all that is left
    bool succeed_now = false;       // the money is already back (cash)
    std::string_view reason = {};
    std::string_view provider_reference = {};
    std::int64_t if_version = 0;  // the payment's; 0: whatever it is

    till_refund_start_in c() const noexcept {
        till_refund_start_in in = TILL_REFUND_START_IN_INIT;
        in.flags = succeed_now ? TILL_REFUND_SUCCEED_NOW : 0;
        in.payment_id = payment_id;
        in.amount_minor = amount_minor;
        in.reason = detail::str(reason);
        in.provider_reference = detail::str(provider_reference);
        in.if_version = if_version;
        return in;
    }
};

struct refund_act_in {
    std::int64_t refund_id = 0;
    std::int64_t if_version = 0;  // 0: whatever it is
    std::string_view provider_reference = {};

    till_refund_act_in c() const noexcept {
        till_refund_act_in in = TILL_REFUND_ACT_IN_INIT;
        in.refund_id = refund_id;
        in.if_version = if_version;
        in.provider_reference = detail::str(provider_reference);
        return in;
    }
};

struct refund_query {
    std::int64_t payment_id = 0;
    std::string_view cursor = {};
    std::uint32_t limit = 0;  // of a page; 0: 50, at most 200

    till_refund_query c() const noexcept {
        till_refund_query in = TILL_REFUND_QUERY_INIT;
        in.payment_id = payment_id;
        in.cursor = detail::str(cursor);
        in.limit = limit;
        return in;
    }
};

// How a counter sale was paid.
struct sale_in {
    payment_method method = payment_method::cash;
    std::string_view provider = {};
    std::string_view provider_reference = {};

    // Without its order: the call adds it.
    till_sale_in c() const noexcept {
        till_sale_in in = TILL_SALE_IN_INIT;
        in.method = static_cast<till_payment_method>(method);
        in.provider = detail::str(provider);
        in.provider_reference = detail::str(provider_reference);
        return in;
    }
};

// ---- Out -----------------------------------------------------------------------------------

class payment_view : public detail::pointer_to<till_payment> {
public:
    using pointer_to::pointer_to;

    std::int64_t id() const noexcept { return raw_->id; }
    std::int64_t order_id() const noexcept { return raw_->order_id; }
    std::int64_t user_id() const noexcept { return raw_->user_id; }        // 0: a walk-in
    std::int64_t started_by() const noexcept { return raw_->started_by; }  // 0: the system
    std::int64_t version() const noexcept { return raw_->version; }
    money amount() const noexcept { return money(raw_->amount); }
    // Pending and succeeded refunds.
    money refunding() const noexcept { return of(raw_->refunding_minor); }
    // Succeeded refunds.
    money refunded() const noexcept { return of(raw_->refunded_minor); }
    payment_state status() const noexcept { return static_cast<payment_state>(raw_->status); }
    payment_method method() const noexcept { return static_cast<payment_method>(raw_->method); }
    std::string_view provider() const noexcept { return detail::view(raw_->provider); }
    std::string_view provider_reference() const noexcept {
        return detail::view(raw_->provider_reference);
    }
    time_point created() const noexcept { return to_time(raw_->created_us); }
    time_point updated() const noexcept { return to_time(raw_->updated_us); }
    std::optional<time_point> completed() const noexcept {
        return detail::time_or_none(raw_->completed_us);
    }
    bool replayed() const noexcept { return raw_->replayed != 0; }

private:
    money of(std::int64_t minor) const noexcept {
        return money(minor, raw_->amount.currency, raw_->amount.exponent);
    }
};

class refund_view : public detail::pointer_to<till_refund> {
public:
    using pointer_to::pointer_to;

    std::int64_t id() const noexcept { return raw_->id; }
    std::int64_t payment_id() const noexcept { return raw_->payment_id; }
    std::int64_t order_id() const noexcept { return raw_->order_id; }
    std::int64_t created_by() const noexcept { return raw_->created_by; }  // 0: the system
    std::int64_t version() const noexcept { return raw_->version; }
    money amount() const noexcept { return money(raw_->amount); }
    refund_state status() const noexcept { return static_cast<refund_state>(raw_->status); }
    std::string_view reason() const noexcept { return detail::view(raw_->reason); }
    std::string_view provider_reference() const noexcept {
        return detail::view(raw_->provider_reference);
    }
    time_point created() const noexcept { return to_time(raw_->created_us); }
    time_point updated() const noexcept { return to_time(raw_->updated_us); }
    bool replayed() const noexcept { return raw_->replayed != 0; }
};

// What a counter sale answers.
class receipt_view : public detail::pointer_to<till_receipt> {
public:
    using pointer_to::pointer_to;

    order_view order() const noexcept { return order_view(raw_->order); }
    // None when the total is 0.
    std::optional<payment_view> payment() const noexcept {
        if (raw_->payment == nullptr) return std::nullopt;
        return payment_view(raw_->payment);
    }
    bool replayed() const noexcept { return raw_->replayed != 0; }
};

using payment = owned<payment_view>;
using payment_page = owned<page_view<payment_view, till_payment_page>>;
using refund = owned<refund_view>;
using refund_page = owned<page_view<refund_view, till_refund_page>>;
using receipt = owned<receipt_view>;

template <>
struct detail::paging<payment_query> {
    using page = payment_page;
    static result<page> fetch(till_store *store, const call &who, const payment_query &query) {
        const till_payment_query in = query.c();
        return ask<page>(till_payment_list, store, who, &in);
    }
    static bool advance(payment_query &query, const page &last, std::string &cursor) {
        return follow_cursor(query, last, cursor);
    }
};

template <>
struct detail::paging<refund_query> {
    using page = refund_page;
    static result<page> fetch(till_store *store, const call &who, const refund_query &query) {
        const till_refund_query in = query.c();
        return ask<page>(till_refund_list, store, who, &in);
    }
    static bool advance(refund_query &query, const page &last, std::string &cursor) {
        return follow_cursor(query, last, cursor);
    }
};

}  // namespace v1
}  // namespace till
