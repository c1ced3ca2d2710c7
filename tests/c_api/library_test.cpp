// SPDX-License-Identifier: MIT
#include "c_api/files.hpp"

#include <cstring>

using namespace abi;

namespace {

std::string of(const char* name) {
    REQUIRE(name != nullptr);
    return name;
}

}  // namespace

TEST_CASE("every number has its name, and a number from the future is unknown") {
    CHECK(of(till_order_state_name(TILL_ORDER_PENDING)) == "pending");
    CHECK(of(till_order_state_name(TILL_ORDER_CANCELLED)) == "cancelled");
    CHECK(of(till_line_kind_name(TILL_LINE_ITEM)) == "item");
    CHECK(of(till_line_kind_name(TILL_LINE_ROUNDING)) == "rounding");
    CHECK(of(till_price_source_name(TILL_PRICE_HOST)) == "host");
    CHECK(of(till_price_source_name(TILL_PRICE_CLIENT)) == "client");
    CHECK(of(till_payment_state_name(TILL_PAYMENT_SURPLUS)) == "surplus");
    CHECK(of(till_payment_state_name(TILL_PAYMENT_REFUNDED)) == "refunded");
    CHECK(of(till_payment_method_name(TILL_METHOD_TRANSFER)) == "transfer");
    CHECK(of(till_refund_state_name(TILL_REFUND_SUCCEEDED)) == "succeeded");
    CHECK(of(till_status_name(TILL_E_OUTCOME_UNKNOWN)) == "TILL_E_OUTCOME_UNKNOWN");
    for (const std::int32_t number : {-1000, 0, 1000}) {
        CHECK(of(till_order_state_name(number)) == "unknown");
        CHECK(of(till_line_kind_name(number)) == "unknown");
        CHECK(of(till_price_source_name(number)) == "unknown");
        CHECK(of(till_payment_state_name(number)) == "unknown");
        CHECK(of(till_payment_method_name(number)) == "unknown");
        CHECK(of(till_refund_state_name(number)) == "unknown");
    }
    CHECK(of(till_status_name(-1000)) == "unknown");
}

TEST_CASE("the library says which it is") {
    CHECK(till_version() ==
          TILL_VERSION_MAJOR * 1'000'000 + TILL_VERSION_MINOR * 1000 + TILL_VERSION_PATCH);
    CHECK(std::strstr(till_build_info(), "sqlite 3.") != nullptr);
}

TEST_CASE("the world's currencies are listed with their exponents") {
    const TestStore store;
    Owned<till_currency_page> page;
    Err err;
    REQUIRE(till_currency_list(store, nullptr, Out(page), err) == TILL_OK);
    std::string found;
    for (std::size_t i = 0; i < page->count; ++i) {
        const std::string_view code = page->items[i]->code;
        if (code == "BHD" || code == "JPY" || code == "USD") {
            found += std::string(code) + std::to_string(page->items[i]->exponent) + " ";
        }
    }
    CHECK(found == "BHD3 JPY0 USD2 ");
}

TEST_CASE("the clock of a testing store is set to a time and stands there") {
    const TestStore store;
    till_time now = 0;
    REQUIRE(till_testing_clock_set(store, start_time - 5, nullptr) == TILL_OK);
    REQUIRE(till_testing_clock_get(store, &now, nullptr) == TILL_OK);
    CHECK(now == start_time - 5);
}

TEST_CASE("upkeep is the system's, and says whether it came to an end") {
    const TestStore store;
    const till_call system = as_system();
    till_maintain_in in = TILL_MAINTAIN_IN_INIT;
    in.budget_ms = 10'000;
    Owned<till_report> report;
    Err err;
    CHECK(till_store_maintain(store, nullptr, &in, Out(report), err) == TILL_E_UNAUTHENTICATED);
    CHECK(report == nullptr);
    REQUIRE(till_store_maintain(store, &system, &in, Out(report), err) == TILL_OK);
    CHECK(report->sound == 1);
}

TEST_CASE("a backup is restored where a store was, unless that one is open") {
    const Directory directory;
    const std::string shop = directory.file("shop.db");
    const std::string copy = directory.file("copy.db");
    const till_call system = as_system();
    till_restore_in in = TILL_RESTORE_IN_INIT;
    in.from = str(copy);
    in.to = str(shop);
    Err err;
    {
        const Handle store(shop);
        till_backup_in backup = TILL_BACKUP_IN_INIT;
        backup.path = str(copy);
        Owned<till_report> report;
        REQUIRE(till_store_backup(store, &system, &backup, Out(report), err) == TILL_OK);
        till_currency_add_in later = TILL_CURRENCY_ADD_IN_INIT;
        later.code = str("QQQ");
        REQUIRE(till_currency_add(store, &system, &later, err) == TILL_OK);
        CHECK(till_store_restore(&in, err) == TILL_E_BUSY);
    }
    REQUIRE(till_store_restore(&in, err) == TILL_OK);
    const Handle store(shop);
    till_currency_add_in again = TILL_CURRENCY_ADD_IN_INIT;
    again.code = str("QQQ");
    again.exponent = 3;
    // Known with another exponent it would be refused: what came after the backup is gone.
    CHECK(till_currency_add(store, &system, &again, err) == TILL_OK);
}
