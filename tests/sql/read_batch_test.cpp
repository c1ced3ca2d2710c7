// SPDX-License-Identifier: MIT
#include "sql/support.hpp"

#include <chrono>
#include <optional>
#include <thread>

using namespace till;
using namespace till::testing;

namespace {

struct Fixture {
    TempDir directory;
    std::unique_ptr<sql::Database> store = open_at(directory.file("shop.db"));
};

std::int64_t count_in(sql::Batch& batch) {
    std::int64_t number = -1;
    batch.read([&](sql::Transaction& transaction) {
        sql::Rows rows = transaction.query(count_settings);
        REQUIRE(rows.next());
        number = rows.integer(0);
    });
    return number;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a read batch sees the moment of its first read, whatever comes after") {
    auto batch = store->begin_read_batch(in_seconds(5));
    set(*store, "before the first read", "1");
    CHECK(count_in(*batch) == 1);
    set(*store, "after it", "1");
    std::thread([&] { set(*store, "by another thread", "1"); }).join();
    CHECK(count_in(*batch) == 1);
    CHECK(count(*store, count_settings) == 3);
    batch->commit();
    CHECK(error_of([&] { static_cast<void>(count_in(*batch)); }).code ==
          std::string("batch_ended"));
    batch = store->begin_read_batch(in_seconds(5));
    CHECK(count_in(*batch) == 3);
}

TEST_CASE_FIXTURE(Fixture, "a read batch holds nobody up, and its thread may write beside it") {
    auto reading = store->begin_read_batch(in_seconds(5));
    CHECK(count_in(*reading) == 0);
    auto another = store->begin_read_batch(in_seconds(5));
    auto writing = store->begin_batch(in_seconds(5));
    writing->run([](sql::Transaction& transaction) {
        transaction.execute(put_setting, "a", "1");
        return true;
    });
    writing->commit();
    CHECK(count_in(*another) == 1);
    CHECK(count_in(*reading) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a read batch writes nothing") {
    auto batch = store->begin_read_batch(in_seconds(5));
    bool ran = false;
    const Error error =
        error_of([&] { batch->run([&](sql::Transaction&) { return ran = true; }); });
    CHECK(error.status == Status::misuse);
    CHECK(error.code == std::string("batch_reads"));
    CHECK_FALSE(ran);
    CHECK(error_of([&] {
              batch->read([](sql::Transaction& transaction) {
                  transaction.execute(put_setting, "a", "1");
              });
          }).code == std::string("write_in_read"));
    CHECK(count_in(*batch) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a read batch belongs to its thread, but any may drop it") {
    auto batch = store->begin_read_batch(in_seconds(5));
    CHECK(count_in(*batch) == 0);
    std::thread([&] {
        CHECK(error_of([&] { static_cast<void>(count_in(*batch)); }).code ==
              std::string("batch_thread"));
        CHECK(error_of([&] { batch->commit(); }).code == std::string("batch_thread"));
        batch.reset();
    }).join();
    CHECK(count(*store, count_settings) == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "a read batch is over after a second, and its connection is free again") {
    auto batch = store->begin_read_batch(in_seconds(5));
    CHECK(count_in(*batch) == 0);
    static_cast<void>(store->wait_for_change(0, os::monotonic_us() + us_per_second));
    for (int again = 0; again < 2; ++again) {
        const Error error = error_of([&] { static_cast<void>(count_in(*batch)); });
        CHECK(error.status == Status::busy);
        CHECK(error.code == std::string("batch_expired"));
        CHECK(error.retryable);
    }
    // One was his, one waited for the second.
    const std::int64_t readers = store->counters().readers;
    auto one = store->begin_read_batch(in_seconds(5));
    auto two = store->begin_read_batch(in_seconds(5));
    CHECK(count_in(*one) == 0);
    CHECK(store->counters().readers == readers);
    batch->commit();  // nothing to lose
}

TEST_CASE("a read batch has its second from when it has its connection") {
    const TempDir directory;
    sqlite::OpenOptions options;
    options.path = directory.file("shop.db");
    options.readers_max = 1;
    auto store = open_with(options);
    auto first = store->begin_read_batch(in_seconds(5));
    std::thread waiting([&] {
        auto second = store->begin_read_batch(in_seconds(30));
        CHECK(count_in(*second) == 0);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    first.reset();
    waiting.join();
}

TEST_CASE("read batches answer busy while every reading connection is taken") {
    const TempDir directory;
    sqlite::OpenOptions options;
    options.path = directory.file("shop.db");
    options.readers_max = 2;
    auto store = open_with(options);
    auto one = store->begin_read_batch(in_seconds(5));
    std::optional<std::unique_ptr<sql::Batch>> two = store->begin_read_batch(in_seconds(5));
    CHECK(error_of([&] {
              static_cast<void>(store->begin_read_batch(os::monotonic_us() + 5 * us_per_ms));
          }).code == std::string("readers_busy"));
    two.reset();
    two = store->begin_read_batch(in_seconds(5));
    CHECK(count_in(**two) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a read batch of a closed store is refused, and lets the file go") {
    auto batch = store->begin_read_batch(in_seconds(5));
    CHECK(count_in(*batch) == 0);
    store->close();
    CHECK(error_of([&] { static_cast<void>(count_in(*batch)); }).status == Status::closed);
    CHECK(error_of([&] { batch->commit(); }).status == Status::closed);
    batch.reset();
    store = open_at(directory.file("shop.db"));
    set(*store, "a", "1");
    CHECK(count(*store, count_settings) == 1);
}

TEST_CASE_FIXTURE(Fixture, "the log is used again once a read batch has ended") {
    set(*store, "a", "1");
    auto batch = store->begin_read_batch(in_seconds(5));
    CHECK(count_in(*batch) == 1);
    set(*store, "b", "1");
    CHECK_FALSE(store->empty_log(os::monotonic_us() + 20 * us_per_ms));
    batch.reset();
    CHECK(store->maintain(us_per_second).finished);
    CHECK(store->empty_log(in_seconds(5)));
}
