// SPDX-License-Identifier: MIT
#include "core/event_table.hpp"

#include "core/answer.hpp"

#include <array>
#include <limits>

// The columns of an event in the order that read_event() reads them.
#define EVENT_COLUMNS                                                        \
    "SELECT sequence, at, actor_kind, actor_id, kind, subject_id, order_id," \
    " trace_id, data FROM events "

namespace till::core {
namespace {

using Kind = domain::Actor::Kind;

constexpr sql::Sql list_all_oldest{"events_oldest",
                                   EVENT_COLUMNS "WHERE sequence > $1 ORDER BY sequence LIMIT $2"};
constexpr sql::Sql list_all_newest{
    "events_newest", EVENT_COLUMNS "WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2"};
constexpr sql::Sql list_order_oldest{
    "events_order_oldest",
    EVENT_COLUMNS "WHERE order_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"};
constexpr sql::Sql list_order_newest{
    "events_order_newest",
    EVENT_COLUMNS "WHERE order_id = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT $3"};
constexpr sql::Sql list_subject_oldest{
    "events_subject_oldest", EVENT_COLUMNS
    "WHERE subject_id = $1 AND order_id IS NULL AND sequence > $2 ORDER BY sequence LIMIT $3"};
constexpr sql::Sql list_subject_newest{
    "events_subject_newest", EVENT_COLUMNS
    "WHERE subject_id = $1 AND order_id IS NULL AND sequence < $2"
    " ORDER BY sequence DESC LIMIT $3"};
constexpr sql::Sql select_newest{"event_newest", R"sql(
    SELECT COALESCE(MAX(sequence), 0)
    FROM events
)sql"};

constexpr std::array statements{
    &list_all_oldest,     &list_all_newest,     &list_order_oldest, &list_order_newest,
    &list_subject_oldest, &list_subject_newest, &select_newest,
};

Kind parse_kind(std::string_view name) {
    if (name == "anonymous") return Kind::anonymous;
    if (name == "user") return Kind::user;
    if (name == "key") return Kind::key;
    if (name == "system") return Kind::system;
    throw_unknown_name("kind of actor");
}

Event read_event(const sql::Rows& rows) {
    Event event;
    event.sequence = rows.integer(0);
    event.at = rows.integer(1);
    event.actor = parse_kind(rows.text(2));
    event.actor_id = integer_or_zero(rows, 3);
    event.kind = rows.text(4);
    event.subject_id = rows.integer(5);
    event.order_id = integer_or_zero(rows, 6);
    event.trace_id = text_or_empty(rows, 7);
    event.data = text_or_empty(rows, 8);
    return event;
}

sql::Rows query_list(Context& context, const EventQuery& query, std::int64_t limit) {
    sql::Transaction& tx = context.tx;
    const bool newest = query.newest_first;
    const std::int64_t after =
        newest && query.after == 0 ? std::numeric_limits<std::int64_t>::max() : query.after;
    if (query.order_id != 0) {
        return tx.query(newest ? list_order_newest : list_order_oldest, query.order_id, after,
                        limit);
    }
    if (query.subject_id != 0) {
        return tx.query(newest ? list_subject_newest : list_subject_oldest, query.subject_id, after,
                        limit);
    }
    return tx.query(newest ? list_all_newest : list_all_oldest, after, limit);
}

}  // namespace

std::vector<Event> EventTable::list(Context& context, const EventQuery& query, std::int64_t limit) {
    std::vector<Event> events;
    auto rows = query_list(context, query, limit);
    while (rows.next()) events.push_back(read_event(rows));
    return events;
}

std::int64_t EventTable::newest(Context& context) {
    auto rows = context.tx.query(select_newest);
    TILL_ASSERT(rows.next());
    return rows.integer(0);
}

std::span<const sql::Sql* const> event_statements() { return statements; }

}  // namespace till::core
