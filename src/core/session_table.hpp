// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/digest.hpp"
#include "domain/session.hpp"
#include "sql/database.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace till::core {

// A session as a call gives it: no token, no digest.
struct Session {
    std::int64_t id = 0;
    std::int64_t user_id = 0;
    Time created_at = 0;
    Time last_used_at = 0;
    domain::SessionLife life;
    std::optional<std::string> client_address;
    std::optional<std::string> client_agent;
    bool is_current = false;
};

using Salt = std::array<std::byte, 16>;

// A session with what a presented refresh token is compared with.
struct SessionRow {
    Session session;
    crypto::Digest current_hash{};
    std::optional<crypto::Digest> previous_hash;
    Salt salt{};
    std::optional<Time> rotated_at;
    bool rotates = false;
    bool user_lives = false;  // neither deleted nor deactivated
};

struct NewSession {
    crypto::Digest sid_hash{};
    std::int64_t user_id = 0;
    crypto::Digest current_hash{};
    std::optional<Time> password_login_at;
    domain::SessionLife life;
    std::string_view client_address;
    std::string_view client_agent;
};

struct RotatedSession {
    crypto::Digest current_hash{};
    crypto::Digest previous_hash{};
    Salt salt{};
    bool rotates = false;
    domain::SessionLife life;
};

// The table `sessions`. Runs in the caller's transaction; keeps nothing.
struct SessionTable {
    static std::int64_t insert(sql::Transaction& tx, const NewSession& session, Time now);
    static std::optional<SessionRow> find(sql::Transaction& tx, const crypto::Digest& sid_hash);
    static std::optional<Session> find(sql::Transaction& tx, std::int64_t id);
    // Living sessions of a user by falling id, below `before`.
    static std::vector<Session> list(sql::Transaction& tx, std::int64_t user_id,
                                     std::int64_t before, Time now, std::int64_t limit);
    // False when another rotation came first.
    static bool rotate(sql::Transaction& tx, std::int64_t id, const RotatedSession& session,
                       Time now);
    static void touch(sql::Transaction& tx, std::int64_t id, Time idle_expires_at, Time now);

    static void remove(sql::Transaction& tx, std::int64_t id);
    // Removes all of a user's sessions but one (0: all); gives the ids of those that were alive.
    static std::vector<std::int64_t> remove_others(sql::Transaction& tx, std::int64_t user_id,
                                                   std::int64_t except_id, Time now);
    // Ends all of a user's sessions and keeps empty rows for the sweep: so a refresh can tell a
    // closed account from a token that is none. A closed row never lives again.
    static std::vector<std::int64_t> close_all(sql::Transaction& tx, std::int64_t user_id,
                                               Time now);
    // Of the first `most` sessions that time has not ended, those that live.
    static std::int64_t count_live(sql::Transaction& tx, Time now, std::int64_t most);
    // Removes at most `limit` rows that ended before `before`; gives their number.
    static std::int64_t sweep(sql::Transaction& tx, Time before, std::int64_t limit);
};

std::span<const sql::Sql* const> session_statements();

}  // namespace till::core
