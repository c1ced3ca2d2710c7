// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace till::sqlite {

class Connection;

// Copies what the source sees in one read transaction into a new private file, durably; the name
// appears only when the copy is whole. Returns its size in bytes. sqlite3_backup and not VACUUM
// INTO: it copies pages as they are (no re-sorting, no growth of CPU with indexes, rowids surely
// kept) and needs no ATTACH, which our connections do not have.
// Failure: already_exists, busy (deadline), storage_full, io.
std::int64_t copy_database(Connection& source, const std::string& target, std::int64_t deadline_us);

// The same with the name that the copy has until it is whole; what is there is overwritten.
std::int64_t copy_database(Connection& source, const std::string& target,
                           const std::string& partial, std::int64_t deadline_us);

}  // namespace till::sqlite
