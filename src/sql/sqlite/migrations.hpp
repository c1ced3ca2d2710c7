// SPDX-License-Identifier: MIT
#pragma once

#include "base/function_ref.hpp"

#include <cstdint>
#include <span>

namespace till::sqlite {

class Connection;

struct Migration {
    std::int32_t version;  // user_version after it
    const char* name;      // the file's name without .sql
    const char* text;
};

// From 1 upwards without gaps, embedded at build time from migrations/*.sql.
std::span<const Migration> shipped_migrations() noexcept;

// Runs what is missing, each migration in one transaction with its version number. `after_first`
// runs inside the first one's transaction: what a new store is born with. The caller makes sure
// that nobody else has the file open.
void migrate(Connection& connection, std::span<const Migration> migrations,
             std::int32_t from_version, FunctionRef<void(Connection&)> after_first);

}  // namespace till::sqlite
