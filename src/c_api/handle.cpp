// SPDX-License-Identifier: MIT
#include "c_api/handle.hpp"

#include "base/os.hpp"
#include "c_api/guard.hpp"

#include <string>

namespace till::c_api {
namespace {

// Trivially destructible, so that no code of ours runs when a thread ends.
thread_local int hook_depth = 0;

}  // namespace

bool in_log_hook() noexcept { return hook_depth > 0; }

core::Log make_log(till_store& store) {
    if (store.log == nullptr) return {};
    return [&store](const core::LogLine& line) {
        if (static_cast<till_log_level>(line.level) < store.log_level) return;
        till_log_record record{};
        record.struct_size = sizeof record;
        record.level = static_cast<till_log_level>(line.level);
        record.at_us = os::SystemClock().now_us();
        // The record's texts end with a NUL, as all texts of the C ABI do.
        const std::string category_text(line.category);
        const std::string message_text(line.message);
        const std::string trace_text(line.trace_id);
        record.category = {category_text.c_str(), category_text.size()};
        record.message = {message_text.c_str(), message_text.size()};
        if (!trace_text.empty()) record.trace_id = {trace_text.c_str(), trace_text.size()};
        ++hook_depth;
        store.log(store.log_userdata, &record);
        --hook_depth;
    };
}

}  // namespace till::c_api
