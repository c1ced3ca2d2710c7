// SPDX-License-Identifier: MIT
//
// A throw-away store for the tests of till.hpp, whose clock stands at start_time.
#pragma once

#include "till/testing.hpp"

#include <doctest/doctest.h>

#include <string>

namespace cpp_tests {

using namespace std::chrono_literals;

inline const till::time_point start_time =
    till::to_time(1'700'000'000'000'000);  // 2023-11-14T22:13:20Z

struct Shop {
    till::store store = open();
    till::call system = till::call::as_system();

    static till::store open() {
        till::testing::store_in in;
        in.seed = 42;
        in.now = start_time;
        till::store store = till::testing::store_open(in);
        store.setting_update(till::call::as_system(), {{"currency", "EUR"}});
        return store;
    }
    std::int64_t user(std::string_view username) const {
        till::user_create_in in;
        in.username = username;
        return store.user_create(system, in).id();
    }
    static till::order_place_in basket() {
        till::order_place_in order;
        order.lines = {{"Espresso", 2, 250}, {"Croissant", 1, 340, "C-1"}};
        return order;
    }
};

}  // namespace cpp_tests
