// SPDX-License-Identifier: MIT
//
// A disk that is really full: a small file system in memory, where this process may mount one.
#include "faults/faults.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

using namespace abi;

namespace {

// Mounted at a directory of its own; taken away with what is in it.
class SmallDisk {
public:
    SmallDisk() : path_(directory_.file("disk")) {
        std::filesystem::create_directory(path_);
        mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=3m") == 0;
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
    }
    bool mounted() const { return mounted_; }
    std::string file(const char* name) const { return path_ + "/" + name; }

private:
    const Directory directory_;
    const std::string path_;
    bool mounted_ = false;
};

// Takes all the room that is left on the disk of this file.
void fill(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(file >= 0);
    std::string bytes(64 * 1024, 'x');
    while (!bytes.empty()) {
        if (::write(file, bytes.data(), bytes.size()) < 0) bytes.resize(bytes.size() / 2);
    }
    REQUIRE(::close(file) == 0);
}

till_status place_large(till_store* store, Owned<till_order>& order) {
    static const std::string note = "{\"note\":\"" + std::string(4'000, 'n') + "\"}";
    Cart cart;
    for (int i = 0; i < 50; ++i) cart.item(1'000, 1, "A line that takes some room in the file");
    cart.in.metadata = str(note);
    return try_place(store, as_system(), cart, order, nullptr);
}

}  // namespace

TEST_CASE("on a full disk writes say so, reads go on, and writes work again once there is room") {
    const SmallDisk disk;
    if (!disk.mounted()) {
        MESSAGE("skipped: no right to mount a file system; the injected full disk stands for it");
        return;
    }
    const Handle store(disk.file("shop.db"));
    const till_call system = as_system();
    const std::int64_t first = place(store, system);
    fill(disk.file("ballast"));
    std::int64_t stored = 1;
    till_status status = TILL_OK;
    Owned<till_order> order;
    while (status == TILL_OK && stored < 2'000) {
        status = place_large(store, order);
        if (status == TILL_OK) ++stored;
    }
    CHECK(std::string(till_status_name(status)) == "TILL_E_STORAGE_FULL");
    CHECK(place_large(store, order) == TILL_E_STORAGE_FULL);
    CHECK(order == nullptr);
    REQUIRE(till_order_get(store, &system, first, Out(order), nullptr) == TILL_OK);
    CHECK(last_event(store) == stored);
    // A copy has no room either, and leaves nothing behind.
    till_backup_in backup = TILL_BACKUP_IN_INIT;
    const std::string copy = disk.file("copy.db");
    backup.path = str(copy);
    Owned<till_report> report;
    const till_status copied = till_store_backup(store, &system, &backup, Out(report), nullptr);
    CHECK(std::string(till_status_name(copied)) == "TILL_E_STORAGE_FULL");
    CHECK_FALSE(std::filesystem::exists(copy));

    std::filesystem::remove(disk.file("ballast"));
    CHECK(place_large(store, order) == TILL_OK);
    CHECK(last_event(store) == stored + 1);
    require_sound(store);
}

TEST_CASE("a store is not made on a full disk, and is made there once there is room") {
    const SmallDisk disk;
    if (!disk.mounted()) {
        MESSAGE("skipped: no right to mount a file system");
        return;
    }
    fill(disk.file("ballast"));
    const std::string path = disk.file("shop.db");
    till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
    in.path = str(path);
    in.flags = TILL_OPEN_TESTING;
    till_store* store = nullptr;
    const till_status status = till_store_open(&in, &store, nullptr);
    CHECK(std::string(till_status_name(status)) == "TILL_E_STORAGE_FULL");
    CHECK(store == nullptr);
    std::filesystem::remove(disk.file("ballast"));
    const Handle made(path);
    place(made, as_system());
}
