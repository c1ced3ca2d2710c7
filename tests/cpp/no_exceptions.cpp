// SPDX-License-Identifier: MIT
//
// till.hpp in a program without exceptions and RTTI: what is there works, and what throws is gone.
#include "till/testing.hpp"

#include <cstdio>

#if defined(__cpp_exceptions) || TILL_CPP_EXCEPTIONS
#error "This program is built without exceptions."
#endif

namespace {

int failures = 0;

void check(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "FAILED: %s\n", what);
    ++failures;
}

// Whether a store has a member by this name: only the try_ forms are left.
template <class Store, class = void>
struct HasThrowing : std::false_type {};
template <class Store>
struct HasThrowing<Store, std::void_t<decltype(std::declval<Store>().order_get(
                              std::declval<till::call>(), std::int64_t{}))>> : std::true_type {};
template <class Store, class = void>
struct HasTry : std::false_type {};
template <class Store>
struct HasTry<Store, std::void_t<decltype(std::declval<Store>().try_order_get(
                         std::declval<till::call>(), std::int64_t{}))>> : std::true_type {};
static_assert(!HasThrowing<till::store>::value);
static_assert(HasTry<till::store>::value);
template <class Result, class = void>
struct HasValue : std::false_type {};
template <class Result>
struct HasValue<Result, std::void_t<decltype(std::declval<Result>().value())>> : std::true_type {};
static_assert(!HasValue<till::result<till::order>>::value);

till::order_place_in basket() {
    till::order_place_in order;
    order.lines = {{"Espresso", 2, 250}, {"Croissant", 1, 340}};
    return order;
}

void sell(const till::store& store) {
    const till::call system = till::call::as_system();
    const auto receipt = store.try_sale(system.with_key("till-3-0001"), basket());
    check(receipt.has_value(), "a sale succeeds");
    if (receipt) check(receipt->order().total().text() == "8.40 USD", "its total is the sum");

    till::order_place_in bad = basket();
    bad.lines[0].quantity = 0;
    bad.lines[1].name = "";
    const auto refused = store.try_order_place(system, bad);
    check(!refused, "a bad order is refused");
    check(refused.error().status() == till::status::validation, "with its status");
    check(refused.error().violations().size() == 2, "and every violation");
}

void page(const till::store& store) {
    const till::call system = till::call::as_system();
    for (int i = 0; i < 4; ++i) {
        check(store.try_order_place(system, basket()).has_value(), "an order is placed");
    }
    till::order_query query;
    query.limit = 2;
    auto pages = store.order_pages(system, query);
    int count = 0;
    while (pages.more()) {
        const auto next = pages.try_next();
        check(next.has_value(), "a page is fetched");
        if (!next) return;
        for (const till::order_view order : *next) count += order.id() > 0 ? 1 : 0;
    }
    check(count == 5, "the pages hold every order");
}

void roll_back(const till::store& store) {
    const till::call system = till::call::as_system();
    std::int64_t id = 0;
    {
        auto batch = store.try_batch_begin(system);
        check(batch.has_value(), "a batch begins");
        if (!batch) return;
        const auto order = store.try_order_place(system.in(*batch), basket());
        check(order.has_value(), "an order is placed in it");
        if (order) id = order->id();
    }
    check(store.try_order_get(system, id).error().status() == till::status::not_found,
          "a batch that goes is undone");
}

}  // namespace

int main() {
    const auto store = till::testing::try_store_open();
    check(store.has_value(), "a store opens");
    if (store) {
        sell(*store);
        page(*store);
        roll_back(*store);
    }
    if (failures == 0) std::puts("ok");
    return failures == 0 ? 0 : 1;
}
