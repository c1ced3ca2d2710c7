// SPDX-License-Identifier: MIT
#include "sql/sqlite/store_file.hpp"

#include "sql/sqlite/errors.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace till::sqlite {

namespace {

struct NetworkFileSystem {
    std::uint64_t magic;
    const char* name;
};

// statfs(2) and linux/magic.h. FUSE is among them because sshfs and its like look no different;
// whoever mounts a local FUSE file system may allow it.
constexpr std::array network_file_systems{
    NetworkFileSystem{0x6969, "NFS"},        NetworkFileSystem{0x517b, "SMB"},
    NetworkFileSystem{0xfe534d42, "SMB2"},   NetworkFileSystem{0xff534d42, "CIFS"},
    NetworkFileSystem{0x01021997, "9p"},     NetworkFileSystem{0x5346414f, "AFS"},
    NetworkFileSystem{0x6b414653, "kAFS"},   NetworkFileSystem{0x00c36400, "Ceph"},
    NetworkFileSystem{0x73757245, "Coda"},   NetworkFileSystem{0x65735546, "FUSE"},
    NetworkFileSystem{0x564c, "NCP"},        NetworkFileSystem{0x0bd00bd0, "Lustre"},
    NetworkFileSystem{0x47504653, "GPFS"},   NetworkFileSystem{0x7461636f, "OCFS2"},
    NetworkFileSystem{0x01161970, "GFS2"},   NetworkFileSystem{0x20030528, "OrangeFS"},
    NetworkFileSystem{0x19830326, "BeeGFS"}, NetworkFileSystem{0x786f4256, "VirtualBox"},
    NetworkFileSystem{0xbacbacbc, "VMware"}, NetworkFileSystem{0x7c7c6673, "Parallels"},
};

// https://sqlite.org/fileformat.html, section 1.3; numbers are big-endian.
constexpr std::size_t header_bytes = 100;
constexpr std::size_t page_size_at = 16;
constexpr std::size_t user_version_at = 60;
constexpr std::size_t application_id_at = 68;
constexpr std::string_view magic{"SQLite format 3\0", 16};

using Header = std::array<std::byte, header_bytes>;

std::int32_t number_at(const Header& header, std::size_t offset) {
    std::uint32_t number = 0;
    for (std::size_t index = 0; index < 4; ++index) {
        number = number << 8U | std::to_integer<std::uint32_t>(header[offset + index]);
    }
    return static_cast<std::int32_t>(number);
}

std::uint64_t page_bytes_of(const Header& header) {
    const auto high = std::to_integer<std::uint64_t>(header[page_size_at]);
    const auto low = std::to_integer<std::uint64_t>(header[page_size_at + 1]);
    const std::uint64_t size = high << 8U | low;
    return size == 1 ? 65'536 : size;
}

bool has_content(const std::string& path) {
    const std::optional<os::FileInfo> info = os::look_at(path);
    return info && info->size > 0;
}

Failure not_a_store(const char* code, const char* why) {
    return make_failure(Status::not_a_store, code, why);
}

}  // namespace

Failure too_new(std::int32_t version, std::int32_t newest) {
    return make_failure(Status::version, "schema_too_new",
                        "The store has schema version " + std::to_string(version) +
                            ", this library knows versions up to " + std::to_string(newest) +
                            ". Update the library.");
}

std::string free_name(const std::string& wanted) {
    std::string name = wanted;
    for (int number = 2; os::look_at(name); ++number) name = wanted + "-" + std::to_string(number);
    return name;
}

void TemporaryDatabase::remove() const noexcept {
    os::remove_file(path_);
    for (const char* suffix : {"-journal", "-wal", "-shm"}) os::remove_file(path_ + suffix);
}

void remove_leftovers(const StorePath& path) noexcept {
    for (const std::string& name :
         {path.fresh(), path.migrating(), path.restoring(), path.copying(), path.replacing()}) {
        const TemporaryDatabase removed(name);
    }
}

StorePath resolve(const std::string& path) {
    if (path.empty() || path.find('\0') != std::string::npos || path == ":memory:") {
        throw make_failure(Status::validation, "bad_path", "Give the path of a file.");
    }
    if (path.back() == '/') throw not_a_store("not_a_file", "The path names a directory.");
    return {os::real_path(path)};
}

std::optional<os::FileInfo> inspect(const StorePath& path, bool allow_network_fs) {
    if (!allow_network_fs) {
        const std::uint64_t found = os::file_system_magic(os::directory_of(path.file));
        const auto* network =
            std::find_if(network_file_systems.begin(), network_file_systems.end(),
                         [&](const NetworkFileSystem& one) { return one.magic == found; });
        if (network != network_file_systems.end()) {
            throw make_failure(Status::file_system, "network_file_system",
                               std::string("The store would be on a ") + network->name +
                                   " file system, whose locks may not hold. Use a local disk, or "
                                   "allow it by name.");
        }
    }
    std::optional<os::FileInfo> info = os::look_at(path.file);
    if (!info) return info;
    if (info->kind != os::FileKind::regular) {
        throw not_a_store("not_a_file", "The path names a directory, a pipe or a device.");
    }
    // A process killed in the middle of a rename that took two steps left both names.
    const std::optional<os::FileInfo> fresh = os::look_at(path.fresh());
    const std::uint64_t own_links = fresh && fresh->id == info->id ? 2 : 1;
    if (info->links > own_links) {
        // Each name would get a log of its own, and one of them would be lost.
        throw make_failure(Status::file_system, "hard_link",
                           "The file has several names (hard links). Keep one.");
    }
    return info;
}

StoreHeader read_header(const StorePath& path, std::int32_t newest) {
    Header header{};
    const std::size_t size = os::read_head(path.file, header);
    if (size == 0) return {};
    if (size < header.size() || std::memcmp(header.data(), magic.data(), magic.size()) != 0) {
        throw not_a_store("not_a_store", "The file is not a store.");
    }
    if (number_at(header, application_id_at) != application_id) {
        throw not_a_store("foreign_database", "The file is a database of another program.");
    }
    const std::int32_t version = number_at(header, user_version_at);
    if (version > newest) throw too_new(version, newest);
    if (version < 1) throw not_a_store("not_a_store", "The file is not a store.");
    return {version, page_bytes_of(header)};
}

void require_whole_pages(const StorePath& path, std::uint64_t page_bytes) {
    // SQLite reads the missing end of a last page as zeros. Only a log may have the rest of it.
    const std::optional<os::FileInfo> info = os::look_at(path.file);
    if (page_bytes < 512 || (info && info->size % page_bytes != 0 && !has_content(path.wal()))) {
        throw make_failure(Status::corrupt, "corrupt",
                           "The store's file is cut short; restore a backup.");
    }
}

void refuse_orphaned_logs(const StorePath& path) {
    for (const std::string& name : {path.wal(), path.journal()}) {
        if (has_content(name)) {
            throw make_failure(
                Status::corrupt, "orphaned_log",
                "The store's file is missing or empty, but its log is there. Put the "
                "file back, or restore a backup.");
        }
    }
}

}  // namespace till::sqlite
