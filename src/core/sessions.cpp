// SPDX-License-Identifier: MIT
#include "core/sessions.hpp"

#include "core/cursor.hpp"
#include "core/event_log.hpp"
#include "core/session_opening.hpp"
#include "core/sweep.hpp"
#include "core/users.hpp"
#include "crypto/token.hpp"

#include <algorithm>
#include <optional>

namespace till::core {
namespace {

using domain::Action;
using domain::Presented;
using domain::Refresh;

constexpr const char* invalid_token = "Token is invalid or expired; log in again.";

void append_ended(Context& context, std::int64_t session_id, std::int64_t user_id,
                  std::string_view reason) {
    std::string data = R"({"user_id":)" + std::to_string(user_id) + R"(,"reason":")";
    data += reason;
    data += "\"}";
    append_event(context, "session.ended", session_id, 0, data);
}

Presented compare(const SessionRow& row, const crypto::RefreshToken& token) {
    const crypto::Digest presented = crypto::secret_hash(token.secret);
    if (crypto::equal(presented, row.current_hash)) return Presented::current;
    if (row.previous_hash && crypto::equal(presented, *row.previous_hash)) {
        return Presented::previous;
    }
    return Presented::other;
}

domain::RefreshDecision decide(const Context& context, const SessionRow& row, Presented presented) {
    return domain::decide_refresh({row.session.life, row.rotated_at, row.rotates}, presented,
                                  context.now, session_policy(context.policy));
}

void remove_session(Context& context, const SessionRow& row, std::string_view reason) {
    SessionTable::remove(context.tx, row.session.id);
    append_ended(context, row.session.id, row.session.user_id, reason);
}

// What an operation leaves behind although it refuses: an ended session stays ended.
struct Refreshed {
    std::optional<Error> refused;
    Tokens tokens;
    std::int64_t reused_session_id = 0;
};

Refreshed refused(Error error) {
    Refreshed refreshed;
    refreshed.refused = std::move(error);
    return refreshed;
}

Refreshed end_reused(Context& context, const SessionRow& row) {
    remove_session(context, row, "reuse");
    Refreshed refreshed =
        refused(token_not_valid("Token was used before; its session has ended. Log in again."));
    refreshed.reused_session_id = row.session.id;
    return refreshed;
}

// Gives the child of the presented token and saves what it changes in the session.
void rotate(Context& context, const SessionRow& row, const domain::RefreshDecision& decision,
            const Salt& new_salt, crypto::RefreshToken& token) {
    const bool fresh = decision.refresh == Refresh::fresh_child;
    const crypto::Digest presented = crypto::secret_hash(token.secret);
    token.secret = crypto::child_secret(token.secret, fresh ? new_salt : row.salt);
    if (!fresh) {
        SessionTable::touch(context.tx, row.session.id, decision.life.idle_expires_at, context.now);
        return;
    }
    const RotatedSession rotated{crypto::secret_hash(token.secret), presented, new_salt,
                                 decision.rotates, decision.life};
    TILL_ASSERT(SessionTable::rotate(context.tx, row.session.id, rotated, context.now));
}

Result<Refreshed> refresh_in(Context& context, const crypto::RefreshToken& presented,
                             const Salt& new_salt, const crypto::TokenId& jti) {
    const auto row = SessionTable::find(context.tx, crypto::sid_hash(presented.sid));
    if (!row) return token_not_valid(invalid_token);
    if (!row->user_lives) {
        return make_error(Status::unauthenticated, "no_active_account",
                          "No active account was found for this token.");
    }
    const domain::RefreshDecision decision = decide(context, *row, compare(*row, presented));
    switch (decision.refresh) {
        case Refresh::expired:
            SessionTable::remove(context.tx, row->session.id);
            return refused(token_not_valid(invalid_token));
        case Refresh::reuse:
            return end_reused(context, *row);
        case Refresh::fresh_child:
        case Refresh::same_child:
            break;
    }
    crypto::RefreshToken token = presented;
    rotate(context, *row, decision, new_salt, token);
    Refreshed refreshed;
    refreshed.tokens =
        make_tokens(context, row->session.id, row->session.user_id, token, decision.life, jti);
    sweep_some(context);
    return refreshed;
}

void log_reuse(Store& store, const Call& call, std::int64_t session_id) {
    store.log({LogLevel::warning, "account",
               "A used refresh token was presented again: session " + std::to_string(session_id) +
                   " has ended.",
               call.trace_id});
}

// The session of a token of either kind, alive, as the snapshot shows it.
Result<Session> session_of(Context& context, std::string_view token) {
    crypto::SessionId sid{};
    std::optional<crypto::RefreshToken> refresh = crypto::parse_refresh_token(token);
    std::int64_t user_id = 0;
    if (refresh) {
        sid = refresh->sid;
    } else {
        TILL_TRY(const auto claims, verify_access(context.policy, token, context.now));
        sid = claims.sid;
        user_id = claims.user_id;
    }
    const auto row = SessionTable::find(context.tx, crypto::sid_hash(sid));
    if (!row || !row->user_lives || !domain::is_live(row->session.life, context.now)) {
        return token_not_valid(invalid_token);
    }
    if (refresh) {
        const Refresh result = decide(context, *row, compare(*row, *refresh)).refresh;
        if (result != Refresh::fresh_child && result != Refresh::same_child) {
            return token_not_valid(invalid_token);
        }
    } else if (row->session.user_id != user_id) {
        return token_not_valid(invalid_token);
    }
    Session session = row->session;
    session.is_current = session.id == context.actor.session_id;
    return session;
}

}  // namespace

