// SPDX-License-Identifier: MIT
#include "till/event.h"

#include "c_api/guard.hpp"
#include "c_api/order_convert.hpp"
#include "core/events.hpp"

#include <cstddef>
#include <vector>

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

namespace {

till_actor_kind to_actor(domain::Actor::Kind kind) {
    switch (kind) {
        case domain::Actor::Kind::anonymous:
            return TILL_ACTOR_ANONYMOUS;
        case domain::Actor::Kind::user:
            return TILL_ACTOR_USER;
        case domain::Actor::Kind::key:
            return TILL_ACTOR_KEY;
        case domain::Actor::Kind::system:
            return TILL_ACTOR_SYSTEM;
    }
    return TILL_ACTOR_ANONYMOUS;
}

// Whose deeds are asked for by id.
Result<domain::Actor::Kind> read_actor_kind(till_actor_kind kind) {
    if (kind == 0 || kind == TILL_ACTOR_USER) return domain::Actor::Kind::user;
    if (kind == TILL_ACTOR_KEY) return domain::Actor::Kind::key;
    return invalid({{"/actor", "invalid_choice", "Is neither a user nor a key.", {}}});
}

const till_event_page* to_page(const std::vector<core::Event>& events) {
    BlockBuilder block(256 + events.size() * 200);
    const std::size_t page = block.add<till_event_page>();
    const std::size_t first = add_rows<till_event_page, till_event>(block, page, events.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
        const core::Event& event = events[i];
        const std::size_t at = first + i * sizeof(till_event);
        till_event& out = block.at<till_event>(at);
        out.sequence = event.sequence;
        out.at_us = event.at;
        out.actor = to_actor(event.actor);
        out.actor_id = event.actor_id;
        out.subject_id = event.subject_id;
        out.order_id = event.order_id;
        block.text(at + offsetof(till_event, kind), event.kind);
        block.text_or_absent(at + offsetof(till_event, trace_id), event.trace_id);
        block.text_or_absent(at + offsetof(till_event, data), event.data);
    }
    return block.finish<till_event_page>(Kind::events);
}

}  // namespace

extern "C" {

TILL_API till_status till_event_list(till_store* store, const till_call* call,
                                     const till_event_query* query, const till_event_page** out,
                                     const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_event_page*> {
            TILL_TRY(const auto in, read_optional_input(query, "till_event_query"));
            TILL_CHECK(check_flags(in.flags, TILL_EVENTS_NEWEST_FIRST, "till_event_query.flags"));
            TILL_CHECK(check_reserved(in.reserved0, "till_event_query.reserved0"));
            TILL_CHECK(check_reserved(in.reserved1, "till_event_query.reserved1"));
            core::EventQuery list;
            TILL_TRY(list.actor, read_actor_kind(in.actor));
            list.newest_first = (in.flags & TILL_EVENTS_NEWEST_FIRST) != 0;
            list.after = in.after;
            list.order_id = in.order_id;
            list.subject_id = in.subject_id;
            list.actor_id = in.actor_id;
            TILL_TRY(list.kind, read_text(in.kind, "till_event_query.kind"));
            list.at = {in.from_us, in.until_us};
            list.limit = in.limit;
            TILL_TRY(const auto events, list_events(core, context, list));
            return to_page(events);
        });
}

TILL_API till_status till_event_wait(till_store* store, const till_call* call, int64_t after,
                                     int64_t* out_sequence, const till_error** err) {
    if (out_sequence == nullptr) return report_static(TILL_E_MISUSE, err);
    *out_sequence = 0;
    return run(store, call, err, [&](core::Store& core, const core::Call& context) -> Result<void> {
        TILL_TRY(*out_sequence, core::wait_for_event(core, context, after));
        return ok();
    });
}

}  // extern "C"
