// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "sql/database.hpp"
#include "sql/sqlite/log.hpp"
#include "sql/sqlite/migrations.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace till::sqlite {

struct OpenOptions {
    std::string path;
    bool create = true;            // make the store when there is no file
    bool testing = false;          // must agree with how the store was made
    bool fault_injection = false;  // with testing: see faults.hpp
    bool allow_network_fs = false;
    std::int64_t cache_kib = 0;   // page cache a connection; 0: SQLite's default
    std::int64_t mmap_bytes = 0;  // mapped for reading; 0: none
    int readers_max = 64;
    std::int64_t timeout_us = 5 * us_per_second;  // to wait for a migration, restore or close
    LogHook log;                                  // may be empty
};

// Opens a store: creates the file (mode 0600) or brings its schema up to date if need be. The same
// file opened twice in a process shares one engine, whose cache, mmap and reader limits are the
// first opener's. A refused file is left byte for byte as it was. Clock and random source are used
// during the call only.
//
// Failure: validation (bad_path), not_found (create is off), not_a_store (not_a_file,
// foreign_database), version (schema_too_new), corrupt, file_system (network_file_system,
// hard_link, no_wal), conflict (testing_store, not_a_testing_store), read_only, io (no such
// directory), storage_full, busy, forked.
std::unique_ptr<sql::Database> open_store(const OpenOptions& options, const Clock& clock,
                                          Random& random);

// The same with another list of migrations: for tests of upgrades.
std::unique_ptr<sql::Database> open_store_with(const OpenOptions& options, const Clock& clock,
                                               Random& random,
                                               std::span<const Migration> migrations);

// EXPLAIN QUERY PLAN of a statement, one line a step.
std::string explain(sql::Database& database, const sql::Sql& sql);

// "3.40.1": the SQLite that is linked.
const char* engine_version() noexcept;

}  // namespace till::sqlite
