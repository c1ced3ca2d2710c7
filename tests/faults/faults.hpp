// SPDX-License-Identifier: MIT
//
// Storage that fails on purpose, and a picture of everything a store holds, to compare with.
#pragma once

#include "c_api/files.hpp"
#include "c_api/shop.hpp"

#include <cstdlib>
#include <functional>
#include <string>

namespace abi {

inline void set_fault(till_store* store, till_fault fault, std::int64_t countdown = 1,
                      bool persistent = false) {
    till_testing_fault_in in = TILL_TESTING_FAULT_IN_INIT;
    in.fault = fault;
    in.countdown = countdown;
    in.persistent = persistent ? 1 : 0;
    REQUIRE(till_testing_fault_set(store, &in, nullptr) == TILL_OK);
}

inline void end_fault(till_store* store) { set_fault(store, TILL_FAULT_NONE, 0); }

// Where files stay in memory: what these tests break is injected, and a disk would only cost time.
inline std::filesystem::path memory_directory() {
    const std::filesystem::path shared = "/dev/shm";
    if (::access(shared.c_str(), W_OK) == 0) return shared;
    return std::filesystem::temp_directory_path();
}

// A store in a file, with a clock that stands, the smallest page cache (so that reads reach the
// file) and the same random bytes each time.
class FaultyStore {
public:
    FaultyStore() {
        till_testing_in testing = TILL_TESTING_IN_INIT;
        testing.now_us = start_time;
        testing.seed = 7;
        till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
        const std::string path = directory_.file("shop.db");
        in.path = str(path);
        in.flags = TILL_OPEN_TESTING;
        in.cache_kib = 4;
        in.testing = &testing;
        REQUIRE(till_store_open(&in, &store_, nullptr) == TILL_OK);
    }
    FaultyStore(const FaultyStore&) = delete;
    FaultyStore& operator=(const FaultyStore&) = delete;
    ~FaultyStore() { till_store_release(store_); }
    operator till_store*() const { return store_; }  // NOLINT(google-explicit-constructor)

private:
    const Directory directory_{memory_directory()};
    till_store* store_ = nullptr;
};

inline std::int64_t last_event(till_store* store) {
    Owned<till_store_info> info;
    REQUIRE(till_store_info_get(store, nullptr, Out(info), nullptr) == TILL_OK);
    return info->last_event;
}

inline void require_sound(till_store* store) {
    const till_call system = as_system();
    Owned<till_report> report;
    REQUIRE(till_store_check(store, &system, Out(report), nullptr) == TILL_OK);
    const std::string findings(view(report->text));
    CAPTURE(findings);
    CHECK(report->sound == 1);
}

// Everything the store tells of its users, sessions, orders, payments, refunds, settings and
// events, as text. Secrets and random names are left out.
std::string picture(till_store* store);

}  // namespace abi
