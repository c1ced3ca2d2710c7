// SPDX-License-Identifier: MIT
//
// Files as the storage engine needs them: looked at without being opened, created private, made
// durable, renamed, and locked by byte. Failures carry errno in source_code and never a path.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace till::os {

struct FileId {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const FileId&) const = default;
};

enum class FileKind : std::uint8_t { regular, directory, other };

struct FileInfo {
    FileId id;
    FileKind kind = FileKind::other;
    std::uint64_t size = 0;
    std::uint64_t links = 0;
    unsigned mode = 0;  // permission bits
};

Failure file_failure(int error_number, const char* doing);

// The path with every symbolic link resolved. The last part may be missing; its directory not.
std::string real_path(const std::string& path);
std::string directory_of(const std::string& path);
// Never follows a link in the last part, never opens. Nothing: there is no such file.
std::optional<FileInfo> look_at(const std::string& path);
// statfs's magic number of the file system that holds an existing file or directory.
std::uint64_t file_system_magic(const std::string& path);

// False: the machine has a list of time zones, and none of this name in it. `name` is an IANA name
// by its form.
bool may_be_time_zone(std::string_view name);

// Creates an empty file with mode 0600 whatever the umask. False: the name is taken.
bool create_private_file(const std::string& path);
// Reads up to the buffer's size from the start of a regular file. Opening and closing a file drops
// this process's record locks on it: only for files that no store of this process has open.
std::size_t read_head(const std::string& path, std::span<std::byte> buffer);
// Copies a file that nobody has open into a new private one, durably.
void copy_file(const std::string& from, const std::string& to);
void sync_file(const std::string& path);
void sync_directory(const std::string& path);
void rename_over(const std::string& from, const std::string& to);
// False: the new name is taken, and nothing happened.
bool rename_to_new(const std::string& from, const std::string& to);
bool remove_file(const std::string& path) noexcept;  // false: it was not there or would not go

// A small file whose bytes are locks between processes (POSIX record locks: they die with their
// process and are not inherited by its children). Record locks belong to the process and vanish
// with the first close of any descriptor of the file: open one LockFile per file and process.
class LockFile {
public:
    static LockFile open(const std::string& path);  // creates it, mode 0600
    LockFile(LockFile&& other) noexcept;
    LockFile(const LockFile&) = delete;
    LockFile& operator=(const LockFile&) = delete;
    LockFile& operator=(LockFile&&) = delete;
    ~LockFile();

    FileId id() const noexcept { return id_; }
    bool try_lock(std::int64_t byte, bool exclusive);
    void unlock(std::int64_t byte) noexcept;
    // The process that keeps this one from locking the byte exclusively, or 0.
    std::int64_t holder(std::int64_t byte) const noexcept;

private:
    LockFile(int descriptor, FileId id) noexcept : descriptor_(descriptor), id_(id) {}
    int descriptor_;
    FileId id_;
};

}  // namespace till::os
