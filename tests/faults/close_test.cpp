// SPDX-License-Identifier: MIT
//
// Stores that are closed and released at the worst moments. (The results' lifetimes are the
// sanitizers' to judge.)
#include "faults/faults.hpp"

#include <atomic>
#include <thread>
#include <vector>

using namespace abi;

namespace {

constexpr int callers = 16;
constexpr int sorts = 5;
constexpr int waiting = 3;  // the sort that waits

till_store* open_store() {
    till_testing_in in = TILL_TESTING_IN_INIT;
    in.now_us = start_time;
    till_store* store = nullptr;
    REQUIRE(till_testing_store_open(&in, &store, nullptr) == TILL_OK);
    return store;
}

// One call of each sort: a write, reads, hashing, a wait.
till_status call_any(till_store* store, int sort) {
    till_call system = as_system();
    switch (sort) {
        case 0: {
            const Cart cart;
            Owned<till_order> order;
            return try_place(store, system, cart, order, nullptr);
        }
        case 1: {
            Owned<till_order_page> page;
            return till_order_list(store, &system, nullptr, Out(page), nullptr);
        }
        case 2: {
            Owned<till_tokens> tokens;
            return try_login(store, "ann", good_password, tokens, nullptr);
        }
        case waiting: {
            std::int64_t sequence = 0;
            system.timeout_ms = 60'000;
            return till_event_wait(store, &system, INT64_MAX - 1, &sequence, nullptr);
        }
        default: {
            Owned<till_store_info> info;
            return till_store_info_get(store, &system, Out(info), nullptr);
        }
    }
}

// The store stays closed: whatever comes now says so.
void check_closed(till_store* store) {
    for (int sort = 0; sort < sorts; ++sort) CHECK(call_any(store, sort) == TILL_E_CLOSED);
}

// Sixteen threads that call until they are told that the store is closed; each holds a reference.
class Callers {
public:
    explicit Callers(till_store* store) {
        for (int i = 0; i < callers; ++i) {
            threads_.emplace_back([this, i, own = till_store_retain(store)] {
                // One waits for an event that never comes; the others take turns.
                for (int turn = i;; ++turn) {
                    const bool would_wait = turn % sorts == waiting;
                    const int sort = i == waiting ? waiting : would_wait ? 0 : turn % sorts;
                    const till_status status = call_any(own, sort);
                    if (status == TILL_E_CLOSED) break;
                    if (status != TILL_OK) ++wrong_;
                    ++calls_;
                }
                till_store_release(own);
            });
        }
    }
    Callers(const Callers&) = delete;
    Callers& operator=(const Callers&) = delete;
    ~Callers() { join(); }
    void wait_for_calls(int number) const {
        while (calls_ < number) std::this_thread::yield();
    }
    void join() {
        for (std::thread& thread : threads_) {
            if (thread.joinable()) thread.join();
        }
    }
    int wrong() const { return wrong_; }

private:
    std::atomic<int> calls_{0};
    std::atomic<int> wrong_{0};
    std::vector<std::thread> threads_;
};

}  // namespace

TEST_CASE("closing while sixteen threads call answers each with its result or with closed") {
    till_store* store = open_store();
    create_user(store, "ann");
    Callers threads(store);
    threads.wait_for_calls(40);
    CHECK(till_store_close(store) == TILL_OK);
    threads.join();
    CHECK(threads.wrong() == 0);
    check_closed(store);
    till_store_release(store);
}

TEST_CASE("a store lives while anybody holds a reference, whoever lets his go first") {
    till_store* store = open_store();
    create_user(store, "ann");
    till_store* closer = till_store_retain(store);
    Callers threads(store);
    till_store_release(store);
    threads.wait_for_calls(40);
    CHECK(till_store_close(closer) == TILL_OK);
    till_store_release(closer);
    threads.join();  // the last of the threads frees it
    CHECK(threads.wrong() == 0);
}

TEST_CASE("two threads close one store while others call") {
    till_store* store = open_store();
    create_user(store, "ann");
    Callers threads(store);
    threads.wait_for_calls(40);
    std::atomic<int> refused{0};
    const auto close = [&] {
        if (till_store_close(store) != TILL_OK) ++refused;
    };
    std::thread other(close);
    close();
    other.join();
    CHECK(refused == 0);
    threads.join();
    CHECK(threads.wrong() == 0);
    till_store_release(store);
}

TEST_CASE("closing with a batch open on the same thread does not wait for it, and it is lost") {
    till_store* store = open_store();
    till_batch* batch = nullptr;
    REQUIRE(till_batch_begin(store, nullptr, &batch, nullptr) == TILL_OK);
    till_call system = as_system();
    system.batch = batch;
    const Cart cart;
    Owned<till_order> order;
    REQUIRE(try_place(store, system, cart, order, nullptr) == TILL_OK);
    CHECK(till_store_close(store) == TILL_OK);
    CHECK(try_place(store, system, cart, order, nullptr) == TILL_E_CLOSED);
    Err err;
    CHECK(till_batch_commit(batch, err) == TILL_E_CLOSED);
    till_store_release(store);
}

TEST_CASE("closing with a batch open on another thread does not deadlock, and it is lost") {
    const Directory directory{memory_directory()};
    const std::string path = directory.file("shop.db");
    {
        const Handle store(path);
        std::atomic<bool> begun{false};
        std::atomic<bool> closed{false};
        till_status committed = TILL_OK;
        std::thread other([&] {
            till_batch* batch = nullptr;
            if (till_batch_begin(store, nullptr, &batch, nullptr) != TILL_OK) std::abort();
            till_call system = as_system();
            system.batch = batch;
            const Cart cart;
            Owned<till_order> order;
            if (try_place(store, system, cart, order, nullptr) != TILL_OK) std::abort();
            begun = true;
            while (!closed) std::this_thread::yield();
            committed = till_batch_commit(batch, nullptr);
        });
        while (!begun) std::this_thread::yield();
        CHECK(till_store_close(store) == TILL_OK);
        closed = true;
        other.join();
        CHECK(committed == TILL_E_CLOSED);
    }
    const Handle again(path);
    CHECK(last_event(again) == 0);
    place(again, as_system());
}

