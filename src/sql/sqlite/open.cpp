// SPDX-License-Identifier: MIT
#include "sql/sqlite/open.hpp"

#include "base/os.hpp"
#include "base/os_files.hpp"
#include "sql/sqlite/connection.hpp"
#include "sql/sqlite/copy.hpp"
#include "sql/sqlite/engine.hpp"
#include "sql/sqlite/errors.hpp"
#include "sql/sqlite/fault_vfs.hpp"
#include "sql/sqlite/registry.hpp"
#include "sql/sqlite/seed.hpp"
#include "sql/sqlite/store.hpp"
#include "sql/sqlite/store_file.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

namespace till::sqlite {

namespace {

// STRICT tables.
constexpr int oldest_engine = 3'037'000;

struct Task {
    const OpenOptions& options;
    const Clock& clock;
    Random& random;
    std::span<const Migration> migrations;
    StorePath path;
    std::int64_t deadline_us;

    std::int32_t newest() const { return migrations.back().version; }
};

void require_usable_engine() {
    if (sqlite3_libversion_number() >= oldest_engine && sqlite3_threadsafe() != 0) return;
    throw make_failure(Status::internal, "unsupported_engine",
                       std::string("SQLite ") + sqlite3_libversion() +
                           " is linked; version 3.37.0 or newer, built for threads, is needed.");
}

// The file's schema version by its header; 0: there is nothing yet and it may be made.
std::int32_t look(const Task& task) {
    const std::optional<os::FileInfo> info = inspect(task.path, task.options.allow_network_fs);
    if (info && info->size > 0) {
        const StoreHeader header = read_header(task.path, task.newest());
        require_whole_pages(task.path, header.page_bytes);
        return header.version;
    }
    if (!task.options.create) {
        throw make_failure(Status::not_found, "store_not_found", "There is no store at this path.");
    }
    refuse_orphaned_logs(task.path);
    return 0;
}

// Made under another name and renamed when whole and durable: a crash leaves no half-made store.
// The caller has presence alone, so nobody else uses that name.
void create_file(const Task& task) {
    const std::string& target = task.path.file;
    const std::string fresh = task.path.fresh();
    TemporaryDatabase guard(fresh);
    if (!os::create_private_file(fresh)) throw os::file_failure(EEXIST, "create the store");
    {
        Connection maker(fresh, Connection::Role::maker, {}, task.deadline_us);
        maker.execute("PRAGMA journal_mode = MEMORY", "prepare the store");
        migrate(maker, task.migrations, 0, [&](Connection& connection) {
            seed(connection, task.options.testing, task.clock, task.random);
        });
        if (maker.text("PRAGMA journal_mode = WAL") != "wal") {
            throw make_failure(Status::file_system, "no_wal",
                               "The file system cannot hold a write-ahead log; use a local one.");
        }
    }
    os::sync_file(fresh);
    if (os::look_at(target)) {
        os::rename_over(fresh, target);  // an empty file: see look()
    } else if (!os::rename_to_new(fresh, target)) {
        throw make_failure(Status::busy, "store_busy",
                           "Another program made a file at this path. Try again.", true);
    }
    guard.keep();
    os::sync_directory(os::directory_of(target));
}

// Reads what the header cannot tell and refuses what must not be opened. Changes no byte: a log
// that a crash left is read, but not folded in.
std::int32_t verify(const Task& task) {
    const std::optional<os::FileInfo> log = os::look_at(task.path.wal());
    Connection probe(task.path.file, Connection::Role::maker, {}, task.deadline_us);
    if (log && log->size > 0) {
        sqlite3_db_config(probe.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
    if (sqlite3_db_readonly(probe.handle(), "main") != 0) {
        throw make_failure(Status::read_only, "not_writable",
                           "The store's file may not be written; check its mode and owner.");
    }
    const std::int64_t version = probe.integer("PRAGMA user_version");
    if (version > task.newest()) throw too_new(static_cast<std::int32_t>(version), task.newest());
    if (probe.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'store'") != 1 ||
        probe.integer("SELECT count(*) FROM store") != 1) {
        throw engine_failure(SQLITE_CORRUPT, "find the store's identity");
    }
    const bool testing = probe.integer("SELECT testing FROM store") != 0;
    if (testing != task.options.testing) {
        throw make_failure(Status::conflict, testing ? "testing_store" : "not_a_testing_store",
                           testing ? "The store was made for testing and opens only for testing."
                                   : "The store holds real data and does not open for testing.");
    }
    return static_cast<std::int32_t>(version);
}

void migrate_file(const Task& task, std::int32_t version) {
    Connection maker(task.path.file, Connection::Role::maker, {}, task.deadline_us);
    copy_database(maker, free_name(task.path.file + ".before-v" + std::to_string(task.newest())),
                  task.path.migrating(), task.deadline_us);
    migrate(maker, task.migrations, version, [](Connection&) {});
}

// Brings the file to where it can be opened, presence shared at the end.
void prepare_file(const Task& task, ProcessLock& lock) {
    lock.share_presence(task.deadline_us);
    remove_leftovers(task.path);
    if (look(task) == 0) {
        lock.take_presence_alone(task.deadline_us);
        if (look(task) == 0) create_file(task);
        lock.share_presence(task.deadline_us);
    }
    if (verify(task) == task.newest()) return;
    lock.take_presence_alone(task.deadline_us);
    const std::int32_t version = verify(task);
    if (version < task.newest()) migrate_file(task, version);
    lock.share_presence(task.deadline_us);
}

void warn_of_wide_mode(const Task& task) {
    if (!task.options.log) return;
    constexpr unsigned others = 077;
    const std::optional<os::FileInfo> info = os::look_at(task.path.file);
    if (info && (info->mode & others) != 0) {
        task.options.log(LogLevel::warning, "storage",
                         "Others may read the store's file; its mode should be 0600.");
    }
}

}  // namespace

std::unique_ptr<sql::Database> open_store_with(const OpenOptions& options, const Clock& clock,
                                               Random& random,
                                               std::span<const Migration> migrations) {
    require_usable_engine();
    const Task task{options,
                    clock,
                    random,
                    migrations,
                    resolve(options.path),
                    os::monotonic_us() + options.timeout_us};
    const std::shared_ptr<Engine> engine = acquire_engine(
        task.path, task.deadline_us, [&] { static_cast<void>(look(task)); },
        [&](ProcessLock& lock) {
            prepare_file(task, lock);
            EngineOptions chosen;
            chosen.fault_injection = options.testing && options.fault_injection;
            chosen.connection = {options.cache_kib, options.mmap_bytes,
                                 chosen.fault_injection ? fault_vfs_name : nullptr};
            chosen.readers_max = std::max(1, options.readers_max);
            chosen.testing = options.testing;
            return std::make_unique<Engine>(task.path, chosen, lock, task.deadline_us);
        });
    if (engine->testing() != options.testing) {
        throw make_failure(Status::conflict, "testing_store",
                           "This process has the store open with another testing flag.");
    }
    warn_of_wide_mode(task);
    return std::make_unique<Store>(engine, options.log);
}

std::unique_ptr<sql::Database> open_store(const OpenOptions& options, const Clock& clock,
                                          Random& random) {
    return open_store_with(options, clock, random, shipped_migrations());
}

const char* engine_version() noexcept { return sqlite3_libversion(); }

}  // namespace till::sqlite
