// SPDX-License-Identifier: MIT
#include "sql/child.hpp"
#include "sql/sqlite/migrations.hpp"
#include "sql/sqlite/store_file.hpp"
#include "sql/support.hpp"

#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <sys/stat.h>
#include <sys/un.h>
#include <vector>

using namespace till;
using namespace till::testing;
namespace fs = std::filesystem;

namespace {

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
}

void overwrite(const std::string& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

unsigned mode_of(const std::string& path) {
    struct stat found {};
    REQUIRE(::lstat(path.c_str(), &found) == 0);
    return found.st_mode & 07777U;
}

std::string made_store(const TempDir& directory) {
    const std::string path = directory.file("shop.db");
    auto store = open_at(path);
    set(*store, "name", "value");
    return path;
}

// Must be refused with this error; the file stays as it was and nothing new lies beside it.
void check_refused(const std::string& path, Status status, const std::string& code) {
    const std::string before = content(path);
    const auto files = [&] {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(fs::path(path).parent_path())) {
            names.push_back(entry.path().filename());
        }
        std::sort(names.begin(), names.end());
        return names;
    };
    const std::vector<std::string> names = files();
    const Error error = error_of([&] { static_cast<void>(open_at(path)); });
    CHECK(error.status == status);
    CHECK(error.code == code);
    CHECK(content(path) == before);
    CHECK(files() == names);
}

void put_number(const std::string& path, std::streamoff offset, std::uint32_t number) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(offset);
    for (int shift = 24; shift >= 0; shift -= 8)
        file.put(static_cast<char>(number >> static_cast<unsigned>(shift)));
}

// Reads one value with a connection of the hardened kind's opposite: a plain one.
std::string plain_query(const std::string& path, const char* query) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_prepare_v2(database, query, -1, &statement, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    const std::string value = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return value;
}

}  // namespace

TEST_CASE("a new store has an identity, a signing key and the currencies of the world") {
    const TempDir directory;
    const std::string path = made_store(directory);
    CHECK(plain_query(path, "SELECT length(store_id) FROM store") == "32");
    CHECK(
        plain_query(path, "SELECT epoch || ' ' || settings_version || ' ' || testing FROM store") ==
        "1 1 1");
    CHECK(plain_query(path, "SELECT length(kid) || ' ' || length(secret) FROM signing_keys") ==
          "16 32");
    CHECK(plain_query(path,
                      "SELECT group_concat(code || exponent, ' ') FROM (SELECT * FROM currencies "
                      "WHERE code IN ('JPY', 'KRW', 'BHD', 'KWD', 'USD', 'EUR', 'CLF', 'UYW') "
                      "ORDER BY code)") == "BHD3 CLF4 EUR2 JPY0 KRW0 KWD3 USD2 UYW4");
    CHECK(plain_query(path, "PRAGMA user_version") == "1");
    CHECK(plain_query(path, "PRAGMA application_id") == std::to_string(sqlite::application_id));
    CHECK(plain_query(path, "PRAGMA journal_mode") == "wal");
}

TEST_CASE("two stores differ in identity and key") {
    const TempDir directory;
    open_at(directory.file("a.db"));
    open_at(directory.file("b.db"));
    const char* query = "SELECT store_id || (SELECT hex(secret) FROM signing_keys) FROM store";
    CHECK(plain_query(directory.file("a.db"), query) != plain_query(directory.file("b.db"), query));
}

TEST_CASE("[DA-1] every file of a store is private whatever the umask") {
    const TempDir directory;
    const mode_t before = ::umask(0);
    for (const mode_t mask : {mode_t{0}, mode_t{0077}, mode_t{0777}}) {
        ::umask(mask);
        const std::string path = directory.file("shop" + std::to_string(mask) + ".db");
        auto store = open_at(path);
        set(*store, "a", "1");
        for (const char* suffix : {"", "-wal", "-shm", "-lock"})
            CHECK(mode_of(path + suffix) == 0600);
        store->backup(path + ".copy", in_seconds(5));
        CHECK(mode_of(path + ".copy") == 0600);
    }
    ::umask(before);
}

