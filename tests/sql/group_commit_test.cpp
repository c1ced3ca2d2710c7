// SPDX-License-Identifier: MIT
#include "sql/support.hpp"

#include <array>
#include <atomic>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <thread>
#include <unistd.h>
#include <utility>
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

namespace {

// Callers that share one group, in their order: a first call is held until they have queued.
struct Caller {
    const char* name;
    std::function<bool(sql::Transaction&)> act;
    int runs = 0;
    bool threw = false;
    std::atomic<pid_t> thread{0};

    Caller(const char* its_name, std::function<bool(sql::Transaction&)> its_act)
        : name(its_name), act(std::move(its_act)) {}
};
using Callers = std::array<Caller, 5>;

// Until it sleeps: in the queue, since nothing else of its way there takes time.
void until_asleep(const std::atomic<pid_t>& thread) {
    while (thread == 0) std::this_thread::yield();
    const std::string path = "/proc/self/task/" + std::to_string(thread.load()) + "/stat";
    for (char state = 0; state != 'S';) {
        std::string stat;
        std::getline(std::ifstream(path), stat);
        state = stat.at(stat.rfind(')') + 2);
    }
}

void run_together(sql::Database& store, Callers& callers) {
    std::vector<std::thread> threads;
    const auto call = [&](Caller& caller) {
        caller.thread = ::gettid();
        try {
            store.write(in_seconds(20), [&](sql::Transaction& transaction) {
                ++caller.runs;
                return caller.act(transaction);
            });
        } catch (const std::runtime_error&) {
            caller.threw = true;
        }
    };
    store.write(in_seconds(20), [&](sql::Transaction&) {
        for (Caller& caller : callers) {
            threads.emplace_back(call, std::ref(caller));
            until_asleep(caller.thread);
        }
        return false;
    });
    for (std::thread& thread : threads) thread.join();
}

std::function<bool(sql::Transaction&)> writing(const char* name, bool keep) {
    return [=](sql::Transaction& transaction) {
        transaction.execute(put_setting, name, "1");
        return keep;
    };
}

}  // namespace

TEST_CASE("a group whose refusals wrote nothing runs once, in one commit") {
    const TempDir directory;
    auto store = open_at(directory.file("shop.db"));
    Callers callers{{{"a", writing("a", true)},
                     {"refused", [](sql::Transaction&) { return false; }},
                     {"b", writing("b", true)},
                     {"thrown", [](sql::Transaction&) -> bool { throw std::runtime_error("no"); }},
                     {"c", writing("c", true)}}};
    run_together(*store, callers);
    for (const Caller& caller : callers) {
        CAPTURE(caller.name);
        CHECK(caller.runs == 1);
        CHECK(caller.threw == (std::string(caller.name) == "thrown"));
    }
    CHECK(count(*store, count_settings) == 3);
    CHECK(store->counters().commits == 1);
}

TEST_CASE("what was written before a refusal or a failure is undone alone, and all run again") {
    for (const bool throws : {false, true}) {
        CAPTURE(throws);
        const TempDir directory;
        auto store = open_at(directory.file("shop.db"));
        const auto late = [throws](sql::Transaction& transaction) {
            transaction.execute(put_setting, "late", "1");
            if (throws) throw std::runtime_error("no");
            return false;
        };
        Callers callers{{{"a", writing("a", true)},
                         {"late", late},
                         {"b", writing("b", true)},
                         {"late again", late},
                         {"c", writing("c", true)}}};
        run_together(*store, callers);
        // Who failed is not run again. Who was refused is: what he saw may be undone now.
        CHECK(callers[0].runs == 2);
        CHECK(callers[1].runs == (throws ? 1 : 2));
        CHECK(callers[4].runs == 1);
        CHECK(callers[1].threw == throws);
        CHECK(callers[3].threw == throws);
        CHECK(get(*store, "late") == "(none)");
        for (const char* name : {"a", "b", "c"}) CHECK(get(*store, name) == "1");
        CHECK(store->counters().commits == 1);
        CHECK(store->counters().operations == 6);  // with the first one, which held them up
    }
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
