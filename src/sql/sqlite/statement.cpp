// SPDX-License-Identifier: MIT
#include "sql/sqlite/statement.hpp"

#include "base/error.hpp"
#include "sql/sqlite/connection.hpp"
#include "sql/sqlite/errors.hpp"

#include <sqlite3.h>

#include <string>
#include <utility>

namespace till::sqlite {

CachedStatement::CachedStatement(Connection& connection, const sql::Sql& sql)
    : connection_(&connection), sql_(&sql) {
    sqlite3* const database = connection.handle();
    if (sqlite3_prepare_v3(database, sql.text, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr) !=
        SQLITE_OK) {
        throw prepare_failure(database, sql.name);
    }
    TILL_ASSERT(handle_ != nullptr);
    parameters_ = sqlite3_bind_parameter_count(handle_);
    columns_ = sqlite3_column_count(handle_);
    read_only_ = sqlite3_stmt_readonly(handle_) != 0;
    // SQLite numbers "$n" by first appearance, other engines by the digits. They must agree.
    for (int index = 1; index <= parameters_; ++index) {
        const char* name = sqlite3_bind_parameter_name(handle_, index);
        if (name == nullptr || name != "$" + std::to_string(index)) {
            sqlite3_finalize(std::exchange(handle_, nullptr));
            throw make_failure(Status::internal, "bad_statement",
                               std::string("The parameters of the statement ") + sql.name +
                                   " do not first appear in ascending order.");
        }
    }
}

CachedStatement::~CachedStatement() { sqlite3_finalize(handle_); }

void CachedStatement::abandon() noexcept {
    handle_ = nullptr;
    if (spare != nullptr) spare->abandon();
}

void CachedStatement::take() noexcept {
    in_use_ = true;
    stepped_ = false;
    done_ = false;
    changes_ = 0;
    bound_ = 0;
}

void CachedStatement::bind(int index, const sql::Value& value) {
    int code = SQLITE_OK;
    switch (value.kind()) {
        case sql::Value::Kind::null:
            code = sqlite3_bind_null(handle_, index);
            break;
        case sql::Value::Kind::integer:
            code = sqlite3_bind_int64(handle_, index, value.integer());
            break;
        case sql::Value::Kind::text:
            // A null pointer would bind NULL; an empty text is not NULL.
            code = sqlite3_bind_text64(handle_, index, value.data() != nullptr ? value.data() : "",
                                       value.size(), SQLITE_STATIC, SQLITE_UTF8);
            break;
        case sql::Value::Kind::bytes:
            code = sqlite3_bind_blob64(handle_, index, value.data() != nullptr ? value.data() : "",
                                       value.size(), SQLITE_STATIC);
            break;
    }
    if (code != SQLITE_OK) throw engine_failure(code, "bind a value");
    bound_ = index;
}

bool CachedStatement::step() {
    if (done_) return false;
    if (!stepped_) {
        // A parameter left over would point to an earlier caller's memory.
        TILL_ASSERT(bound_ == parameters_);
        stepped_ = true;
    }
    connection_->count_step();
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
        done_ = true;
        changes_ = read_only_ ? 0 : sqlite3_changes64(connection_->handle());
        return false;
    }
    const int extended = sqlite3_extended_errcode(connection_->handle());
    done_ = true;
    sqlite3_reset(handle_);
    throw engine_failure(extended, "run a statement");
}

std::int64_t CachedStatement::inserted_id() const {
    TILL_ASSERT(done_ && changes_ == 1);
    return sqlite3_last_insert_rowid(connection_->handle());
}

void CachedStatement::reset() noexcept {
    if (!in_use_) return;
    const int code = sqlite3_reset(handle_);
    // A writing statement that was not stepped to its end checks its foreign keys only now. The
    // connection remembers what it found and the operation fails.
    if (code != SQLITE_OK && stepped_ && !done_) connection_->remember_failure(code);
    in_use_ = false;
    connection_->give_back();
}

int CachedStatement::run() noexcept {
    sqlite3_step(handle_);
    return sqlite3_reset(handle_);
}

std::string CachedStatement::explanation() {
    constexpr int detail_column = 3;
    std::string lines;
    while (sqlite3_step(handle_) == SQLITE_ROW) {
        lines += reinterpret_cast<const char*>(sqlite3_column_text(handle_, detail_column));
        lines += '\n';
    }
    sqlite3_reset(handle_);
    return lines;
}

void CachedStatement::require_row(int column) const {
    TILL_ASSERT(stepped_ && !done_ && column >= 0 && column < columns_);
}

bool CachedStatement::is_null(int column) const {
    require_row(column);
    return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t CachedStatement::integer(int column) const {
    require_row(column);
    return sqlite3_column_int64(handle_, column);
}

std::string_view CachedStatement::text(int column) const {
    require_row(column);
    const unsigned char* data = sqlite3_column_text(handle_, column);
    if (data == nullptr) {
        if (sqlite3_column_type(handle_, column) == SQLITE_NULL) return {};
        throw engine_failure(SQLITE_NOMEM, "read a text");
    }
    return {reinterpret_cast<const char*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

sql::Bytes CachedStatement::bytes(int column) const {
    require_row(column);
    const void* data = sqlite3_column_blob(handle_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
    if (data == nullptr && size > 0) throw engine_failure(SQLITE_NOMEM, "read bytes");
    return {static_cast<const std::byte*>(data), size};
}

}  // namespace till::sqlite
