// SPDX-License-Identifier: MIT
//
// A store's file before SQLite sees it: where it really is, whether it may be opened at all, what
// its header says. Nothing here changes a byte.
#pragma once

#include "base/os_files.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace till::sqlite {

// "till" in ASCII, in the file header's application_id.
inline constexpr std::int32_t application_id = 0x74696c6c;

// A resolved path and the names of the files beside it.
struct StorePath {
    std::string file;
    std::string wal() const { return file + "-wal"; }
    std::string shm() const { return file + "-shm"; }
    std::string journal() const { return file + "-journal"; }
    std::string lock() const { return file + "-lock"; }

    // Files in the making, under names that nobody else would use: whoever has presence alone makes
    // them, so whoever shares presence knows that what is there is a killed process's.
    std::string fresh() const { return file + ".till-new"; }
    std::string migrating() const { return file + ".till-migrating"; }
    std::string restoring() const { return file + ".till-restoring"; }
    std::string copying() const { return file + ".till-copying"; }
    std::string replacing() const { return file + ".till-replacing"; }
};

// Validates and resolves what a caller gave. Failure: validation, io (no such directory).
StorePath resolve(const std::string& path);

// Refuses what is not a plain local file. Nothing: there is no file yet. Failure: not_a_store
// (directory, pipe, device), file_system (network, several hard links).
std::optional<os::FileInfo> inspect(const StorePath& path, bool allow_network_fs);

struct StoreHeader {
    std::int32_t version = 0;  // of the schema; 0: the file is empty, as a new one is
    std::uint64_t page_bytes = 0;
};

// Reads the header of a file that no store of this process has open. Failure: not_a_store, version
// (newer than `newest`).
StoreHeader read_header(const StorePath& path, std::int32_t newest);

// Failure(corrupt) when the file ends inside a page and no log can complete it.
void require_whole_pages(const StorePath& path, std::uint64_t page_bytes);

// A log without its file belongs to data that is gone: a new store would swallow or delete it.
void refuse_orphaned_logs(const StorePath& path);

// Removes what a killed creation, migration or restore left beside the store. For who has presence.
void remove_leftovers(const StorePath& path) noexcept;

// The name, or the name with the first "-2", "-3", … that no file has.
std::string free_name(const std::string& wanted);

// A database being made under a name of its own. What an earlier attempt left under the name is
// removed first, what this one leaves is removed at the end, unless it was renamed away.
class TemporaryDatabase {
public:
    explicit TemporaryDatabase(std::string path) : path_(std::move(path)) { remove(); }
    TemporaryDatabase(const TemporaryDatabase&) = delete;
    TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;
    ~TemporaryDatabase() {
        if (!kept_) remove();
    }
    const std::string& path() const noexcept { return path_; }
    void keep() noexcept { kept_ = true; }

private:
    void remove() const noexcept;
    std::string path_;
    bool kept_ = false;
};

Failure too_new(std::int32_t version, std::int32_t newest);

}  // namespace till::sqlite
