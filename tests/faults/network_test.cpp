// SPDX-License-Identifier: MIT
//
// Network file systems are refused unless the opener allows them. What a path is on is told by
// statfs(2); this program has a statfs of its own in front of the C library's, which lies when it
// is told to, and the library under test calls it like any other. Where this process may mount, a
// real FUSE file system (which no local one looks different from) is refused as well.
#include "faults/faults.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <linux/fuse.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace abi;

namespace {

std::atomic<std::uint32_t> pretended_magic{0};  // 0: the truth

using StatFs = int (*)(const char*, struct statfs*);

int answer(const char* function, const char* path, struct statfs* out) {
    const auto real = reinterpret_cast<StatFs>(::dlsym(RTLD_NEXT, function));
    const int result = real(path, out);
    if (result == 0 && pretended_magic != 0) out->f_type = pretended_magic;
    return result;
}

}  // namespace

extern "C" {
__attribute__((visibility("default"))) int statfs(const char* path, struct statfs* out) noexcept {
    return answer("statfs", path, out);
}
__attribute__((visibility("default"))) int statfs64(const char* path,
                                                    struct statfs64* out) noexcept {
    static_assert(sizeof(struct statfs64) == sizeof(struct statfs));
    return answer("statfs64", path, reinterpret_cast<struct statfs*>(out));
}
}

namespace {

struct Pretend {
    explicit Pretend(std::uint32_t magic) { pretended_magic = magic; }
    Pretend(const Pretend&) = delete;
    Pretend& operator=(const Pretend&) = delete;
    ~Pretend() { pretended_magic = 0; }
};

struct Named {
    std::uint32_t magic;
    const char* name;
};

// linux/magic.h and statfs(2).
constexpr std::array network{
    Named{0x6969, "NFS"},        Named{0xff534d42, "CIFS"}, Named{0xfe534d42, "SMB2"},
    Named{0x01021997, "9p"},     Named{0x65735546, "FUSE"}, Named{0x00c36400, "Ceph"},
    Named{0x0bd00bd0, "Lustre"}, Named{0x5346414f, "AFS"},  Named{0x517b, "SMB"},
};
constexpr std::array local{
    Named{0xef53, "ext4"},     Named{0x58465342, "XFS"},   Named{0x9123683e, "Btrfs"},
    Named{0xf2f52010, "F2FS"}, Named{0x01021994, "tmpfs"}, Named{0x794c7630, "overlayfs"},
};

struct Answer {
    till_status status = TILL_OK;
    std::string code;
    std::string message;
};

Answer answer_of(till_status status, const till_error* error) {
    Answer told{status, {}, {}};
    if (error != nullptr) {
        told.code = view(error->code);
        told.message = view(error->message);
        CHECK(error->status == status);
        CHECK(error->retryable == 0);
    }
    till_free(error);
    return told;
}

Answer try_open(const std::string& path, std::uint32_t flags) {
    till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
    in.path = str(path);
    in.flags = TILL_OPEN_TESTING | flags;
    till_store* store = nullptr;
    const till_error* error = nullptr;
    const till_status status = till_store_open(&in, &store, &error);
    CHECK((store != nullptr) == (status == TILL_OK));
    till_store_release(store);
    return answer_of(status, error);
}

Answer try_restore(const std::string& from, const std::string& to, std::uint32_t flags) {
    till_restore_in in = TILL_RESTORE_IN_INIT;
    in.flags = flags;
    in.from = str(from);
    in.to = str(to);
    const till_error* error = nullptr;
    const till_status status = till_store_restore(&in, &error);
    return answer_of(status, error);
}

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void check_refusal(const Answer& told, const char* name) {
    CHECK(told.status == TILL_E_FILE_SYSTEM);
    CHECK(told.code == "network_file_system");
    CHECK(told.message.find(std::string(" ") + name + " ") != std::string::npos);
    CHECK(told.message.find("allow it by name") != std::string::npos);
}

}  // namespace

TEST_CASE("a network file system is refused by name, nothing is made or touched") {
    const Directory directory;
    const std::string old = directory.file("old.db");
    const std::string fresh = directory.file("fresh.db");
    { const Handle store(old); }
    const std::string before = bytes_of(old);
    for (const Named& one : network) {
        CAPTURE(std::string(one.name));
        const Pretend pretend(one.magic);
        check_refusal(try_open(old, 0), one.name);
        check_refusal(try_open(fresh, 0), one.name);
        CHECK(bytes_of(old) == before);
        CHECK_FALSE(std::filesystem::exists(fresh));
        CHECK_FALSE(std::filesystem::exists(fresh + "-lock"));
    }
}

TEST_CASE("a network file system that the opener allows is used, and a local one needs no leave") {
    const Directory directory;
    for (const Named& one : network) {
        CAPTURE(std::string(one.name));
        const Pretend pretend(one.magic);
        CHECK(try_open(directory.file(one.name), TILL_OPEN_ALLOW_NETWORK).status == TILL_OK);
    }
    for (const Named& one : local) {
        CAPTURE(std::string(one.name));
        const Pretend pretend(one.magic);
        CHECK(try_open(directory.file(one.name), 0).status == TILL_OK);
    }
}

