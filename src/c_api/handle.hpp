// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/testing.hpp"
#include "core/store.hpp"
#include "till/batch.h"
#include "till/store.h"

// The handles behind the opaque types. `core` goes away at close, the handle at the last release.
struct till_store {
    std::atomic<std::int64_t> references{1};
    std::atomic<std::int64_t> in_flight{0};
    std::atomic<bool> closed{false};
    std::unique_ptr<till::core::Store> core;
    std::string path;

    till_log_function log = nullptr;
    std::uintptr_t log_userdata = 0;
    till_log_level log_level = TILL_LOG_WARNING;

    // Testing stores only.
    std::shared_ptr<till::testing::FakeClock> fake_clock;
    std::string temporary_directory;  // removed by the last release; else empty
};

struct till_batch {
    till_store* store = nullptr;  // holds a reference and counts as a call in flight
    std::unique_ptr<till::sql::Batch> batch;
};

namespace till::c_api {

// Counts a call in flight. `entered()` is false once the store was closed.
class Entry {
public:
    explicit Entry(till_store& store) noexcept;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() { leave(); }
    bool entered() const noexcept { return store_ != nullptr; }
    void leave() noexcept;
    // Hands the count over to a batch, which gives it back by leave_call().
    void keep() noexcept { store_ = nullptr; }

private:
    till_store* store_;
};

void leave_call(till_store& store) noexcept;

// True while this thread runs a log hook: a call then is refused, not deadlocked.
bool in_log_hook() noexcept;
core::Log make_log(till_store& store);

}  // namespace till::c_api
