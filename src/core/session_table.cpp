// SPDX-License-Identifier: MIT
#include "core/session_table.hpp"

#include "base/error.hpp"

#include <algorithm>

// In the order of read_session().
#define TILL_SESSION_COLUMNS                                                       \
    "sessions.id, sessions.user_id, sessions.created_at, sessions.last_used_at,\n" \
    "sessions.idle_expires_at, sessions.expires_at, sessions.address, sessions.agent"

namespace till::core {
namespace {

constexpr sql::Sql insert_session{"session_insert", R"sql(
    INSERT INTO sessions (sid_hash, user_id, current_hash, rotates, password_login_at, created_at,
                          last_used_at, idle_expires_at, expires_at, address, agent)
    VALUES ($1, $2, $3, 0, $4, $5, $5, $6, $7, $8, $9)
)sql"};

constexpr sql::Sql select_by_sid{"session_by_sid", "SELECT " TILL_SESSION_COLUMNS R"sql(,
           sessions.current_hash, sessions.previous_hash, sessions.salt, sessions.rotated_at,
           sessions.rotates, users.is_active = 1 AND users.deleted_at IS NULL
    FROM sessions
    JOIN users ON users.id = sessions.user_id
    WHERE sessions.sid_hash = $1
)sql"};

constexpr sql::Sql select_session{"session_get", "SELECT " TILL_SESSION_COLUMNS R"sql(
    FROM sessions
    WHERE id = $1
)sql"};

constexpr sql::Sql list_sessions{"session_list", "SELECT " TILL_SESSION_COLUMNS R"sql(
    FROM sessions
    WHERE user_id = $1 AND id < $2 AND idle_expires_at > $3 AND expires_at > $3
    ORDER BY id DESC
    LIMIT $4
)sql"};

constexpr sql::Sql update_rotation{"session_rotate", R"sql(
    UPDATE sessions
    SET current_hash = $1, previous_hash = $2, salt = $3, rotates = $4, rotated_at = $5,
        last_used_at = $5, idle_expires_at = $6
    WHERE id = $7 AND current_hash = $2
)sql"};

constexpr sql::Sql update_use{"session_touch", R"sql(
    UPDATE sessions
    SET last_used_at = $1, idle_expires_at = $2
    WHERE id = $3
)sql"};

constexpr sql::Sql delete_session{"session_delete", R"sql(
    DELETE FROM sessions
    WHERE id = $1
)sql"};

constexpr sql::Sql delete_others{"session_delete_others", R"sql(
    DELETE FROM sessions
    WHERE user_id = $1 AND id <> $2
    RETURNING id, idle_expires_at, expires_at
)sql"};

constexpr sql::Sql select_living{"session_living", R"sql(
    SELECT id
    FROM sessions
    WHERE user_id = $1 AND idle_expires_at > $2 AND expires_at > $2
    ORDER BY id
)sql"};

// idle_expires_at 0 is no time at which a session lives, whatever becomes of the clock.
constexpr sql::Sql update_closed{"session_close_all", R"sql(
    UPDATE sessions
    SET idle_expires_at = 0, expires_at = $1, address = NULL, agent = NULL
    WHERE user_id = $2 AND idle_expires_at > 0
)sql"};

constexpr sql::Sql sweep_sessions{"session_sweep", R"sql(
    DELETE FROM sessions
    WHERE id IN (SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
)sql"};

constexpr sql::Sql select_live_count{"session_count_live", R"sql(
    SELECT COUNT(*)
    FROM (SELECT idle_expires_at AS until FROM sessions WHERE expires_at > $1 LIMIT $2) AS open
    WHERE until > $1
)sql"};

constexpr std::array statements{&insert_session, &select_by_sid,   &select_session,
                                &list_sessions,  &update_rotation, &update_use,
                                &delete_session, &delete_others,   &select_living,
                                &update_closed,  &sweep_sessions,  &select_live_count};

constexpr int session_columns = 8;

Session read_session(const sql::Rows& rows) {
    Session session;
    session.id = rows.integer(0);
    session.user_id = rows.integer(1);
    session.created_at = rows.integer(2);
    session.last_used_at = rows.integer(3);
    session.life = {rows.integer(4), rows.integer(5)};
    session.client_address = rows.maybe_string(6);
    session.client_agent = rows.maybe_string(7);
    return session;
}

template <std::size_t N>
void copy(sql::Bytes from, std::array<std::byte, N>& to) {
    TILL_ASSERT(from.size() == N);
    std::copy(from.begin(), from.end(), to.begin());
}

sql::Value or_null(std::string_view text) {
    return text.empty() ? sql::Value(nullptr) : sql::Value(text);
}

}  // namespace

std::int64_t SessionTable::insert(sql::Transaction& tx, const NewSession& session, Time now) {
    const auto id = tx.insert(insert_session, sql::Bytes(session.sid_hash), session.user_id,
                              sql::Bytes(session.current_hash), session.password_login_at, now,
                              session.life.idle_expires_at, session.life.expires_at,
                              or_null(session.client_address), or_null(session.client_agent));
    TILL_ASSERT(id);
    return *id;
}

std::optional<SessionRow> SessionTable::find(sql::Transaction& tx, const crypto::Digest& sid_hash) {
    auto rows = tx.query(select_by_sid, sql::Bytes(sid_hash));
    if (!rows.next()) return std::nullopt;
    SessionRow row;
    row.session = read_session(rows);
    copy(rows.bytes(session_columns), row.current_hash);
    row.rotated_at = rows.maybe_integer(session_columns + 3);
    if (row.rotated_at) {
        copy(rows.bytes(session_columns + 1), row.previous_hash.emplace());
        copy(rows.bytes(session_columns + 2), row.salt);
    }
    row.rotates = rows.boolean(session_columns + 4);
    row.user_lives = rows.boolean(session_columns + 5);
    return row;
}

std::optional<Session> SessionTable::find(sql::Transaction& tx, std::int64_t id) {
    auto rows = tx.query(select_session, id);
    if (!rows.next()) return std::nullopt;
    return read_session(rows);
}

std::vector<Session> SessionTable::list(sql::Transaction& tx, std::int64_t user_id,
                                        std::int64_t before, Time now, std::int64_t limit) {
    auto rows = tx.query(list_sessions, user_id, before, now, limit);
    std::vector<Session> sessions;
    while (rows.next()) sessions.push_back(read_session(rows));
    return sessions;
}

bool SessionTable::rotate(sql::Transaction& tx, std::int64_t id, const RotatedSession& session,
                          Time now) {
    return tx.execute(update_rotation, sql::Bytes(session.current_hash),
                      sql::Bytes(session.previous_hash), sql::Bytes(session.salt), session.rotates,
                      now, session.life.idle_expires_at, id) == 1;
}

void SessionTable::touch(sql::Transaction& tx, std::int64_t id, Time idle_expires_at, Time now) {
    tx.execute(update_use, now, idle_expires_at, id);
}

void SessionTable::remove(sql::Transaction& tx, std::int64_t id) { tx.execute(delete_session, id); }

std::vector<std::int64_t> SessionTable::remove_others(sql::Transaction& tx, std::int64_t user_id,
                                                      std::int64_t except_id, Time now) {
    auto rows = tx.query(delete_others, user_id, except_id);
    std::vector<std::int64_t> ids;
    while (rows.next()) {
        if (domain::is_live({rows.integer(1), rows.integer(2)}, now))
            ids.push_back(rows.integer(0));
    }
    return ids;
}

std::vector<std::int64_t> SessionTable::close_all(sql::Transaction& tx, std::int64_t user_id,
                                                  Time now) {
    std::vector<std::int64_t> ids;
    {
        auto rows = tx.query(select_living, user_id, now);
        while (rows.next()) ids.push_back(rows.integer(0));
    }
    tx.execute(update_closed, now, user_id);
    return ids;
}

std::int64_t SessionTable::sweep(sql::Transaction& tx, Time before, std::int64_t limit) {
    return tx.execute(sweep_sessions, before, limit);
}

std::int64_t SessionTable::count_live(sql::Transaction& tx, Time now, std::int64_t most) {
    auto rows = tx.query(select_live_count, now, most);
    TILL_ASSERT(rows.next());
    return rows.integer(0);
}

std::span<const sql::Sql* const> session_statements() { return statements; }

}  // namespace till::core
