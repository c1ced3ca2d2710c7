// SPDX-License-Identifier: MIT
#include "sql/sqlite/copy.hpp"

#include "base/on_exit.hpp"
#include "base/os.hpp"
#include "base/os_files.hpp"
#include "sql/sqlite/connection.hpp"
#include "sql/sqlite/errors.hpp"
#include "sql/sqlite/store_file.hpp"

#include <sqlite3.h>

#include <atomic>
#include <memory>

namespace till::sqlite {

namespace {

constexpr int pages_per_step = 256;  // 1 MiB between two looks at the deadline

// Unique among this machine's processes, so that a name left by a killed one blocks nobody.
std::string partial_name(const std::string& target) {
    static std::atomic<std::uint32_t> count{0};
    return target + ".partial-" + std::to_string(os::process_id()) + "-" +
           std::to_string(count.fetch_add(1, std::memory_order_relaxed));
}

void copy_pages(Connection& source, Connection& target, std::int64_t deadline_us) {
    using Backup = std::unique_ptr<sqlite3_backup, decltype(&sqlite3_backup_finish)>;
    Backup backup(sqlite3_backup_init(target.handle(), "main", source.handle(), "main"),
                  &sqlite3_backup_finish);
    if (backup == nullptr) {
        throw engine_failure(sqlite3_extended_errcode(target.handle()), "begin the copy");
    }
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup.get(), pages_per_step);
        if (code == SQLITE_OK && os::monotonic_us() >= deadline_us) code = SQLITE_INTERRUPT;
    }
    if (code != SQLITE_DONE) throw engine_failure(code, "copy the store");
    code = sqlite3_backup_finish(backup.release());
    if (code != SQLITE_OK) throw engine_failure(code, "finish the copy");
}

}  // namespace

std::int64_t copy_database(Connection& source, const std::string& target,
                           std::int64_t deadline_us) {
    return copy_database(source, target, partial_name(target), deadline_us);
}

std::int64_t copy_database(Connection& source, const std::string& target,
                           const std::string& partial, std::int64_t deadline_us) {
    const auto taken = [] {
        return make_failure(Status::already_exists, "target_exists",
                            "The target exists. Choose another name.");
    };
    if (os::look_at(target)) throw taken();
    TemporaryDatabase guard(partial);
    if (!os::create_private_file(partial)) throw taken();
    {
        // The outer transaction keeps one snapshot through all steps; without it every commit of
        // another connection would start the copy again.
        const OnExit end([&] { source.roll_back(); });
        source.execute("BEGIN", "begin to read");
        static_cast<void>(source.integer("SELECT count(*) FROM sqlite_schema"));
        Connection copy(partial, Connection::Role::maker, {}, deadline_us);
        // A crash leaves the partial file to be deleted, so it needs no journal.
        copy.execute("PRAGMA journal_mode = MEMORY", "prepare the copy");
        copy_pages(source, copy, deadline_us);
        // The source's header says that there is a log. The copy has none and shall be readable as
        // it is, on read-only media too.
        if (copy.text("PRAGMA journal_mode = DELETE") != "delete") {
            throw engine_failure(SQLITE_IOERR, "finish the copy");
        }
    }
    os::sync_file(partial);
    if (!os::rename_to_new(partial, target)) throw taken();
    guard.keep();
    os::sync_directory(os::directory_of(target));
    const auto info = os::look_at(target);
    return info ? static_cast<std::int64_t>(info->size) : 0;
}

}  // namespace till::sqlite