Tokens::~Tokens() {
    crypto::wipe(access);
    crypto::wipe(refresh);
    crypto::wipe(challenge);
}

void end_sessions(Context& context, std::int64_t user_id, std::int64_t except_id,
                  std::string_view reason) {
    for (const std::int64_t id :
         SessionTable::remove_others(context.tx, user_id, except_id, context.now)) {
        append_ended(context, id, user_id, reason);
    }
}

void close_sessions(Context& context, std::int64_t user_id, std::string_view reason) {
    for (const std::int64_t id : SessionTable::close_all(context.tx, user_id, context.now)) {
        append_ended(context, id, user_id, reason);
    }
}

Result<Tokens> refresh_session(Store& store, const Call& call, std::string_view refresh) {
    TILL_CHECK(Store::refuse_key(call));
    const auto presented = crypto::parse_refresh_token(refresh);
    if (!presented) return token_not_valid(invalid_token);
    const auto new_salt = crypto::random_bytes<16>(store.random());
    const auto jti = crypto::random_bytes<16>(store.random());
    TILL_TRY(Refreshed refreshed, store.write(call, [&](Context& context) {
        return refresh_in(context, *presented, new_salt, jti);
    }));
    if (refreshed.reused_session_id != 0) log_reuse(store, call, refreshed.reused_session_id);
    if (refreshed.refused) return std::move(*refreshed.refused);
    return std::move(refreshed.tokens);
}

Result<Session> verify_session(Store& store, const Call& call, std::string_view token) {
    return store.read(call, [&](Context& context) { return session_of(context, token); });
}

Result<void> logout(Store& store, const Call& call, std::string_view refresh) {
    TILL_CHECK(Store::refuse_key(call));
    const auto presented = crypto::parse_refresh_token(refresh);
    if (!presented) return token_not_valid(invalid_token);
    TILL_TRY(const Refreshed done, store.write(call, [&](Context& context) -> Result<Refreshed> {
        const auto row = SessionTable::find(context.tx, crypto::sid_hash(presented->sid));
        const bool alive =
            row && row->user_lives && domain::is_live(row->session.life, context.now);
        if (!alive) return token_not_valid(invalid_token);
        if (compare(*row, *presented) == Presented::other) return end_reused(context, *row);
        // A tab that still holds the previous token may log out with it.
        remove_session(context, *row, "logout");
        sweep_some(context);
        return Refreshed{};
    }));
    if (done.reused_session_id != 0) log_reuse(store, call, done.reused_session_id);
    if (done.refused) return *done.refused;
    return ok();
}

Result<SessionPage> list_sessions(Store& store, const Call& call, const SessionQuery& query) {
    return store.read(call, [&](Context& context) -> Result<SessionPage> {
        TILL_TRY(const std::int64_t user_id, subject_of(context, query.user_id));
        TILL_CHECK(
            domain::authorise(Action::session_read, context.actor, user_id, &user_not_found));
        if (!UserTable::find(context.tx, user_id)) return user_not_found();
        TILL_TRY(const std::int64_t limit, page_limit(query.limit));
        const Cursor cursor(context, "till_session_list", Cursor::Sort::newest_first, {user_id});
        TILL_TRY(const std::int64_t before, cursor.parse_id(query.cursor));
        SessionPage page;
        page.sessions = SessionTable::list(context.tx, user_id, before, context.now, limit + 1);
        if (page.sessions.size() > static_cast<std::size_t>(limit)) {
            page.sessions.pop_back();
            page.next_cursor = cursor.make(page.sessions.back().id);
        }
        for (Session& session : page.sessions) {
            session.is_current = session.id == context.actor.session_id;
        }
        return page;
    });
}

Result<void> end_session(Store& store, const Call& call, std::int64_t user_id,
                         std::int64_t session_id) {
    TILL_CHECK(Store::refuse_key(call));
    return store.write(call, [&](Context& context) -> Result<void> {
        TILL_TRY(const std::int64_t id, subject_of(context, user_id));
        TILL_CHECK(domain::authorise(Action::session_end, context.actor, id, &user_not_found));
        if (!UserTable::find(context.tx, id)) return user_not_found();
        sweep_some(context);
        if (session_id == 0) {
            end_sessions(context, id, 0, "ended");
            return ok();
        }
        const auto session = SessionTable::find(context.tx, session_id);
        const bool alive =
            session && session->user_id == id && domain::is_live(session->life, context.now);
        if (!alive) {
            return make_error(Status::not_found, "session_not_found",
                              "There is no such living session.");
        }
        SessionTable::remove(context.tx, session_id);
        append_ended(context, session_id, id, "ended");
        return ok();
    });
}

}  // namespace till::core
