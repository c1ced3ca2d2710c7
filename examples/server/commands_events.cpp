// SPDX-License-Identifier: MIT
// The command about events: the audit log.
#include "shop_time.hpp"

namespace till_server {

namespace {

int list_of_user(Desk& desk, till::event_query query) {
    query.subject_id = user_filter(desk);
    return print_list(desk, event_columns, desk.store.events(desk.call, query), event_row,
                      is_of_user);
}

// Users and API keys count their ids on their own.
void read_actor(const Desk& desk, till::event_query& query) {
    if (desk.options.has("actor") && desk.options.has("actor-key")) {
        throw Refusal("Say --actor or --actor-key, not both.", exit_usage);
    }
    if (desk.options.has("actor")) query.actor_id = find_user(desk, desk.options.get("actor")).id();
    if (!desk.options.has("actor-key")) return;
    query.actor_id = id_option(desk.options, "actor-key");
    query.actor = TILL_ACTOR_KEY;
}

int list(Desk& desk) {
    till::event_query query;
    query.order_id = id_option(desk.options, "order");
    query.after = id_option(desk.options, "after");
    // Who resumes reads on from there.
    query.newest_first = !desk.options.toggle("oldest-first") && !desk.options.has("after");
    const std::string kind = desk.options.get("kind");
    if (!kind.empty()) query.kind = kind;
    read_actor(desk, query);
    query.from = time_option(desk, "since");
    query.until = time_option(desk, "until");
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
    return {
        {{"after", value, "SEQUENCE", "Resume after this event, oldest first.", true},
         {"kind", value, "KIND", "List those of this kind alone: order.shipped.", true},
         {"actor", value, "USER", "List what this user did (name, id or e-mail address).", true},
         {"actor-key", value, "ID", "List what was done with this API key.", true}},
        {{"events", "--db FILE [list]", "List what happened and who did it.", run_events,
          with_desk_options({"limit", "oldest-first", "after", "user", "order", "kind", "actor",
                             "actor-key", "since", "until"}),
          true}}};
}

}  // namespace till_server
