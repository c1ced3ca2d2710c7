// SPDX-License-Identifier: MIT
//
// Goal: whatever storage call fails, an acknowledged operation is stored exactly once and a failed
// one not at all. Method: five callers share one commit; one call of the file system or of one
// operation fails; then the store is closed, opened anew and counted.
#include "sql/sqlite/faults.hpp"

#include "sql/support.hpp"

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <sys/mount.h>
#include <thread>
#include <vector>

using namespace till;
using namespace till::testing;
using sqlite::FaultPlan;

namespace {

constexpr int callers = 5;

std::unique_ptr<sql::Database> open_faulty(const std::string& path) {
    sqlite::OpenOptions options;
    options.path = path;
    options.testing = true;
    options.fault_injection = true;
    return open_with(options);
}

const sql::Sql insert_plain{
    "test_insert_plain",
    "INSERT INTO events (at, actor_kind, kind, subject_id) VALUES (0, 'system', $1, $2)"};
const sql::Sql events_of{"test_events_of", "SELECT COUNT(*) FROM events WHERE subject_id = $1"};

std::int64_t stored(sql::Database& store, std::int64_t subject) {
    std::int64_t number = -1;
    store.read(in_seconds(10), [&](sql::Transaction& transaction) {
        sql::Rows rows = transaction.query(events_of, subject);
        REQUIRE(rows.next());
        number = rows.integer(0);
    });
    return number;
}

// Five callers of two rows each in one commit: a first call is held inside its operation until the
// five have queued behind it. Gives each caller's error; Status::ok for success.
std::array<Status, callers> run_five(sql::Database& store, const FaultPlan& plan) {
    std::array<Status, callers> outcome{};
    std::vector<std::thread> threads;
    std::atomic<int> calling{0};
    try {
        store.write(in_seconds(20), [&](sql::Transaction&) {
            for (int caller = 0; caller < callers; ++caller) {
                threads.emplace_back([&, caller] {
                    ++calling;
                    try {
                        store.write(in_seconds(20), [&](sql::Transaction& transaction) {
                            transaction.execute(insert_plain, "first", std::int64_t{caller});
                            transaction.execute(insert_plain, "second", std::int64_t{caller});
                            return true;
                        });
                    } catch (const Failure& failure) {
                        outcome[static_cast<std::size_t>(caller)] = failure.error().status;
                    }
                });
                // In the order of their numbers, as far as the scheduler lets us.
                while (calling <= caller) std::this_thread::yield();
            }
            sqlite::set_fault(store, plan);
            return false;
        });
    } catch (const Failure&) {
        // The holder's own operation had nothing to store.
    }
    for (std::thread& thread : threads) thread.join();
    return outcome;
}

int check_exactly_once(const TempDir& directory, const FaultPlan& plan, std::int64_t& hits) {
    const std::string path = directory.file("shop.db");
    std::filesystem::remove(path);
    std::array<Status, callers> outcome{};
    {
        auto store = open_faulty(path);
        outcome = run_five(*store, plan);
        hits = sqlite::faults_hit(*store);
        sqlite::set_fault(*store, {});
        // The store works again without being reopened by hand.
        set(*store, "after", "1");
        CHECK(get(*store, "after") == "1");
    }
    auto store = open_at(path);
    int succeeded = 0;
    for (int caller = 0; caller < callers; ++caller) {
        const Status status = outcome[static_cast<std::size_t>(caller)];
        const std::int64_t rows = stored(*store, caller);
        if (status == Status::ok) {
            ++succeeded;
            CHECK(rows == 2);
        } else if (status == Status::outcome_unknown) {
            CHECK((rows == 0 || rows == 2));
        } else {
            CHECK(rows == 0);
        }
    }
    CHECK(store->check(in_seconds(5)).problems.empty());
    return succeeded;
}

}  // namespace

// Invariant 12.
TEST_CASE("when call k of operation j fails, its four neighbours are stored exactly once") {
    const TempDir directory;
    for (const bool gives_up : {false, true}) {
        for (int operation = 1; operation <= callers; ++operation) {
            for (int at = 1; at <= 3; ++at) {
                FaultPlan plan;
                plan.call = FaultPlan::Call::statement;
                plan.operation = operation;
                plan.at = at;
                plan.gives_up = gives_up;
                plan.full = gives_up;
                std::int64_t hits = 0;
                const int succeeded = check_exactly_once(directory, plan, hits);
                CHECK(hits == (at <= 2 ? 1 : 0));
                CHECK(succeeded == (at <= 2 ? callers - 1 : callers));
            }
        }
    }
}

