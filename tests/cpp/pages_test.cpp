// SPDX-License-Identifier: MIT
//
// Lists: page by page, and row by row.
#include "cpp/shop.hpp"

#include <iterator>
#include <vector>

using cpp_tests::Shop;

namespace {

std::vector<std::int64_t> place(const Shop& shop, int count) {
    std::vector<till::order_place_in> orders(static_cast<std::size_t>(count), Shop::basket());
    const till::order_batch placed = shop.store.order_place_many(shop.system, orders);
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < placed.size(); ++i) ids.push_back((*placed[i]).id());
    return ids;
}

till::order_query oldest_first(std::uint32_t limit) {
    till::order_query query;
    query.oldest_first = true;
    query.limit = limit;
    return query;
}

}  // namespace

TEST_CASE("a loop over a list pages by itself, whatever the page's size") {
    const Shop shop;
    const std::vector<std::int64_t> ids = place(shop, 7);
    for (const std::uint32_t limit : {1u, 2u, 3u, 7u, 8u, 0u}) {
        CAPTURE(limit);
        std::vector<std::int64_t> seen;
        for (auto& order : shop.store.orders(shop.system, oldest_first(limit))) {
            CHECK(order.lines().size() == 2);
            seen.push_back(order.id());
        }
        CHECK(seen == ids);
    }
    // The default is newest first.
    CHECK(shop.store.orders(shop.system).begin()->id() == ids.back());
}

TEST_CASE("an empty list is a loop that does nothing") {
    const Shop shop;
    for (auto& order : shop.store.orders(shop.system)) {
        FAIL("there is no order, but " << order.id());
    }
}

TEST_CASE("a loop may stop midway, and the range goes once") {
    const Shop shop;
    const std::vector<std::int64_t> ids = place(shop, 5);
    auto orders = shop.store.orders(shop.system, oldest_first(2));
    std::size_t seen = 0;
    for (auto& order : orders) {
        CHECK(order.id() == ids[seen]);
        if (++seen == 3) break;
    }
    // Where it stopped, not at the beginning.
    CHECK(orders.begin()->id() == ids[2]);
    CHECK(std::distance(orders.begin(), orders.end()) == 3);
    CHECK(orders.begin() == orders.end());
}

TEST_CASE("a page that cannot be fetched is thrown where the loop steps on") {
    const Shop shop;
    place(shop, 4);
    std::size_t seen = 0;
    const auto walk = [&] {
        for (auto& order : shop.store.orders(shop.system, oldest_first(2))) {
            CHECK(order.id() > 0);
            if (++seen == 2) shop.store.close();
        }
    };
    CHECK_THROWS_AS(walk(), till::closed);
    CHECK(seen == 2);
}

TEST_CASE("a pager gives pages to keep") {
    const Shop shop;
    const std::vector<std::int64_t> ids = place(shop, 5);
    auto pages = shop.store.order_pages(shop.system, oldest_first(2));
    std::vector<till::order_page> kept;
    while (pages.more()) kept.push_back(pages.next());
    REQUIRE(kept.size() == 3);
    CHECK(kept[2].size() == 1);
    CHECK(kept[2].next_cursor().data() == nullptr);
    std::vector<std::int64_t> seen;
    for (const till::order_page& page : kept) {
        for (const till::order_view order : page) seen.push_back(order.id());
    }
    CHECK(seen == ids);
    CHECK(pages.try_next().error().status() == till::status::misuse);
}

TEST_CASE("a page that failed may be asked for again") {
    const Shop shop;
    const std::int64_t ada = shop.user("ada");
    const till::call as_ada = till::call::as_user(ada);
    for (int i = 0; i < 4; ++i) shop.store.order_place(as_ada, Shop::basket());
    auto pages = shop.store.order_pages(as_ada, oldest_first(2));
    const till::order_page first = pages.next();
    till::user_update_in update;
    update.user_id = ada;
    update.is_active = false;
    shop.store.user_update(shop.system, update);
    CHECK(pages.try_next().error().status() == till::status::unauthenticated);
    CHECK(pages.more());
    update.is_active = true;
    shop.store.user_update(shop.system, update);
    CHECK(pages.next()[0].id() > first[1].id());
}

TEST_CASE("single pages are linked by their cursor") {
    const Shop shop;
    place(shop, 3);
    till::order_query query;
    query.limit = 2;
    const till::order_page first = shop.store.order_list(shop.system, query);
    query.cursor = first.next_cursor();
    const till::order_page second = shop.store.order_list(shop.system, query);
    CHECK(second.size() == 1);
    CHECK(second.rows().size() == 1);
    CHECK(second[0].id() < first[1].id());
}

TEST_CASE("events are walked by their sequence, in both directions") {
    const Shop shop;
    place(shop, 5);
    till::event_query query;
    query.limit = 2;
    std::vector<std::int64_t> forth, back;
    for (auto& event : shop.store.events(shop.system, query)) forth.push_back(event.sequence());
    query.newest_first = true;
    for (auto& event : shop.store.events(shop.system, query)) back.push_back(event.sequence());
    CHECK(forth.size() >= 5);
    CHECK(std::vector<std::int64_t>(back.rbegin(), back.rend()) == forth);
    CHECK(forth.back() == shop.store.info(shop.system).last_event());
}
