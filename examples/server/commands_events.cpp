// SPDX-License-Identifier: MIT
// The command about events: the audit log.
#include "desk.hpp"

namespace till_server {

namespace {

int list_of_user(Desk& desk, till::event_query query) {
    query.subject_id = user_filter(desk);
    return print_list(desk, event_columns, desk.store.events(desk.call, query), event_row,
                      is_of_user);
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
