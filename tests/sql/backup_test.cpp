// SPDX-License-Identifier: MIT
#include "sql/child.hpp"
#include "sql/sqlite/restore.hpp"
#include "sql/support.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

using namespace till;
using namespace till::testing;
namespace fs = std::filesystem;

namespace {

const sql::Sql select_epoch{"test_select_epoch", "SELECT epoch FROM store"};

sqlite::RestoreReport restore(const std::string& from, const std::string& to) {
    const os::SystemClock clock;
    sqlite::RestoreOptions options;
    options.from = from;
    options.to = to;
    options.timeout_us = 50 * us_per_ms;
    return sqlite::restore_store(options, clock);
}

struct Fixture {
    TempDir directory;
    std::string path = directory.file("shop.db");
    std::string copy = directory.file("copy.db");
    std::unique_ptr<sql::Database> store = open_at(path);
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "backups taken under load open and hold a prefix of what was written") {
    std::atomic<bool> stop{false};
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 2; ++writer) {
        writers.emplace_back([&] {
            while (!stop) {
                store->write(in_seconds(20), [&](sql::Transaction& transaction) {
                    sql::Rows rows =
                        transaction.query(insert_event, "order.placed", std::int64_t{1});
                    return rows.next();
                });
            }
        });
    }
    std::int64_t before = 0;
    for (int round = 0; round < 6; ++round) {
        before = store->wait_for_change(before, in_seconds(20));
        const std::string target = directory.file("copy" + std::to_string(round));
        CHECK(store->backup(target, in_seconds(20)).bytes > 0);
        const std::int64_t after = store->wait_for_change(0, in_seconds(20));
        CHECK_FALSE(fs::exists(target + "-wal"));
        auto opened = open_at(target);
        CHECK(opened->check(in_seconds(20)).problems.empty());
        const std::int64_t copied = count(*opened, count_events);
        CHECK(copied >= before);
        CHECK(copied <= after);
        static const sql::Sql last{"test_last_event", "SELECT MAX(sequence) FROM events"};
        CHECK(count(*opened, last) == copied);  // a prefix: no gap
    }
    stop = true;
    for (std::thread& writer : writers) writer.join();
}

TEST_CASE_FIXTURE(Fixture, "a backup does not replace anything") {
    std::ofstream(copy) << "mine";
    const Error error = error_of([&] { store->backup(copy, in_seconds(5)); });
    CHECK(error.status == Status::already_exists);
    CHECK(fs::file_size(copy) == 4);
    CHECK(error_of([&] { store->backup(path, in_seconds(5)); }).status == Status::already_exists);
    CHECK(error_of([&] { store->backup(directory.file("no/copy"), in_seconds(5)); }).status ==
          Status::io);
}

TEST_CASE_FIXTURE(Fixture,
                  "a restore puts the backup in place, raises the epoch and keeps the old store") {
    set(*store, "a", "old");
    store->backup(copy, in_seconds(5));
    set(*store, "a", "new");
    store.reset();
    const sqlite::RestoreReport report = restore(copy, path);
    CHECK(report.epoch == 2);
    CHECK(get(*open_at(path), "a") == "old");
    CHECK(count(*open_at(path), select_epoch) == 2);
    CHECK(get(*open_at(report.replaced), "a") == "new");
    CHECK(restore(copy, path).epoch == 3);  // higher than the replaced store's, too
    CHECK(restore(copy, directory.file("elsewhere.db")).replaced.empty());
    CHECK(get(*open_at(directory.file("elsewhere.db")), "a") == "old");
}

