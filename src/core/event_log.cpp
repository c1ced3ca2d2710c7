// SPDX-License-Identifier: MIT
#include "core/event_log.hpp"

#include <array>
#include <optional>

namespace till::core {
namespace {

constexpr sql::Sql insert_event{"event_insert", R"sql(
    INSERT INTO events (at, actor_kind, actor_id, kind, subject_id, order_id, trace_id, data)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)sql"};

constexpr sql::Sql select_last{"event_last", R"sql(
    SELECT sequence
    FROM events
    ORDER BY sequence DESC
    LIMIT 1
)sql"};

constexpr sql::Sql select_last_of{"event_last_of", R"sql(
    SELECT sequence
    FROM events
    WHERE kind = $1 AND kind <> 'order.placed'
    ORDER BY sequence DESC
    LIMIT 1
)sql"};

constexpr std::array<const sql::Sql*, 3> statements{&insert_event, &select_last, &select_last_of};

sql::Value or_null(std::int64_t value) { return value == 0 ? sql::Value(nullptr) : value; }
sql::Value or_null(std::string_view text) { return text.empty() ? sql::Value(nullptr) : text; }

}  // namespace

const char* name_of(domain::Actor::Kind kind) {
    switch (kind) {
        case domain::Actor::Kind::anonymous:
            return "anonymous";
        case domain::Actor::Kind::user:
            return "user";
        case domain::Actor::Kind::key:
            return "key";
        case domain::Actor::Kind::system:
            return "system";
    }
    return "anonymous";
}

void append_event(Context& context, std::string_view kind, std::int64_t subject_id,
                  std::int64_t order_id, std::string_view data) {
    context.tx.execute(insert_event, context.now, name_of(context.actor.kind),
                       or_null(context.actor.id()), kind, subject_id, or_null(order_id),
                       or_null(context.call.trace_id), or_null(data));
}

std::int64_t last_event(sql::Transaction& tx) {
    auto rows = tx.query(select_last);
    return rows.next() ? rows.integer(0) : 0;
}

std::int64_t last_event_of(sql::Transaction& tx, std::string_view kind) {
    auto rows = tx.query(select_last_of, kind);
    return rows.next() ? rows.integer(0) : 0;
}

std::span<const sql::Sql* const> event_log_statements() { return statements; }

}  // namespace till::core
