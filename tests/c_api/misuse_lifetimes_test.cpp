// SPDX-License-Identifier: MIT
//
// Every function at the edges of lifetimes: results freed late and elsewhere, a store that closes
// under the call, a thread with little stack. (The sanitizers judge what is read and freed.)
#include "c_api/misuse.hpp"

#include <atomic>
#include <pthread.h>
#include <thread>

using namespace abi;

namespace {

bool takes_store(const Function& function) {
    return function.name != "till_store_open" && function.name != "till_store_restore" &&
           function.name != "till_testing_store_open";
}

struct Head {
    std::uint32_t struct_size;
    std::uint32_t kind;
    std::uint64_t block_size;
};

// Reads every byte of a block, so that a sanitizer sees one that is gone.
std::uint64_t read_all(const void* block) {
    Head head{};
    std::memcpy(&head, block, sizeof head);
    const auto* bytes = static_cast<const unsigned char*>(block);
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < head.block_size; ++i) sum = sum * 31 + bytes[i];
    return sum;
}

std::vector<std::uint64_t> sums_of(const std::vector<const void*>& blocks) {
    std::vector<std::uint64_t> sums(blocks.size());
    std::transform(blocks.begin(), blocks.end(), sums.begin(), read_all);
    return sums;
}

// A store with a user, an order and a payment, so that ids of 1 are found.
till_store* open_shop() {
    till_testing_in in = TILL_TESTING_IN_INIT;
    in.now_us = start_time;
    till_store* store = nullptr;
    REQUIRE(till_testing_store_open(&in, &store, nullptr) == TILL_OK);
    create_user(store, "ann", "ann@example.com");
    pay(store, as_system(), place(store, as_system()), TILL_PAYMENT_COMPLETE_NOW);
    return store;
}

}  // namespace

TEST_CASE("[IN-7] whatever a function answers outlives its store and is freed by another thread") {
    till_store* store = open_shop();
    std::vector<const void*> kept;
    World world;
    world.store = store;
    world.call.timeout_ms = 50;
    world.kept = &kept;
    std::size_t answered = 0;
    for (const Function& function : functions()) {
        function(world);
        function(world, {Bend::How::size, 1, 1});
        answered += kept.empty() ? 0U : 1U;
    }
    CHECK(answered > 0);
    CHECK(kept.size() > functions().size());  // an error or a result of nearly every call
    const std::vector<std::uint64_t> before = sums_of(kept);
    REQUIRE(till_store_close(store) == TILL_OK);
    CHECK(sums_of(kept) == before);
    till_store_release(store);
    CHECK(sums_of(kept) == before);
    std::thread([&] {
        for (const void* block : kept) till_free(block);
    }).join();
}

TEST_CASE("a store that closes under any function lets it end, and then says so") {
    for (const Function& function : functions()) {
        if (!takes_store(function)) continue;
        CAPTURE(function.name);
        till_store* store = open_shop();
        std::atomic<int> calls{0};
        std::atomic<int> wrong{0};
        std::thread caller([&, own = till_store_retain(store)] {
            World world;
            world.store = own;
            world.call.timeout_ms = 50;
            for (;;) {
                const Outcome outcome = function(world);
                if (!outcome.kept_promises || outcome.status == TILL_E_INTERNAL) ++wrong;
                ++calls;
                if (outcome.status == TILL_E_CLOSED) break;
            }
            till_store_release(own);
        });
        while (calls == 0) std::this_thread::yield();
        CHECK(till_store_close(store) == TILL_OK);
        till_store_release(store);
        caller.join();
        CHECK(wrong == 0);
    }
}

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t stack_bytes = 8UL * 1024 * 1024;  // the sanitizers' frames are larger
#else
constexpr std::size_t stack_bytes = 256UL * 1024;
#endif

// Nothing of doctest's runs on the small stack: it has large frames.
struct SmallStack {
    const World* world;
    const Function* function;
    Outcome outcome;
};

void* run_on_small_stack(void* given) {
    auto& work = *static_cast<SmallStack*>(given);
    work.outcome = (*work.function)(*work.world);
    return nullptr;
}

}  // namespace

TEST_CASE("every function runs on 256 KiB of stack") {
    till_store* store = open_shop();
    World world;
    world.store = store;
    world.call.timeout_ms = 50;
    for (const Function& function : functions()) {
        CAPTURE(function.name);
        const till_status usual = function(world).status;
        SmallStack work{&world, &function, {}};
        pthread_attr_t attributes;
        REQUIRE(::pthread_attr_init(&attributes) == 0);
        REQUIRE(::pthread_attr_setstacksize(&attributes, stack_bytes) == 0);
        pthread_t thread{};
        REQUIRE(::pthread_create(&thread, &attributes, run_on_small_stack, &work) == 0);
        REQUIRE(::pthread_join(thread, nullptr) == 0);
        ::pthread_attr_destroy(&attributes);
        CHECK(work.outcome.kept_promises);
        CHECK(work.outcome.status == usual);
    }
    till_store_release(store);
}