TEST_CASE_FIXTURE(
    Fixture, "a restore over an open store is refused, also when another process has it open") {
    set(*store, "a", "1");
    store->backup(copy, in_seconds(5));
    CHECK(error_of([&] { restore(copy, path); }).status == Status::busy);
    Child child([&](Child&) {
        try {
            restore(copy, path);
        } catch (const Failure& failure) {
            // The parent had it open at the fork: refused before any lock is asked for.
            return failure.error().status == Status::forked ? 0 : 1;
        }
        return 2;
    });
    CHECK(child.wait() == 0);
    store.reset();
    Child holder([&](Child& self) {
        auto held = open_at(path);
        self.send(1);
        ::pause();
        return 0;
    });
    REQUIRE(holder.receive() == 1);
    const Error error = error_of([&] { restore(copy, path); });
    CHECK(error.status == Status::busy);
    CHECK(error.message.find(std::to_string(holder.pid())) != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a restored store that was only read leaves its file and its lock") {
    set(*store, "name", "value");
    store->backup(copy, in_seconds(20));
    store.reset();
    restore(copy, path);
    {
        const auto opened = open_at(path);
        CHECK(get(*opened, "name") == "value");
    }
    CHECK_FALSE(fs::exists(path + "-wal"));
    CHECK_FALSE(fs::exists(path + "-shm"));
}

TEST_CASE_FIXTURE(Fixture, "what is no sound backup is not restored") {
    store.reset();
    CHECK(error_of([&] { restore(copy, path); }).status == Status::not_found);
    std::ofstream(copy) << std::string(5000, 'x');
    CHECK(error_of([&] { restore(copy, path); }).status == Status::not_a_store);
    CHECK(error_of([&] { restore(path, path); }).status == Status::validation);
    fs::remove(copy);
    open_at(path)->backup(copy, in_seconds(5));
    fs::resize_file(copy, fs::file_size(copy) / 2);
    CHECK(error_of([&] { restore(copy, path); }).status == Status::corrupt);
    open_at(directory.file("real.db"), false);
    CHECK(error_of([&] { restore(directory.file("real.db"), path); }).status == Status::conflict);
    CHECK(get(*open_at(path), "a") == "(none)");
}

TEST_CASE_FIXTURE(Fixture, "a damaged store can be replaced by its backup, and is kept") {
    set(*store, "a", "1");
    store->backup(copy, in_seconds(5));
    store.reset();
    fs::resize_file(path, fs::file_size(path) / 2);
    CHECK(error_of([&] { open_at(path); }).status == Status::corrupt);
    const sqlite::RestoreReport report = restore(copy, path);
    CHECK(get(*open_at(path), "a") == "1");
    CHECK(fs::exists(report.replaced));
}

TEST_CASE_FIXTURE(Fixture, "a check finds wrong sums") {
    CHECK(store->check(in_seconds(5)).problems.empty());
    static const sql::Sql order{
        "test_order",
        "INSERT INTO orders (status, currency, total_minor, line_count, price_verified, "
        "created_at, updated_at, version) VALUES ('pending', 'EUR', 500, 2, 1, 0, 0, 1)"};
    static const sql::Sql line{
        "test_line",
        "INSERT INTO order_lines (order_id, line_no, kind, name, quantity, unit_price_minor, "
        "amount_minor, included, price_source) VALUES (1, 0, 'item', 'x', 1, 400, 400, 0, 'host')"};
    static const sql::Sql payment{
        "test_payment",
        "INSERT INTO payments (order_id, status, currency, amount_minor, refunding_minor, "
        "refunded_minor, method, created_at, updated_at, version) "
        "VALUES (1, 'completed', 'EUR', 500, 100, 0, 'cash', 0, 0, 1)"};
    store->write(in_seconds(5), [&](sql::Transaction& transaction) {
        for (const sql::Sql* one : {&order, &line, &payment}) transaction.execute(*one);
        return true;
    });
    const std::string problems = store->check(in_seconds(5)).problems;
    CHECK(problems.find("order 1: the total") != std::string::npos);
    CHECK(problems.find("order 1: the number of lines") != std::string::npos);
    CHECK(problems.find("payment 1: its refund sums") != std::string::npos);
}
