// SPDX-License-Identifier: MIT
//
// Who frees what, and what may be held how long. The sanitizers watch these tests.
#include "cpp/shop.hpp"

#include <algorithm>
#include <type_traits>
#include <vector>

using cpp_tests::Shop;

static_assert(sizeof(till::order) == sizeof(void*));
static_assert(sizeof(till::order_view) == sizeof(void*));
static_assert(sizeof(till::order_page) == sizeof(void*));
static_assert(sizeof(till::store_ref) == sizeof(void*));
static_assert(sizeof(till::store) == sizeof(void*));
static_assert(std::is_nothrow_move_constructible_v<till::order>);
static_assert(std::is_nothrow_move_assignable_v<till::order>);
static_assert(!std::is_copy_constructible_v<till::order>);
static_assert(!std::is_copy_assignable_v<till::order>);
static_assert(!std::is_copy_constructible_v<till::batch>);
static_assert(!std::is_copy_constructible_v<till::error>);
static_assert(std::is_copy_constructible_v<till::order_view>);
static_assert(std::is_nothrow_copy_constructible_v<till::store>);
static_assert(std::is_nothrow_copy_constructible_v<till::exception>);

// A view borrows from a record that stays; one that goes at the statement's end is refused.
static_assert(std::is_convertible_v<till::order&, till::order_view>);
static_assert(std::is_convertible_v<const till::order&, till::order_view>);
static_assert(!std::is_constructible_v<till::order_view, till::order>);
static_assert(!std::is_constructible_v<till::order_view, const till::order>);
static_assert(std::is_convertible_v<till::order, const till::order_view&>);

TEST_CASE("a record reads like its view and outlives its store") {
    till::order order;
    CHECK_FALSE(order);
    {
        const Shop shop;
        till::order_place_in in = Shop::basket();
        in.reference = "ref-1";
        order = shop.store.order_place(shop.system, in);
    }
    REQUIRE(order);
    CHECK(order.total() == till::money(840, "EUR", 2));
    CHECK(order.reference() == "ref-1");
    CHECK(order.series().data() == nullptr);  // absent
    CHECK(order.user_id() == 0);
    CHECK(order.status() == till::order_state::pending);
    CHECK(till::name(order.status()) == "pending");
    CHECK(order.created() == cpp_tests::start_time);
    CHECK(order.price_verified());
    REQUIRE(order.lines().size() == 2);
    const till::line_view line = order.lines()[1];
    CHECK(line.name() == "Croissant");
    CHECK(line.sku() == "C-1");
    CHECK(line.kind() == till::line_kind::item);
    CHECK(line.price_source() == till::price_source::host);
    CHECK(order.amount(line.amount_minor()).text() == "3.40 EUR");
}

TEST_CASE("moving a record hands its block over once") {
    const Shop shop;
    till::order a = shop.store.order_place(shop.system, Shop::basket());
    const std::int64_t id = a.id();
    till::order b = std::move(a);
    CHECK_FALSE(a);  // NOLINT(bugprone-use-after-move): this is the promise
    CHECK(b.id() == id);

    // Onto itself, and onto one that holds a block already.
    till::order& same = b;
    b = std::move(same);
    REQUIRE(b);
    a = shop.store.order_place(shop.system, Shop::basket());
    b = std::move(a);
    CHECK(b.id() == id + 1);

    std::vector<till::order> kept;
    kept.push_back(std::move(b));
    kept.push_back(shop.store.order_get(shop.system, id));
    std::swap(kept[0], kept[1]);
    CHECK(kept[0].id() == id);
    CHECK(kept[1].id() == id + 1);
}

TEST_CASE("a block changes hands between C and C++") {
    const Shop shop;
    till::order order = shop.store.order_place(shop.system, Shop::basket());
    const till_order* raw = order.release();
    CHECK_FALSE(order);
    CHECK(raw->line_count == 2);
    const till::order again(raw);
    CHECK(again.get() == raw);
}