TEST_CASE(
    "when any call to the file system fails once, each of five is stored whole or not at all") {
    const TempDir directory;
    for (const FaultPlan::Call call :
         {FaultPlan::Call::write, FaultPlan::Call::sync, FaultPlan::Call::read,
          FaultPlan::Call::map, FaultPlan::Call::truncate}) {
        for (const bool full : {false, true}) {
            if (full && call != FaultPlan::Call::write) continue;
            std::int64_t hits = 1;
            for (int at = 1; hits > 0 && at < 60; ++at) {
                FaultPlan plan;
                plan.call = call;
                plan.at = at;
                plan.full = full;
                check_exactly_once(directory, plan, hits);
            }
            CHECK(hits == 0);
        }
    }
}

// Invariant 2.
TEST_CASE(
    "a commit whose sync fails has an unknown outcome, and the next write works on a reopened "
    "store") {
    const TempDir directory;
    const std::string path = directory.file("shop.db");
    auto store = open_faulty(path);
    set(*store, "a", "1");
    FaultPlan plan;
    plan.call = FaultPlan::Call::sync;
    sqlite::set_fault(*store, plan);
    const Error error = error_of([&] { set(*store, "b", "1"); });
    CHECK(error.status == Status::outcome_unknown);
    CHECK(error.retryable);
    CHECK(sqlite::faults_hit(*store) == 1);
    // The retry has one effect, whatever became of the first attempt.
    set(*store, "b", "1");
    set(*store, "c", "1");
    CHECK(count(*store, count_settings) == 3);
    store.reset();
    CHECK(count(*open_at(path), count_settings) == 3);
}

TEST_CASE("a batch whose sync fails has an unknown outcome") {
    const TempDir directory;
    auto store = open_faulty(directory.file("shop.db"));
    auto batch = store->begin_batch(in_seconds(5));
    batch->run([](sql::Transaction& transaction) {
        transaction.execute(put_setting, "a", "1");
        return true;
    });
    FaultPlan plan;
    plan.call = FaultPlan::Call::sync;
    sqlite::set_fault(*store, plan);
    CHECK(error_of([&] { batch->commit(); }).status == Status::outcome_unknown);
    set(*store, "b", "1");
    CHECK(get(*store, "b") == "1");
}

TEST_CASE("a batch that the engine gives up is lost as a whole") {
    const TempDir directory;
    auto store = open_faulty(directory.file("shop.db"));
    auto batch = store->begin_batch(in_seconds(5));
    const auto put = [&](const char* name) {
        batch->run([&](sql::Transaction& transaction) {
            transaction.execute(put_setting, name, "1");
            return true;
        });
    };
    put("a");
    FaultPlan plan;
    plan.call = FaultPlan::Call::statement;
    plan.gives_up = true;
    plan.full = true;
    sqlite::set_fault(*store, plan);
    CHECK(error_of([&] { put("b"); }).status == Status::storage_full);
    CHECK(error_of([&] { put("c"); }).code == std::string("batch_lost"));
    CHECK(error_of([&] { batch->commit(); }).code == std::string("batch_lost"));
    CHECK(count(*store, count_settings) == 0);
}

TEST_CASE("a disk that stays broken refuses writes and is forgiven when it works again") {
    const TempDir directory;
    auto store = open_faulty(directory.file("shop.db"));
    set(*store, "a", "1");
    FaultPlan plan;
    plan.call = FaultPlan::Call::sync;
    plan.lasting = true;
    sqlite::set_fault(*store, plan);
    for (int attempt = 0; attempt < 3; ++attempt) {
        CHECK_THROWS_AS(set(*store, "b", "1"), Failure);
        CHECK(get(*store, "a") == "1");
    }
    sqlite::set_fault(*store, {});
    set(*store, "b", "1");
    CHECK(get(*store, "b") == "1");
}

TEST_CASE("a full disk refuses writes, serves reads, and is written again once there is room") {
    const TempDir directory;
    const std::string disk = directory.file("disk");
    std::filesystem::create_directory(disk);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=2m") != 0) {
        MESSAGE("no right to mount: the fault injection above covers it");
        return;
    }
    struct Unmount {
        const std::string& path;
        ~Unmount() { ::umount2(path.c_str(), MNT_DETACH); }
    } const unmount{disk};
    auto store = open_at(disk + "/shop.db");
    set(*store, "a", "1");
    const std::string large(100'000, 'x');
    Status status = Status::ok;
    int filled = 0;
    while (status == Status::ok && filled < 100) {
        try {
            set(*store, "large" + std::to_string(filled), large);
            ++filled;
        } catch (const Failure& failure) {
            status = failure.error().status;
        }
    }
    CHECK(status == Status::storage_full);
    CHECK(get(*store, "a") == "1");
    CHECK(count(*store, count_settings) == filled + 1);
    REQUIRE(::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=16m") == 0);
    set(*store, "b", "1");
    CHECK(get(*store, "b") == "1");
    CHECK(store->check(in_seconds(5)).problems.empty());
}

TEST_CASE("a plan is refused by a store that was not opened for faults") {
    const TempDir directory;
    auto store = open_at(directory.file("shop.db"));
    CHECK(error_of([&] { sqlite::set_fault(*store, {}); }).status == Status::permission);
}
