// SPDX-License-Identifier: MIT
#include "cpp/shop.hpp"

using cpp_tests::Shop;

TEST_CASE("a batch that goes out of scope undoes what was done in it") {
    const Shop shop;
    std::int64_t id = 0;
    {
        const till::batch batch = shop.store.batch_begin(shop.system);
        id = shop.store.order_place(shop.system.in(batch), Shop::basket()).id();
        CHECK(shop.store.order_get(shop.system.in(batch), id).id() == id);
    }
    CHECK_THROWS_AS(shop.store.order_get(shop.system, id), till::not_found);
    // The writer is free again.
    CHECK(shop.store.order_place(shop.system, Shop::basket()));
}

TEST_CASE("an exception on the way undoes the batch") {
    const Shop shop;
    std::int64_t id = 0;
    try {
        till::batch batch = shop.store.batch_begin(shop.system);
        id = shop.store.order_place(shop.system.in(batch), Shop::basket()).id();
        shop.store.order_get(shop.system.in(batch), 4711);
        batch.commit();
    } catch (const till::not_found&) {
    }
    REQUIRE(id != 0);
    CHECK_THROWS_AS(shop.store.order_get(shop.system, id), till::not_found);
}

TEST_CASE("a commit makes the calls of a batch durable in one, and ends it") {
    const Shop shop;
    const std::int64_t commits = shop.store.info(shop.system).commits();
    till::batch batch = shop.store.batch_begin(shop.system);
    for (int i = 0; i < 10; ++i) shop.store.order_place(shop.system.in(batch), Shop::basket());
    batch.commit();
    CHECK_FALSE(batch);
    CHECK(shop.store.info(shop.system).commits() == commits + 1);
    CHECK(shop.store.order_list(shop.system).size() == 10);
    // Ended is ended.
    CHECK(batch.try_commit().error().status() == till::status::misuse);
    batch.rollback();
}

TEST_CASE("a batch moves, and rolls back what it held before") {
    const Shop shop;
    till::batch batch = shop.store.batch_begin(shop.system);
    shop.store.order_place(shop.system.in(batch), Shop::basket());
    till::batch moved = std::move(batch);
    CHECK_FALSE(batch);  // NOLINT(bugprone-use-after-move): this is the promise
    moved = till::batch();
    CHECK(shop.store.order_list(shop.system).empty());
    moved = shop.store.batch_begin(shop.system);
    shop.store.order_place(shop.system.in(moved), Shop::basket());
    moved.commit();
    CHECK(shop.store.order_list(shop.system).size() == 1);
}

TEST_CASE("the calls of a read batch see one moment, and cannot write") {
    const Shop shop;
    till::batch batch = shop.store.batch_begin_read(shop.system);
    CHECK(shop.store.order_list(shop.system.in(batch)).empty());
    shop.store.order_place(shop.system, Shop::basket());
    CHECK(shop.store.order_list(shop.system.in(batch)).empty());
    const auto placed = shop.store.try_order_place(shop.system.in(batch), Shop::basket());
    REQUIRE_FALSE(placed);
    CHECK(placed.error().code() == "batch_reads");
    batch.commit();
    CHECK_FALSE(batch);
    CHECK(shop.store.order_list(shop.system).size() == 1);
}

TEST_CASE("a commit that fails ends the batch too, and says that the outcome is unknown") {
    const Shop shop;
    till::batch batch = shop.store.batch_begin(shop.system);
    shop.store.order_place(shop.system.in(batch), Shop::basket());
    till::testing::fault_set(shop.store, till::testing::fault::sync);
    const till::result<void> committed = batch.try_commit();
    till::testing::fault_set(shop.store, till::testing::fault::none);
    REQUIRE_FALSE(committed);
    CHECK(committed.error().status() == till::status::outcome_unknown);
    CHECK(committed.error().retryable());
    CHECK_FALSE(batch);
}

namespace {

// Commits a batch from within the log function, where that is refused.
struct CommittingSink {
    till::batch* batch = nullptr;
    int refused = 0;

    void operator()(const till::log_record_view& record) {
        CHECK_FALSE(record.message().empty());
        CHECK(record.level() == till::log_level::warning);
        const till::result<void> committed = batch->try_commit();
        CHECK(committed.error().code() == "called_from_log_hook");
        CHECK(*batch);
        ++refused;
    }
};

}  // namespace

TEST_CASE("a commit from within the log function is refused and leaves the batch") {
    const Shop shop;
    // Every opener is warned of it.
    shop.store.setting_update(shop.system, {{"prices", "trusted"}});
    const till::store_info info = shop.store.info(shop.system);
    till::batch batch = shop.store.batch_begin(shop.system);
    shop.store.order_place(shop.system.in(batch), Shop::basket());
    CommittingSink sink;
    sink.batch = &batch;
    till::store_open_in in;
    in.path = info.path();
    in.testing = true;
    in.log_to(sink);
    const till::store logged = till::store::open(in);
    CHECK(sink.refused == 1);
    batch.commit();
    CHECK(logged.order_list(shop.system).size() == 1);
}
