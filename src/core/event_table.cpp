// SPDX-License-Identifier: MIT
#include "core/event_table.hpp"

#include "core/answer.hpp"
#include "core/event_log.hpp"

#include <array>
#include <limits>
#include <optional>
#include <utility>

// The columns of an event in the order that read_event() reads them.
#define EVENT_COLUMNS                                                        \
    "SELECT sequence, at, actor_kind, actor_id, kind, subject_id, order_id," \
    " trace_id, data FROM events "

namespace till::core {
namespace {

using Kind = domain::Actor::Kind;

constexpr std::int64_t last_sequence = std::numeric_limits<std::int64_t>::max() - 1;

constexpr sql::Sql list_all_oldest{"events_oldest", EVENT_COLUMNS
                                   "WHERE sequence > $1 AND sequence < $2 AND at >= $3 AND at < $4"
                                   " ORDER BY sequence LIMIT $5"};
constexpr sql::Sql list_all_newest{"events_newest", EVENT_COLUMNS
                                   "WHERE sequence > $1 AND sequence < $2 AND at >= $3 AND at < $4"
                                   " ORDER BY sequence DESC LIMIT $5"};
constexpr sql::Sql list_order_oldest{
    "events_order_oldest", EVENT_COLUMNS
    "WHERE order_id = $1 AND sequence > $2 AND sequence < $3 AND at >= $4 AND at < $5"
    " ORDER BY sequence LIMIT $6"};
constexpr sql::Sql list_order_newest{
    "events_order_newest", EVENT_COLUMNS
    "WHERE order_id = $1 AND sequence > $2 AND sequence < $3 AND at >= $4 AND at < $5"
    " ORDER BY sequence DESC LIMIT $6"};
constexpr sql::Sql list_subject_oldest{"events_subject_oldest", EVENT_COLUMNS
                                       "WHERE subject_id = $1 AND order_id IS NULL AND sequence > "
                                       "$2 AND sequence < $3 AND at >= $4 AND at < $5"
                                       " ORDER BY sequence LIMIT $6"};
constexpr sql::Sql list_subject_newest{"events_subject_newest", EVENT_COLUMNS
                                       "WHERE subject_id = $1 AND order_id IS NULL AND sequence > "
                                       "$2 AND sequence < $3 AND at >= $4 AND at < $5"
                                       " ORDER BY sequence DESC LIMIT $6"};
constexpr sql::Sql list_kind_oldest{"events_kind_oldest", EVENT_COLUMNS
                                    "WHERE kind = $1 AND kind <> 'order.placed' AND sequence > $2 "
                                    "AND sequence < $3 AND at >= $4 AND at < $5"
                                    " ORDER BY sequence LIMIT $6"};
constexpr sql::Sql list_kind_newest{"events_kind_newest", EVENT_COLUMNS
                                    "WHERE kind = $1 AND kind <> 'order.placed' AND sequence > $2 "
                                    "AND sequence < $3 AND at >= $4 AND at < $5"
                                    " ORDER BY sequence DESC LIMIT $6"};
constexpr sql::Sql list_actor_oldest{
    "events_actor_oldest", EVENT_COLUMNS
    "WHERE actor_kind = $1 AND actor_id = $2 AND actor_id IS NOT NULL"
    " AND (kind <> 'order.placed' OR actor_kind <> 'user') AND sequence > $3 AND sequence < $4 AND "
    "at >= $5 AND at < $6"
    " ORDER BY sequence LIMIT $7"};
constexpr sql::Sql list_actor_newest{
    "events_actor_newest", EVENT_COLUMNS
    "WHERE actor_kind = $1 AND actor_id = $2 AND actor_id IS NOT NULL"
    " AND (kind <> 'order.placed' OR actor_kind <> 'user') AND sequence > $3 AND sequence < $4 AND "
    "at >= $5 AND at < $6"
    " ORDER BY sequence DESC LIMIT $7"};

// No index holds what placing an order says: these orders' first events are it.
constexpr sql::Sql placed_all_oldest{"events_placed_all_oldest", R"sql(
    SELECT id
    FROM orders
    WHERE id > $1 AND id < $2 AND created_at >= $3 AND created_at < $4
    ORDER BY id
    LIMIT $5
)sql"};
constexpr sql::Sql placed_all_newest{"events_placed_all_newest", R"sql(
    SELECT id
    FROM orders
    WHERE id > $1 AND id < $2 AND created_at >= $3 AND created_at < $4
    ORDER BY id DESC
    LIMIT $5
)sql"};
constexpr sql::Sql placed_own_oldest{"events_placed_own_oldest", R"sql(
    SELECT id
    FROM orders
    WHERE user_id = $1 AND placed_by = $2 AND id > $3 AND id < $4 AND created_at >= $5 AND created_at < $6
    ORDER BY id
    LIMIT $7
)sql"};
constexpr sql::Sql placed_own_newest{"events_placed_own_newest", R"sql(
    SELECT id
    FROM orders
    WHERE user_id = $1 AND placed_by = $2 AND id > $3 AND id < $4 AND created_at >= $5 AND created_at < $6
    ORDER BY id DESC
    LIMIT $7
)sql"};
constexpr sql::Sql placed_other_oldest{"events_placed_other_oldest", R"sql(
    SELECT id
    FROM orders
    WHERE placed_by = $1 AND placed_by <> COALESCE(user_id, 0) AND id > $2 AND id < $3 AND created_at >= $4 AND created_at < $5
    ORDER BY id
    LIMIT $6
)sql"};
constexpr sql::Sql placed_other_newest{"events_placed_other_newest", R"sql(
    SELECT id
    FROM orders
    WHERE placed_by = $1 AND placed_by <> COALESCE(user_id, 0) AND id > $2 AND id < $3 AND created_at >= $4 AND created_at < $5
    ORDER BY id DESC
    LIMIT $6
)sql"};
constexpr sql::Sql select_placing{
    "event_placing",
    EVENT_COLUMNS "WHERE order_id = $1 AND kind = 'order.placed' ORDER BY sequence LIMIT 1"};
constexpr sql::Sql select_placing_from{"event_placing_from", R"sql(
    SELECT order_id, sequence
    FROM events
    WHERE order_id >= $1
    ORDER BY order_id, sequence
    LIMIT 1
)sql"};
constexpr sql::Sql select_order_last{"event_order_last", R"sql(
    SELECT MAX(id)
    FROM orders
)sql"};

constexpr sql::Sql select_at_or_after{"event_at_or_after", R"sql(
    SELECT sequence, at
    FROM events
    WHERE sequence >= $1
    ORDER BY sequence
    LIMIT 1
)sql"};
constexpr sql::Sql select_newest{"event_newest", R"sql(
    SELECT COALESCE(MAX(sequence), 0)
    FROM events
)sql"};

constexpr std::array statements{
    &list_all_oldest,     &list_all_newest,     &list_order_oldest,   &list_order_newest,
    &list_subject_oldest, &list_subject_newest, &list_kind_oldest,    &list_kind_newest,
    &list_actor_oldest,   &list_actor_newest,   &placed_all_oldest,   &placed_all_newest,
    &placed_own_oldest,   &placed_own_newest,   &placed_other_oldest, &placed_other_newest,
    &select_placing,      &select_placing_from, &select_order_last,   &select_at_or_after,
    &select_newest,
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

std::vector<Event> read_all(sql::Rows rows) {
    std::vector<Event> events;
    while (rows.next()) events.push_back(read_event(rows));
    return events;
}

struct Range {
    bool newest = false;
    Bounds in;
    std::int64_t limit = 0;
};

// The sequences of a range as the ids of the orders that were placed there: both ascend alike.
Bounds orders_of(Context& context, const Bounds& in) {
    sql::Transaction& tx = context.tx;
    std::int64_t last = 0;
    {
        auto rows = tx.query(select_order_last);
        if (rows.next()) last = rows.integer(0);
    }
    const auto probe =
        [&](std::int64_t id) -> std::optional<std::pair<std::int64_t, std::int64_t>> {
        auto rows = tx.query(select_placing_from, id);
        if (!rows.next()) return std::nullopt;
        return std::pair{rows.integer(0), rows.integer(1)};
    };
    Bounds orders = in;
    if (in.above > 0) orders.above = first_with(last, in.above + 1, probe) - 1;
    if (in.below <= last_sequence) orders.below = first_with(last, in.below, probe);
    return orders;
}

// The placing events of the orders that a query names.
std::vector<Event> placings(Context& context, sql::Rows orders) {
    std::vector<std::int64_t> ids;
    while (orders.next()) ids.push_back(orders.integer(0));
    std::vector<Event> events;
    events.reserve(ids.size());
    for (const std::int64_t id : ids) {
        auto rows = context.tx.query(select_placing, id);
        if (rows.next()) events.push_back(read_event(rows));
    }
    return events;
}

std::vector<Event> list_placed(Context& context, const Range& range) {
    const Bounds in = orders_of(context, range.in);
    return placings(context, context.tx.query(range.newest ? placed_all_newest : placed_all_oldest,
                                              in.above, in.below, in.from, in.until, range.limit));
}

std::vector<Event> list_actor(Context& context, Kind kind, std::int64_t id, const Range& range) {
    sql::Transaction& tx = context.tx;
    Merge<Event> merged(!range.newest, range.limit);
    merged.add(read_all(tx.query(range.newest ? list_actor_newest : list_actor_oldest,
                                 name_of(kind), id, range.in.above, range.in.below, range.in.from,
                                 range.in.until, range.limit)));
    if (kind == Kind::user) {
        const Bounds in = orders_of(context, range.in);
        merged.add(
            placings(context, tx.query(range.newest ? placed_own_newest : placed_own_oldest, id, id,
                                       in.above, in.below, in.from, in.until, range.limit)));
        merged.add(
            placings(context, tx.query(range.newest ? placed_other_newest : placed_other_oldest, id,
                                       in.above, in.below, in.from, in.until, range.limit)));
    }
    return std::move(merged).rows();
}

std::vector<Event> list_range(Context& context, const EventQuery& query, const Range& range) {
    if (query.kind == "order.placed") return list_placed(context, range);
    if (query.actor_id != 0) return list_actor(context, query.actor, query.actor_id, range);
    sql::Transaction& tx = context.tx;
    const bool newest = range.newest;
    const Bounds& in = range.in;
    if (!query.kind.empty()) {
        return read_all(tx.query(newest ? list_kind_newest : list_kind_oldest, query.kind, in.above,
                                 in.below, in.from, in.until, range.limit));
    }
    if (query.order_id != 0) {
        return read_all(tx.query(newest ? list_order_newest : list_order_oldest, query.order_id,
                                 in.above, in.below, in.from, in.until, range.limit));
    }
    if (query.subject_id != 0) {
        return read_all(tx.query(newest ? list_subject_newest : list_subject_oldest,
                                 query.subject_id, in.above, in.below, in.from, in.until,
                                 range.limit));
    }
    return read_all(tx.query(newest ? list_all_newest : list_all_oldest, in.above, in.below,
                             in.from, in.until, range.limit));
}

}  // namespace

std::vector<Event> EventTable::list(Context& context, const EventQuery& query, std::int64_t limit) {
    Range range{query.newest_first,
                bounds_of(context.tx, query.at, {select_newest, select_at_or_after}), limit};
    // Newest first, 0 is from the end.
    if (!query.newest_first || query.after != 0) {
        range.in.go_on_after(query.after, !query.newest_first);
    }
    return list_range(context, query, range);
}

std::int64_t EventTable::newest(Context& context) {
    auto rows = context.tx.query(select_newest);
    TILL_ASSERT(rows.next());
    return rows.integer(0);
}

std::span<const sql::Sql* const> event_statements() { return statements; }

}  // namespace till::core
