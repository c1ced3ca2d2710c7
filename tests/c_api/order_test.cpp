// SPDX-License-Identifier: MIT
#include "c_api/shop.hpp"

#include <cstring>
#include <string>
#include <vector>

using namespace abi;

namespace {

struct People {
    explicit People(till_store* store)
        : ann(as_user(create_user(store, "ann"))),
          bob(as_user(create_user(store, "bob"))),
          clerk(as_user(create_user(store, "clerk", "", true))) {}
    till_call ann;
    till_call bob;
    till_call clerk;
};

std::vector<std::int64_t> ids_of(const till_order_page& page) {
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < page.count; ++i) ids.push_back(page.items[i]->id);
    return ids;
}

}  // namespace

TEST_CASE("a placed order comes back whole, in one block that outlives its store") {
    Owned<till_order> order;
    {
        const TestStore store;
        const People people(store);
        Cart cart(450, 2);
        cart.lines[0].sku = str("T-1");
        cart.other(TILL_LINE_DISCOUNT, -100).other(TILL_LINE_TAX, 144, true);
        cart.in.flags = TILL_ORDER_WALK_IN;
        cart.in.currency = str("EUR");
        cart.in.reference = str("phone-1");
        cart.in.series = str("R-1");
        cart.in.contact_name = str("Carl");
        cart.in.contact_email = {"carl@example.org", TILL_STRLEN};
        cart.in.metadata = str(R"({"table":7})");
        order = place(store, people.clerk, cart);
        CHECK(order->placed_by == people.clerk.user_id);
    }
    CHECK(order->struct_size == sizeof(till_order));
    CHECK(order->block_size >= sizeof(till_order));
    CHECK(order->id == 1);
    CHECK(order->user_id == 0);
    CHECK(order->version == 1);
    CHECK(order->total.minor == 800);
    CHECK(std::string(order->total.currency) == "EUR");
    CHECK(order->total.exponent == 2);
    CHECK(order->status == TILL_ORDER_PENDING);
    CHECK(order->price_verified == 1);
    CHECK(order->created_us == start_time);
    CHECK(order->number == 1);
    CHECK(view(order->series) == "R-1");
    CHECK(view(order->reference) == "phone-1");
    CHECK(view(order->contact_name) == "Carl");
    CHECK(view(order->contact_email) == "carl@example.org");
    CHECK(view(order->metadata) == R"({"table":7})");
    CHECK(order->replayed == 0);
    REQUIRE(order->line_count == 3);
    const till_order_line& tea = *order->lines[0];
    CHECK(tea.struct_size == sizeof(till_order_line));
    CHECK(tea.kind == TILL_LINE_ITEM);
    CHECK(tea.quantity == 2);
    CHECK(tea.unit_price_minor == 450);
    CHECK(tea.amount_minor == 900);
    CHECK(tea.price_source == TILL_PRICE_STAFF);
    CHECK(view(tea.name) == "Tea");
    CHECK(view(tea.sku) == "T-1");
    CHECK(order->lines[1]->amount_minor == -100);
    CHECK(order->lines[1]->sku.data == nullptr);
    CHECK(order->lines[2]->included == 1);
    // Every text ends with a NUL, and all lies in the one block.
    CHECK(order->series.data[order->series.len] == '\0');
    const char* begin = reinterpret_cast<const char*>(order.get());
    for (const char* part : {order->metadata.data, tea.name.data, order->lines[2]->name.data,
                             reinterpret_cast<const char*>(order->lines)}) {
        CHECK(part > begin);
        CHECK(part < begin + order->block_size);
    }
}

TEST_CASE("what is absent is absent, not empty") {
    const TestStore store;
    const auto order = place(store, as_system(), Cart());
    for (const till_str& text : {order->series, order->reference, order->contact_name,
                                 order->contact_email, order->metadata}) {
        CHECK(text.data == nullptr);
        CHECK(text.len == 0);
    }
    CHECK(order->number == 0);
    CHECK(order->lines[0]->sku.data == nullptr);
}

