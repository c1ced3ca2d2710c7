// SPDX-License-Identifier: MIT
#pragma once

#include "sql/database.hpp"

#include <cstdint>
#include <string>

namespace till::sqlite {

class Connection;
class Writer;

// Reads everything in one snapshot: the file's structure, foreign keys, the sums of orders and
// payments. Failure(busy) when the deadline passes first.
sql::CheckReport check_database(Connection& reader, std::int64_t deadline_us);

// Folds the log into the file and lets SQLite renew its statistics, until the deadline.
sql::MaintainReport maintain_database(Writer& writer, std::int64_t deadline_us);
// That part of upkeep alone. False: not now.
bool empty_log(Writer& writer, std::int64_t deadline_us);

std::string explain_statement(Connection& reader, const sql::Sql& sql);

}  // namespace till::sqlite
