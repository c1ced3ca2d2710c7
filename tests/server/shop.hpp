// SPDX-License-Identifier: MIT
#pragma once

#include "till/testing.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>

namespace till_server_test {

using namespace till_server;

// A store of its own, in memory of the test, on a clock of the test.
struct Shop {
    till::store store = open();

    static till::store open() {
        till::testing::store_in in;
        in.now = till::to_time(1'769'862'896'000'000);
        return till::testing::store_open(in);
    }
    void set(std::string_view name, std::string_view value) const {
        store.setting_update(till::call::as_system(), {{name, value}});
    }
    void register_alice() const {
        till::register_in in;
        in.username = "alice";
        in.email = "alice@example.com";
        in.password = "correct-horse-battery";
        store.register_user({}, in);
    }
    void advance_s(int64_t seconds) const {
        till::testing::clock_advance(store, std::chrono::seconds(seconds));
    }
};

}  // namespace till_server_test
