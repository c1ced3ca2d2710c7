// SPDX-License-Identifier: MIT
#pragma once

#include "sql/database.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace till::sqlite {

class Connection;

// A prepared statement in its connection's cache. Raw sqlite3 underneath: SQLiteCpp cannot bind a
// string_view without copying it, nor tell what a reset found out. Belongs to one connection.
class CachedStatement final : public sql::Statement {
public:
    CachedStatement(Connection& connection, const sql::Sql& sql);
    CachedStatement(const CachedStatement&) = delete;
    CachedStatement& operator=(const CachedStatement&) = delete;
    ~CachedStatement() override;

    void bind(int index, const sql::Value& value) override;
    bool step() override;
    std::int64_t changes() const override { return changes_; }
    std::int64_t inserted_id() const override;
    void reset() noexcept override;
    bool is_null(int column) const override;
    std::int64_t integer(int column) const override;
    std::string_view text(int column) const override;
    sql::Bytes bytes(int column) const override;

    // One step to the end and back, without bindings and exceptions: the engine's own statements.
    int run() noexcept;

    // All rows of an EXPLAIN QUERY PLAN, one a line.
    std::string explanation();

    bool read_only() const noexcept { return read_only_; }
    bool in_use() const noexcept { return in_use_; }
    void take() noexcept;
    void abandon() noexcept;  // after a fork: forgets the handle and everything chained

    // The same text again, for a statement that runs while this one is being stepped.
    std::unique_ptr<CachedStatement> spare;

private:
    void require_row(int column) const;

    Connection* connection_;
    const sql::Sql* sql_;
    sqlite3_stmt* handle_ = nullptr;
    std::int64_t changes_ = 0;
    int parameters_ = 0;
    int bound_ = 0;
    int columns_ = 0;
    bool read_only_ = false;
    bool in_use_ = false;
    bool stepped_ = false;
    bool done_ = false;
};

}  // namespace till::sqlite
