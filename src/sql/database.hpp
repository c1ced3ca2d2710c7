// SPDX-License-Identifier: MIT
//
// The seam between the use cases and a storage engine. Use cases see a Database, run operations in
// its Transactions and read Rows; everything an engine does differently (connections, DDL, the
// writer, the event sequence, error translation) stays behind it.
#pragma once

#include "base/clock.hpp"
#include "base/function_ref.hpp"
#include "base/histogram.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace till::sql {

// A statement: a constant with static storage in the table file that binds and reads it. Parameters
// are $1…$n, first appearing in ascending order. Engines cache by the constant's address.
struct Sql {
    const char* name;
    const char* text;
};

using Bytes = std::span<const std::byte>;

// One parameter. Text and bytes are borrowed until the statement has been stepped to its end.
class Value {
public:
    enum class Kind : std::uint8_t { null, integer, text, bytes };

    Value(std::nullptr_t) noexcept {}                                                  // NOLINT
    Value(std::int64_t integer) noexcept : kind_(Kind::integer), integer_(integer) {}  // NOLINT
    Value(std::int32_t integer) noexcept : kind_(Kind::integer), integer_(integer) {}  // NOLINT
    Value(bool truth) noexcept : kind_(Kind::integer), integer_(truth ? 1 : 0) {}      // NOLINT
    Value(std::string_view text) noexcept                                              // NOLINT
        : kind_(Kind::text), data_(text.data()), size_(text.size()) {}
    Value(const char* text) noexcept : Value(std::string_view(text)) {}         // NOLINT
    Value(const std::string& text) noexcept : Value(std::string_view(text)) {}  // NOLINT
    Value(Bytes bytes) noexcept                                                 // NOLINT
        : kind_(Kind::bytes),
          data_(reinterpret_cast<const char*>(bytes.data())),
          size_(bytes.size()) {}
    template <class T>
    Value(const std::optional<T>& value) noexcept {  // NOLINT(google-explicit-constructor)
        if (value) *this = Value(*value);
    }

    Kind kind() const noexcept { return kind_; }
    std::int64_t integer() const noexcept { return integer_; }
    const char* data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }

private:
    Kind kind_ = Kind::null;
    std::int64_t integer_ = 0;
    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

// A prepared statement in use: engine side of Rows. Not thread-safe; belongs to one connection.
class Statement {
public:
    virtual ~Statement() = default;
    virtual void bind(int index, const Value& value) = 0;  // index from 1
    virtual bool step() = 0;                               // true: a row is there
    virtual std::int64_t changes() const = 0;              // rows changed by the last complete step
    virtual std::int64_t inserted_id() const = 0;          // the id that changes() == 1 drew
    virtual void reset() noexcept = 0;                     // gives the statement back to the cache
    virtual bool is_null(int column) const = 0;            // columns from 0
    virtual std::int64_t integer(int column) const = 0;    // NULL reads as 0
    virtual std::string_view text(int column) const = 0;   // borrowed until the next step or reset
    virtual Bytes bytes(int column) const = 0;
};

// The rows of one query, forward only. Text and bytes are borrowed until the next call of next().
class Rows {
public:
    explicit Rows(Statement& statement) noexcept : statement_(&statement) {}
    Rows(Rows&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    Rows& operator=(Rows&&) = delete;
    ~Rows() {
        if (statement_ != nullptr) statement_->reset();
    }

    bool next() { return statement_->step(); }
    std::int64_t changes() const { return statement_->changes(); }
    std::int64_t inserted_id() const { return statement_->inserted_id(); }
    bool is_null(int column) const { return statement_->is_null(column); }
    std::int64_t integer(int column) const { return statement_->integer(column); }
    bool boolean(int column) const { return statement_->integer(column) != 0; }
    std::string_view text(int column) const { return statement_->text(column); }
    std::string string(int column) const { return std::string(statement_->text(column)); }
    Bytes bytes(int column) const { return statement_->bytes(column); }
    std::optional<std::int64_t> maybe_integer(int column) const {
        if (is_null(column)) return std::nullopt;
        return integer(column);
    }
    std::optional<std::string> maybe_string(int column) const {
        if (is_null(column)) return std::nullopt;
        return string(column);
    }

private:
    Statement* statement_;
};

// What an operation sees. Every statement of one operation runs in the same snapshot; in a write
// operation all of them take effect or none does. Used by one thread at a time; never kept.
class Transaction {
public:
    virtual ~Transaction() = default;

    // Runs a statement that returns no rows; gives the number of rows changed.
    template <class... Args>
    std::int64_t execute(const Sql& sql, const Args&... args) {
        Rows rows = query(sql, args...);
        while (rows.next()) {
        }
        return rows.changes();
    }

