// SPDX-License-Identifier: MIT
#include "cpp/shop.hpp"

#include <filesystem>
#include <vector>

using cpp_tests::Shop;

namespace {

// Remembers what it was told.
struct Sink {
    std::vector<std::string> lines;

    void operator()(const till::log_record_view& record) {
        lines.emplace_back(std::string(record.category()) + ": " + std::string(record.message()));
    }
};

// A testing store in a file of its own, below the shop's directory.
std::string beside(const Shop& shop, const char* name) {
    const till::store_info info = shop.store.info(shop.system);
    return (std::filesystem::path(std::string(info.path())).parent_path() / name).string();
}

till::store_open_in opening(const std::string& path) {
    till::store_open_in in;
    in.path = path;
    in.testing = true;
    return in;
}

}  // namespace

TEST_CASE("the library names its version") {
    CHECK(till::version() ==
          TILL_VERSION_MAJOR * 1'000'000 + TILL_VERSION_MINOR * 1'000 + TILL_VERSION_PATCH);
    CHECK(till::build_info().find("sqlite") != std::string_view::npos);
    CHECK(till::name(till::status::busy) == "TILL_E_BUSY");
    CHECK(till::name(static_cast<till::status>(-77)) == "unknown");
    CHECK(till::name(till::price_source::host) == "host");
}

TEST_CASE("opening what is not there says so, in both forms") {
    const Shop shop;
    const std::string path = beside(shop, "nowhere.db");
    till::store_open_in in = opening(path);
    in.must_exist = true;
    CHECK(till::store::try_open(in).error().status() == till::status::not_found);
    CHECK_THROWS_AS(till::store::open(in), till::not_found);
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK_THROWS_AS(till::store::open(":memory:"), till::validation_failed);
}

TEST_CASE("a file opens by its path alone") {
    const Shop shop;
    const std::string path = beside(shop, "plain.db");
    {
        const till::store store = till::store::open(path);
        CHECK_FALSE(store.info(till::call()).testing());
        CHECK(store.info(till::call()).epoch() >= 0);
    }
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("backup, check, restore, maintain") {
    const Shop shop;
    const std::string path = beside(shop, "own.db");
    const std::string copy = beside(shop, "copy.db");
    std::int64_t epoch = 0;
    std::string store_id;
    {
        const till::store store = till::store::open(opening(path));
        store.order_place(shop.system, Shop::basket());
        CHECK(store.backup(shop.system, copy).bytes() > 0);
        CHECK_THROWS_AS(store.backup(shop.system, copy), till::already_exists);
        CHECK(store.check(shop.system).sound());
        CHECK(store.maintain(shop.system, std::chrono::seconds(1)).sound());
        const till::store_info info = store.info(shop.system);
        epoch = info.epoch();
        store_id = info.store_id();
        CHECK(till::store::try_restore(copy, path).error().status() == till::status::busy);
    }
    till::store::restore(copy, path);
    const till::store store = till::store::open(opening(path));
    CHECK(store.info(shop.system).epoch() == epoch + 1);
    CHECK(store.info(shop.system).store_id() == store_id);
    CHECK(store.order_list(shop.system).size() == 1);
}

TEST_CASE("a sink hears the log, from the level it asks for") {
    const Shop shop;
    shop.store.setting_update(shop.system, {{"prices", "trusted"}});
    const std::string path(shop.store.info(shop.system).path());
    Sink sink, deaf;
    till::store_open_in in = opening(path);
    in.log_to(sink);
    till::store::open(in);
    REQUIRE(sink.lines.size() == 1);
    CHECK(sink.lines[0].find("order: The setting prices") == 0);
    in.log_to(deaf, till::log_level::error);
    till::store::open(in);
    CHECK(deaf.lines.empty());
}

TEST_CASE("testing: the clock stands where it is set, and seeds repeat") {
    using namespace std::chrono_literals;
    const Shop shop;
    till::testing::clock_advance(shop.store, 90s);
    CHECK(till::testing::clock_get(shop.store) == cpp_tests::start_time + 90s);
    till::testing::clock_set(shop.store, cpp_tests::start_time);
    CHECK(till::testing::clock_get(shop.store) == cpp_tests::start_time);
    const Shop twin;
    CHECK(twin.store.info(twin.system).store_id() == shop.store.info(shop.system).store_id());
    // Of a file of one's own.
    till::testing::store_in testing;
    testing.now = cpp_tests::start_time + 1h;
    const till_testing_in c = testing.c();
    const std::string path = beside(shop, "clocked.db");
    till::store_open_in in = opening(path);
    in.testing_in = &c;
    CHECK(till::testing::clock_get(till::store::open(in)) == cpp_tests::start_time + 1h);
}

TEST_CASE("testing: a forged token is refused for its claims, an ordinary store forges none") {
    const Shop shop;
    const till::testing::token forged =
        till::testing::token_forge(shop.store, R"({"token_type":"access"})");
    CHECK_FALSE(forged.token().empty());
    CHECK_THROWS_AS(shop.store.user_get(till::call::as_token(forged.token())),
                    till::unauthenticated);
    const till::store plain = till::store::open(beside(shop, "ordinary.db"));
    CHECK_THROWS_AS(till::testing::token_forge(plain, "{}"), till::permission_denied);
    CHECK(till::testing::try_clock_set(plain, cpp_tests::start_time).error().status() ==
          till::status::permission);
}

TEST_CASE("testing: an injected fault is met once, or until it ends") {
    const Shop shop;
    using till::testing::fault;
    till::testing::fault_set(shop.store, fault::full, 1, true);
    CHECK_THROWS_AS(shop.store.order_place(shop.system, Shop::basket()), till::storage_full);
    CHECK_THROWS_AS(shop.store.order_place(shop.system, Shop::basket()), till::storage_full);
    till::testing::fault_set(shop.store, fault::none);
    CHECK(shop.store.order_place(shop.system, Shop::basket()).id() > 0);
}
