// SPDX-License-Identifier: MIT
//
// What till.hpp costs over the C calls that it wraps.
#include "bench/bench.hpp"
#include "till/till.hpp"

namespace bench {
namespace {

constexpr int rounds = 9;
constexpr double round_s = 0.4;
// A batch holds the writer for a second at most.
constexpr int batch_size = 64;

// Gets an order and looks at two of its fields, through C.
void get_c(till_store* store, std::int64_t id) {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    const till_order* order = nullptr;
    const till_error* error = nullptr;
    require(till_order_get(store, &call, id, &order, &error), error, "get");
    if (order->id != id || order->lines[0]->name.len == 0) require(TILL_E_INTERNAL, nullptr, "get");
    till_free(order);
}

void get_cpp(const till::store& store, std::int64_t id) {
    const till::order order = store.order_get(till::call::as_system(), id);
    if (order.id() != id || order.lines()[0].name().empty()) {
        require(TILL_E_INTERNAL, nullptr, "get");
    }
}

// Places orders in a batch that is not kept: no sync, whose wobble would hide the difference.
void place_c(till_store* store) {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    const till_error* error = nullptr;
    require(till_batch_begin(store, &call, &call.batch, &error), error, "begin");
    for (int i = 0; i < batch_size; ++i) {
        till_order_line_in lines[2] = {TILL_ORDER_LINE_IN_INIT, TILL_ORDER_LINE_IN_INIT};
        lines[0].name = TILL_STR("Espresso");
        lines[0].quantity = 2;
        lines[0].amount_minor = 250;
        lines[1].name = TILL_STR("Croissant");
        lines[1].quantity = 1;
        lines[1].amount_minor = 340;
        const till_order_line_in* pointers[2] = {&lines[0], &lines[1]};
        till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
        in.lines = pointers;
        in.line_count = 2;
        const till_order* order = nullptr;
        require(till_order_place(store, &call, &in, &order, &error), error, "place");
        till_free(order);
    }
    till_batch_rollback(call.batch);
}

void place_cpp(const till::store& store) {
    const till::batch batch = store.batch_begin(till::call::as_system());
    for (int i = 0; i < batch_size; ++i) {
        till::order_place_in in;
        in.lines = {{"Espresso", 2, 250}, {"Croissant", 1, 340}};
        store.order_place(till::call::as_system().in(batch), in);
    }
}

}  // namespace

void cpp_benchmarks(Table& table, const std::string& directory) {
    const till::store store = till::store::open(directory + "/cpp.db");
    till::order_place_in in;
    in.lines = {{"Espresso", 2, 250}, {"Croissant", 1, 340}};
    const std::int64_t id = store.order_place(till::call::as_system(), in).id();
    std::string detail;
    double ratio = paired(
        rounds, [&] { return rate(round_s, [&] { get_cpp(store, id); }); },
        [&] { return rate(round_s, [&] { get_c(store.get(), id); }); }, detail);
    table.add({"get an order, till.hpp / C", 0.98}, ratio, detail);
    ratio = paired(
        rounds, [&] { return batch_size * rate(round_s, [&] { place_cpp(store); }); },
        [&] { return batch_size * rate(round_s, [&] { place_c(store.get()); }); }, detail);
    table.add({"place in a batch, till.hpp / C", 0.98}, ratio, detail);
}

}  // namespace bench
