// SPDX-License-Identifier: MIT
//
// Registration, login and sessions. Fields, limits and rules are told in till/session.h.
#pragma once

#include <till/cpp/user.hpp>
#include <till/session.h>

#include <optional>

namespace till {
inline namespace v1 {

// ---- In ------------------------------------------------------------------------------------

struct register_in {
    std::string_view username = {};
    std::string_view email = {};  // optional unless the setting email_verification is mandatory
    std::string_view password = {};
    std::string_view first_name = {};
    std::string_view last_name = {};
    std::string_view locale = {};  // absent: the call's

    till_register_in c() const noexcept {
        till_register_in in = TILL_REGISTER_IN_INIT;
        in.username = detail::str(username);
        in.email = detail::str(email);
        in.password = detail::str(password);
        in.first_name = detail::str(first_name);
        in.last_name = detail::str(last_name);
        in.locale = detail::str(locale);
        return in;
    }
};

struct login_in {
    std::string_view username = {};
    std::string_view password = {};

    till_login_in c() const noexcept {
        till_login_in in = TILL_LOGIN_IN_INIT;
        in.username = detail::str(username);
        in.password = detail::str(password);
        return in;
    }
};

struct session_query {
    std::int64_t user_id = 0;  // 0: the actor himself; another: superuser or system
    std::string_view cursor = {};
    std::uint32_t limit = 0;  // of a page; 0: 50, at most 200

    till_session_query c() const noexcept {
        till_session_query in = TILL_SESSION_QUERY_INIT;
        in.user_id = user_id;
        in.cursor = detail::str(cursor);
        in.limit = limit;
        return in;
    }
};

struct session_end_in {
    std::int64_t session_id = 0;  // 0: all sessions of the user, the call's own one too
    std::int64_t user_id = 0;     // 0: the actor himself

    till_session_end_in c() const noexcept {
        till_session_end_in in = TILL_SESSION_END_IN_INIT;
        in.user_id = user_id;
        in.session_id = session_id;
        return in;
    }
};

// ---- Out -----------------------------------------------------------------------------------

// What a login gives. Its record wipes the secrets when it goes.
class tokens_view : public detail::pointer_to<till_tokens> {
public:
    using pointer_to::pointer_to;

    // 0: none was opened (a second factor is due, or e-mail verification is mandatory and
    // outstanding).
    std::int64_t session_id() const noexcept { return raw_->session_id; }
    // Absent when there is no session, as is refresh().
    std::string_view access() const noexcept { return detail::view(raw_->access); }
    std::string_view refresh() const noexcept { return detail::view(raw_->refresh); }
    time_point access_expires() const noexcept { return to_time(raw_->access_expires_us); }
    time_point refresh_expires() const noexcept { return to_time(raw_->refresh_expires_us); }
    // Beside a challenge() his id and user name alone.
    user_view user() const noexcept { return user_view(raw_->user); }
    // For login_second(): a second factor is due. Empty: none is.
    std::string_view challenge() const noexcept { return detail::view(raw_->challenge); }
    std::optional<time_point> challenge_expires() const noexcept {
        return detail::time_or_none(raw_->challenge_expires_us);
    }
};

class session_view : public detail::pointer_to<till_session> {
public:
    using pointer_to::pointer_to;

    std::int64_t id() const noexcept { return raw_->id; }
    std::int64_t user_id() const noexcept { return raw_->user_id; }
    time_point created() const noexcept { return to_time(raw_->created_us); }
    // Of its refresh token.
    time_point last_used() const noexcept { return to_time(raw_->last_used_us); }
    time_point idle_expires() const noexcept { return to_time(raw_->idle_expires_us); }
    time_point expires() const noexcept { return to_time(raw_->expires_us); }
    std::string_view client_address() const noexcept { return detail::view(raw_->client_address); }
    std::string_view client_agent() const noexcept { return detail::view(raw_->client_agent); }
    // The session of the call's own token.
    bool is_current() const noexcept { return raw_->is_current != 0; }
};

// A new signing key and the one it replaced.
class signing_key_view : public detail::pointer_to<till_signing_key> {
public:
    using pointer_to::pointer_to;

    std::string_view kid() const noexcept { return detail::view(raw_->kid); }
    time_point created() const noexcept { return to_time(raw_->created_us); }
    std::string_view previous_kid() const noexcept { return detail::view(raw_->previous_kid); }
    // From then on the replaced key verifies nothing and is destroyed.
    time_point previous_expires() const noexcept { return to_time(raw_->previous_expires_us); }
};

using tokens = owned<tokens_view>;
using signing_key = owned<signing_key_view>;
using session = owned<session_view>;
using session_page = owned<page_view<session_view, till_session_page>>;

template <>
struct detail::paging<session_query> {
    using page = session_page;
    static result<page> fetch(till_store *store, const call &who, const session_query &query) {
        const till_session_query in = query.c();
        return ask<page>(till_session_list, store, who, &in);
    }
    static bool advance(session_query &query, const page &last, std::string &cursor) {
        return follow_cursor(query, last, cursor);
    }
};

// ---- Calls ---------------------------------------------------------------------------------

// Members of till::store and till::store_ref. session_list() is till_session_list() and so on, and
// register_user() is till_register(), a keyword by itself: till/session.h says who may call it and
// which statuses it answers. The try_ form answers them, the other throws them.
template <class Store>
class session_calls {
public:
    // A visitor makes his own account and is logged in.
    result<tokens> try_register_user(const call &who, const register_in &in) const {
        const till_register_in c = in.c();
        return detail::ask<tokens>(till_register, raw(), who, &c);
    }
    // Opens a session, or answers a challenge() for login_second().
    result<tokens> try_login(const call &who, const login_in &in) const {
        const till_login_in c = in.c();
        return detail::ask<tokens>(till_login, raw(), who, &c);
    }
    // A new access token and the next refresh token.
    result<tokens> try_session_refresh(const call &who, std::string_view refresh) const {
        return detail::ask<tokens>(till_session_refresh, raw(), who, refresh.data(),
                                   refresh.size());
    }
    // The live session of an access or refresh token.
    result<session> try_session_verify(const call &who, std::string_view token) const {
        return detail::ask<session>(till_session_verify, raw(), who, token.data(), token.size());
    }
    // Ends the session of this refresh token.
    result<void> try_logout(const call &who, std::string_view refresh) const {
        return detail::tell(till_logout, raw(), who, refresh.data(), refresh.size());
    }
    // One page of a user's live sessions, newest first.
    result<session_page> try_session_list(const call &who, const session_query &query = {}) const {
        return detail::paging<session_query>::fetch(raw(), who, query);
    }
    // The list, page by page.
    pager<session_query> session_pages(const call &who, const session_query &query = {}) const {
        return {raw(), who, query};
    }
    // Ends sessions at once, in every process.
    result<void> try_session_end(const call &who, const session_end_in &in) const {
        const till_session_end_in c = in.c();
        return detail::tell(till_session_end, raw(), who, &c);
    }
    // Signs access tokens with a new key; the old one verifies until its last token has run out.
    result<signing_key> try_signing_key_rotate(const call &who) const {
        return detail::ask<signing_key>(till_signing_key_rotate, raw(), who);
    }

#if TILL_CPP_EXCEPTIONS
    tokens register_user(const call &who, const register_in &in) const {
        return try_register_user(who, in).value();
    }
    tokens login(const call &who, const login_in &in) const { return try_login(who, in).value(); }
    tokens session_refresh(const call &who, std::string_view refresh) const {
        return try_session_refresh(who, refresh).value();
    }
    session session_verify(const call &who, std::string_view token) const {
        return try_session_verify(who, token).value();
    }
    void logout(const call &who, std::string_view refresh) const {
        try_logout(who, refresh).value();
    }
    session_page session_list(const call &who, const session_query &query = {}) const {
        return try_session_list(who, query).value();
    }
    // Every session of the list: `for (auto &session : store.sessions(who))`.
    row_range<session_query> sessions(const call &who, const session_query &query = {}) const {
        return {raw(), who, query};
    }
    void session_end(const call &who, const session_end_in &in) const {
        try_session_end(who, in).value();
    }
    signing_key signing_key_rotate(const call &who) const {
        return try_signing_key_rotate(who).value();
    }
#endif

private:
    till_store *raw() const noexcept { return static_cast<const Store *>(this)->get(); }
};

}  // namespace v1
}  // namespace till
