// SPDX-License-Identifier: MIT
//
// The calls about orders: members of till::store and till::store_ref.
#pragma once

#include <till/cpp/order.hpp>

namespace till {
inline namespace v1 {

// order_place() is till_order_place() and so on: till/order.h says who may call it and which
// statuses it answers. try_order_place() answers them, order_place() throws them.
template <class Store>
class order_calls {
public:
    // Places an order.
    result<order> try_order_place(const call &who, const order_place_in &in) const {
        const detail::order_input input(in);
        return detail::ask<order>(till_order_place, raw(), who, input.get());
    }
    // Places up to 1000 orders in one durable commit; each succeeds or fails on its own.
    result<order_batch> try_order_place_many(const call &who,
                                             const std::vector<order_place_in> &in) const {
        const detail::order_inputs inputs(in);
        return detail::ask<order_batch>(till_order_place_many, raw(), who, inputs.get(), in.size());
    }
    // An order by id.
    result<order> try_order_get(const call &who, std::int64_t order_id) const {
        return detail::ask<order>(till_order_get, raw(), who, order_id);
    }
    // Up to 1000 orders by id in one snapshot; a missing one has an error in its place.
    result<order_batch> try_order_get_many(const call &who,
                                           const std::vector<std::int64_t> &order_ids) const {
        return detail::ask<order_batch>(till_order_get_many, raw(), who, order_ids.data(),
                                        order_ids.size());
    }
    // An order by its reference, or by series and number.
    result<order> try_order_find(const call &who, const order_find_in &in) const {
        const till_order_find_in c = in.c();
        return detail::ask<order>(till_order_find, raw(), who, &c);
    }
    // One page of orders, newest first.
    result<order_page> try_order_list(const call &who, const order_query &query = {}) const {
        return detail::paging<order_query>::fetch(raw(), who, query);
    }
    // The list, page by page.
    pager<order_query> order_pages(const call &who, const order_query &query = {}) const {
        return {raw(), who, query};
    }
    // pending -> shipped. `if_version` 0: whatever it is, here and below.
    result<order> try_order_ship(const call &who, std::int64_t id,
                                 std::int64_t if_version = 0) const {
        return act(till_order_ship, who, id, if_version);
    }
    // shipped -> delivered.
    result<order> try_order_deliver(const call &who, std::int64_t id,
                                    std::int64_t if_version = 0) const {
        return act(till_order_deliver, who, id, if_version);
    }
    // pending -> delivered, over the counter.
    result<order> try_order_hand_over(const call &who, std::int64_t id,
                                      std::int64_t if_version = 0) const {
        return act(till_order_hand_over, who, id, if_version);
    }
    // pending -> cancelled.
    result<order> try_order_cancel(const call &who, std::int64_t id,
                                   std::int64_t if_version = 0) const {
        return act(till_order_cancel, who, id, if_version);
    }
    // Staff or system vouch for the prices of a pending order.
    result<order> try_order_confirm_prices(const call &who, std::int64_t id,
                                           std::int64_t if_version = 0) const {
        return act(till_order_confirm_prices, who, id, if_version);
    }

#if TILL_CPP_EXCEPTIONS
    order order_place(const call &who, const order_place_in &in) const {
        return try_order_place(who, in).value();
    }
    order_batch order_place_many(const call &who, const std::vector<order_place_in> &in) const {
        return try_order_place_many(who, in).value();
    }
    order order_get(const call &who, std::int64_t order_id) const {
        return try_order_get(who, order_id).value();
    }
    order_batch order_get_many(const call &who, const std::vector<std::int64_t> &order_ids) const {
        return try_order_get_many(who, order_ids).value();
    }
    order order_find(const call &who, const order_find_in &in) const {
        return try_order_find(who, in).value();
    }
    order_page order_list(const call &who, const order_query &query = {}) const {
        return try_order_list(who, query).value();
    }
    // Every order of the list: `for (auto &order : store.orders(who))`.
    row_range<order_query> orders(const call &who, const order_query &query = {}) const {
        return {raw(), who, query};
    }
    order order_ship(const call &who, std::int64_t id, std::int64_t if_version = 0) const {
        return try_order_ship(who, id, if_version).value();
    }
    order order_deliver(const call &who, std::int64_t id, std::int64_t if_version = 0) const {
        return try_order_deliver(who, id, if_version).value();
    }
    order order_hand_over(const call &who, std::int64_t id, std::int64_t if_version = 0) const {
        return try_order_hand_over(who, id, if_version).value();
    }
    order order_cancel(const call &who, std::int64_t id, std::int64_t if_version = 0) const {
        return try_order_cancel(who, id, if_version).value();
    }
    order order_confirm_prices(const call &who, std::int64_t id,
                               std::int64_t if_version = 0) const {
        return try_order_confirm_prices(who, id, if_version).value();
    }
#endif

private:
    template <class Function>
    result<order> act(Function function, const call &who, std::int64_t id,
                      std::int64_t if_version) const {
        till_order_act_in in = TILL_ORDER_ACT_IN_INIT;
        in.order_id = id;
        in.if_version = if_version;
        return detail::ask<order>(function, raw(), who, &in);
    }
    till_store *raw() const noexcept { return static_cast<const Store *>(this)->get(); }
};

}  // namespace v1
}  // namespace till
