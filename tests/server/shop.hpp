// SPDX-License-Identifier: MIT
#pragma once

#include "handles.hpp"
#include "till/testing.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>

namespace till_server_test {

using namespace till_server;

// A store of its own, in memory of the test, on a clock of the test.
struct Shop {
    Store store;

    Shop() {
        till_testing_in in = TILL_TESTING_IN_INIT;
        in.now_us = 1'769'862'896'000'000;
        Error error;
        REQUIRE(till_testing_store_open(&in, out(store), out(error)) == TILL_OK);
    }
    void set(std::string_view name, std::string_view value) {
        const till_param param{borrow(name), borrow(value)};
        till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
        in.values = &param;
        in.count = 1;
        const till_call call = system_call();
        Owned<till_setting_page> page;
        Error error;
        REQUIRE(till_setting_update(store.get(), &call, &in, out(page), out(error)) == TILL_OK);
    }
    void register_alice() {
        till_register_in in = TILL_REGISTER_IN_INIT;
        in.username = TILL_STR("alice");
        in.email = TILL_STR("alice@example.com");
        in.password = TILL_STR("correct-horse-battery");
        Owned<till_tokens> tokens;
        Error error;
        REQUIRE(till_register(store.get(), nullptr, &in, out(tokens), out(error)) == TILL_OK);
    }
    void advance_s(int64_t seconds) {
        Error error;
        REQUIRE(till_testing_clock_advance(store.get(), seconds * 1'000'000, out(error)) ==
                TILL_OK);
    }
};

}  // namespace till_server_test