TEST_CASE("closing folds the log in and leaves the file and its lock") {
    const TempDir directory;
    const std::string path = made_store(directory);
    CHECK(fs::exists(path));
    CHECK(fs::exists(path + "-lock"));
    CHECK_FALSE(fs::exists(path + "-wal"));
    CHECK_FALSE(fs::exists(path + "-shm"));
    CHECK(get(*open_at(path), "name") == "value");
}

TEST_CASE("a missing store is made only when that is asked for") {
    const TempDir directory;
    sqlite::OpenOptions options;
    options.path = directory.file("shop.db");
    options.create = false;
    CHECK(error_of([&] { open_with(options); }).status == Status::not_found);
    CHECK(fs::is_empty(directory.path()));
    options.path = directory.file("missing/shop.db");
    options.create = true;
    CHECK(error_of([&] { open_with(options); }).status == Status::io);
}

TEST_CASE("paths that name no file are refused") {
    const TempDir directory;
    CHECK(error_of([] { open_at(""); }).status == Status::validation);
    CHECK(error_of([] { open_at(":memory:"); }).status == Status::validation);
    CHECK(error_of([&] { open_at(std::string("a\0b", 3)); }).status == Status::validation);
    CHECK(error_of([&] { open_at(directory.path()); }).code == std::string("not_a_file"));
    CHECK(error_of([&] { open_at(directory.path() + "/"); }).code == std::string("not_a_file"));
    REQUIRE(::mkfifo(directory.file("pipe").c_str(), 0600) == 0);
    CHECK(error_of([&] { open_at(directory.file("pipe")); }).status == Status::not_a_store);
    CHECK(error_of([] { open_at("/dev/null"); }).status == Status::not_a_store);
}

TEST_CASE("[DA-1] a link is followed to the file, and its log lies beside the file") {
    const TempDir directory;
    fs::create_directory(directory.file("data"));
    const std::string link = directory.file("link.db");
    const std::string real = directory.file("data/shop.db");
    fs::create_symlink(real, link);
    CHECK(error_of([&] { open_at(link); }).status == Status::io);  // dangling
    auto first = open_at(real);
    auto second = open_at(link);
    set(*first, "a", "1");
    CHECK(get(*second, "a") == "1");
    CHECK(fs::exists(real + "-wal"));
    CHECK_FALSE(fs::exists(link + "-wal"));
}

TEST_CASE("a file with two names is refused") {
    const TempDir directory;
    const std::string path = made_store(directory);
    fs::create_hard_link(path, directory.file("other.db"));
    check_refused(path, Status::file_system, "hard_link");
}

