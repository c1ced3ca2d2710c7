// SPDX-License-Identifier: MIT
//
// What every engine behind the seam promises.
#include "sql/support.hpp"

#include <array>
#include <stdexcept>

using namespace till;
using namespace till::testing;

namespace {

struct Fixture {
    TempDir directory;
    std::unique_ptr<sql::Database> store = open_at(directory.file("shop.db"));
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a write that is acknowledged is seen by the next read") {
    set(*store, "name", "value");
    CHECK(get(*store, "name") == "value");
}

TEST_CASE_FIXTURE(Fixture, "a refused operation leaves nothing behind") {
    store->write(in_seconds(5), [&](sql::Transaction& transaction) {
        transaction.execute(put_setting, "name", "value");
        return false;
    });
    CHECK(get(*store, "name") == "(none)");
    CHECK(store->counters().commits == 0);
}

// Invariant 1.
TEST_CASE_FIXTURE(Fixture, "what an operation throws reaches its caller and undoes the operation") {
    CHECK_THROWS_WITH_AS(store->write(in_seconds(5),
                                      [&](sql::Transaction& transaction) -> bool {
                                          transaction.execute(put_setting, "name", "value");
                                          throw std::runtime_error("no");
                                      }),
                         "no", std::runtime_error);
    CHECK(get(*store, "name") == "(none)");
    set(*store, "name", "later");
    CHECK(get(*store, "name") == "later");
}

TEST_CASE_FIXTURE(Fixture, "an operation sees its own writes and how many rows it changed") {
    store->write(in_seconds(5), [&](sql::Transaction& transaction) {
        CHECK(transaction.writable());
        CHECK(transaction.execute(insert_setting, "a", "1") == 1);
        CHECK(transaction.execute(insert_setting, "b", "2") == 1);
        static const sql::Sql update{"test_update", "UPDATE settings SET value = $1"};
        static const sql::Sql update_none{"test_update_none",
                                          "UPDATE settings SET value = $1 WHERE name = 'z'"};
        CHECK(transaction.execute(update, "3") == 2);
        CHECK(transaction.execute(update_none, "3") == 0);
        sql::Rows rows = transaction.query(count_settings);
        CHECK(rows.next());
        CHECK(rows.integer(0) == 2);
        CHECK_FALSE(rows.next());
        CHECK_FALSE(rows.next());
        CHECK(rows.changes() == 0);
        return true;
    });
}

TEST_CASE_FIXTURE(Fixture, "every kind of value comes back as it went in") {
    static const sql::Sql echo{"test_echo", "SELECT $1, $2, $3, $4, $5, $6, $7"};
    const std::array<std::byte, 3> bytes{std::byte{0}, std::byte{1}, std::byte{255}};
    store->read(in_seconds(5), [&](sql::Transaction& transaction) {
        CHECK_FALSE(transaction.writable());
        sql::Rows rows =
            transaction.query(echo, nullptr, INT64_MIN, "text \xc3\xa9", std::string_view(),
                              sql::Bytes(bytes), sql::Bytes(), std::optional<std::int64_t>());
        REQUIRE(rows.next());
        CHECK(rows.is_null(0));
        CHECK(rows.integer(1) == INT64_MIN);
        CHECK(rows.text(2) == "text \xc3\xa9");
        CHECK_FALSE(rows.is_null(3));
        CHECK(rows.text(3).empty());
        CHECK(rows.bytes(4).size() == 3);
        CHECK(rows.bytes(4)[2] == std::byte{255});
        CHECK_FALSE(rows.is_null(5));
        CHECK(rows.bytes(5).empty());
        CHECK(rows.maybe_integer(6) == std::nullopt);
    });
}

TEST_CASE_FIXTURE(Fixture, "a read keeps its snapshot while others write") {
    set(*store, "a", "1");
    store->read(in_seconds(5), [&](sql::Transaction& transaction) {
        const auto counted = [&] {
            sql::Rows rows = transaction.query(count_settings);
            CHECK(rows.next());
            return rows.integer(0);
        };
        CHECK(counted() == 1);
        set(*store, "b", "2");
        CHECK(counted() == 1);
    });
    CHECK(count(*store, count_settings) == 2);
}

TEST_CASE_FIXTURE(Fixture, "a reading operation cannot write") {
    const Error error = error_of([&] {
        store->read(in_seconds(5), [&](sql::Transaction& transaction) {
            transaction.execute(put_setting, "a", "1");
        });
    });
    CHECK(error.code == std::string("write_in_read"));
    CHECK(count(*store, count_settings) == 0);
}

TEST_CASE_FIXTURE(Fixture, "rows left un-stepped neither block nor leak into the next operation") {
    for (int round = 0; round < 3; ++round) {
        store->write(in_seconds(5), [&](sql::Transaction& transaction) {
            transaction.execute(put_setting, "a", "1");
            transaction.execute(put_setting, "b", "2");
            static const sql::Sql all{"test_all", "SELECT name FROM settings ORDER BY name"};
            sql::Rows outer = transaction.query(all);
            CHECK(outer.next());
            sql::Rows inner = transaction.query(all);  // the same statement, while it is in use
            CHECK(inner.next());
            CHECK(inner.text(0) == "a");
            CHECK(inner.next());
            CHECK(outer.text(0) == "a");
            CHECK(outer.next());
            CHECK(outer.text(0) == "b");
            return true;
        });
    }
    CHECK(store->counters().commits == 3);
}

TEST_CASE_FIXTURE(Fixture,
                  "a foreign key broken by a statement left un-stepped fails the operation") {
    static const sql::Sql orphan{
        "test_orphan",
        "INSERT INTO refunds (payment_id, status, amount_minor, created_at, "
        "updated_at, version) VALUES (999, 'pending', 1, 0, 0, 1) "
        "RETURNING id"};
    const Error error = error_of([&] {
        store->write(in_seconds(5), [&](sql::Transaction& transaction) {
            sql::Rows rows = transaction.query(orphan);
            static_cast<void>(rows.next());
            return true;
        });
    });
    CHECK(error.code == std::string("unexpected_constraint"));
}

TEST_CASE_FIXTURE(Fixture, "a statement whose parameters are out of order is refused") {
    static const sql::Sql wrong{"test_wrong", "SELECT $2, $1"};
    const Error error = error_of([&] {
        store->read(in_seconds(5), [&](sql::Transaction& transaction) {
            static_cast<void>(transaction.query(wrong, 1, 2));
        });
    });
    CHECK(error.code == std::string("bad_statement"));
}

TEST_CASE_FIXTURE(Fixture, "a write from within a write is refused, not deadlocked") {
    store->write(in_seconds(5), [&](sql::Transaction&) {
        CHECK(error_of([&] { set(*store, "a", "1"); }).code == std::string("nested_write"));
        CHECK(error_of([&] { static_cast<void>(store->begin_batch(in_seconds(1))); }).code ==
              std::string("nested_write"));
        return true;
    });
}

TEST_CASE_FIXTURE(Fixture, "hundreds of statements fit the cache") {
    static std::array<std::string, 300> texts;
    static std::array<sql::Sql, 300> statements;
    for (std::size_t index = 0; index < texts.size(); ++index) {
        texts[index] = "SELECT " + std::to_string(index);
        statements[index] = {"test_many", texts[index].c_str()};
    }
    for (int round = 0; round < 2; ++round) {
        store->read(in_seconds(5), [&](sql::Transaction& transaction) {
            for (std::size_t index = 0; index < texts.size(); ++index) {
                sql::Rows rows = transaction.query(statements[index]);
                REQUIRE(rows.next());
                CHECK(rows.integer(0) == static_cast<std::int64_t>(index));
            }
        });
    }
}

TEST_CASE_FIXTURE(Fixture, "a closed store refuses every call") {
    store->close();
    store->close();
    CHECK(error_of([&] { set(*store, "a", "1"); }).status == Status::closed);
    CHECK(error_of([&] { static_cast<void>(get(*store, "a")); }).status == Status::closed);
    CHECK(error_of([&] { static_cast<void>(store->counters()); }).status == Status::closed);
}