    // Runs an INSERT of one row whose id the engine draws; gives the id, or nothing when ON
    // CONFLICT DO NOTHING kept the row out. Without RETURNING, which costs SQLite a temporary table
    // a row; an engine that needs it appends it.
    template <class... Args>
    std::optional<std::int64_t> insert(const Sql& sql, const Args&... args) {
        Rows rows = query(sql, args...);
        while (rows.next()) {
        }
        if (rows.changes() == 0) return std::nullopt;
        return rows.inserted_id();
    }

    template <class... Args>
    Rows query(const Sql& sql, const Args&... args) {
        Statement& statement = prepare(sql);
        Rows rows(statement);
        int index = 0;
        (statement.bind(++index, Value(args)), ...);
        return rows;
    }

    virtual bool writable() const noexcept = 0;

protected:
    virtual Statement& prepare(const Sql& sql) = 0;
};

// Operations return true to keep their effect, false to undo it (a refusal carried in a Result by
// the caller's closure). They must be re-runnable: after a failure of a neighbour in the same batch
// the engine may run one again from the start. What takes over 1 ms happens before joining.
using WriteOperation = FunctionRef<bool(Transaction&)>;
using ReadOperation = FunctionRef<void(Transaction&)>;

// A batch: the writer held by one thread. `run` gives each operation its own savepoint and makes
// its effect visible to the next; nothing is durable or acknowledged before `commit` returns.
// Destroying an uncommitted batch rolls it back. After 1 s (the design's bound) it is rolled back,
// by its own next call or by a thread of this process that waits for the writer, and every further
// call throws Failure(busy).
class Batch {
public:
    virtual ~Batch() = default;
    virtual void run(WriteOperation operation) = 0;
    virtual void read(ReadOperation operation) = 0;
    virtual void commit() = 0;
};

struct BackupReport {
    std::int64_t bytes = 0;
};

struct CheckReport {
    std::string problems;  // one a line; empty when the store is sound
};

struct MaintainReport {
    std::int64_t wal_pages_checkpointed = 0;
    bool finished = true;  // false: the budget ran out
};

inline constexpr std::array<std::int64_t, 12> commit_bounds_us{
    50, 100, 200, 500, 1'000, 2'000, 5'000, 10'000, 20'000, 50'000, 100'000, 500'000};
inline constexpr std::array<std::int64_t, 8> group_bounds{1, 2, 4, 8, 16, 32, 64, 1'000};

// Figures for operators, since the store was opened by this process.
struct Counters {
    std::int64_t commits = 0;
    std::int64_t operations = 0;
    std::int64_t checkpoints = 0;
    std::int64_t readers = 0;
    HistogramFigures<commit_bounds_us.size()> commit_us;  // writing the log and syncing it
    HistogramFigures<group_bounds.size()> groups;         // operations a commit
    std::int64_t file_bytes = 0;
    std::int64_t log_bytes = 0;  // of the write-ahead log's file, which is used again
};

// One open store. Thread-safe. Deadlines are os::monotonic_us values. Every function may throw
// Failure: busy (deadline passed; the message names the holder where known), io, storage_full,
// corrupt, read_only, no_memory, outcome_unknown (a commit whose sync failed), forked.
class Database {
public:
    virtual ~Database() = default;

    // Runs in the writer: joins a group commit, returns when the effect is durable.
    virtual void write(std::int64_t deadline_us, WriteOperation operation) = 0;
    // Runs on a reader's snapshot, which includes every write acknowledged before the call.
    virtual void read(std::int64_t deadline_us, ReadOperation operation) = 0;
    virtual std::unique_ptr<Batch> begin_batch(std::int64_t deadline_us) = 0;
    // A batch of reads: one snapshot, which includes every write acknowledged before its first one.
    // Holds no writer; `run` throws Failure(misuse), `commit` only ends it.
    virtual std::unique_ptr<Batch> begin_read_batch(std::int64_t deadline_us) = 0;

    virtual BackupReport backup(const std::string& path, std::int64_t deadline_us) = 0;
    virtual CheckReport check(std::int64_t deadline_us) = 0;
    virtual MaintainReport maintain(std::int64_t budget_us) = 0;
    // Takes what was overwritten or erased out of the files: the log tells it until it is emptied.
    // False: somebody reads or writes meanwhile, and maintain() has still to do it.
    virtual bool empty_log(std::int64_t deadline_us) = 0;

    // Blocks until an operation after the given change count has committed (by any process) or the
    // deadline passes; gives the change count then. Polls for other processes.
    virtual std::int64_t wait_for_change(std::int64_t after, std::int64_t deadline_us) = 0;

    virtual Counters counters() const = 0;
    virtual void close() noexcept = 0;
};

}  // namespace till::sql
