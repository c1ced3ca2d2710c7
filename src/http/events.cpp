// SPDX-License-Identifier: MIT
//
// An order's history and the staff's feed.
#include "http/filters.hpp"
#include "http/handlers.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <string>

namespace till::http {

namespace {

constexpr std::int64_t limit_default = 100;
constexpr std::int64_t limit_max = 1000;  // the C ABI's

std::string_view actor_name(till_actor_kind actor) {
    switch (actor) {
        case TILL_ACTOR_USER:
        case TILL_ACTOR_TOKEN:
            return "user";
        case TILL_ACTOR_KEY:
            return "key";
        case TILL_ACTOR_SYSTEM:
            return "system";
        default:
            return "anonymous";
    }
}

void write_event(JsonWriter& json, const till_event& event) {
    json.begin_object().key("sequence").number(event.sequence);
    json.key("at").time(event.at_us).key("kind").text(view(event.kind));
    json.key("actor").text(actor_name(event.actor));
    json.key("actor_id").number_or_null(event.actor_id);
    json.key("subject").number(event.subject_id).key("order").number_or_null(event.order_id);
    json.key("request_id").text_or_null(event.trace_id);
    json.key("data");
    if (event.data.data == nullptr) {
        json.raw("{}");
    } else {
        json.raw(view(event.data));
    }
    json.end_object();
}

// A number that is none, or none we serve, is ignored, as DRF's page_size.
std::int64_t read_number(const Exchange& x, std::string_view name, std::int64_t otherwise) {
    std::string storage;
    const auto text = x.query(name, storage);
    if (!text) return otherwise;
    return parse_digits(*text).value_or(otherwise);
}

void answer_events(Exchange& x, till_event_query query, std::string url, std::string_view kept) {
    query.after = read_number(x, "after", 0);
    const std::int64_t limit = read_number(x, "limit", limit_default);
    query.limit =
        static_cast<std::uint32_t>(limit <= 0 ? limit_default : std::min(limit, limit_max));
    Owned<till_event_page> events;
    const till_status status =
        till_event_list(x.app.store, &x.call, &query, out(events), out(x.error));
    if (status != TILL_OK) return x.fail(status, {{"/actor_id", "actor"}});
    JsonWriter json = x.json();
    json.begin_array();
    for (std::size_t i = 0; i < events->count; ++i) write_event(json, *events->items[i]);
    json.end_array();
    if (events->count < query.limit) return;
    // There may be more; a follower comes back here anyway.
    url += "?after=";
    append_number(url, events->items[events->count - 1]->sequence);
    url += "&limit=";
    append_number(url, query.limit);
    x.reply.header_copy("Link", "<" + url.append(kept) + ">; rel=\"next\"");
}

}  // namespace

void get_order_events(Exchange& x) {
    till_event_query query = TILL_EVENT_QUERY_INIT;
    query.order_id = x.id;
    std::string url = x.base_url() + "/orders/";
    append_number(url, x.id);
    answer_events(x, query, url + "/events/", "");
}

void get_events(Exchange& x) {
    till_event_query query = TILL_EVENT_QUERY_INIT;
    std::string kept;
    std::string storage;
    Filters filters(x);
    filters.id("order", query.order_id);
    filters.id("subject", query.subject_id);
    filters.text("kind", query.kind);
    filters.id("actor", query.actor_id);
    const auto actor_kind = filters.choice("actor_kind", {"user", "key"});
    if (actor_kind) query.actor = *actor_kind == 0 ? TILL_ACTOR_USER : TILL_ACTOR_KEY;
    filters.time("at_after", query.from_us);
    filters.time("at_before", query.until_us);
    if (!filters.finish()) return;
    kept += filters.kept();
    if (const auto ordering = x.query("ordering", storage)) {
        if (*ordering != "sequence" && *ordering != "-sequence") {
            return x.refuse_field("ordering", "Order by sequence or -sequence.");
        }
        if (*ordering == "-sequence") {
            query.flags |= TILL_EVENTS_NEWEST_FIRST;
            kept += "&ordering=-sequence";
        }
    }
    answer_events(x, query, x.base_url() + "/events/", kept);
}

}  // namespace till::http
