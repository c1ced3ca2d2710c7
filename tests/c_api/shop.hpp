// SPDX-License-Identifier: MIT
//
// Orders and payments for the tests of the C ABI.
#pragma once

#include "c_api/accounts.hpp"

#include <deque>
#include <vector>

namespace abi {

// A placement's input with what it points to.
class Cart {
public:
    explicit Cart(std::int64_t price = 1'000, std::int64_t quantity = 1) { item(price, quantity); }
    Cart(const Cart&) = delete;
    Cart& operator=(const Cart&) = delete;

    Cart& item(std::int64_t price, std::int64_t quantity = 1, std::string_view name = "Tea") {
        till_order_line_in line = TILL_ORDER_LINE_IN_INIT;
        line.quantity = quantity;
        line.amount_minor = price;
        line.name = str(name);
        return add(line);
    }
    Cart& other(till_line_kind kind, std::int64_t amount, bool included = false) {
        till_order_line_in line = TILL_ORDER_LINE_IN_INIT;
        line.kind = kind;
        line.included = included ? 1 : 0;
        line.amount_minor = amount;
        line.name = str(till_line_kind_name(kind));
        return add(line);
    }
    Cart& add(const till_order_line_in& line) {
        lines.push_back(line);
        pointers.push_back(&lines.back());
        in.lines = pointers.data();
        in.line_count = pointers.size();
        return *this;
    }

    till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
    std::deque<till_order_line_in> lines;  // a deque leaves its elements where they are
    std::vector<const till_order_line_in*> pointers;
};

inline till_status try_place(till_store* store, const till_call& call, const Cart& cart,
                             Owned<till_order>& order, const till_error** err) {
    return till_order_place(store, &call, &cart.in, Out(order), err);
}

inline Owned<till_order> place(till_store* store, const till_call& call, const Cart& cart) {
    Owned<till_order> order;
    Err err;
    const till_status status = try_place(store, call, cart, order, err);
    CAPTURE(err.code());
    CAPTURE(err.violations());
    REQUIRE(status == TILL_OK);
    return order;
}

inline std::int64_t place(till_store* store, const till_call& call, std::int64_t price = 1'000) {
    return place(store, call, Cart(price))->id;
}

inline till_status try_pay(till_store* store, const till_call& call, std::int64_t order_id,
                           Owned<till_payment>& payment, const till_error** err,
                           std::uint32_t flags = 0) {
    till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
    in.order_id = order_id;
    in.flags = flags;
    return till_payment_start(store, &call, &in, Out(payment), err);
}

inline Owned<till_payment> pay(till_store* store, const till_call& call, std::int64_t order_id,
                               std::uint32_t flags = 0) {
    Owned<till_payment> payment;
    Err err;
    const till_status status = try_pay(store, call, order_id, payment, err, flags);
    CAPTURE(err.code());
    REQUIRE(status == TILL_OK);
    return payment;
}

using OrderAct = decltype(&till_order_ship);

// The status of a change, and its error's code in `code`.
inline till_status act(till_store* store, const till_call& call, OrderAct change,
                       std::int64_t order_id, std::string& code, std::int64_t if_version = 0) {
    till_order_act_in in = TILL_ORDER_ACT_IN_INIT;
    in.order_id = order_id;
    in.if_version = if_version;
    Owned<till_order> order;
    Err err;
    const till_status status = change(store, &call, &in, Out(order), err);
    code = err.code();
    CHECK((order != nullptr) == (status == TILL_OK));
    return status;
}

}  // namespace abi
