// SPDX-License-Identifier: MIT
#include "sql/support.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace till;
using namespace till::testing;

TEST_CASE("sixteen threads share commits, and every acknowledged row is there") {
    const TempDir directory;
    const std::string path = directory.file("shop.db");
    constexpr int threads = 16;
    constexpr int writes = 60;
    std::atomic<int> acknowledged{0};
    std::atomic<int> unseen{0};
    {
        auto store = open_at(path);
        std::vector<std::thread> callers;
        for (int caller = 0; caller < threads; ++caller) {
            callers.emplace_back([&, caller] {
                for (int index = 0; index < writes; ++index) {
                    const std::string name = std::to_string(caller) + "-" + std::to_string(index);
                    if (index % 10 == 9) {  // a refusal and an exception disturb no neighbour
                        store->write(in_seconds(20), [&](sql::Transaction& transaction) {
                            transaction.execute(put_setting, name, "refused");
                            return false;
                        });
                        try {
                            store->write(in_seconds(20),
                                         [&](sql::Transaction& transaction) -> bool {
                                             transaction.execute(put_setting, name, "thrown");
                                             throw std::runtime_error(name);
                                         });
                        } catch (const std::runtime_error& error) {
                            if (error.what() != name) ++unseen;  // somebody else's exception
                        }
                        continue;
                    }
                    set(*store, name, "1");
                    ++acknowledged;
                    if (get(*store, name) != "1") ++unseen;
                }
            });
        }
        for (std::thread& caller : callers) caller.join();
        CHECK(unseen == 0);
        CHECK(store->counters().operations == threads * (writes + writes / 10));
        CHECK(store->counters().commits < acknowledged);
    }
    CHECK(count(*open_at(path), count_settings) == acknowledged);
}

TEST_CASE("a waiter learns of an event when it commits, and of none at its deadline") {
    const TempDir directory;
    auto store = open_at(directory.file("shop.db"));
    CHECK(store->wait_for_change(0, os::monotonic_us()) == 0);
    std::atomic<std::int64_t> seen{-1};
    std::thread waiter([&] { seen = store->wait_for_change(0, in_seconds(20)); });
    store->write(in_seconds(5), [&](sql::Transaction& transaction) {
        transaction.execute(insert_event, "order.placed", std::int64_t{1});
        return true;
    });
    waiter.join();
    CHECK(seen == 1);
    CHECK(store->wait_for_change(1, os::monotonic_us() + 5 * us_per_ms) == 1);
}

TEST_CASE("closing ends the waiting for events") {
    const TempDir directory;
    auto store = open_at(directory.file("shop.db"));
    std::atomic<bool> waiting{false};
    std::thread waiter([&] {
        waiting = true;
        try {
            static_cast<void>(store->wait_for_change(0, in_seconds(60)));
        } catch (const Failure& failure) {
            CHECK(failure.error().status == Status::closed);
        }
    });
    while (!waiting) std::this_thread::yield();
    const std::int64_t start = os::monotonic_us();
    store->close();
    waiter.join();
    CHECK(os::monotonic_us() - start < 10 * us_per_second);
}

TEST_CASE("reads share the connections there are and answer busy when none comes back") {
    const TempDir directory;
    sqlite::OpenOptions options;
    options.path = directory.file("shop.db");
    options.readers_max = 2;
    auto store = open_with(options);
    store->read(in_seconds(5), [&](sql::Transaction&) {
        store->read(in_seconds(5), [&](sql::Transaction&) {
            const Error error = error_of(
                [&] { store->read(os::monotonic_us() + 5 * us_per_ms, [](sql::Transaction&) {}); });
            CHECK(error.code == std::string("readers_busy"));
            CHECK(error.retryable);
        });
    });
    std::vector<std::thread> callers;
    std::atomic<int> done{0};
    for (int caller = 0; caller < 8; ++caller) {
        callers.emplace_back([&] {
            for (int index = 0; index < 50; ++index) {
                static_cast<void>(get(*store, "a"));
                ++done;
            }
        });
    }
    for (std::thread& caller : callers) caller.join();
    CHECK(done == 400);
    CHECK(store->counters().readers <= 2);
}

TEST_CASE("the log is folded into the file while the store is written, and upkeep folds the rest") {
    const TempDir directory;
    auto store = open_at(directory.file("shop.db"));
    const std::string large(1'000'000, 'x');
    for (int index = 0; index < 45; ++index) set(*store, "name" + std::to_string(index), large);
    CHECK(store->counters().checkpoints >= 1);
    const sql::MaintainReport report = store->maintain(5 * us_per_second);
    CHECK(report.finished);
    CHECK(store->check(in_seconds(10)).problems.empty());
}