TEST_CASE("files that are no stores are refused and left as they were") {
    const TempDir directory;
    const std::string path = directory.file("file");
    overwrite(path, "Dear Sir or Madam");
    check_refused(path, Status::not_a_store, "not_a_store");
    overwrite(path, std::string(5000, 'x'));
    check_refused(path, Status::not_a_store, "not_a_store");
    fs::remove(path);
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    REQUIRE(sqlite3_exec(database, "PRAGMA journal_mode = WAL; CREATE TABLE t (a)", nullptr,
                         nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
    check_refused(path, Status::not_a_store, "foreign_database");
}

TEST_CASE("a store of a newer library is refused and left as it was") {
    const TempDir directory;
    const std::string path = made_store(directory);
    put_number(path, 60, 2);
    check_refused(path, Status::version, "schema_too_new");
}

TEST_CASE("an empty file becomes a store, unless a log says that there was one") {
    const TempDir directory;
    const std::string path = directory.file("empty.db");
    overwrite(path, "");
    overwrite(path + "-wal", "frames");
    check_refused(path, Status::corrupt, "orphaned_log");
    fs::remove(path + "-wal");
    CHECK(get(*open_at(path), "a") == "(none)");
    CHECK(mode_of(path) == 0600);
}

TEST_CASE("a truncated store is refused at any length") {
    const TempDir directory;
    const std::string whole = content(made_store(directory));
    const std::string path = directory.file("cut.db");
    for (std::size_t size = 1; size < whole.size(); size += size < 1024 ? 97 : 4096) {
        overwrite(path, std::string_view(whole).substr(0, size));
        const std::string before = content(path);
        CAPTURE(size);
        const Error error = error_of([&] { static_cast<void>(open_at(path)); });
        CHECK((error.status == Status::not_a_store || error.status == Status::corrupt));
        CHECK(content(path) == before);
    }
}

TEST_CASE("a store with random damage is refused or answers, and never crashes") {
    const TempDir directory;
    const std::string whole = content(made_store(directory));
    const std::string path = directory.file("damaged.db");
    std::mt19937 random(20240501);
    for (int round = 0; round < 60; ++round) {
        std::string damaged = whole;
        const std::size_t reach = round % 2 == 0 ? 4096 : damaged.size();
        for (int hit = 0; hit < 20; ++hit)
            damaged[16 + random() % (reach - 16)] = static_cast<char>(random());
        overwrite(path, damaged);
        for (const char* suffix : {"-wal", "-shm"}) fs::remove(path + suffix);
        try {
            auto store = open_at(path);
            static_cast<void>(store->check(in_seconds(5)));
            set(*store, "a", "1");
            static_cast<void>(get(*store, "a"));
        } catch (const Failure& failure) {
            CHECK(failure.error().status != Status::ok);
            CHECK(failure.error().status != Status::misuse);
        }
    }
}

TEST_CASE("a testing store and a real one open only as what they are") {
    const TempDir directory;
    const std::string path = made_store(directory);
    CHECK(error_of([&] { open_at(path, false); }).code == std::string("testing_store"));
    open_at(directory.file("real.db"), false);
    check_refused(directory.file("real.db"), Status::conflict, "not_a_testing_store");
    auto open = open_at(path);
    CHECK(error_of([&] { open_at(path, false); }).status == Status::conflict);
}

TEST_CASE("a store that may not be written is refused as such") {
    if (::geteuid() != 0) return;  // the child below gives root up
    const TempDir directory;
    const std::string path = made_store(directory);
    fs::permissions(directory.path(), fs::perms(0755));
    fs::permissions(path, fs::perms(0644));
    Child child([&](Child&) {
        if (::setuid(65534) != 0) return 2;
        try {
            static_cast<void>(open_at(path));
        } catch (const Failure& failure) {
            return failure.error().status == Status::read_only ? 0 : 1;
        }
        return 3;
    });
    CHECK(child.wait() == 0);
}

TEST_CASE("[DA-1] a wide file mode is reported to the log") {
    const TempDir directory;
    sqlite::OpenOptions options;
    options.path = made_store(directory);
    options.testing = true;
    std::string logged;
    options.log = [&](sqlite::LogLevel, std::string_view, std::string_view message) {
        logged += message;
    };
    open_with(options);
    CHECK(logged.empty());
    fs::permissions(options.path, fs::perms(0644));
    open_with(options);
    CHECK(logged.find("0600") != std::string::npos);
}

TEST_CASE("the same file opened twice shares commits and counters, and survives the first close") {
    const TempDir directory;
    const std::string path = made_store(directory);
    auto first = open_at(path);
    auto second = open_at(directory.path() + "/./shop.db");
    set(*first, "a", "1");
    CHECK(get(*second, "a") == "1");
    CHECK(second->counters().commits == 1);
    first.reset();
    set(*second, "a", "2");
    CHECK(get(*second, "a") == "2");
}

TEST_CASE("[DA-5] an open store's connections are hardened") {
    const TempDir directory;
    auto store = open_at(directory.file("shop.db"));
    const auto pragma = [&](const sql::Sql& statement) {
        std::string value;
        store->write(in_seconds(5), [&](sql::Transaction& transaction) {
            sql::Rows rows = transaction.query(statement);
            if (rows.next()) value = rows.string(0);
            return false;
        });
        return value;
    };
    static const std::array expected{std::pair{sql::Sql{"p1", "PRAGMA trusted_schema"}, "0"},
                                     std::pair{sql::Sql{"p2", "PRAGMA foreign_keys"}, "1"},
                                     std::pair{sql::Sql{"p3", "PRAGMA synchronous"}, "2"},
                                     std::pair{sql::Sql{"p4", "PRAGMA journal_mode"}, "wal"},
                                     std::pair{sql::Sql{"p5", "PRAGMA cell_size_check"}, "1"},
                                     std::pair{sql::Sql{"p6", "PRAGMA secure_delete"}, "1"},
                                     std::pair{sql::Sql{"p7", "PRAGMA journal_size_limit"}, "-1"},
                                     std::pair{sql::Sql{"p8", "PRAGMA temp_store"}, "2"}};
    for (const auto& [statement, value] : expected) CHECK(pragma(statement) == value);
    static const std::array refused{
        sql::Sql{"r1", "ATTACH DATABASE ':memory:' AS other"},
        sql::Sql{"r2", "SELECT load_extension('x')"},
        sql::Sql{"r3", "UPDATE sqlite_schema SET sql = '' WHERE name = 'orders'"},
        sql::Sql{"r4", "SELECT \"no such column\" FROM store"}};
    for (const sql::Sql& statement : refused) {
        CHECK_THROWS_AS(store->write(in_seconds(5),
                                     [&](sql::Transaction& transaction) {
                                         transaction.execute(statement);
                                         return false;
                                     }),
                        Failure);
    }
}

TEST_CASE("an older store is copied aside, then brought up to date") {
    static const std::array migrations{
        sqlite::shipped_migrations().front(),
        sqlite::Migration{2, "0002_more", "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;"},
        sqlite::Migration{3, "0003_most", "INSERT INTO more (id) VALUES (7);"}};
    const TempDir directory;
    sqlite::OpenOptions options;
    options.path = made_store(directory);
    options.testing = true;
    const os::SystemClock clock;
    os::SystemRandom random;
    {
        auto old = open_at(options.path);
        options.timeout_us = 10 * us_per_ms;
        // Shared with an opener of this process, the file is as old as he needs it.
        CHECK(sqlite::open_store_with(options, clock, random, migrations)->counters().commits == 0);
    }
    options.timeout_us = us_per_second;
    auto store = sqlite::open_store_with(options, clock, random, migrations);
    CHECK(get(*store, "name") == "value");
    store.reset();
    CHECK(plain_query(options.path, "SELECT id FROM more") == "7");
    CHECK(plain_query(options.path, "PRAGMA user_version") == "3");
    CHECK(plain_query(options.path + ".before-v3", "PRAGMA user_version") == "1");
    CHECK(mode_of(options.path + ".before-v3") == 0600);
    CHECK(error_of([&] { open_at(options.path); }).code == std::string("schema_too_new"));
}

TEST_CASE("a migration that fails changes nothing") {
    static const std::array migrations{
        sqlite::shipped_migrations().front(),
        sqlite::Migration{2, "0002_broken",
                          "CREATE TABLE more (id INTEGER) STRICT; CREATE TABLE orders (a);"}};
    const TempDir directory;
    sqlite::OpenOptions options;
    options.path = made_store(directory);
    options.testing = true;
    const os::SystemClock clock;
    os::SystemRandom random;
    CHECK_THROWS_AS(sqlite::open_store_with(options, clock, random, migrations), Failure);
    CHECK(get(*open_at(options.path), "name") == "value");
    CHECK(plain_query(options.path, "SELECT count(*) FROM sqlite_schema WHERE name = 'more'") ==
          "0");
}

TEST_CASE("processes that create the same store at once agree on one") {
    const TempDir directory;
    const std::string path = directory.file("shop.db");
    std::vector<Child> children;
    for (int index = 0; index < 4; ++index) {
        children.emplace_back([&, index](Child&) {
            auto store = open_at(path);
            set(*store, "name" + std::to_string(index), "value");
            return 0;
        });
    }
    for (Child& child : children) CHECK(child.wait() == 0);
    CHECK(count(*open_at(path), count_settings) == 4);
    CHECK_FALSE(fs::exists(path + ".till-new"));
}

TEST_CASE("explain tells a scan from a search") {
    const TempDir directory;
    auto store = open_at(directory.file("shop.db"));
    CHECK(sqlite::explain(*store, count_events).find("SCAN events") != std::string::npos);
    CHECK(sqlite::explain(*store, select_setting).find("SEARCH settings") != std::string::npos);
}
