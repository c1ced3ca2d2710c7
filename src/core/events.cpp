// SPDX-License-Identifier: MIT
#include "core/events.hpp"

#include "base/os.hpp"
#include "core/event_table.hpp"
#include "core/order_steps.hpp"

namespace till::core {
namespace {

constexpr std::uint32_t limit_default = 100;  // include/till/event.h
constexpr std::uint32_t limit_max = 1000;

// How long the reads of a wait may take beyond it: the wait itself ends at the call's deadline.
constexpr std::int64_t read_slack_us = 5 * us_per_second;

Result<void> check_query(const EventQuery& query) {
    std::vector<Violation> violations;
    if (query.limit > limit_max) {
        violations.push_back(
            {"/limit", "too_large", "A page has at most 1000 rows.", {{"max", "1000"}}});
    }
    const bool placed = query.order_id != 0 || query.subject_id != 0;
    if (query.actor_id != 0 && (placed || !query.kind.empty())) {
        violations.push_back({"/actor_id", "conflict", "Goes with times alone.", {}});
    } else if (!query.kind.empty() && placed) {
        violations.push_back({"/kind", "conflict", "Goes with times alone.", {}});
    }
    if (!violations.empty()) return invalid(std::move(violations));
    return ok();
}

Result<void> authorise_list(Context& context, const EventQuery& query) {
    if (query.order_id == 0) return authorise(domain::Action::event_read_all, context.actor);
    TILL_CHECK(order_for(context, domain::Action::event_read_order, query.order_id));
    return ok();
}

}  // namespace

Result<std::vector<Event>> list_events(Store& store, const Call& call, const EventQuery& query) {
    return store.read(call, [&](Context& context) -> Result<std::vector<Event>> {
        TILL_CHECK(authorise_list(context, query));
        TILL_CHECK(check_query(query));
        return EventTable::list(context, query, query.limit == 0 ? limit_default : query.limit);
    });
}

Result<std::int64_t> wait_for_event(Store& store, const Call& call, std::int64_t after) {
    TILL_CHECK(Store::refuse_batch(call));
    TILL_CHECK(Store::refuse_key(call));
    Call reading = call;
    reading.deadline_us = call.deadline_us + read_slack_us;
    // The count first, the events after it: a commit in between is counted and ends the next wait.
    std::int64_t count = store.database().wait_for_change(-1, call.deadline_us);
    for (;;) {
        TILL_TRY(const std::int64_t newest,
                 store.read(reading, [](Context& context) -> Result<std::int64_t> {
                     TILL_CHECK(authorise(domain::Action::event_read_all, context.actor));
                     return EventTable::newest(context);
                 }));
        if (newest > after || os::monotonic_us() >= call.deadline_us) return newest;
        count = store.database().wait_for_change(count, call.deadline_us);
    }
}

}  // namespace till::core
