// SPDX-License-Identifier: MIT
// Backups as cron makes them: dated, rotated, one at a time. And what restore refuses.
#include "fixture.hpp"
#include "program.hpp"
#include "till/till.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/file.h>
#include <sys/stat.h>

using namespace till_server_test;
namespace fs = std::filesystem;

namespace {

struct Backups {
    TemporaryDirectory directory;
    std::string db = directory.file("shop.db");
    std::string copies = directory.file("copies");
    std::string text;

    Backups() {
        REQUIRE(::mkdir(copies.c_str(), 0700) == 0);
        REQUIRE(run({"demo", "--db", db}) == 0);
    }
    int run(const std::vector<std::string>& arguments) {
        Program program(arguments);
        const int code = program.finish();
        text = program.text;
        return code;
    }
    int back_up(const std::string& keep = "2") {
        return run({"backup", "--db", db, "--backup-dir", copies, "--backup-keep", keep});
    }
    void touch(const std::string& name) const { std::ofstream(copies + "/" + name) << "x"; }
    std::set<std::string> names() const {
        std::set<std::string> found;
        for (const auto& entry : fs::directory_iterator(copies)) {
            found.insert(entry.path().filename());
        }
        return found;
    }
    bool says(const char* part) const { return text.find(part) != std::string::npos; }
};

}  // namespace

TEST_CASE("dated backups rotate, and nothing else in their directory is touched") {
    Backups shop;
    const std::set<std::string> others{"shop-20200101T000000Z.db.txt", "shop-2020.db",
                                       "other-20200101T000000Z.db", "shop-20200101T000000Z.sqlite",
                                       "other-20200101T000000Z.db.partial-1-0"};
    for (const std::string& name : others) shop.touch(name);
    for (const char* name :
         {"shop-20200103T000000Z.db", "shop-20200101T000000Z.db", "shop-20200102T000000Z.db",
          "shop-20200102T000001Z.db.partial-4711-0"}) {
        shop.touch(name);
    }
    REQUIRE(shop.back_up() == 0);
    CHECK(shop.says("shop-20200102T000000Z.db: deleted, 2 others stay"));
    std::set<std::string> left = shop.names();
    for (const std::string& name : others) CHECK(left.erase(name) == 1);
    CHECK(left.erase("shop-20200103T000000Z.db") == 1);
    REQUIRE(left.size() == 1);
    std::string shape = *left.begin();
    std::replace_if(
        shape.begin(), shape.end(), [](char c) { return c >= '0' && c <= '9'; }, '0');
    CHECK(shape == "shop-00000000T000000Z.db");
    const std::string copy = shop.copies + "/" + *left.begin();
    struct stat status {};
    REQUIRE(::stat(copy.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(shop.run({"check", "--db", copy}) == 0);
}

TEST_CASE("rotation keeps the new copy, though a clock that ran ahead has dated others later") {
    Backups shop;
    const std::set<std::string> later{"shop-20990101T000000Z.db", "shop-20990102T000000Z.db"};
    for (const std::string& name : later) shop.touch(name);
    REQUIRE(shop.back_up("2") == 0);
    std::set<std::string> left = shop.names();
    CHECK(left.erase("shop-20990102T000000Z.db") == 1);
    REQUIRE(left.size() == 1);
    fs::remove(shop.copies + "/" +
               *left.begin());  // the next may be of the same second, and so of the same name
    REQUIRE(shop.back_up("1") == 0);
    left = shop.names();
    REQUIRE(left.size() == 1);
    CHECK(later.count(*left.begin()) == 0);
}

TEST_CASE("a backup that fails deletes no older one") {
    Backups shop;
    shop.touch("shop-20200101T000000Z.db");
    CHECK(shop.run({"backup", "--db", shop.directory.file("none.db"), "--backup-dir", shop.copies,
                    "--backup-keep", "1"}) == 1);
    CHECK(shop.names().count("shop-20200101T000000Z.db") == 1);
    CHECK(shop.run({"backup", "--db", shop.db, "--backup-dir", shop.directory.file("none")}) == 1);
    CHECK(shop.says("mkdir -m 700"));
    CHECK(shop.run({"backup", "--db", shop.db}) == 2);
    CHECK(shop.says("--backup-dir"));
    CHECK(shop.back_up("0") == 2);
}

TEST_CASE("one backup at a time works in a directory") {
    Backups shop;
    const int directory = ::open(shop.copies.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    REQUIRE(::flock(directory, LOCK_EX) == 0);
    CHECK(shop.back_up() == 1);
    CHECK(shop.says("Another backup"));
    CHECK(shop.names().empty());
    ::close(directory);
    CHECK(shop.back_up() == 0);
}

TEST_CASE("a backup is made while the store is served") {
    Backups shop;
    Program server({"serve", "--db", shop.db, "--listen", "127.0.0.1:0"});
    port_of(server);
    CHECK(shop.back_up() == 0);
    CHECK(shop.names().size() == 1);
    server.signal(SIGTERM);
    CHECK(server.finish() == 0);
}

TEST_CASE(
    "restore refuses a live store, a newer one and a newer backup, and keeps what it replaces") {
    Backups shop;
    const std::string copy = shop.copies + "/copy.db";
    REQUIRE(shop.run({"backup", "--db", shop.db, "--to", copy}) == 0);
    {
        Program server({"serve", "--db", shop.db, "--listen", "127.0.0.1:0"});
        port_of(server);
        CHECK(shop.run({"restore", "--from", copy, "--db", shop.db}) == 1);
        CHECK(shop.says("Nothing was restored"));
        server.signal(SIGTERM);
        CHECK(server.finish() == 0);
    }
    CHECK(shop.run({"check", "--db", shop.db}) == 0);

    // The schema's version stands at a fixed place of the head, in big-endian order.
    const std::string newer = shop.copies + "/newer.db";
    fs::copy_file(copy, newer);
    {
        std::fstream file(newer, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(60);
        file.write("\x00\x00\x7f\xff", 4);
    }
    CHECK(shop.run({"restore", "--from", newer, "--db", shop.db}) == 1);
    CHECK(shop.says("schema version 32767"));
    CHECK(shop.run({"restore", "--from", copy, "--db", newer}) == 1);
    CHECK(shop.says("schema version 32767"));

    CHECK(shop.run({"settings", "--db", shop.db, "set", "shop_name=Later"}) == 0);
    CHECK(shop.run({"restore", "--from", copy, "--db", shop.db}) == 0);
    size_t kept = 0;
    for (const auto& entry : fs::directory_iterator(shop.directory.path())) {
        const std::string name = entry.path().filename();
        if (name.rfind("shop.db.replaced-", 0) != 0 || name.find("-wal") != std::string::npos)
            continue;
        ++kept;
        CHECK(shop.run({"settings", "--db", entry.path(), "get", "shop_name"}) == 0);
        CHECK(shop.text == "Later\n");
    }
    CHECK(kept == 1);
}