TEST_CASE("views borrow: copies of them look at the record's block") {
    const Shop shop;
    const till::order order = shop.store.order_place(shop.system, Shop::basket());
    const till::order_view view = order;
    const till::order_view copy = view;
    CHECK(copy.get() == order.get());
    CHECK(copy.lines()[0].name().data() == order.get()->lines[0]->name.data);
    // Text is followed by a NUL, as C functions want it.
    CHECK(copy.lines()[0].name().data()[copy.lines()[0].name().size()] == '\0');

    // A function that takes the view by reference takes a temporary record as well.
    const auto id_of = [](const till::order_view& any) { return any.id(); };
    CHECK(id_of(shop.store.order_get(shop.system, order.id())) == order.id());
}

TEST_CASE("lines are a range: indexed, counted, searched, iterated backwards") {
    const Shop shop;
    const till::order order = shop.store.order_place(shop.system, Shop::basket());
    const auto lines = order.lines();
    std::int64_t sum = 0;
    for (const till::line_view line : lines) sum += line.amount_minor();
    CHECK(sum == order.total().minor());
    CHECK(lines.end() - lines.begin() == 2);
    CHECK((*(lines.end() - 1)).name() == lines.begin()[1].name());
    CHECK(std::any_of(lines.begin(), lines.end(),
                      [](till::line_view line) { return line.sku() == "C-1"; }));
    CHECK(till::list_view<till::line_view>().empty());
    CHECK(till::list_view<till::line_view>().begin() == till::list_view<till::line_view>().end());
}

TEST_CASE("a store counts its references: the last one closes") {
    till::store first = Shop::open();
    till::store second = first;
    CHECK(second.get() == first.get());
    first = till::store();
    CHECK_FALSE(first);
    CHECK(second.info(till::call()).testing());
    till::store third = std::move(second);
    CHECK_FALSE(second);  // NOLINT(bugprone-use-after-move): this is the promise
    const till::store_ref borrowed = third;
    CHECK(borrowed.info(till::call()).testing());

    // Handed to C and back.
    till_store* raw = third.release();
    third = till::store(raw);
    CHECK(third.info(till::call()).schema_version() >= 1);
}

TEST_CASE("a closed store refuses calls, and its references are released all the same") {
    const till::store store = Shop::open();
    const till::store other = store;
    store.close();
    store.close();
    CHECK(other.try_info(till::call()).error().status() == till::status::closed);
    CHECK_THROWS_AS(other.info(till::call()), till::closed);
}

TEST_CASE("a call is a value: refining it leaves it as it was") {
    using namespace std::chrono_literals;
    const till::call user = till::call::as_user(7);
    const till::call refined =
        user.with_key("k").with_timeout(2s).with_trace("t").with_client("192.0.2.1", "agent", "de");
    CHECK(user.get()->idempotency_key.data == nullptr);
    CHECK(user.get()->timeout_ms == 0);
    CHECK(refined.get()->actor == TILL_ACTOR_USER);
    CHECK(refined.get()->user_id == 7);
    CHECK(refined.get()->timeout_ms == 2000);
    CHECK(std::string_view(refined.get()->trace_id.data) == "t");
    CHECK(std::string_view(refined.get()->client_address.data) == "192.0.2.1");
    CHECK(std::string_view(refined.get()->client_locale.data) == "de");
    // A deadline that has passed does not mean the default of five seconds.
    CHECK(user.with_timeout(0ms).get()->timeout_ms == 1);
    CHECK(user.with_timeout(-5s).get()->timeout_ms == 1);
    CHECK(user.with_timeout(std::chrono::hours(24 * 365)).get()->timeout_ms == UINT32_MAX);
    CHECK(till::call().get()->actor == TILL_ACTOR_ANONYMOUS);
    CHECK(till::call::as_token("abc").get()->actor == TILL_ACTOR_TOKEN);
    CHECK(till::call::as_key("abc").get()->actor == TILL_ACTOR_KEY);
    CHECK(till::call::as_key("abc").get()->token.len == 3);
}
