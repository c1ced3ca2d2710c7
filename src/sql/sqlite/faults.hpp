// SPDX-License-Identifier: MIT
//
// Failing storage on purpose, for tests. Only a store opened with OpenOptions::testing and
// OpenOptions::fault_injection takes a plan.
#pragma once

#include "sql/database.hpp"

#include <cstdint>

namespace till::sqlite {

struct FaultPlan {
    enum class Call : std::uint8_t {
        none,
        // System calls of SQLite, counted from now over all connections of this process.
        open,
        read,
        write,
        sync,
        truncate,
        map,  // the index of the write-ahead log
        // Steps of statements: the `at`-th of the `operation`-th writing operation from now.
        statement,
    };
    enum class File : std::uint8_t { any, database, log };

    Call call = Call::none;
    File file = File::any;
    std::int64_t at = 1;         // the n-th such call fails
    std::int64_t operation = 1;  // for Call::statement
    bool lasting = false;        // and every later one, until another plan is set
    bool full = false;           // as if the disk were full, not broken
    bool gives_up = false;       // for Call::statement: the engine leaves the transaction, too
};

// Replaces the plan; FaultPlan{} ends it. Failure(permission) when the store takes none.
void set_fault(sql::Database& database, const FaultPlan& plan);

// Calls failed since the plan was set: 0 tells a loop over `at` that it is past the last one.
std::int64_t faults_hit(sql::Database& database);

}  // namespace till::sqlite
