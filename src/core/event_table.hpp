// SPDX-License-Identifier: MIT
#pragma once

#include "core/events.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace till::core {

// The event log as rows, to read; core/event_log.hpp appends.
struct EventTable {
    static std::vector<Event> list(Context& context, const EventQuery& query, std::int64_t limit);
    // The newest sequence, 0: none.
    static std::int64_t newest(Context& context);
};

std::span<const sql::Sql* const> event_statements();

}  // namespace till::core