TEST_CASE("closing with a read batch open does not wait for it, and the file can be opened again") {
    const Directory directory{memory_directory()};
    const std::string path = directory.file("shop.db");
    till_batch* batch = nullptr;
    {
        const Handle store(path);
        place(store, as_system());
        REQUIRE(till_batch_begin_read(store, nullptr, &batch, nullptr) == TILL_OK);
        till_call system = as_system();
        system.batch = batch;
        Owned<till_order_page> page;
        REQUIRE(till_order_list(store, &system, nullptr, Out(page), nullptr) == TILL_OK);
        CHECK(page->count == 1);
        CHECK(till_store_close(store) == TILL_OK);
        CHECK(till_order_list(store, &system, nullptr, Out(page), nullptr) == TILL_E_CLOSED);
    }
    till_batch_rollback(batch);
    const Handle again(path);
    place(again, as_system());
    CHECK(last_event(again) == 2);
}

TEST_CASE("a writer that waits for a batch gets its turn when the batch is undone by release") {
    till_store* store = open_store();
    till_batch* batch = nullptr;
    REQUIRE(till_batch_begin(store, nullptr, &batch, nullptr) == TILL_OK);
    std::thread waiting([&] { place(store, as_system()); });
    till_batch_rollback(batch);
    waiting.join();
    CHECK(last_event(store) == 1);
    till_store_release(store);
}

TEST_CASE("a batch keeps its store alive when every other reference is gone") {
    till_store* store = open_store();
    till_batch* batch = nullptr;
    REQUIRE(till_batch_begin(store, nullptr, &batch, nullptr) == TILL_OK);
    till_store_release(store);
    till_call system = as_system();
    system.batch = batch;
    const Cart cart;
    Owned<till_order> order;
    CHECK(try_place(store, system, cart, order, nullptr) == TILL_OK);
    CHECK(till_batch_commit(batch, nullptr) == TILL_OK);
}

TEST_CASE("a batch of one store is refused by another") {
    const TestStore one;
    const TestStore other;
    till_batch* batch = nullptr;
    REQUIRE(till_batch_begin(one, nullptr, &batch, nullptr) == TILL_OK);
    till_call system = as_system();
    system.batch = batch;
    const Cart cart;
    Owned<till_order> order;
    Err err;
    CHECK(try_place(other, system, cart, order, err) == TILL_E_MISUSE);
    CHECK(err.code() == "foreign_batch");
    CHECK(try_place(one, system, cart, order, err) == TILL_OK);
    CHECK(till_batch_commit(batch, err) == TILL_OK);
    CHECK(last_event(one) == 1);
    CHECK(last_event(other) == 0);
}

TEST_CASE("results and errors are read after their store is gone, and freed by any thread") {
    till_store* store = open_store();
    create_user(store, "ann");
    const till_call system = as_system();
    Owned<till_order> order = place(store, system, Cart(1'234, 2));
    Owned<till_user_page> users;
    REQUIRE(till_user_list(store, &system, nullptr, Out(users), nullptr) == TILL_OK);
    Err err;
    Owned<till_order> none;
    CHECK(till_order_get(store, nullptr, 1, Out(none), err) == TILL_E_UNAUTHENTICATED);
    till_store_release(store);
    CHECK(order->total.minor == 2'468);
    CHECK(view(order->lines[0]->name) == "Tea");
    CHECK(view(users->items[0]->username) == "ann");
    CHECK(err.code() == "not_authenticated");
    std::thread([&] { order.reset(); }).join();
}

TEST_CASE("closing from within a log hook is refused, not deadlocked") {
    struct Seen {
        till_store* store = nullptr;
        till_status closed = TILL_OK;
        till_status batched = TILL_OK;
        int records = 0;
    } seen;
    const Directory directory{memory_directory()};
    const std::string path = directory.file("shop.db");
    till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
    in.path = str(path);
    in.flags = TILL_OPEN_TESTING;
    in.log_userdata = reinterpret_cast<std::uintptr_t>(&seen);
    in.log_level = TILL_LOG_DEBUG;
    in.log = [](std::uintptr_t userdata, const till_log_record*) {
        auto& found = *reinterpret_cast<Seen*>(userdata);
        ++found.records;
        if (found.store == nullptr) return;
        till_batch* batch = nullptr;
        found.closed = till_store_close(found.store);
        found.batched = till_batch_begin(found.store, nullptr, &batch, nullptr);
    };
    till_store* store = nullptr;
    REQUIRE(till_store_open(&in, &store, nullptr) == TILL_OK);
    seen.store = store;
    // The warning that the store reopens comes from within the writer.
    set_fault(store, TILL_FAULT_SYNC);
    const Cart cart;
    Owned<till_order> order;
    CHECK(try_place(store, as_system(), cart, order, nullptr) == TILL_E_OUTCOME_UNKNOWN);
    CHECK(try_place(store, as_system(), cart, order, nullptr) == TILL_OK);
    CHECK(seen.records > 0);
    CHECK(seen.closed == TILL_E_MISUSE);
    CHECK(seen.batched == TILL_E_MISUSE);
    CHECK(till_store_close(store) == TILL_OK);
    till_store_release(store);
}
