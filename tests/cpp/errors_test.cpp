// SPDX-License-Identifier: MIT
//
// Failures as values and as exceptions.
#include "cpp/shop.hpp"

#include <set>
#include <thread>

using cpp_tests::Shop;

namespace {

// Three rules broken at once.
till::order_place_in bad_basket() {
    till::order_place_in order;
    order.lines = {{"", 2, 250}, {"Croissant", 0, 340}, {"Tea", 1, -1}};
    return order;
}

const std::set<std::string> broken = {"/lines/0/name", "/lines/1/quantity", "/lines/2/amount"};

template <class Failure>
std::set<std::string> paths(const Failure& failure) {
    std::set<std::string> all;
    for (const till::violation_view violation : failure.violations()) {
        all.emplace(violation.path());
    }
    return all;
}

}  // namespace

TEST_CASE("an exception carries status, code, message and every violation") {
    const Shop shop;
    bool caught = false;
    try {
        shop.store.order_place(shop.system, bad_basket());
    } catch (const till::validation_failed& failure) {
        caught = true;
        CHECK(failure.status() == till::status::validation);
        CHECK(till::name(failure.status()) == "TILL_E_VALIDATION");
        CHECK_FALSE(failure.code().empty());
        CHECK_FALSE(failure.message().empty());
        CHECK_FALSE(failure.retryable());
        CHECK(paths(failure) == broken);
        const till::violation_view first = failure.violations()[0];
        CHECK_FALSE(first.code().empty());
        CHECK_FALSE(first.message().empty());
        // what() says it all, for programs that print it.
        const std::string_view what = failure.what();
        CHECK(what.substr(0, failure.message().size()) == failure.message());
        for (const std::string& path : broken) {
            CHECK(what.find("\n  " + path + ": ") != std::string_view::npos);
        }
    }
    CHECK(caught);
}

TEST_CASE("a violation names the limit it is about") {
    const Shop shop;
    till::order_place_in order = Shop::basket();
    const std::string long_name(101, 'x');
    order.lines[0].name = long_name;
    const auto placed = shop.store.try_order_place(shop.system, order);
    REQUIRE_FALSE(placed);
    const till::violation_view violation = placed.error().violations()[0];
    CHECK(violation.path() == "/lines/0/name");
    REQUIRE(violation.param_count() >= 1);
    CHECK(violation.param(0).name == "max");
    CHECK(violation.param(0).value == "100");
}

TEST_CASE("a copy of an exception outlives the one it was made from, and the store") {
    std::exception_ptr kept;
    {
        const Shop shop;
        try {
            shop.store.order_get(shop.system, 4711);
        } catch (const till::not_found& failure) {
            kept = std::make_exception_ptr(till::not_found(failure));
        }
    }
    REQUIRE(kept);
    try {
        std::rethrow_exception(kept);
    } catch (const till::exception& failure) {
        CHECK(failure.status() == till::status::not_found);
        CHECK(std::string_view(failure.what()) == failure.message());
    }
}

TEST_CASE("each status has an exception type of its own, all of them till::exception") {
    const Shop shop;
    const till::store& store = shop.store;
    const std::int64_t ada = shop.user("ada");
    CHECK_THROWS_AS(store.order_get(shop.system, 1), till::not_found);
    CHECK_THROWS_AS(store.order_place(till::call(), Shop::basket()), till::unauthenticated);
    CHECK_THROWS_AS(store.maintain(till::call::as_user(ada)), till::permission_denied);
    CHECK_THROWS_AS(shop.user("ada"), till::already_exists);
    till::order_query query;
    query.cursor = "nonsense";
    CHECK_THROWS_AS(store.order_list(shop.system, query), till::cursor_refused);
    const till::order order = store.order_place(shop.system.with_key("one"), Shop::basket());
    CHECK_THROWS_AS(store.order_deliver(shop.system, order.id()), till::conflict);
    CHECK_THROWS_AS(store.order_cancel(shop.system, order.id(), order.version() + 1),
                    till::precondition_failed);
    till::order_place_in other = Shop::basket();
    other.lines.pop_back();
    CHECK_THROWS_AS(store.order_place(shop.system.with_key("one"), other),
                    till::idempotency_mismatch);
    CHECK_THROWS_AS(store.order_get(shop.system, 4711), till::exception);
    CHECK_THROWS_AS(store.order_get(shop.system, 4711), std::exception);
}

TEST_CASE("a status that this header does not know is thrown as till::exception") {
    bool caught = false;
    try {
        till::raise(till::error(-77, nullptr));
    } catch (const till::not_found&) {
        FAIL("an unknown status is none of the named ones");
    } catch (const till::exception& failure) {
        caught = true;
        CHECK(static_cast<till_status>(failure.status()) == -77);
        CHECK(std::string_view(failure.what()) == "unknown");
    }
    CHECK(caught);
}

TEST_CASE("a busy store says so, and that the call may be tried again") {
    const Shop shop;
    const till::batch holds_the_writer = shop.store.batch_begin(shop.system);
    // Another thread: to this one a write beside its own batch is a misuse.
    std::thread([&] {
        const auto placed = shop.store.try_order_place(
            shop.system.with_timeout(std::chrono::milliseconds(20)), Shop::basket());
        REQUIRE_FALSE(placed);
        CHECK(placed.error().status() == till::status::busy);
        CHECK(placed.error().retryable());
    }).join();
    CHECK_THROWS_AS(shop.store.order_place(shop.system, Shop::basket()), till::misuse);
}

TEST_CASE("the try_ form answers the value, or the error with all its violations") {
    const Shop shop;
    const auto good = shop.store.try_order_place(shop.system, Shop::basket());
    REQUIRE(good);
    CHECK(good.error().status() == till::status::ok);
    CHECK(good->total().minor() == 840);
    CHECK((*good).lines().size() == 2);

    auto bad = shop.store.try_order_place(shop.system, bad_basket());
    CHECK_FALSE(bad.has_value());
    CHECK(paths(bad.error()) == broken);
    CHECK_THROWS_AS(std::move(bad).value(), till::validation_failed);

    till::error taken = shop.store.try_order_get(shop.system, 4711).error();
    CHECK(taken.status() == till::status::not_found);
    const till_error* raw = taken.release();
    REQUIRE(raw != nullptr);
    CHECK(raw->status == TILL_E_NOT_FOUND);
    till_free(raw);
}

TEST_CASE("a result hands its value over") {
    const Shop shop;
    auto placed = shop.store.try_order_place(shop.system, Shop::basket());
    REQUIRE(placed);
    const till::order order = *std::move(placed);
    CHECK(order.lines().size() == 2);
    CHECK(shop.store.try_order_get(shop.system, order.id()).value().id() == order.id());
    const till::result<void> done = shop.store.try_email_resend(till::call(), "a@example.com");
    CHECK(done);
    CHECK(done.error().status() == till::status::ok);
}

TEST_CASE("an error without a block speaks by its status") {
    const till::error error(TILL_E_NO_MEMORY, nullptr);
    CHECK(error.status() == till::status::no_memory);
    CHECK(error.code() == "TILL_E_NO_MEMORY");
    CHECK(error.message() == "TILL_E_NO_MEMORY");
    CHECK(error.violations().empty());
    CHECK(error.describe() == "TILL_E_NO_MEMORY");
    CHECK(error.retry_after().count() == 0);
}
