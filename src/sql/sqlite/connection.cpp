// SPDX-License-Identifier: MIT
#include "sql/sqlite/connection.hpp"

#include "base/os.hpp"
#include "base/os_wait.hpp"
#include "sql/sqlite/errors.hpp"

#include <SQLiteCpp/Database.h>
#include <sqlite3.h>

#include <array>
#include <utility>

namespace till::sqlite {

const sql::Sql begin_read{"begin_read", "BEGIN"};
const sql::Sql begin_write{"begin_write", "BEGIN IMMEDIATE"};
const sql::Sql commit{"commit", "COMMIT"};
const sql::Sql rollback{"rollback", "ROLLBACK"};
const sql::Sql savepoint{"savepoint", "SAVEPOINT operation"};
const sql::Sql release_savepoint{"release_savepoint", "RELEASE operation"};
const sql::Sql undo_savepoint{"undo_savepoint", "ROLLBACK TO operation"};

namespace {

constexpr std::size_t slots_at_first = 64;
// Other programs hold SQLite's locks for about a commit; a shorter pause only burns time.
constexpr std::int64_t busy_pause_us = 500;

struct Limit {
    int id;
    int value;
};

// Far above what our statements and rows need, far below SQLite's own (security DA-5).
constexpr std::array limits{
    Limit{SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024},  // a profile image is 2 MiB
    Limit{SQLITE_LIMIT_SQL_LENGTH, 100'000},
    Limit{SQLITE_LIMIT_COLUMN, 100},
    Limit{SQLITE_LIMIT_EXPR_DEPTH, 100},
    Limit{SQLITE_LIMIT_COMPOUND_SELECT, 20},
    Limit{SQLITE_LIMIT_VDBE_OP, 100'000},
    Limit{SQLITE_LIMIT_FUNCTION_ARG, 16},
    Limit{SQLITE_LIMIT_ATTACHED, 0},
    Limit{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1'000},
    Limit{SQLITE_LIMIT_VARIABLE_NUMBER, 1'000},
    Limit{SQLITE_LIMIT_TRIGGER_DEPTH, 4},
    Limit{SQLITE_LIMIT_WORKER_THREADS, 0},
};

struct Switch {
    int id;
    int value;
};

constexpr std::array switches{
    Switch{SQLITE_DBCONFIG_DEFENSIVE, 1},       Switch{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    Switch{SQLITE_DBCONFIG_ENABLE_FKEY, 1},     Switch{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    Switch{SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0}, Switch{SQLITE_DBCONFIG_DQS_DML, 0},
    Switch{SQLITE_DBCONFIG_DQS_DDL, 0},
};

int open_flags(Connection::Role role) noexcept {
    const int access =
        role == Connection::Role::reader ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    // The path is resolved already: a link in it was put there since.
    return access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW;
}

std::size_t hash_of(const sql::Sql* key) noexcept {
    // Fibonacci hashing; the low bits of an address are alignment.
    return static_cast<std::size_t>(
        (reinterpret_cast<std::uintptr_t>(key) >> 4U) * std::uintptr_t{0x9e3779b97f4a7c15} >> 32U);
}

}  // namespace

Connection::Connection(const std::string& path, Role role, const ConnectionOptions& options,
                       std::int64_t deadline_us)
    : deadline_us_(deadline_us), slots_(slots_at_first) {
    translated("open the file", [&] {
        database_ = std::make_unique<SQLite::Database>(path, open_flags(role), 0,
                                                       options.vfs != nullptr ? options.vfs : "");
    });
    handle_ = database_->getHandle();
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_handler(
        handle_,
        [](void* self, int) -> int {
            if (os::monotonic_us() >= static_cast<Connection*>(self)->deadline_us_) return 0;
            os::pause_us(busy_pause_us);
            return 1;
        },
        this);
    harden(role);
    configure(role, options);
}

Connection::~Connection() {
    // SQLiteCpp asserts that no statement outlives its database.
    slots_.clear();
}

void Connection::harden(Role role) {
    for (const Switch& one : switches) {
        const int code = sqlite3_db_config(handle_, one.id, one.value, nullptr);
        if (code != SQLITE_OK) throw engine_failure(code, "harden the connection");
    }
    for (const Limit& limit : limits) sqlite3_limit(handle_, limit.id, limit.value);
    execute("PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY", "harden the connection");
    // Erased personal data must not stay readable in free pages.
    if (role != Role::reader) execute("PRAGMA secure_delete = ON", "harden the connection");
}

void Connection::configure(Role role, const ConnectionOptions& options) {
    if (options.cache_kib > 0) {
        execute(("PRAGMA cache_size = -" + std::to_string(options.cache_kib)).c_str(),
                "set the cache size");
    }
    if (role == Role::reader) {
        if (options.mmap_bytes > 0) {
            execute(("PRAGMA mmap_size = " + std::to_string(options.mmap_bytes)).c_str(),
                    "map the file");
        }
        return;
    }
    execute("PRAGMA synchronous = FULL", "set the durability");
    if (role == Role::maker) return;
    if (sqlite3_db_readonly(handle_, "main") != 0) {
        throw make_failure(Status::read_only, "not_writable",
                           "The store's file may not be written; check its mode and owner.");
    }
    if (text("PRAGMA journal_mode = WAL") != "wal") {
        throw make_failure(Status::file_system, "no_wal",
                           "The file system cannot hold a write-ahead log; use a local one.");
    }
    // A file that was no WAL file before (a backup) is one now, but its log is opened by the first
    // read. Readers alone could not take an unused log away at the end.
    static_cast<void>(integer("SELECT count(*) FROM sqlite_schema"));
    // Setting the hook also takes SQLite's automatic checkpoints away: the writer's leader decides.
    sqlite3_wal_hook(
        handle_,
        [](void* self, sqlite3*, const char*, int pages) -> int {
            static_cast<Connection*>(self)->wal_pages_ = pages;
            return SQLITE_OK;
        },
        this);
}

void Connection::execute(const char* text, const char* doing) {
    const int code = sqlite3_exec(handle_, text, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw engine_failure(code, doing);
}

std::int64_t Connection::integer(const char* query) {
    std::int64_t result = 0;
    translated("read from the store", [&] { result = database_->execAndGet(query).getInt64(); });
    return result;
}

std::string Connection::text(const char* query) {
    std::string result;
    translated("read from the store", [&] { result = database_->execAndGet(query).getString(); });
    return result;
}

CachedStatement& Connection::find(const sql::Sql& sql) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t index = hash_of(&sql) & mask;
    while (slots_[index].key != nullptr && slots_[index].key != &sql) index = (index + 1) & mask;
    Slot& slot = slots_[index];
    if (slot.key == &sql) return *slot.statement;
    if ((used_slots_ + 1) * 2 > slots_.size()) {
        grow();
        return find(sql);
    }
    slot.statement = std::make_unique<CachedStatement>(*this, sql);
    slot.key = &sql;
    ++used_slots_;
    return *slot.statement;
}

void Connection::grow() {
    std::vector<Slot> larger(slots_.size() * 2);
    const std::size_t mask = larger.size() - 1;
    for (Slot& slot : slots_) {
        if (slot.key == nullptr) continue;
        std::size_t index = hash_of(slot.key) & mask;
        while (larger[index].key != nullptr) index = (index + 1) & mask;
        larger[index] = std::move(slot);
    }
    slots_ = std::move(larger);
}

CachedStatement& Connection::prepare(const sql::Sql& sql) {
    CachedStatement* statement = &find(sql);
    while (statement->in_use()) {
        if (statement->spare == nullptr) {
            statement->spare = std::make_unique<CachedStatement>(*this, sql);
        }
        statement = statement->spare.get();
    }
    statement->take();
    ++open_statements_;
    return *statement;
}

int Connection::run(const sql::Sql& sql) { return find(sql).run(); }

std::int64_t Connection::total_changes() const noexcept { return sqlite3_total_changes64(handle_); }

bool Connection::in_transaction() const noexcept { return sqlite3_get_autocommit(handle_) == 0; }

void Connection::reset_open_statements() noexcept {
    if (open_statements_ == 0) return;
    for (Slot& slot : slots_) {
        for (CachedStatement* one = slot.statement.get(); one != nullptr; one = one->spare.get()) {
            one->reset();
        }
    }
}

void Connection::reset_statements() noexcept {
    reset_open_statements();
    remembered_code_ = 0;
}

void Connection::finish_statements() {
    reset_open_statements();
    const int code = std::exchange(remembered_code_, 0);
    if (code != SQLITE_OK) throw engine_failure(code, "finish a statement");
}

void Connection::roll_back() noexcept {
    reset_statements();
    if (in_transaction()) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void Connection::abandon() noexcept {
    for (Slot& slot : slots_) {
        if (slot.statement != nullptr) slot.statement->abandon();
    }
    // Left to the parent on purpose: freeing it here would close the parent's connection.
    static_cast<void>(database_.release());
    handle_ = nullptr;
}

sql::Statement& ConnectionTransaction::prepare(const sql::Sql& sql) {
    CachedStatement& statement = connection_->prepare(sql);
    if (!writable_ && !statement.read_only()) {
        statement.reset();
        throw make_failure(
            Status::internal, "write_in_read",
            std::string("The statement ") + sql.name + " writes, but runs in a reading operation.");
    }
    return statement;
}

}  // namespace till::sqlite
