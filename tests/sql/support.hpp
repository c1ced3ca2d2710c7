// SPDX-License-Identifier: MIT
//
// What the storage tests share: opening a store, a few statements on tables that any store has, and
// the error of a call that must fail.
#pragma once

#include "base/error.hpp"
#include "base/os.hpp"
#include "base/testing.hpp"
#include "sql/database.hpp"
#include "sql/sqlite/open.hpp"
#include "sql/temp_dir.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <string>

namespace till::testing {

inline const sql::Sql insert_setting{
    "test_insert_setting", "INSERT INTO settings (name, value, changed_at) VALUES ($1, $2, 0)"};
inline const sql::Sql put_setting{
    "test_put_setting",
    "INSERT INTO settings (name, value, changed_at) VALUES ($1, $2, 0) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"};
inline const sql::Sql select_setting{"test_select_setting",
                                     "SELECT value FROM settings WHERE name = $1"};
inline const sql::Sql count_settings{"test_count_settings", "SELECT COUNT(*) FROM settings"};
inline const sql::Sql insert_event{
    "test_insert_event",
    "INSERT INTO events (at, actor_kind, kind, subject_id) VALUES (0, 'system', $1, $2) "
    "RETURNING sequence"};
inline const sql::Sql count_events{"test_count_events", "SELECT COUNT(*) FROM events"};

inline std::int64_t in_seconds(std::int64_t seconds) {
    return os::monotonic_us() + seconds * us_per_second;
}

inline std::unique_ptr<sql::Database> open_at(const std::string& path, bool testing = true) {
    static const os::SystemClock clock;
    static os::SystemRandom random;
    sqlite::OpenOptions options;
    options.path = path;
    options.testing = testing;
    return sqlite::open_store(options, clock, random);
}

inline std::unique_ptr<sql::Database> open_with(const sqlite::OpenOptions& options) {
    static const os::SystemClock clock;
    static os::SystemRandom random;
    return sqlite::open_store(options, clock, random);
}

// The error of a call that must fail with a Failure.
template <class F>
Error error_of(F&& call) {
    try {
        call();
    } catch (const Failure& failure) {
        return failure.error();
    }
    FAIL("the call did not fail");
    return {};
}

inline void set(sql::Database& store, const std::string& name, const std::string& value) {
    store.write(in_seconds(10), [&](sql::Transaction& transaction) {
        transaction.execute(put_setting, name, value);
        return true;
    });
}

inline std::string get(sql::Database& store, const std::string& name) {
    std::string value = "(none)";
    store.read(in_seconds(10), [&](sql::Transaction& transaction) {
        sql::Rows rows = transaction.query(select_setting, name);
        if (rows.next()) value = rows.string(0);
    });
    return value;
}

inline std::int64_t count(sql::Database& store, const sql::Sql& statement) {
    std::int64_t number = -1;
    store.read(in_seconds(10), [&](sql::Transaction& transaction) {
        sql::Rows rows = transaction.query(statement);
        REQUIRE(rows.next());
        number = rows.integer(0);
    });
    return number;
}

}  // namespace till::testing
