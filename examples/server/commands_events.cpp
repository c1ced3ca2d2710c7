// SPDX-License-Identifier: MIT
// The command about events: the audit log.
#include "desk.hpp"

#include <iostream>

namespace till_server {

namespace {

// Events without an order have a subject, whose ids count for each kind of subject on their own.
int list_of_user(Desk& desk, till::event_query query) {
    query.subject_id = user_filter(desk);
    const uint64_t limit = desk.options.number("limit", 0, UINT32_MAX).value_or(50);
    RowPrinter printer(std::cout, desk.format, event_columns);
    uint64_t count = 0;
    for (const auto& event : desk.store.events(desk.call, query)) {
        if (!event.kind().starts_with("user.")) continue;
        if (limit != 0 && count++ == limit) break;
        printer.add(event_row(event));
    }
    printer.finish("Nothing.\n");
    return 0;
}

int list(Desk& desk) {
    till::event_query query;
    query.order_id = id_option(desk.options, "order");
    query.after = id_option(desk.options, "after");
    // Who resumes reads on from there.
    query.newest_first = !desk.options.toggle("oldest-first") && !desk.options.has("after");
    if (desk.options.has("user")) {
        if (query.order_id != 0) throw Refusal("Say --order or --user, not both.", exit_usage);
        return list_of_user(desk, query);
    }
    return print_list(desk, event_columns, desk.store.events(desk.call, query), event_row);
}

constexpr Verb verbs[] = {{"list", "", 0, 0, list}};

int run_events(const Options& options) { return run_verb(options, "events", verbs); }

}  // namespace

CommandSet event_commands() {
    using enum OptionKind;
    return {{{"after", value, "SEQUENCE", "Resume after this event, oldest first.", true}},
            {{"events", "--db FILE [list]", "List what happened and who did it.", run_events,
              with_desk_options({"limit", "oldest-first", "after", "user", "order"}), true}}};
}

}  // namespace till_server
