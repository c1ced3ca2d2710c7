// SPDX-License-Identifier: MIT
#include "base/os_files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace till::os {

namespace {

constexpr mode_t private_mode = 0600;

class Descriptor {
public:
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int get() const noexcept { return number_; }
    int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_;
};

int open_retrying(const std::string& path, int flags, mode_t mode = 0) noexcept {
    int descriptor = -1;
    do {
        descriptor = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

// A new file of mode 0600, or -1 with errno.
int create_exclusively(const std::string& path) {
    Descriptor file(open_retrying(path, O_RDWR | O_CREAT | O_EXCL, private_mode));
    if (file.get() < 0) return -1;
    // The umask may have taken bits away; a default ACL may have added some.
    if (::fchmod(file.get(), private_mode) != 0)
        throw file_failure(errno, "set the mode of a file");
    return file.release();
}

FileInfo info_of(const struct stat& found) {
    FileInfo info;
    info.id = {static_cast<std::uint64_t>(found.st_dev), static_cast<std::uint64_t>(found.st_ino)};
    info.kind = S_ISREG(found.st_mode)   ? FileKind::regular
                : S_ISDIR(found.st_mode) ? FileKind::directory
                                         : FileKind::other;
    info.size = static_cast<std::uint64_t>(found.st_size);
    info.links = static_cast<std::uint64_t>(found.st_nlink);
    info.mode = found.st_mode & 07777U;
    return info;
}

void sync_descriptor(int descriptor, const char* doing) {
    int result = 0;
    do {
        result = ::fsync(descriptor);
    } while (result != 0 && errno == EINTR);
    if (result != 0) throw file_failure(errno, doing);
}

void write_all(int descriptor, const std::byte* data, std::size_t size) {
    while (size > 0) {
        const ssize_t written = ::write(descriptor, data, size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) throw file_failure(written < 0 ? errno : ENOSPC, "write a file");
        data += written;
        size -= static_cast<std::size_t>(written);
    }
}

std::size_t read_some(int descriptor, std::span<std::byte> buffer) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        const ssize_t got = ::read(descriptor, buffer.data() + filled, buffer.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw file_failure(errno, "read a file");
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

struct flock lock_request(std::int64_t byte, short type) noexcept {
    struct flock request {};
    request.l_type = type;
    request.l_whence = SEEK_SET;
    request.l_start = byte;
    request.l_len = 1;
    return request;
}

}  // namespace

Failure file_failure(int error_number, const char* doing) {
    Status status = Status::io;
    const char* code = "io_error";
    switch (error_number) {
        case EACCES:
        case EPERM:
        case EROFS:
            status = Status::read_only;
            code = "not_writable";
            break;
        case ENOENT:
        case ENOTDIR:
            code = "no_such_path";
            break;
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            status = Status::storage_full;
            code = "storage_full";
            break;
        case ENOMEM:
            status = Status::no_memory;
            code = "no_memory";
            break;
        default:
            break;
    }
    Error error = make_error(status, code,
                             std::string("Cannot ") + doing + ": " +
                                 std::generic_category().message(error_number) + ".");
    error.source_code = error_number;
    error.retryable = status == Status::storage_full || status == Status::no_memory;
    return Failure(std::move(error));
}

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string real_path(const std::string& path) {
    using Resolved = std::unique_ptr<char, decltype(&std::free)>;
    if (const Resolved whole(::realpath(path.c_str(), nullptr), &std::free); whole != nullptr) {
        return whole.get();
    }
    struct stat found {};
    // Present and yet not resolvable: a dangling or looping link, or a directory we may not enter.
    if (errno != ENOENT || ::lstat(path.c_str(), &found) == 0) {
        throw file_failure(errno == 0 ? ENOENT : errno, "resolve the path");
    }
    const Resolved parent(::realpath(directory_of(path).c_str(), nullptr), &std::free);
    if (parent == nullptr) throw file_failure(errno, "find the directory of the path");
    const std::string name = path.substr(path.find_last_of('/') + 1);
    if (name.empty() || name == "." || name == "..") throw file_failure(ENOENT, "resolve the path");
    const std::string directory = parent.get();
    return directory == "/" ? "/" + name : directory + "/" + name;
}

std::optional<FileInfo> look_at(const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) == 0) return info_of(found);
    if (errno == ENOENT) return std::nullopt;
    throw file_failure(errno, "look at a file");
}

std::uint64_t file_system_magic(const std::string& path) {
    struct statfs found {};
    int result = 0;
    do {
        result = ::statfs(path.c_str(), &found);
    } while (result != 0 && errno == EINTR);
    if (result != 0) throw file_failure(errno, "ask for the file system");
    return static_cast<std::uint64_t>(found.f_type) & 0xffffffffU;
}

bool may_be_time_zone(std::string_view name) {
    const auto is_file = [](const std::string& path) {
        struct stat info {};
        return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
    };
    const std::string zones = "/usr/share/zoneinfo/";
    return is_file(zones + std::string(name)) || !is_file(zones + "Etc/UTC");
}

bool create_private_file(const std::string& path) {
    const Descriptor file(create_exclusively(path));
    if (file.get() >= 0) return true;
    if (errno == EEXIST) return false;
    throw file_failure(errno, "create a file");
}

std::size_t read_head(const std::string& path, std::span<std::byte> buffer) {
    const Descriptor file(open_retrying(path, O_RDONLY));
    if (file.get() < 0) throw file_failure(errno, "open a file");
    return read_some(file.get(), buffer);
}

void copy_file(const std::string& from, const std::string& to) {
    const Descriptor source(open_retrying(from, O_RDONLY));
    if (source.get() < 0) throw file_failure(errno, "open a file");
    const Descriptor target(create_exclusively(to));
    if (target.get() < 0) throw file_failure(errno, "create a file");
    std::vector<std::byte> buffer(std::size_t{256} * 1024);
    while (const std::size_t filled = read_some(source.get(), buffer)) {
        write_all(target.get(), buffer.data(), filled);
    }
    sync_descriptor(target.get(), "make a file durable");
}

void sync_file(const std::string& path) {
    const Descriptor file(open_retrying(path, O_RDWR));
    if (file.get() < 0) throw file_failure(errno, "open a file");
    sync_descriptor(file.get(), "make a file durable");
}

void sync_directory(const std::string& path) {
    const Descriptor directory(open_retrying(path, O_RDONLY | O_DIRECTORY));
    if (directory.get() < 0) throw file_failure(errno, "open a directory");
    sync_descriptor(directory.get(), "make a directory durable");
}

void rename_over(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) throw file_failure(errno, "rename a file");
}

