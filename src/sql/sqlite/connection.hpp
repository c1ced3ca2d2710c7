// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"
#include "sql/database.hpp"
#include "sql/sqlite/statement.hpp"

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct sqlite3;
namespace SQLite {
class Database;
}

namespace till::sqlite {

class Connection;

// Sees every step of a use case's statement; a test's may throw. See faults.hpp.
class StepHook {
public:
    virtual ~StepHook() = default;
    virtual void on_operation() = 0;
    virtual void on_step(Connection& connection) = 0;
};

struct ConnectionOptions {
    std::int64_t cache_kib = 0;   // 0: SQLite's default
    std::int64_t mmap_bytes = 0;  // readers only; 0: none
    const char* vfs = nullptr;    // null: SQLite's default
};

// One hardened connection with its cached statements. Used by one thread at a time; who that is,
// the owner decides (the writer's leader, a reader's slot).
class Connection {
public:
    enum class Role : std::uint8_t {
        writer,  // WAL, synchronous FULL, never checkpoints on its own
        reader,  // opened read-only
        maker,   // creates, migrates or copies a file that nobody else has open; a rollback journal
    };

    Connection(const std::string& path, Role role, const ConnectionOptions& options,
               std::int64_t deadline_us);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    sqlite3* handle() const noexcept { return handle_; }

    // How long to wait for a lock that a program other than till may hold.
    void set_deadline(std::int64_t deadline_us) noexcept { deadline_us_ = deadline_us; }

    CachedStatement& prepare(const sql::Sql& sql);
    // Runs a statement of the engine's own that takes nothing and returns nothing.
    int run(const sql::Sql& sql);
    // Runs fixed text, several statements allowed. Not cached.
    void execute(const char* text, const char* doing);
    std::int64_t integer(const char* query);
    std::string text(const char* query);

    bool in_transaction() const noexcept;
    // Rows that completed statements have changed since the connection was opened.
    std::int64_t total_changes() const noexcept;
    // Ends an operation: resets what it left un-stepped, reports what that brought to light.
    void finish_statements();
    void reset_statements() noexcept;
    // Gives up every statement and transaction; the connection is as new. No failure matters here:
    // closing would do the same.
    void roll_back() noexcept;

    // Pages in the WAL after the last commit of this connection.
    int wal_pages() const noexcept { return wal_pages_; }

    void set_step_hook(StepHook* hook) noexcept { step_hook_ = hook; }
    void count_operation() {
        if (step_hook_ != nullptr) [[unlikely]]
            step_hook_->on_operation();
    }
    void count_step() {
        if (step_hook_ != nullptr) [[unlikely]]
            step_hook_->on_step(*this);
    }
    void give_back() noexcept { --open_statements_; }
    void remember_failure(int code) noexcept { remembered_code_ = code; }

    // After a fork: the child must neither close nor free what belongs to the parent.
    void abandon() noexcept;

private:
    struct Slot {
        const sql::Sql* key = nullptr;
        std::unique_ptr<CachedStatement> statement;
    };

    void reset_open_statements() noexcept;
    void harden(Role role);
    void configure(Role role, const ConnectionOptions& options);
    CachedStatement& find(const sql::Sql& sql);
    void grow();

    std::unique_ptr<SQLite::Database> database_;
    sqlite3* handle_ = nullptr;
    std::int64_t deadline_us_ = 0;
    std::vector<Slot> slots_;  // open addressing by the Sql's address; a power of two
    std::size_t used_slots_ = 0;
    int open_statements_ = 0;
    int wal_pages_ = 0;
    int remembered_code_ = 0;
    StepHook* step_hook_ = nullptr;
};

// What an operation sees of a connection. One per operation, on the stack.
class ConnectionTransaction final : public sql::Transaction {
public:
    ConnectionTransaction(Connection& connection, bool writable) noexcept
        : connection_(&connection), writable_(writable) {}
    bool writable() const noexcept override { return writable_; }

protected:
    sql::Statement& prepare(const sql::Sql& sql) override;

private:
    Connection* connection_;
    bool writable_;
};

// Statements the engine runs around the operations'.
extern const sql::Sql begin_read;
extern const sql::Sql begin_write;
extern const sql::Sql commit;
extern const sql::Sql rollback;
extern const sql::Sql savepoint;
extern const sql::Sql release_savepoint;
extern const sql::Sql undo_savepoint;

}  // namespace till::sqlite
