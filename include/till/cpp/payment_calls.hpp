// SPDX-License-Identifier: MIT
//
// The calls about payments, refunds and counter sales: members of till::store and till::store_ref.
#pragma once

#include <till/cpp/payment.hpp>

namespace till {
inline namespace v1 {

// payment_start() is till_payment_start() and so on: till/payment.h says who may call it and which
// statuses it answers. The try_ form answers them, the other throws them.
template <class Store>
class payment_calls {
public:
    // Starts a payment of an order.
    result<payment> try_payment_start(const call &who, const payment_start_in &in) const {
        const till_payment_start_in c = in.c();
        return detail::ask<payment>(till_payment_start, raw(), who, &c);
    }
    // A payment by id.
    result<payment> try_payment_get(const call &who, std::int64_t payment_id) const {
        return detail::ask<payment>(till_payment_get, raw(), who, payment_id);
    }
    // One page of payments, newest first.
    result<payment_page> try_payment_list(const call &who, const payment_query &query = {}) const {
        return detail::paging<payment_query>::fetch(raw(), who, query);
    }
    // The list, page by page.
    pager<payment_query> payment_pages(const call &who, const payment_query &query = {}) const {
        return {raw(), who, query};
    }
    // The money has arrived: completed, or surplus when it came too late.
    result<payment> try_payment_complete(const call &who, const payment_act_in &in) const {
        const till_payment_act_in c = in.c();
        return detail::ask<payment>(till_payment_complete, raw(), who, &c);
    }
    // pending -> failed.
    result<payment> try_payment_fail(const call &who, const payment_act_in &in) const {
        const till_payment_act_in c = in.c();
        return detail::ask<payment>(till_payment_fail, raw(), who, &c);
    }
    // Starts a refund of a completed or surplus payment.
    result<refund> try_refund_start(const call &who, const refund_start_in &in) const {
        const till_refund_start_in c = in.c();
        return detail::ask<refund>(till_refund_start, raw(), who, &c);
    }
    // pending -> succeeded.
    result<refund> try_refund_succeed(const call &who, const refund_act_in &in) const {
        const till_refund_act_in c = in.c();
        return detail::ask<refund>(till_refund_succeed, raw(), who, &c);
    }
    // pending -> failed: the amount may be refunded again.
    result<refund> try_refund_fail(const call &who, const refund_act_in &in) const {
        const till_refund_act_in c = in.c();
        return detail::ask<refund>(till_refund_fail, raw(), who, &c);
    }
    // One page of a payment's refunds, newest first.
    result<refund_page> try_refund_list(const call &who, const refund_query &query) const {
        return detail::paging<refund_query>::fetch(raw(), who, query);
    }
    // The list, page by page.
    pager<refund_query> refund_pages(const call &who, const refund_query &query) const {
        return {raw(), who, query};
    }
    // Places, pays and hands over in one transaction with one key: the whole sale or nothing.
    result<receipt> try_sale(const call &who, const order_place_in &sold,
                             const sale_in &paid = {}) const {
        const detail::order_input input(sold);
        till_sale_in in = paid.c();
        in.order = input.get();
        return detail::ask<receipt>(till_sale, raw(), who, &in);
    }

#if TILL_CPP_EXCEPTIONS
    payment payment_start(const call &who, const payment_start_in &in) const {
        return try_payment_start(who, in).value();
    }
    payment payment_get(const call &who, std::int64_t payment_id) const {
        return try_payment_get(who, payment_id).value();
    }
    payment_page payment_list(const call &who, const payment_query &query = {}) const {
        return try_payment_list(who, query).value();
    }
    // Every payment of the list: `for (auto &payment : store.payments(who))`.
    row_range<payment_query> payments(const call &who, const payment_query &query = {}) const {
        return {raw(), who, query};
    }
    payment payment_complete(const call &who, const payment_act_in &in) const {
        return try_payment_complete(who, in).value();
    }
    payment payment_fail(const call &who, const payment_act_in &in) const {
        return try_payment_fail(who, in).value();
    }
    refund refund_start(const call &who, const refund_start_in &in) const {
        return try_refund_start(who, in).value();
    }
    refund refund_succeed(const call &who, const refund_act_in &in) const {
        return try_refund_succeed(who, in).value();
    }
    refund refund_fail(const call &who, const refund_act_in &in) const {
        return try_refund_fail(who, in).value();
    }
    refund_page refund_list(const call &who, const refund_query &query) const {
        return try_refund_list(who, query).value();
    }
    // Every refund of the list.
    row_range<refund_query> refunds(const call &who, const refund_query &query) const {
        return {raw(), who, query};
    }
    receipt sale(const call &who, const order_place_in &sold, const sale_in &paid = {}) const {
        return try_sale(who, sold, paid).value();
    }
#endif

private:
    till_store *raw() const noexcept { return static_cast<const Store *>(this)->get(); }
};

}  // namespace v1
}  // namespace till