TEST_CASE("a restore onto a network file system is refused like an open, and allowed like one") {
    const Directory directory;
    const std::string backup = directory.file("backup.db");
    const std::string target = directory.file("shop.db");
    {
        const Handle store(directory.file("source.db"));
        till_backup_in in = TILL_BACKUP_IN_INIT;
        in.path = str(backup);
        const till_call system = as_system();
        Owned<till_report> report;
        REQUIRE(till_store_backup(store, &system, &in, Out(report), nullptr) == TILL_OK);
    }
    const Pretend pretend(network[0].magic);
    check_refusal(try_restore(backup, target, 0), "NFS");
    CHECK_FALSE(std::filesystem::exists(target));
    CHECK(try_restore(backup, target, TILL_OPEN_ALLOW_NETWORK).status == TILL_OK);
    CHECK(try_open(target, TILL_OPEN_ALLOW_NETWORK).status == TILL_OK);
}

namespace {

// A file system that says what it is and has an empty root: enough to be asked and refused. Its
// daemon is a process of its own, which ends with the mount.
class FuseDisk {
public:
    FuseDisk() : path_(directory_.file("mount")) {
        std::filesystem::create_directory(path_);
        const int device = ::open("/dev/fuse", O_RDWR | O_CLOEXEC);
        if (device < 0) return;
        const std::string options = "fd=" + std::to_string(device) +
                                    ",rootmode=40000,user_id=" + std::to_string(::getuid()) +
                                    ",group_id=" + std::to_string(::getgid());
        mounted_ =
            ::mount("till-test", path_.c_str(), "fuse", MS_NOSUID | MS_NODEV, options.c_str()) == 0;
        if (mounted_) {
            daemon_ = ::fork();
            if (daemon_ == 0) serve(device);
        }
        ::close(device);
    }
    FuseDisk(const FuseDisk&) = delete;
    FuseDisk& operator=(const FuseDisk&) = delete;
    ~FuseDisk() {
        if (!mounted_) return;
        ::umount2(path_.c_str(), MNT_DETACH);
        ::kill(daemon_, SIGKILL);
        ::waitpid(daemon_, nullptr, 0);
    }
    bool mounted() const { return mounted_ && daemon_ > 0; }
    std::string file(const char* name) const { return path_ + "/" + name; }

private:
    [[noreturn]] static void serve(int device) {
        std::vector<char> request(1 << 20);
        for (;;) {
            const ssize_t size = ::read(device, request.data(), request.size());
            if (size < 0 && errno == EINTR) continue;
            if (size < static_cast<ssize_t>(sizeof(fuse_in_header))) ::_exit(0);
            fuse_in_header header{};
            std::memcpy(&header, request.data(), sizeof header);
            respond(device, header);
        }
    }
    template <class Body>
    static void reply(int device, const fuse_in_header& header, const Body& body) {
        std::array<char, sizeof(fuse_out_header) + sizeof(Body)> bytes{};
        const fuse_out_header out{static_cast<std::uint32_t>(bytes.size()), 0, header.unique};
        std::memcpy(bytes.data(), &out, sizeof out);
        std::memcpy(bytes.data() + sizeof out, &body, sizeof body);
        if (::write(device, bytes.data(), bytes.size()) < 0) ::_exit(1);
    }
    static void respond(int device, const fuse_in_header& header) {
        if (header.opcode == FUSE_FORGET || header.opcode == FUSE_BATCH_FORGET) return;
        if (header.opcode == FUSE_INIT) {
            fuse_init_out out{};
            out.major = FUSE_KERNEL_VERSION;
            out.minor = FUSE_KERNEL_MINOR_VERSION;
            out.max_write = 4096;
            return reply(device, header, out);
        }
        if (header.opcode == FUSE_GETATTR && header.nodeid == FUSE_ROOT_ID) {
            fuse_attr_out out{};
            out.attr.ino = FUSE_ROOT_ID;
            out.attr.mode = S_IFDIR | 0755;
            out.attr.nlink = 2;
            out.attr.uid = ::getuid();
            out.attr.gid = ::getgid();
            return reply(device, header, out);
        }
        if (header.opcode == FUSE_STATFS) return reply(device, header, fuse_statfs_out{});
        const int error = header.opcode == FUSE_LOOKUP ? -ENOENT : -ENOSYS;
        const fuse_out_header out{sizeof(fuse_out_header), error, header.unique};
        if (::write(device, &out, sizeof out) < 0) ::_exit(1);
    }

    const Directory directory_;
    const std::string path_;
    bool mounted_ = false;
    ::pid_t daemon_ = -1;
};

}  // namespace

TEST_CASE("a real FUSE mount is refused, and allowed it is tried") {
    const FuseDisk disk;
    if (!disk.mounted()) {
        MESSAGE("skipped: no right to mount a FUSE file system; the lying statfs stands for it");
        return;
    }
    check_refusal(try_open(disk.file("shop.db"), 0), "FUSE");
    // It can hold no file, which is another refusal.
    const Answer allowed = try_open(disk.file("shop.db"), TILL_OPEN_ALLOW_NETWORK);
    CHECK(allowed.status != TILL_OK);
    CHECK(allowed.status != TILL_E_FILE_SYSTEM);
}
