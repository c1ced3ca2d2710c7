// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "sql/database.hpp"

#include <cstdint>
#include <string_view>

namespace till::core {

// The context of a call as its caller states it: nothing in it has been looked up yet. Borrowed for
// the duration of the call.
struct Call {
    enum class Actor : std::int32_t { anonymous = 0, token = 1, key = 2, user = 3, system = 4 };

    Actor actor = Actor::anonymous;
    std::int64_t user_id = 0;
    std::string_view token;
    std::string_view idempotency_key;
    std::string_view client_address;
    std::string_view client_agent;
    std::string_view client_locale;
    std::string_view trace_id;
    sql::Batch* batch = nullptr;
    std::int64_t deadline_us = 0;  // os::monotonic_us
};

}  // namespace till::core
