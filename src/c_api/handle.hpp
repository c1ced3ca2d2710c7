// SPDX-License-Identifier: MIT
#pragma once

#include "base/fork_guard.hpp"
#include "base/testing.hpp"
#include "core/store.hpp"
#include "till/batch.h"
#include "till/store.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

// The handles behind the opaque types. A closed store keeps its core until the last release, so a
// call that comes late is answered, not lost.
struct till_store {
    const std::uint64_t generation = till::os::process_generation();
    std::atomic<std::int64_t> references{1};
    std::atomic<bool> closed{false};  // said early; the engine decides for calls in flight
    std::unique_ptr<till::core::Store> core;
    std::string path;

    till_log_function log = nullptr;
    std::uintptr_t log_userdata = 0;
    till_log_level log_level = TILL_LOG_WARNING;

    // Testing stores only.
    std::shared_ptr<till::testing::FakeClock> fake_clock;
    std::string temporary_directory;  // removed by the last release; else empty

    // False in a forked child: what this names belongs to the parent.
    bool same_process() const noexcept { return generation == till::os::process_generation(); }
};

struct till_batch {
    till_store* store = nullptr;  // holds a reference
    std::unique_ptr<till::sql::Batch> batch;
};

namespace till::c_api {

// True while this thread runs a log hook: a call then is refused, not deadlocked.
bool in_log_hook() noexcept;
core::Log make_log(till_store& store);

}  // namespace till::c_api
