// SPDX-License-Identifier: MIT
#include "c_api/shop.hpp"

#include <string>
#include <thread>
#include <vector>

using namespace abi;

namespace {

using PaymentAct = decltype(&till_payment_complete);
using RefundAct = decltype(&till_refund_succeed);

till_status act(till_store* store, const till_call& call, PaymentAct change, std::int64_t id,
                Owned<till_payment>& payment, const till_error** err) {
    till_payment_act_in in = TILL_PAYMENT_ACT_IN_INIT;
    in.payment_id = id;
    return change(store, &call, &in, Out(payment), err);
}

till_status try_refund(till_store* store, const till_call& call, std::int64_t payment_id,
                       std::int64_t amount, Owned<till_refund>& refund, const till_error** err,
                       std::uint32_t flags = 0) {
    till_refund_start_in in = TILL_REFUND_START_IN_INIT;
    in.payment_id = payment_id;
    in.amount_minor = amount;
    in.flags = flags;
    in.reason = str("returned");
    return till_refund_start(store, &call, &in, Out(refund), err);
}

till_status settle(till_store* store, const till_call& call, RefundAct change, std::int64_t id,
                   Owned<till_refund>& refund, const till_error** err) {
    till_refund_act_in in = TILL_REFUND_ACT_IN_INIT;
    in.refund_id = id;
    in.provider_reference = str("rf");
    return change(store, &call, &in, Out(refund), err);
}

std::vector<std::string> kinds_of(const till_event_page& page) {
    std::vector<std::string> kinds;
    for (std::size_t i = 0; i < page.count; ++i) {
        kinds.emplace_back(view(page.items[i]->kind));
    }
    return kinds;
}

}  // namespace

