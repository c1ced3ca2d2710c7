// SPDX-License-Identifier: MIT
//
// What every call on orders, payments and events does when a pointer is missing: it says so, leaves
// the output NULL and touches nothing.
#include "c_api/shop.hpp"

#include <functional>
#include <string>
#include <vector>

using namespace abi;

namespace {

struct Without {
    const char* name;
    std::function<till_status()> store;
    std::function<till_status()> in;
    std::function<till_status()> out;
};

void check_misuse(const std::vector<Without>& calls) {
    for (const Without& call : calls) {
        CAPTURE(call.name);
        CHECK(call.store() == TILL_E_MISUSE);
        CHECK(call.in() == TILL_E_MISUSE);
        CHECK(call.out() == TILL_E_MISUSE);
    }
}

}  // namespace

// One row a function: without a store, without an input, without an output.
#define WITHOUT(function, in, out)                                         \
    Without {                                                              \
#function, [&] { return function(nullptr, &system, in, out, nullptr); }, \
            [&] { return function(store, &system, nullptr, out, nullptr); },     \
            [&] { return function(store, &system, in, nullptr, nullptr); } \
    }

TEST_CASE("changes of an order want a store, an input and an output") {
    const TestStore store;
    const till_call system = as_system();
    till_order_act_in in = TILL_ORDER_ACT_IN_INIT;
    in.order_id = place(store, system);
    const till_order* order = nullptr;
    check_misuse({
        WITHOUT(till_order_ship, &in, &order),
        WITHOUT(till_order_deliver, &in, &order),
        WITHOUT(till_order_hand_over, &in, &order),
        WITHOUT(till_order_cancel, &in, &order),
        WITHOUT(till_order_confirm_prices, &in, &order),
    });
    CHECK(order == nullptr);
    in.struct_size = 8;
    CHECK(till_order_ship(store, &system, &in, &order, nullptr) == TILL_E_STRUCT_SIZE);
    CHECK(till_order_deliver(store, &system, &in, &order, nullptr) == TILL_E_STRUCT_SIZE);
    CHECK(till_order_hand_over(store, &system, &in, &order, nullptr) == TILL_E_STRUCT_SIZE);
    CHECK(till_order_cancel(store, &system, &in, &order, nullptr) == TILL_E_STRUCT_SIZE);
    CHECK(till_order_confirm_prices(store, &system, &in, &order, nullptr) == TILL_E_STRUCT_SIZE);
    Owned<till_order> now;
    REQUIRE(till_order_get(store, &system, in.order_id, Out(now), nullptr) == TILL_OK);
    CHECK(now->version == 1);
}

TEST_CASE("changes of payments and refunds want a store, an input and an output") {
    const TestStore store;
    const till_call system = as_system();
    const Cart cart;
    till_payment_start_in start = TILL_PAYMENT_START_IN_INIT;
    start.order_id = place(store, system);
    till_payment_act_in act = TILL_PAYMENT_ACT_IN_INIT;
    act.payment_id = pay(store, system, start.order_id)->id;
    till_refund_start_in refund = TILL_REFUND_START_IN_INIT;
    refund.payment_id = act.payment_id;
    till_refund_act_in settle = TILL_REFUND_ACT_IN_INIT;
    till_sale_in sale = TILL_SALE_IN_INIT;
    sale.order = &cart.in;
    const till_payment* payment = nullptr;
    const till_refund* refunded = nullptr;
    const till_receipt* receipt = nullptr;
    check_misuse({
        WITHOUT(till_payment_start, &start, &payment),
        WITHOUT(till_payment_complete, &act, &payment),
        WITHOUT(till_payment_fail, &act, &payment),
        WITHOUT(till_refund_start, &refund, &refunded),
        WITHOUT(till_refund_succeed, &settle, &refunded),
        WITHOUT(till_refund_fail, &settle, &refunded),
        WITHOUT(till_sale, &sale, &receipt),
    });
    CHECK(payment == nullptr);
    CHECK(refunded == nullptr);
    CHECK(receipt == nullptr);
    act.flags = 1;
    CHECK(till_payment_fail(store, &system, &act, &payment, nullptr) == TILL_E_UNSUPPORTED_FIELD);
    settle.flags = 1;
    CHECK(till_refund_succeed(store, &system, &settle, &refunded, nullptr) ==
          TILL_E_UNSUPPORTED_FIELD);
    CHECK(till_refund_fail(store, &system, &settle, &refunded, nullptr) ==
          TILL_E_UNSUPPORTED_FIELD);
}

TEST_CASE("reads want a store and an output, and a missing query asks for everything") {
    const TestStore store;
    const till_call system = as_system();
    const till_order* order = nullptr;
    const till_payment* payment = nullptr;
    const till_order_page* orders = nullptr;
    const till_payment_page* payments = nullptr;
    const till_event_page* events = nullptr;
    CHECK(till_order_get(nullptr, &system, 1, &order, nullptr) == TILL_E_MISUSE);
    CHECK(till_order_get(store, &system, 1, nullptr, nullptr) == TILL_E_MISUSE);
    CHECK(till_payment_get(nullptr, &system, 1, &payment, nullptr) == TILL_E_MISUSE);
    CHECK(till_payment_get(store, &system, 1, nullptr, nullptr) == TILL_E_MISUSE);
    CHECK(till_order_list(nullptr, &system, nullptr, &orders, nullptr) == TILL_E_MISUSE);
    CHECK(till_order_list(store, &system, nullptr, nullptr, nullptr) == TILL_E_MISUSE);
    CHECK(till_payment_list(nullptr, &system, nullptr, &payments, nullptr) == TILL_E_MISUSE);
    CHECK(till_payment_list(store, &system, nullptr, nullptr, nullptr) == TILL_E_MISUSE);
    CHECK(till_event_list(nullptr, &system, nullptr, &events, nullptr) == TILL_E_MISUSE);
    CHECK(till_event_list(store, &system, nullptr, nullptr, nullptr) == TILL_E_MISUSE);
    CHECK(till_order_get(store, &system, 1, &order, nullptr) == TILL_E_NOT_FOUND);
    CHECK(order == nullptr);
    REQUIRE(till_event_list(store, &system, nullptr, &events, nullptr) == TILL_OK);
    CHECK(events->count == 0);
    till_free(events);
}

TEST_CASE("a closed store answers that it is closed") {
    const TestStore store;
    const till_call system = as_system();
    const std::int64_t id = place(store, system);
    REQUIRE(till_store_close(store) == TILL_OK);
    Owned<till_order> order;
    Owned<till_payment> payment;
    Err err;
    CHECK(try_place(store, system, Cart(), order, err) == TILL_E_CLOSED);
    CHECK(till_order_get(store, &system, id, Out(order), err) == TILL_E_CLOSED);
    CHECK(try_pay(store, system, id, payment, err) == TILL_E_CLOSED);
    std::int64_t sequence = 0;
    CHECK(till_event_wait(store, &system, 0, &sequence, err) == TILL_E_CLOSED);
}
