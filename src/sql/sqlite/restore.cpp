// SPDX-License-Identifier: MIT
#include "sql/sqlite/restore.hpp"

#include "base/os.hpp"
#include "base/os_files.hpp"
#include "sql/sqlite/connection.hpp"
#include "sql/sqlite/copy.hpp"
#include "sql/sqlite/errors.hpp"
#include "sql/sqlite/migrations.hpp"
#include "sql/sqlite/registry.hpp"
#include "sql/sqlite/store_file.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

namespace till::sqlite {

namespace {

struct Identity {
    std::int64_t epoch = 0;
    bool testing = false;
};

Identity identity_of(Connection& connection) {
    if (connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'store'") != 1) {
        throw engine_failure(SQLITE_CORRUPT, "find the store's identity");
    }
    return {connection.integer("SELECT epoch FROM store"),
            connection.integer("SELECT testing FROM store") != 0};
}

// Refuses what is no sound store of a version we know. Asks SQLite and does not read the file: this
// process may have it open.
Identity require_sound_backup(Connection& backup) {
    if (backup.integer("PRAGMA application_id") != application_id) {
        throw make_failure(Status::not_a_store, "not_a_store", "The backup is not a store.");
    }
    const std::int64_t version = backup.integer("PRAGMA user_version");
    const std::int32_t newest = shipped_migrations().back().version;
    if (version > newest) throw too_new(static_cast<std::int32_t>(version), newest);
    if (backup.text("PRAGMA integrity_check(1)") != "ok") {
        throw engine_failure(SQLITE_CORRUPT, "use the backup");
    }
    return identity_of(backup);
}

std::string timestamp(Time now_us) {
    const auto seconds = static_cast<std::time_t>(now_us / us_per_second);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[20];
    const std::size_t size = std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
    return {text, size};
}

// Folds a log that a crash left into the file and reads who the store was. Nothing: it is damaged,
// which is a reason to restore and not one to refuse.
std::optional<Identity> settle(const std::string& path, std::int64_t deadline_us) {
    Identity identity;
    Error ignored;
    const bool sound = succeeds(
        [&] {
            Connection old(path, Connection::Role::maker, {}, deadline_us);
            identity = identity_of(old);
        },
        ignored);
    if (!sound) return std::nullopt;
    return identity;
}

// Copies the old file and what is left of its log aside; the originals stay until the rename. The
// name appears when the copy is whole, and its log before it.
std::string keep_old(const StorePath& target, Time now_us) {
    const std::string kept = free_name(target.file + ".replaced-" + timestamp(now_us));
    TemporaryDatabase guard(target.replacing());
    os::copy_file(target.file, guard.path());
    if (const auto log = os::look_at(target.wal()); log && log->size > 0) {
        os::copy_file(target.wal(), guard.path() + "-wal");
        os::rename_over(guard.path() + "-wal", kept + "-wal");
    }
    os::rename_over(guard.path(), kept);
    os::sync_directory(os::directory_of(target.file));
    return kept;
}

void set_epoch(const std::string& path, std::int64_t epoch, std::int64_t deadline_us) {
    Connection fresh(path, Connection::Role::maker, {}, deadline_us);
    fresh.execute(("UPDATE store SET epoch = " + std::to_string(epoch)).c_str(), "raise the epoch");
}

RestoreReport replace(Connection& backup, const StorePath& target, Identity identity,
                      std::int64_t deadline_us, const Clock& clock) {
    RestoreReport report;
    report.epoch = identity.epoch + 1;
    const std::optional<os::FileInfo> existing = inspect(target, true);
    const bool occupied = existing && existing->size > 0;
    if (occupied) {
        static_cast<void>(read_header(target, shipped_migrations().back().version));
        if (const std::optional<Identity> old = settle(target.file, deadline_us)) {
            if (old->testing != identity.testing) {
                throw make_failure(Status::conflict, "testing_store",
                                   "One of the two stores is for testing, the other is not.");
            }
            report.epoch = std::max(report.epoch, old->epoch + 1);
        }
    }
    const std::string fresh = target.restoring();
    TemporaryDatabase guard(fresh);
    const TemporaryDatabase copying(target.copying());
    copy_database(backup, fresh, copying.path(), deadline_us);
    set_epoch(fresh, report.epoch, deadline_us);
    os::sync_file(fresh);
    if (occupied) report.replaced = keep_old(target, clock.now_us());
    // The old log must not be applied to the new file. If a crash comes between these lines, the
    // old file stands without the log that settle() could not fold in; both are kept.
    for (const std::string& left : {target.wal(), target.shm(), target.journal()}) {
        os::remove_file(left);
    }
    os::rename_over(fresh, target.file);
    guard.keep();
    os::sync_directory(os::directory_of(target.file));
    return report;
}

}  // namespace

RestoreReport restore_store(const RestoreOptions& options, const Clock& clock) {
    const std::int64_t deadline_us = os::monotonic_us() + options.timeout_us;
    const StorePath source = resolve(options.from);
    const StorePath target = resolve(options.to);
    if (source.file == target.file) {
        throw Failure(
            invalid({{"/to", "same_file", "The backup and the store are one file.", {}}}));
    }
    if (!inspect(source, true)) {
        throw make_failure(Status::not_found, "backup_not_found",
                           "There is no backup at this path.");
    }
    static_cast<void>(inspect(target, options.allow_network_fs));
    Connection backup(source.file, Connection::Role::reader, {}, deadline_us);
    const Identity identity = require_sound_backup(backup);
    // Cut short it may look sound: SQLite reads what is missing as zeros.
    require_whole_pages(source, static_cast<std::uint64_t>(backup.integer("PRAGMA page_size")));
    RestoreReport report;
    with_closed_file(target, deadline_us, [&](ProcessLock& lock) {
        lock.take_presence_alone(deadline_us);
        report = replace(backup, target, identity, deadline_us, clock);
    });
    return report;
}

}  // namespace till::sqlite