bool rename_to_new(const std::string& from, const std::string& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    if (errno == EEXIST) return false;
    if (errno != EINVAL && errno != ENOSYS) throw file_failure(errno, "rename a file");
    // The file system knows no such flag: a second name is refused in the same way, and then the
    // first one goes.
    if (::link(from.c_str(), to.c_str()) == 0) {
        if (::unlink(from.c_str()) != 0) throw file_failure(errno, "rename a file");
        return true;
    }
    if (errno == EEXIST) return false;
    throw file_failure(errno, "rename a file");
}

bool remove_file(const std::string& path) noexcept { return ::unlink(path.c_str()) == 0; }

LockFile LockFile::open(const std::string& path) {
    constexpr int attempts = 16;  // each one lost to somebody who creates or removes the file
    for (int attempt = 0; attempt < attempts; ++attempt) {
        int opened = open_retrying(path, O_RDWR);
        if (opened < 0 && errno == ENOENT) {
            opened = create_exclusively(path);
            if (opened < 0 && errno == EEXIST) continue;
        }
        Descriptor file(opened);
        if (file.get() < 0) throw file_failure(errno, "open the lock file");
        struct stat found {};
        if (::fstat(file.get(), &found) != 0) throw file_failure(errno, "look at the lock file");
        if (!S_ISREG(found.st_mode)) throw file_failure(EINVAL, "use the lock file");
        const FileId id = info_of(found).id;
        return LockFile(file.release(), id);
    }
    throw file_failure(EAGAIN, "open the lock file");
}

LockFile::LockFile(LockFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), id_(other.id_) {}

LockFile::~LockFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool LockFile::try_lock(std::int64_t byte, bool exclusive) {
    struct flock request = lock_request(byte, exclusive ? F_WRLCK : F_RDLCK);
    if (::fcntl(descriptor_, F_SETLK, &request) == 0) return true;
    if (errno == EAGAIN || errno == EACCES || errno == EINTR) return false;
    throw file_failure(errno, "lock the store");
}

void LockFile::unlock(std::int64_t byte) noexcept {
    struct flock request = lock_request(byte, F_UNLCK);
    // Unlocking one byte may split a range in the kernel and so need memory; it gives it at once.
    while (::fcntl(descriptor_, F_SETLK, &request) != 0 && errno == EINTR) {
    }
}

std::int64_t LockFile::holder(std::int64_t byte) const noexcept {
    struct flock request = lock_request(byte, F_WRLCK);
    if (::fcntl(descriptor_, F_GETLK, &request) != 0 || request.l_type == F_UNLCK) return 0;
    return request.l_pid;
}

}  // namespace till::os
