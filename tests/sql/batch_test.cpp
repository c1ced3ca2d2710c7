// SPDX-License-Identifier: MIT
#include "sql/support.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace till;
using namespace till::testing;

namespace {

struct Fixture {
    TempDir directory;
    std::unique_ptr<sql::Database> store = open_at(directory.file("shop.db"));
};

void put(sql::Batch& batch, const char* name, bool keep = true) {
    batch.run([&](sql::Transaction& transaction) {
        transaction.execute(put_setting, name, "1");
        return keep;
    });
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a batch sees its own writes, others see them after its commit") {
    auto batch = store->begin_batch(in_seconds(5));
    put(*batch, "a");
    put(*batch, "refused", false);
    CHECK_THROWS_AS(batch->run([&](sql::Transaction& transaction) -> bool {
        transaction.execute(put_setting, "thrown", "1");
        throw std::runtime_error("no");
    }),
                    std::runtime_error);
    batch->read([&](sql::Transaction& transaction) {
        sql::Rows rows = transaction.query(count_settings);
        CHECK(rows.next());
        CHECK(rows.integer(0) == 1);
    });
    CHECK(count(*store, count_settings) == 0);
    batch->commit();
    CHECK(count(*store, count_settings) == 1);
    CHECK(store->counters().commits == 1);
    CHECK(error_of([&] { put(*batch, "late"); }).code == std::string("batch_ended"));
}

TEST_CASE_FIXTURE(Fixture, "a batch that is dropped is rolled back and frees the writer") {
    {
        auto batch = store->begin_batch(in_seconds(5));
        put(*batch, "a");
    }
    CHECK(count(*store, count_settings) == 0);
    set(*store, "b", "1");
    CHECK(count(*store, count_settings) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a thread with a batch open may not write past it") {
    auto batch = store->begin_batch(in_seconds(5));
    const Error error = error_of([&] { set(*store, "a", "1"); });
    CHECK(error.status == Status::misuse);
    CHECK(error.code == std::string("batch_open"));
    CHECK(error_of([&] { static_cast<void>(store->maintain(1000)); }).code ==
          std::string("batch_open"));
    batch->commit();
    set(*store, "a", "1");
}

TEST_CASE_FIXTURE(Fixture,
                  "a batch refuses other threads, who wait for the writer up to their deadline") {
    auto batch = store->begin_batch(in_seconds(5));
    Error in_batch;
    Error in_write;
    std::thread([&] {
        in_batch = error_of([&] { put(*batch, "a"); });
        in_write = error_of([&] {
            store->write(os::monotonic_us() + 20 * us_per_ms,
                         [](sql::Transaction&) { return true; });
        });
    }).join();
    CHECK(in_batch.code == std::string("batch_thread"));
    CHECK(in_write.status == Status::busy);
    CHECK(in_write.retryable);
    CHECK(in_write.message.find("a batch") != std::string::npos);
    batch->commit();
}

TEST_CASE_FIXTURE(Fixture, "a batch open for over a second is rolled back") {
    auto batch = store->begin_batch(in_seconds(5));
    put(*batch, "a");
    const std::int64_t over = os::monotonic_us() + us_per_second;
    // Waiting for events burns the second: nothing happens in the meantime.
    static_cast<void>(store->wait_for_change(0, over));
    CHECK(error_of([&] { put(*batch, "b"); }).code == std::string("batch_expired"));
    CHECK(error_of([&] { batch->commit(); }).code == std::string("batch_expired"));
    set(*store, "c", "1");
    CHECK(count(*store, count_settings) == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "whoever waits for the writer rolls an idle batch back after its second") {
    auto batch = store->begin_batch(in_seconds(5));
    put(*batch, "a");
    const std::int64_t begun = os::monotonic_us();
    // Four wait, one of them for a batch of his own; the batch is not called again meanwhile.
    std::vector<std::thread> waiters;
    for (const char* name : {"b", "c", "d"}) {
        waiters.emplace_back([&, name] {
            store->write(in_seconds(30), [&](sql::Transaction& transaction) {
                transaction.execute(put_setting, name, "1");
                return true;
            });
        });
    }
    waiters.emplace_back([&] {
        auto next = store->begin_batch(in_seconds(30));
        put(*next, "e");
        next->commit();
    });
    for (std::thread& waiter : waiters) waiter.join();
    CHECK(os::monotonic_us() - begun >= us_per_second - us_per_ms);
    CHECK(count(*store, count_settings) == 4);
    CHECK(get(*store, "a") == "(none)");
    // Its thread hears why, every time, and may write past it now.
    for (int again = 0; again < 2; ++again) {
        const Error error = error_of([&] { put(*batch, "f"); });
        CHECK(error.status == Status::busy);
        CHECK(error.code == std::string("batch_expired"));
        CHECK(error.retryable);
    }
    CHECK(error_of([&] { batch->commit(); }).code == std::string("batch_expired"));
    set(*store, "g", "1");
    batch.reset();
    CHECK(count(*store, count_settings) == 5);
}

TEST_CASE_FIXTURE(Fixture,
                  "a batch at work is not taken away: its call ends, then it is rolled back") {
    auto batch = store->begin_batch(in_seconds(5));
    put(*batch, "a");
    std::atomic<bool> waited{false};
    std::thread waiter;
    batch->run([&](sql::Transaction& transaction) {
        transaction.execute(put_setting, "b", "1");
        waiter = std::thread([&] {
            // Longer than the batch's second, and refused: the batch is in this very call.
            const std::int64_t deadline_us = os::monotonic_us() + us_per_second + us_per_second / 2;
            const Error error = error_of(
                [&] { store->write(deadline_us, [](sql::Transaction&) { return true; }); });
            CHECK(error.status == Status::busy);
            waited = true;
        });
        waiter.join();
        transaction.execute(put_setting, "c", "1");
        return true;
    });
    CHECK(waited);
    CHECK(error_of([&] { batch->commit(); }).code == std::string("batch_expired"));
    CHECK(count(*store, count_settings) == 0);
}

TEST_CASE_FIXTURE(Fixture, "batches that come to their end while others wait are whole or undone") {
    // A waiter and the batch's own call meet at about the second, again and again.
    for (int round = 0; round < 4; ++round) {
        auto batch = store->begin_batch(in_seconds(30));
        put(*batch, "first");
        std::thread waiter([&] { set(*store, "other", std::to_string(round)); });
        bool expired = false;
        const std::int64_t until = os::monotonic_us() + 2 * us_per_second;
        while (!expired && os::monotonic_us() < until) {
            try {
                put(*batch, "second");
            } catch (const Failure& failure) {
                CHECK(failure.error().code == std::string("batch_expired"));
                expired = true;
            }
        }
        CHECK(expired);
        waiter.join();
        batch.reset();
        CHECK(get(*store, "first") == "(none)");
        CHECK(get(*store, "second") == "(none)");
        CHECK(get(*store, "other") == std::to_string(round));
    }
}

TEST_CASE_FIXTURE(Fixture, "a reading step of a batch cannot write") {
    auto batch = store->begin_batch(in_seconds(5));
    CHECK(error_of([&] {
              batch->read([&](sql::Transaction& transaction) {
                  transaction.execute(put_setting, "a", "1");
              });
          }).code == std::string("write_in_read"));
    batch->commit();
}

TEST_CASE_FIXTURE(Fixture, "a batch of a closed store is refused") {
    auto batch = store->begin_batch(in_seconds(5));
    put(*batch, "a");
    store->close();
    CHECK(error_of([&] { batch->commit(); }).status == Status::closed);
    batch.reset();
    store = open_at(directory.file("shop.db"));
    CHECK(count(*store, count_settings) == 0);
}
