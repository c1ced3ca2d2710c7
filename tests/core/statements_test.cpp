// SPDX-License-Identifier: MIT
//
// Every SQL statement of the use cases is prepared on a fresh store: it must compile, find its rows
// by an index, and number its parameters by first appearance (SQLite numbers them so; an engine
// that goes by the digits must agree).
#include "core/address_table.hpp"
#include "core/event_log.hpp"
#include "core/event_table.hpp"
#include "core/idempotency.hpp"
#include "core/key_table.hpp"
#include "core/key_uses.hpp"
#include "core/order_table.hpp"
#include "core/outbox_table.hpp"
#include "core/payment_table.hpp"
#include "core/policy_table.hpp"
#include "core/refund_table.hpp"
#include "core/sealing.hpp"
#include "core/second_factor_table.hpp"
#include "core/session_table.hpp"
#include "core/shop.hpp"
#include "core/signing_keys.hpp"
#include "core/single_use.hpp"
#include "core/throttle_table.hpp"
#include "core/totals_table.hpp"
#include "core/user_images.hpp"
#include "core/user_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace till;
using namespace till::core;

namespace {

std::vector<const sql::Sql*> all_statements() {
    std::vector<const sql::Sql*> all;
    const auto add = [&](std::span<const sql::Sql* const> some) {
        all.insert(all.end(), some.begin(), some.end());
    };
    add(actor_statements());
    add(address_statements());
    add(event_log_statements());
    add(event_statements());
    add(idempotency_statements());
    add(key_statements());
    add(key_use_statements());
    add(order_statements());
    add(payment_statements());
    add(policy_statements());
    add(refund_statements());
    add(outbox_statements());
    add(sealing_statements());
    add(second_factor_statements());
    add(session_statements());
    add(signing_key_statements());
    add(single_use_statements());
    add(throttle_statements());
    add(totals_statements());
    add(user_image_statements());
    add(user_statements());
    return all;
}

// Statements whose plan looks like a scan and whose cost is bounded all the same.
const std::map<std::string, std::string> bounded{
    {"event_last", "one row from the end of its key"},
    {"idempotency_sweep", "two rows from the start of their key"},
    {"familiar_source_trim", "a user has 17 rows at most, sorted by time"},
    {"outbox_expired", "a few rows from the start of their key"},
    {"outbox_depth", "counts 100000 rows at most"},
    {"session_count_live", "counts 100000 rows at most"},
    {"user_other_superuser", "the second row of a partial index answers at the latest"},
    {"payments_providers_newest", "a provider has one payment of a reference, sorted"},
    {"payments_providers_oldest", "a provider has one payment of a reference, sorted"},
    {"policy_keys", "a handful of signing keys, sorted"},
    {"signing_key_retire", "the same handful"},
    {"signing_key_extend", "the same handful"},
    {"signing_key_delete_expired", "the same handful"},
    {"policy_settings", "settings are read whole, once for each change of them"},
    {"policy_currencies", "currencies are read whole, once for each change of them"},
};

// A step without an index, or a sort of what an index should have ordered. The plan of an INSERT
// also lists its foreign keys' children, which SQLite visits only while a violation is outstanding.
bool costs_grow(const sql::Sql& statement, const std::string& step) {
    if (bounded.count(statement.name) != 0) return false;
    if (step.find("USE TEMP B-TREE") != std::string::npos) return true;
    if (step.find("SCAN ") != 0 || step.find("CONSTANT ROW") != std::string::npos) return false;
    const std::string text = statement.text;
    const bool inserts = text.find("INSERT INTO") != std::string::npos;
    return !inserts || text.find(step.substr(5)) != std::string::npos;
}

// The numbers behind the dollar signs, by first appearance.
std::vector<int> parameters(const std::string& text) {
    std::vector<int> numbers;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '$') continue;
        const int number = std::stoi(text.substr(i + 1));
        if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) {
            numbers.push_back(number);
        }
    }
    return numbers;
}

}  // namespace

// Invariant 13.
TEST_CASE("every statement compiles and none reads more than its rows") {
    core::testing::Shop shop;
    for (const sql::Sql* statement : all_statements()) {
        const std::string name = statement->name;
        CAPTURE(name);
        std::istringstream plan(sqlite::explain(shop->database(), *statement));
        for (std::string step; std::getline(plan, step);) {
            step.erase(0, step.find_first_not_of(" -|`"));
            CAPTURE(step);
            CHECK(!costs_grow(*statement, step));
        }
    }
}

TEST_CASE("[IN-4] parameters first appear in ascending order from 1") {
    for (const sql::Sql* statement : all_statements()) {
        const std::string name = statement->name;
        CAPTURE(name);
        const std::vector<int> numbers = parameters(statement->text);
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            CHECK(numbers[i] == static_cast<int>(i) + 1);
        }
    }
}

TEST_CASE("statements have names of their own") {
    std::set<std::string> names;
    for (const sql::Sql* statement : all_statements()) {
        const std::string name = statement->name;
        CAPTURE(name);
        CHECK(names.insert(name).second);
    }
}
