// SPDX-License-Identifier: MIT
//
// Several processes on one file. Children are forked before the parent opens it.
#include "sql/child.hpp"
#include "sql/support.hpp"

#include <algorithm>
#include <array>
#include <vector>

using namespace till;
using namespace till::testing;

namespace {

const sql::Sql increment{
    "test_increment",
    "UPDATE settings SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = 'n'"};

void increment_once(sql::Database& store, std::int64_t deadline_us) {
    store.write(deadline_us,
                [&](sql::Transaction& transaction) { return transaction.execute(increment) == 1; });
}

}  // namespace

TEST_CASE("four writing processes lose nothing, and none starves") {
    const TempDir directory;
    const std::string path = directory.file("shop.db");
    set(*open_at(path), "n", "0");
    constexpr std::int64_t duration_us = 1'500'000;
    std::vector<Child> children;
    for (int index = 0; index < 4; ++index) {
        children.emplace_back([&](Child& self) {
            auto store = open_at(path);
            const std::int64_t end = os::monotonic_us() + duration_us;
            std::int64_t done = 0;
            std::int64_t longest = 0;
            for (std::int64_t now = os::monotonic_us(); now < end;) {
                increment_once(*store, now + 30 * us_per_second);
                const std::int64_t after = os::monotonic_us();
                longest = std::max(longest, after - now);
                now = after;
                ++done;
            }
            self.send(done);
            self.send(longest);
            return 0;
        });
    }
    std::int64_t total = 0;
    std::int64_t fewest = INT64_MAX;
    std::int64_t longest = 0;
    for (Child& child : children) {
        const std::int64_t done = child.receive();
        longest = std::max(longest, child.receive());
        CHECK(child.wait() == 0);
        total += done;
        fewest = std::min(fewest, done);
    }
    INFO("writes ", total, ", fewest ", fewest, ", longest wait in us ", longest);
    CHECK(get(*open_at(path), "n") == std::to_string(total));
    // A fair share is a quarter; the machine may be busy with other things, so these are the bounds
    // of starving, not of speed: no call would have run into its time-out of 5 s.
    CHECK(fewest * 20 > total);
    CHECK(longest < 5 * us_per_second);
    MESSAGE("writes ", total, ", fewest ", fewest, ", longest wait in us ", longest);
}

// Invariant 8.
TEST_CASE("a process killed while it holds the writer leaves it free and nothing half-done") {
    const TempDir directory;
    const std::string path = directory.file("shop.db");
    set(*open_at(path), "a", "1");
    Child child([&](Child& self) {
        auto store = open_at(path);
        auto batch = store->begin_batch(in_seconds(5));
        batch->run([](sql::Transaction& transaction) {
            transaction.execute(put_setting, "b", "1");
            return true;
        });
        self.send(1);
        ::pause();
        return 0;
    });
    REQUIRE(child.receive() == 1);
    auto store = open_at(path);
    const Error error = error_of([&] {
        store->write(os::monotonic_us() + 30 * us_per_ms, [](sql::Transaction&) { return true; });
    });
    CHECK(error.status == Status::busy);
    CHECK(error.message.find("process " + std::to_string(child.pid())) != std::string::npos);
    CHECK(get(*store, "a") == "1");  // readers do not wait for a writer
    child.signal(SIGKILL);
    CHECK(child.wait() == -SIGKILL);
    set(*store, "c", "1");
    CHECK(count(*store, count_settings) == 2);
    CHECK(store->check(in_seconds(5)).problems.empty());
}

// Invariant 2.
TEST_CASE("what a killed process was told is stored is there") {
    const TempDir directory;
    const std::string path = directory.file("shop.db");
    set(*open_at(path), "n", "0");
    for (int round = 0; round < 4; ++round) {
        const std::int64_t before = std::stoll(get(*open_at(path), "n"));
        Child child([&](Child& self) {
            auto store = open_at(path);
            for (std::int64_t done = before + 1;; ++done) {
                increment_once(*store, in_seconds(30));
                self.send(done);
            }
            return 0;
        });
        std::int64_t acknowledged = before;
        while (acknowledged < before + 25 + round) acknowledged = child.receive();
        child.signal(SIGKILL);
        child.wait();
        for (std::int64_t more = child.receive(); more > 0; more = child.receive())
            acknowledged = more;
        const std::int64_t stored = std::stoll(get(*open_at(path), "n"));
        CHECK(stored >= acknowledged);
        CHECK(stored <= acknowledged + 1);  // stored, and killed before it could be told
    }
}

TEST_CASE("a waiter notices what another process commits") {
    const TempDir directory;
    const std::string path = directory.file("shop.db");
    open_at(path);
    Child child([&](Child& self) {
        auto store = open_at(path);
        self.send(1);
        return store->wait_for_change(0, in_seconds(20)) == 1 ? 0 : 1;
    });
    REQUIRE(child.receive() == 1);
    open_at(path)->write(in_seconds(5), [&](sql::Transaction& transaction) {
        transaction.execute(insert_event, "order.placed", std::int64_t{1});
        return true;
    });
    CHECK(child.wait() == 0);
}

TEST_CASE("a store opened before a fork is refused in the child and unharmed by it") {
    const TempDir directory;
    const std::string path = directory.file("shop.db");
    auto store = open_at(path);
    set(*store, "a", "1");
    auto batch = store->begin_batch(in_seconds(5));
    Child child([&](Child&) {
        int refused = 0;
        const auto expect_forked = [&](auto&& call) {
            try {
                call();
            } catch (const Failure& failure) {
                if (failure.error().status == Status::forked) ++refused;
            }
        };
        expect_forked([&] { set(*store, "b", "1"); });
        expect_forked([&] { static_cast<void>(get(*store, "a")); });
        expect_forked([&] { batch->commit(); });
        expect_forked([&] { static_cast<void>(store->counters()); });
        expect_forked([&] { static_cast<void>(store->wait_for_change(0, in_seconds(1))); });
        expect_forked([&] { static_cast<void>(open_at(path)); });  // SQLite's state came along
        batch.reset();
        store->close();
        store.reset();
        // Another store of its own is the child's right.
        auto other = open_at(directory.file("other.db"));
        set(*other, "c", "1");
        return refused == 6 && get(*other, "c") == "1" ? 0 : refused + 1;
    });
    CHECK(child.wait() == 0);
    batch->run([](sql::Transaction& transaction) {
        transaction.execute(put_setting, "d", "1");
        return true;
    });
    batch->commit();
    batch.reset();
    CHECK(count(*store, count_settings) == 2);
}
