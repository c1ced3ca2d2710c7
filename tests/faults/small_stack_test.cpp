// SPDX-License-Identifier: MIT
//
// 256 KiB of stack suffice for every heavy call. The sanitizers' frames are larger: under them the
// thread has the usual stack, and only the calls are tested.
#include "faults/faults.hpp"

#include <pthread.h>

using namespace abi;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t stack_bytes = 8UL * 1024 * 1024;
#else
constexpr std::size_t stack_bytes = 256UL * 1024;
#endif

// Runs `work` on a thread with the small stack. Nothing of doctest's in there: it has large frames.
template <class F>
void on_small_stack(F work) {
    pthread_attr_t attributes;
    REQUIRE(::pthread_attr_init(&attributes) == 0);
    REQUIRE(::pthread_attr_setstacksize(&attributes, stack_bytes) == 0);
    pthread_t thread{};
    const auto run = [](void* work_of) -> void* {
        (*static_cast<F*>(work_of))();
        return nullptr;
    };
    REQUIRE(::pthread_create(&thread, &attributes, run, &work) == 0);
    REQUIRE(::pthread_join(thread, nullptr) == 0);
    ::pthread_attr_destroy(&attributes);
}

}  // namespace

TEST_CASE("every heavy call fits in 256 KiB of stack") {
    const Directory directory{memory_directory()};
    const std::string path = directory.file("shop.db");
    const std::string copy = directory.file("copy.db");
    const std::string restored = directory.file("restored.db");
    till_store* store = nullptr;
    till_status opened = TILL_E_INTERNAL;
    till_testing_in testing = TILL_TESTING_IN_INIT;
    testing.real_hashing = 1;
    till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
    in.path = str(path);
    in.flags = TILL_OPEN_TESTING;
    in.testing = &testing;
    on_small_stack([&] { opened = till_store_open(&in, &store, nullptr); });
    REQUIRE(opened == TILL_OK);

    const till_call system = as_system();
    till_status status = TILL_E_INTERNAL;
    Cart cart;
    for (int i = 1; i < 100; ++i) cart.item(100 + i, 3, "A line among a hundred");
    Owned<till_order> order;
    on_small_stack([&] { status = try_place(store, system, cart, order, nullptr); });
    REQUIRE(status == TILL_OK);
    CHECK(order->line_count == 100);

    const std::vector<const till_order_place_in*> thousand(1'000, &cart.in);
    Owned<till_order_batch> batch;
    on_small_stack([&] {
        status = till_order_place_many(store, &system, thousand.data(), 200, Out(batch), nullptr);
    });
    REQUIRE(status == TILL_OK);
    CHECK(batch->failed_count == 0);

    till_order_query query = TILL_ORDER_QUERY_INIT;
    query.limit = 200;
    Owned<till_order_page> page;
    on_small_stack([&] { status = till_order_list(store, &system, &query, Out(page), nullptr); });
    REQUIRE(status == TILL_OK);
    CHECK(page->count == 200);

    Owned<till_tokens> tokens;
    on_small_stack([&] {
        status = try_register(store, "ann", "ann@example.com", good_password, tokens, nullptr);
    });
    REQUIRE(status == TILL_OK);
    on_small_stack([&] { status = try_login(store, "ann", good_password, tokens, nullptr); });
    REQUIRE(status == TILL_OK);
    const std::string refresh(view(tokens->refresh));
    on_small_stack([&] { status = try_refresh(store, refresh, tokens, nullptr); });
    REQUIRE(status == TILL_OK);

    Owned<till_report> report;
    on_small_stack([&] { status = till_store_check(store, &system, Out(report), nullptr); });
    REQUIRE(status == TILL_OK);
    till_backup_in backup = TILL_BACKUP_IN_INIT;
    backup.path = str(copy);
    on_small_stack(
        [&] { status = till_store_backup(store, &system, &backup, Out(report), nullptr); });
    REQUIRE(status == TILL_OK);
    till_restore_in restore = TILL_RESTORE_IN_INIT;
    restore.from = str(copy);
    restore.to = str(restored);
    on_small_stack([&] { status = till_store_restore(&restore, nullptr); });
    REQUIRE(status == TILL_OK);
    on_small_stack([&] { till_store_release(store); });
}