TEST_CASE("[OR-3] all that is wrong with an order is told at once") {
    const TestStore store;
    Cart cart(-1, 0);
    cart.item(5, 1, "").item(1, 2'147'483'648);
    cart.in.currency = str("XXQ");
    cart.in.metadata = str("[]");
    Owned<till_order> order;
    Err err;
    CHECK(try_place(store, as_system(), cart, order, err) == TILL_E_VALIDATION);
    CHECK(err.violations() ==
          "/lines/0/quantity:too_small /lines/0/amount:too_small /lines/1/name:blank "
          "/lines/2/quantity:too_large /metadata:invalid_json /currency:unknown_currency");
    CHECK(order == nullptr);
    Cart empty;
    empty.in.line_count = 0;
    CHECK(try_place(store, as_system(), empty, order, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/lines:too_few");
    Cart crowd;
    for (int i = 0; i < 100; ++i) crowd.item(1);
    CHECK(try_place(store, as_system(), crowd, order, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/lines:too_many");
    Cart huge(INT64_MAX);
    huge.item(1);
    CHECK(try_place(store, as_system(), huge, order, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/lines:total_overflow");
    Cart negative(5);
    negative.other(TILL_LINE_DISCOUNT, -6);
    CHECK(try_place(store, as_system(), negative, order, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/lines:total_negative");
}

TEST_CASE("an input that breaks the contract is refused before it is read") {
    const TestStore store;
    const till_call system = as_system();
    Owned<till_order> order;
    Err err;
    CHECK(till_order_place(nullptr, &system, nullptr, Out(order), err) == TILL_E_MISUSE);
    CHECK(till_order_place(store, &system, nullptr, Out(order), err) == TILL_E_MISUSE);
    CHECK(till_order_place(store, &system, nullptr, nullptr, err) == TILL_E_MISUSE);

    Cart cart;
    const auto status = [&] { return try_place(store, system, cart, order, err); };
    cart.in.struct_size = 4;
    CHECK(status() == TILL_E_STRUCT_SIZE);
    cart.in.struct_size = sizeof cart.in;
    cart.in.flags = 2;
    CHECK(status() == TILL_E_UNSUPPORTED_FIELD);
    cart.in.flags = 0;
    cart.lines[0].included = 2;
    CHECK(status() == TILL_E_MISUSE);
    cart.lines[0].included = 0;
    cart.lines[0].struct_size = 0;
    CHECK(status() == TILL_E_STRUCT_SIZE);
    cart.lines[0].struct_size = sizeof cart.lines[0];
    cart.lines[0].name = {nullptr, 3};
    CHECK(status() == TILL_E_MISUSE);
    cart.lines[0].name = str("Tea");
    cart.pointers[0] = nullptr;
    CHECK(status() == TILL_E_MISUSE);
    cart.in.lines = nullptr;
    CHECK(status() == TILL_E_MISUSE);
}

TEST_CASE("a newer caller's input works while its new fields are zero") {
    struct Newer {
        till_order_place_in known;
        std::uint64_t later;
    };
    const TestStore store;
    const till_call system = as_system();
    const Cart cart;
    Newer in{cart.in, 0};
    in.known.struct_size = sizeof in;
    Owned<till_order> order;
    Err err;
    CHECK(till_order_place(store, &system, &in.known, Out(order), err) == TILL_OK);
    in.later = 1;
    CHECK(till_order_place(store, &system, &in.known, Out(order), err) == TILL_E_UNSUPPORTED_FIELD);
}

TEST_CASE("[AZ-1] [OR-1] who may place and see an order: by call, actor and owner") {
    const TestStore store;
    const People people(store);
    Owned<till_order> order;
    Err err;
    const Cart cart;
    CHECK(till_order_place(store, nullptr, &cart.in, Out(order), err) == TILL_E_UNAUTHENTICATED);
    Cart anothers;
    anothers.in.user_id = people.bob.user_id;
    CHECK(try_place(store, people.ann, anothers, order, err) == TILL_E_PERMISSION);
    CHECK(try_place(store, people.clerk, anothers, order, err) == TILL_OK);
    CHECK(order->user_id == people.bob.user_id);

    const std::int64_t id = place(store, people.ann);
    CHECK(till_order_get(store, &people.ann, id, Out(order), err) == TILL_OK);
    CHECK(order->price_verified == 0);
    CHECK(order->lines[0]->price_source == TILL_PRICE_CLIENT);
    CHECK(till_order_get(store, &people.clerk, id, Out(order), err) == TILL_OK);
    CHECK(till_order_get(store, &people.bob, id, Out(order), err) == TILL_E_NOT_FOUND);
    CHECK(till_order_get(store, nullptr, id, Out(order), err) == TILL_E_UNAUTHENTICATED);
    const Login login = abi::login(store, "ann");
    const till_call token = as_token(login.access);
    CHECK(till_order_get(store, &token, id, Out(order), err) == TILL_OK);
}

TEST_CASE("[ID-2] a repeated key and a repeated reference answer the same order, replayed") {
    const TestStore store;
    till_call call = as_system();
    call.idempotency_key = str("key");
    Cart cart;
    cart.in.reference = str("r");
    const auto first = place(store, call, cart);
    CHECK(place(store, call, cart)->replayed == 1);
    CHECK(place(store, as_system(), cart)->id == first->id);
    Cart other(7);
    other.in.reference = str("r");
    Owned<till_order> order;
    Err err;
    CHECK(try_place(store, call, other, order, err) == TILL_E_IDEMPOTENCY_MISMATCH);
    CHECK(try_place(store, as_system(), other, order, err) == TILL_E_ALREADY_EXISTS);
    CHECK(err.violations() == "/reference:already_exists");
}

TEST_CASE("many orders are placed and read at once, each with its own outcome") {
    const TestStore store;
    const till_call system = as_system();
    const Cart good;
    const Cart bad(1, 0);
    Cart unsized;
    unsized.in.struct_size = 1;
    const till_order_place_in* inputs[] = {&good.in, &bad.in, nullptr, &unsized.in, &good.in};
    Owned<till_order_batch> batch;
    Err err;
    REQUIRE(till_order_place_many(store, &system, inputs, 5, Out(batch), err) == TILL_OK);
    CHECK(batch->count == 5);
    CHECK(batch->failed_count == 3);
    REQUIRE(batch->items[0] != nullptr);
    CHECK(batch->errors[0] == nullptr);
    CHECK(batch->items[1] == nullptr);
    CHECK(batch->errors[1]->status == TILL_E_VALIDATION);
    CHECK(view(batch->errors[1]->violations[0]->path) == "/lines/0/quantity");
    CHECK(batch->errors[2]->status == TILL_E_MISUSE);
    CHECK(batch->errors[3]->status == TILL_E_STRUCT_SIZE);
    CHECK(batch->items[4]->total.minor == 1'000);

    const std::int64_t ids[] = {batch->items[4]->id, 99, batch->items[0]->id};
    Owned<till_order_batch> got;
    REQUIRE(till_order_get_many(store, &system, ids, 3, Out(got), err) == TILL_OK);
    CHECK(got->items[0]->id == ids[0]);
    CHECK(got->errors[1]->status == TILL_E_NOT_FOUND);
    CHECK(view(got->items[2]->lines[0]->name) == "Tea");
    CHECK(till_order_get_many(store, &system, nullptr, 1, Out(got), err) == TILL_E_MISUSE);
    CHECK(till_order_get_many(store, &system, nullptr, 0, Out(got), err) == TILL_OK);
    CHECK(got->count == 0);
    CHECK(till_order_place_many(store, &system, nullptr, 3, Out(got), err) == TILL_E_MISUSE);
    const std::vector<const till_order_place_in*> crowd(1'001, &good.in);
    CHECK(till_order_place_many(store, &system, crowd.data(), crowd.size(), Out(got), err) ==
          TILL_E_VALIDATION);
    const std::vector<const till_order_place_in*> full(1'000, &good.in);
    CHECK(till_order_place_many(store, &system, full.data(), full.size(), Out(got), err) ==
          TILL_OK);
    CHECK(got->failed_count == 0);
}

TEST_CASE("orders list in pages whose rows stand side by side") {
    const TestStore store;
    const People people(store);
    for (int i = 0; i < 5; ++i) place(store, people.ann);
    place(store, people.bob);
    till_order_query query = TILL_ORDER_QUERY_INIT;
    query.limit = 3;
    Owned<till_order_page> page;
    Err err;
    REQUIRE(till_order_list(store, &people.ann, &query, Out(page), err) == TILL_OK);
    CHECK(ids_of(*page) == std::vector<std::int64_t>{5, 4, 3});
    CHECK(page->row_stride == sizeof(till_order));
    const char* rows = reinterpret_cast<const char*>(page->first);
    for (std::size_t i = 0; i < page->count; ++i) {
        CHECK(static_cast<const void*>(page->items[i]) == rows + i * page->row_stride);
        CHECK(page->items[i]->line_count == 1);
    }
    const std::string cursor(view(page->next_cursor));
    query.cursor = str(cursor);
    REQUIRE(till_order_list(store, &people.ann, &query, Out(page), err) == TILL_OK);
    CHECK(ids_of(*page) == std::vector<std::int64_t>{2, 1});
    CHECK(page->next_cursor.data == nullptr);
    CHECK(till_order_list(store, &people.bob, &query, Out(page), err) == TILL_E_CURSOR);
    query.cursor = str("forged");
    CHECK(till_order_list(store, &people.ann, &query, Out(page), err) == TILL_E_CURSOR);

    REQUIRE(till_order_list(store, &people.clerk, nullptr, Out(page), err) == TILL_OK);
    CHECK(page->count == 0);
    CHECK(page->first == nullptr);
    till_order_query all = TILL_ORDER_QUERY_INIT;
    all.flags = TILL_LIST_ALL_USERS | TILL_LIST_OLDEST_FIRST;
    all.status = TILL_ORDER_PENDING;
    REQUIRE(till_order_list(store, &people.clerk, &all, Out(page), err) == TILL_OK);
    CHECK(ids_of(*page) == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6});
    CHECK(till_order_list(store, &people.ann, &all, Out(page), err) == TILL_E_PERMISSION);
    CHECK(till_order_list(store, nullptr, nullptr, Out(page), err) == TILL_E_UNAUTHENTICATED);
    all.flags = 16;
    CHECK(till_order_list(store, &people.clerk, &all, Out(page), err) == TILL_E_UNSUPPORTED_FIELD);
}

TEST_CASE("an order is found by reference, or by series and number") {
    const TestStore store;
    const till_call system = as_system();
    Cart cart;
    cart.in.reference = str("r");
    cart.in.series = str("S");
    const std::int64_t id = place(store, system, cart)->id;
    Owned<till_order> order;
    Err err;
    till_order_find_in find = TILL_ORDER_FIND_IN_INIT;
    CHECK(till_order_find(store, &system, &find, Out(order), err) == TILL_E_VALIDATION);
    find.reference = str("r");
    REQUIRE(till_order_find(store, &system, &find, Out(order), err) == TILL_OK);
    CHECK(order->id == id);
    find = TILL_ORDER_FIND_IN_INIT;
    find.series = str("S");
    find.number = 1;
    REQUIRE(till_order_find(store, &system, &find, Out(order), err) == TILL_OK);
    CHECK(order->id == id);
    find.number = 2;
    CHECK(till_order_find(store, &system, &find, Out(order), err) == TILL_E_NOT_FOUND);
}

TEST_CASE("[OR-4] [PA-1] an order's life: confirmed, paid, shipped and delivered, or cancelled") {
    const TestStore store;
    const People people(store);
    const std::int64_t id = place(store, people.ann);
    std::string code;
    CHECK(act(store, people.clerk, till_order_ship, id, code) == TILL_E_CONFLICT);
    CHECK(code == "prices_not_verified");
    CHECK(act(store, people.ann, till_order_confirm_prices, id, code) == TILL_E_PERMISSION);
    CHECK(act(store, people.clerk, till_order_confirm_prices, id, code, 9) == TILL_E_PRECONDITION);
    CHECK(act(store, people.clerk, till_order_confirm_prices, id, code, 1) == TILL_OK);
    CHECK(act(store, people.clerk, till_order_hand_over, id, code) == TILL_E_CONFLICT);
    CHECK(code == "not_paid");
    pay(store, as_system(), id, TILL_PAYMENT_COMPLETE_NOW);
    CHECK(act(store, people.ann, till_order_cancel, id, code) == TILL_E_CONFLICT);
    CHECK(code == "payment_completed");
    CHECK(act(store, people.clerk, till_order_ship, id, code) == TILL_OK);
    CHECK(act(store, people.clerk, till_order_deliver, id, code) == TILL_OK);
    CHECK(act(store, people.clerk, till_order_deliver, id, code) == TILL_E_CONFLICT);
    CHECK(code == "invalid_transition");

    const std::int64_t other = place(store, people.ann);
    CHECK(act(store, people.bob, till_order_cancel, other, code) == TILL_E_NOT_FOUND);
    CHECK(act(store, people.ann, till_order_cancel, other, code) == TILL_OK);
    till_order_act_in in = TILL_ORDER_ACT_IN_INIT;
    in.flags = 1;
    Owned<till_order> order;
    CHECK(till_order_cancel(store, &people.ann, &in, Out(order), nullptr) ==
          TILL_E_UNSUPPORTED_FIELD);
}

TEST_CASE("names of states, kinds and sources are known, and strangers are unknown") {
    CHECK(std::string(till_order_state_name(TILL_ORDER_SHIPPED)) == "shipped");
    CHECK(std::string(till_line_kind_name(TILL_LINE_ROUNDING)) == "rounding");
    CHECK(std::string(till_price_source_name(TILL_PRICE_CATALOGUE)) == "catalogue");
    for (const std::int32_t stranger : {0, -1, 99, INT32_MAX}) {
        CHECK(std::string(till_order_state_name(stranger)) == "unknown");
        CHECK(std::string(till_line_kind_name(stranger)) == "unknown");
        CHECK(std::string(till_price_source_name(stranger)) == "unknown");
    }
}

TEST_CASE("a batch places orders that are there together or not at all") {
    const TestStore store;
    till_call call = as_system();
    Owned<till_order> order;
    for (const bool commit : {false, true}) {
        till_batch* batch = nullptr;
        REQUIRE(till_batch_begin(store, &call, &batch, nullptr) == TILL_OK);
        till_call inside = as_system();
        inside.batch = batch;
        const std::int64_t first = place(store, inside);
        const std::int64_t second = place(store, inside);
        Err err;
        CHECK(try_place(store, inside, Cart(1, 0), order, err) == TILL_E_VALIDATION);
        CHECK(till_order_get(store, &inside, second, Out(order), err) == TILL_OK);
        if (commit) {
            CHECK(till_batch_commit(batch, err) == TILL_OK);
        } else {
            till_batch_rollback(batch);
        }
        for (const std::int64_t id : {first, second}) {
            CHECK(till_order_get(store, &call, id, Out(order), err) ==
                  (commit ? TILL_OK : TILL_E_NOT_FOUND));
        }
    }
}

TEST_CASE("an order's history tells amounts and states in JSON, and nobody's name") {
    const TestStore store;
    const till_call system = as_system();
    const std::int64_t order = place(store, system);
    static_cast<void>(pay(store, system, order, TILL_PAYMENT_COMPLETE_NOW));
    till_event_query query = TILL_EVENT_QUERY_INIT;
    query.order_id = order;
    Owned<till_event_page> page;
    Err err;
    REQUIRE(till_event_list(store, &system, &query, Out(page), err) == TILL_OK);
    std::string told;
    for (std::size_t i = 0; i < page->count; ++i) {
        told += std::string(view(page->items[i]->kind)) + " ";
        told += std::string(view(page->items[i]->data)) + "\n";
    }
    CHECK(told ==
          "order.placed {\"total_minor\":1000,\"currency\":\"USD\",\"line_count\":1,"
          "\"price_verified\":true}\n"
          "payment.started {\"amount_minor\":1000,\"currency\":\"USD\",\"method\":\"other\"}\n"
          "payment.completed {\"from\":\"pending\",\"to\":\"completed\",\"amount_minor\":1000,"
          "\"currency\":\"USD\"}\n");
}