TEST_CASE("a payment is started, completed and read back whole") {
    const TestStore store;
    const till_call ann = as_user(create_user(store, "ann"));
    const till_call system = as_system();
    const std::int64_t order = place(store, ann, 1'234);
    till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
    in.order_id = order;
    in.amount_minor = 1'234;
    in.method = TILL_METHOD_CARD;
    in.provider = str("bank");
    Owned<till_payment> payment;
    Err err;
    REQUIRE(till_payment_start(store, &ann, &in, Out(payment), err) == TILL_OK);
    CHECK(payment->struct_size == sizeof(till_payment));
    CHECK(payment->order_id == order);
    CHECK(payment->user_id == ann.user_id);
    CHECK(payment->started_by == ann.user_id);
    CHECK(payment->amount.minor == 1'234);
    CHECK(payment->status == TILL_PAYMENT_PENDING);
    CHECK(payment->method == TILL_METHOD_CARD);
    CHECK(view(payment->provider) == "bank");
    CHECK(payment->provider_reference.data == nullptr);
    CHECK(payment->completed_us == TILL_TIME_NONE);

    till_payment_act_in complete = TILL_PAYMENT_ACT_IN_INIT;
    complete.payment_id = payment->id;
    complete.if_version = 1;
    complete.provider_reference = str("ref-1");
    CHECK(till_payment_complete(store, &ann, &complete, Out(payment), err) == TILL_E_PERMISSION);
    store.advance(1'000'000);
    REQUIRE(till_payment_complete(store, &system, &complete, Out(payment), err) == TILL_OK);
    CHECK(payment->status == TILL_PAYMENT_COMPLETED);
    CHECK(payment->completed_us == start_time + 1'000'000);
    CHECK(view(payment->provider_reference) == "ref-1");
    CHECK(till_payment_complete(store, &system, &complete, Out(payment), err) ==
          TILL_E_PRECONDITION);
    REQUIRE(till_payment_get(store, &ann, 1, Out(payment), err) == TILL_OK);
    CHECK(payment->version == 2);
    CHECK(act(store, system, till_payment_fail, 1, payment, err) == TILL_E_CONFLICT);
    CHECK(err.code() == "invalid_transition");
}

TEST_CASE("[PA-1] a payment that cannot start says why") {
    const TestStore store;
    const till_call system = as_system();
    Owned<till_payment> payment;
    Err err;
    CHECK(try_pay(store, system, 99, payment, err) == TILL_E_NOT_FOUND);
    CHECK(till_payment_start(store, nullptr, nullptr, Out(payment), err) == TILL_E_MISUSE);
    CHECK(try_pay(store, system, place(store, system, 0), payment, err) == TILL_E_CONFLICT);
    CHECK(err.code() == "nothing_to_pay");
    const std::int64_t order = place(store, system);
    till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
    in.order_id = order;
    in.amount_minor = 5;
    in.currency = str("JPY");
    CHECK(till_payment_start(store, &system, &in, Out(payment), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/amount:amount_mismatch /currency:currency_mismatch");
    CHECK(try_pay(store, system, order, payment, err, 8) == TILL_E_UNSUPPORTED_FIELD);
    CHECK(try_pay(store, system, order, payment, err) == TILL_OK);
    CHECK(try_pay(store, system, order, payment, err) == TILL_E_CONFLICT);
    CHECK(err.code() == "payment_exists");
}

TEST_CASE("payments list by order and state, in pages") {
    const TestStore store;
    const till_call system = as_system();
    const std::int64_t order = place(store, system);
    Owned<till_payment> payment;
    Err err;
    for (int i = 0; i < 3; ++i) {
        const std::int64_t id = pay(store, system, order)->id;
        REQUIRE(act(store, system, till_payment_fail, id, payment, err) == TILL_OK);
    }
    till_payment_query query = TILL_PAYMENT_QUERY_INIT;
    query.order_id = order;
    query.status = TILL_PAYMENT_FAILED;
    query.limit = 2;
    Owned<till_payment_page> page;
    REQUIRE(till_payment_list(store, &system, &query, Out(page), err) == TILL_OK);
    REQUIRE(page->count == 2);
    CHECK(page->items[0]->id == 3);
    CHECK(page->row_stride == sizeof(till_payment));
    const std::string cursor(view(page->next_cursor));
    query.cursor = str(cursor);
    REQUIRE(till_payment_list(store, &system, &query, Out(page), err) == TILL_OK);
    REQUIRE(page->count == 1);
    CHECK(page->items[0]->id == 1);
    query.order_id = 0;
    CHECK(till_payment_list(store, &system, &query, Out(page), err) == TILL_E_CURSOR);
    REQUIRE(till_payment_list(store, &system, nullptr, Out(page), err) == TILL_OK);
    CHECK(page->count == 3);
}

TEST_CASE("[PA-2] two who read the same payment do not both refund it") {
    const TestStore store;
    const till_call system = as_system();
    const std::int64_t payment_id =
        pay(store, system, place(store, system), TILL_PAYMENT_COMPLETE_NOW)->id;
    till_refund_start_in in = TILL_REFUND_START_IN_INIT;
    in.payment_id = payment_id;
    in.amount_minor = 100;
    Owned<till_payment> payment;
    Owned<till_refund> refund;
    Err err;
    REQUIRE(till_payment_get(store, &system, payment_id, Out(payment), err) == TILL_OK);
    in.if_version = payment->version;
    till_call first = system;
    first.idempotency_key = str("first");
    REQUIRE(till_refund_start(store, &first, &in, Out(refund), err) == TILL_OK);
    till_call second = system;
    second.idempotency_key = str("second");
    CHECK(till_refund_start(store, &second, &in, Out(refund), err) == TILL_E_PRECONDITION);
    // Whoever lost the answer is not the second.
    REQUIRE(till_refund_start(store, &first, &in, Out(refund), err) == TILL_OK);
    CHECK(refund->replayed == 1);
    REQUIRE(till_payment_get(store, &system, payment_id, Out(payment), err) == TILL_OK);
    CHECK(payment->refunding_minor == 100);
    in.if_version = payment->version;
    REQUIRE(till_refund_start(store, &second, &in, Out(refund), err) == TILL_OK);
}

TEST_CASE("[PA-2] refunds reserve, settle and never exceed") {
    const TestStore store;
    const till_call system = as_system();
    const std::int64_t order = place(store, system);
    const std::int64_t payment_id = pay(store, system, order, TILL_PAYMENT_COMPLETE_NOW)->id;
    Owned<till_refund> refund;
    Err err;
    REQUIRE(try_refund(store, system, payment_id, 400, refund, err) == TILL_OK);
    CHECK(refund->struct_size == sizeof(till_refund));
    CHECK(refund->payment_id == payment_id);
    CHECK(refund->order_id == order);
    CHECK(refund->amount.minor == 400);
    CHECK(refund->status == TILL_REFUND_PENDING);
    CHECK(view(refund->reason) == "returned");
    CHECK(try_refund(store, system, payment_id, 601, refund, err) == TILL_E_CONFLICT);
    CHECK(err.code() == "refund_exceeds_payment");
    REQUIRE(settle(store, system, till_refund_succeed, 1, refund, err) == TILL_OK);
    CHECK(refund->status == TILL_REFUND_SUCCEEDED);
    CHECK(view(refund->provider_reference) == "rf");
    CHECK(settle(store, system, till_refund_fail, 1, refund, err) == TILL_E_CONFLICT);
    REQUIRE(try_refund(store, system, payment_id, 100, refund, err) == TILL_OK);
    REQUIRE(settle(store, system, till_refund_fail, refund->id, refund, err) == TILL_OK);
    REQUIRE(try_refund(store, system, payment_id, 0, refund, err, TILL_REFUND_SUCCEED_NOW) ==
            TILL_OK);
    CHECK(refund->amount.minor == 600);
    CHECK(refund->version == 1);
    Owned<till_payment> payment;
    REQUIRE(till_payment_get(store, &system, payment_id, Out(payment), err) == TILL_OK);
    CHECK(payment->status == TILL_PAYMENT_REFUNDED);
    CHECK(payment->refunded_minor == 1'000);

    till_refund_query query = TILL_REFUND_QUERY_INIT;
    query.payment_id = payment_id;
    query.limit = 2;
    Owned<till_refund_page> page;
    REQUIRE(till_refund_list(store, &system, &query, Out(page), err) == TILL_OK);
    REQUIRE(page->count == 2);
    CHECK(page->items[0]->id == 3);
    CHECK(page->next_cursor.data != nullptr);
    CHECK(till_refund_list(store, &system, nullptr, Out(page), err) == TILL_E_MISUSE);
    query.payment_id = 99;
    CHECK(till_refund_list(store, &system, &query, Out(page), err) == TILL_E_NOT_FOUND);
}

TEST_CASE("a counter sale answers the receipt, and the same receipt again") {
    const TestStore store;
    const till_call clerk = as_user(create_user(store, "clerk", "", true));
    const till_call ann = as_user(create_user(store, "ann"));
    Cart cart(250, 2);
    cart.in.flags = TILL_ORDER_WALK_IN;
    cart.in.series = str("R");
    till_sale_in in = TILL_SALE_IN_INIT;
    in.order = &cart.in;
    till_call keyed = clerk;
    keyed.idempotency_key = str("sale-1");
    Owned<till_receipt> receipt;
    Err err;
    REQUIRE(till_sale(store, &keyed, &in, Out(receipt), err) == TILL_OK);
    CHECK(receipt->order->status == TILL_ORDER_DELIVERED);
    CHECK(receipt->order->number == 1);
    CHECK(view(receipt->order->lines[0]->name) == "Tea");
    REQUIRE(receipt->payment != nullptr);
    CHECK(receipt->payment->method == TILL_METHOD_CASH);
    CHECK(receipt->payment->amount.minor == 500);
    CHECK(receipt->payment->status == TILL_PAYMENT_COMPLETED);
    CHECK(receipt->replayed == 0);
    REQUIRE(till_sale(store, &keyed, &in, Out(receipt), err) == TILL_OK);
    CHECK(receipt->replayed == 1);
    CHECK(receipt->order->number == 1);
    Owned<till_refund> refund;
    REQUIRE(try_refund(store, clerk, receipt->payment->id, 0, refund, err,
                       TILL_REFUND_SUCCEED_NOW) == TILL_OK);
    REQUIRE(till_sale(store, &keyed, &in, Out(receipt), err) == TILL_OK);
    REQUIRE(receipt->payment != nullptr);
    CHECK(receipt->payment->status == TILL_PAYMENT_REFUNDED);
    CHECK(till_sale(store, &ann, &in, Out(receipt), err) == TILL_E_PERMISSION);
    in.order = nullptr;
    CHECK(till_sale(store, &clerk, &in, Out(receipt), err) == TILL_E_MISUSE);
    const Cart gift(0);
    in.order = &gift.in;
    REQUIRE(till_sale(store, &clerk, &in, Out(receipt), err) == TILL_OK);
    CHECK(receipt->payment == nullptr);
}

TEST_CASE("an order's events are its history, in the words of its changes") {
    const TestStore store;
    const till_call ann = as_user(create_user(store, "ann"));
    till_call system = as_system();
    system.trace_id = str("t-1");
    const std::int64_t order = place(store, ann);
    const std::int64_t payment = pay(store, ann, order)->id;
    std::string code;
    REQUIRE(abi::act(store, system, till_order_cancel, order, code) == TILL_OK);
    till_event_query query = TILL_EVENT_QUERY_INIT;
    query.order_id = order;
    Owned<till_event_page> page;
    Err err;
    REQUIRE(till_event_list(store, &ann, &query, Out(page), err) == TILL_OK);
    CHECK(kinds_of(*page) == std::vector<std::string>{"order.placed", "payment.started",
                                                      "order.cancelled", "payment.failed"});
    const till_event& failed = *page->items[3];
    CHECK(failed.struct_size == sizeof(till_event));
    CHECK(failed.subject_id == payment);
    CHECK(failed.order_id == order);
    CHECK(failed.actor == TILL_ACTOR_SYSTEM);
    CHECK(failed.actor_id == 0);
    CHECK(failed.at_us == start_time);
    CHECK(view(failed.trace_id) == "t-1");
    CHECK(view(failed.data) ==
          "{\"from\":\"pending\",\"to\":\"failed\",\"amount_minor\":1000,\"currency\":\"USD\"}");
    CHECK(page->items[0]->actor == TILL_ACTOR_USER);
    CHECK(page->items[0]->actor_id == ann.user_id);
    CHECK(page->items[0]->trace_id.data == nullptr);

    query.flags = TILL_EVENTS_NEWEST_FIRST;
    query.limit = 1;
    REQUIRE(till_event_list(store, &ann, &query, Out(page), err) == TILL_OK);
    CHECK(kinds_of(*page) == std::vector<std::string>{"payment.failed"});
    CHECK(till_event_list(store, &ann, nullptr, Out(page), err) == TILL_E_PERMISSION);
    CHECK(till_event_list(store, &system, nullptr, Out(page), err) == TILL_OK);
    query.flags = 2;
    CHECK(till_event_list(store, &ann, &query, Out(page), err) == TILL_E_UNSUPPORTED_FIELD);
}

TEST_CASE("a wait sees the next event and ends with its time-out") {
    const TestStore store;
    till_call system = as_system();
    std::int64_t sequence = -1;
    Err err;
    CHECK(till_event_wait(store, &system, 0, nullptr, err) == TILL_E_MISUSE);
    CHECK(till_event_wait(store, nullptr, 0, &sequence, err) == TILL_E_UNAUTHENTICATED);
    system.timeout_ms = 20;
    REQUIRE(till_event_wait(store, &system, 1'000, &sequence, err) == TILL_OK);
    CHECK(sequence == 0);
    system.timeout_ms = 60'000;
    std::thread seller([&] { place(store, as_system()); });
    CHECK(till_event_wait(store, &system, 0, &sequence, nullptr) == TILL_OK);
    seller.join();
    CHECK(sequence == 1);

    till_batch* batch = nullptr;
    REQUIRE(till_batch_begin(store, &system, &batch, err) == TILL_OK);
    system.batch = batch;
    CHECK(till_event_wait(store, &system, 0, &sequence, err) == TILL_E_MISUSE);
    till_batch_rollback(batch);
}

TEST_CASE("names of payment and refund states and methods are known") {
    CHECK(std::string(till_payment_state_name(TILL_PAYMENT_SURPLUS)) == "surplus");
    CHECK(std::string(till_payment_method_name(TILL_METHOD_TRANSFER)) == "transfer");
    CHECK(std::string(till_refund_state_name(TILL_REFUND_SUCCEEDED)) == "succeeded");
    CHECK(std::string(till_payment_state_name(TILL_PAYMENT_AUTHORIZED)) == "authorized");
    CHECK(std::string(till_payment_state_name(TILL_PAYMENT_VOIDED)) == "voided");
    CHECK(std::string(till_payment_state_name(8)) == "unknown");
    CHECK(std::string(till_payment_method_name(0)) == "unknown");
    CHECK(std::string(till_refund_state_name(-5)) == "unknown");
}
