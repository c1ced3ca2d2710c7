// SPDX-License-Identifier: MIT
#pragma once

#include "core/range.hpp"
#include "core/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The use cases of the event log. Contracts: include/till/event.h.
namespace till::core {

struct Event {
    std::int64_t sequence = 0;
    Time at = 0;
    domain::Actor::Kind actor = domain::Actor::Kind::anonymous;
    std::int64_t actor_id = 0;  // 0: none
    std::string kind;
    std::int64_t subject_id = 0;
    std::int64_t order_id = 0;  // 0: none
    std::string trace_id;       // empty: none
    std::string data;           // empty: none
};

struct EventQuery {
    bool newest_first = false;
    std::int64_t after = 0;       // a sequence: beyond it; newest first: below it, 0: from the end
    std::int64_t order_id = 0;    // 0: all
    std::int64_t subject_id = 0;  // with order_id 0: of this subject without an order
    std::string_view kind;        // stands alone; empty: all
    domain::Actor::Kind actor = domain::Actor::Kind::user;
    std::int64_t actor_id = 0;  // stands alone; 0: all
    TimeRange at;
    std::uint32_t limit = 0;  // 0: 100; at most 1000
};

Result<std::vector<Event>> list_events(Store& store, const Call& call, const EventQuery& query);

// The newest sequence once it is beyond `after`, or when the call's deadline has passed.
Result<std::int64_t> wait_for_event(Store& store, const Call& call, std::int64_t after);

}  // namespace till::core
