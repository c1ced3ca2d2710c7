// SPDX-License-Identifier: MIT
//
// One's own account: dj-rest-auth's user details, deletion, and the sessions.
#include "http/account_json.hpp"
#include "http/handlers.hpp"
#include "http/paging.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace till::http {

namespace {

constexpr std::size_t username_max = 150;
constexpr std::size_t name_max = 50;
constexpr TextRule name_rule{false, true, false, name_max, true};

void answer_account(Exchange& x, const till_user& user) {
    JsonWriter json = x.json();
    write_account(json, user);
    x.replayed(user.replayed);
    x.entity_tag(user.version);
}

void update_account(Exchange& x, bool is_partial) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    if (is_partial) form.set_partial();
    const auto username = form.text("username", {true, false, false, username_max, true});
    const auto first_name = form.text("first_name", name_rule);
    const auto last_name = form.text("last_name", name_rule);
    if (!errors.empty()) return x.refuse(errors);
    const auto if_version = x.if_version();
    if (!if_version) return;

    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.if_version = *if_version;
    const auto take = [&in](std::uint64_t bit, till_str& field,
                            std::optional<std::string_view> text) {
        if (!text) return;
        in.mask |= bit;
        field = to_str(*text);
    };
    take(TILL_USER_USERNAME, in.username, username);
    take(TILL_USER_FIRST_NAME, in.first_name, first_name);
    take(TILL_USER_LAST_NAME, in.last_name, last_name);
    Owned<till_user> user;
    const till_status status =
        in.mask == 0 ? till_user_get(x.app.store, &x.call, 0, out(user), out(x.error))
                     : till_user_update(x.app.store, &x.call, &in, out(user), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_account(x, *user);
}

}  // namespace

void get_account(Exchange& x) {
    Owned<till_user> user;
    const till_status status = till_user_get(x.app.store, &x.call, 0, out(user), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_account(x, *user);
}

void put_account(Exchange& x) { update_account(x, false); }

void patch_account(Exchange& x) { update_account(x, true); }

void post_account_delete(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto password = form.text("password", {true, false, false, 0, false});
    if (!errors.empty()) return x.refuse(errors);
    const auto if_version = x.if_version();
    if (!if_version) return;
    till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
    in.if_version = *if_version;
    in.password = to_str(*password);
    const till_status status = till_user_delete(x.app.store, &x.call, &in, out(x.error));
    if (status == TILL_E_VALIDATION) return x.refuse_field("password", "The password is wrong.");
    if (status != TILL_OK) return x.fail(status);
    x.json().begin_object().key("detail").text("Account deleted.").end_object();
}

void answer_sessions(Exchange& x, std::int64_t user_id, std::string url) {
    till_session_query query = TILL_SESSION_QUERY_INIT;
    query.user_id = user_id;
    Page page(x);
    query.limit = page.size();
    query.cursor = page.cursor();
    Owned<till_session_page> sessions;
    const till_status status =
        till_session_list(x.app.store, &x.call, &query, out(sessions), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    JsonWriter json = x.json();
    page.begin(json, sessions->count, sessions->next_cursor, std::move(url));
    for (std::size_t i = 0; i < sessions->count; ++i) {
        const till_session& session = *sessions->items[i];
        json.begin_object().key("id").number(session.id);
        json.key("created").time(session.created_us);
        json.key("last_used").time(session.last_used_us);
        json.key("expires").time(std::min(session.expires_us, session.idle_expires_us));
        json.key("client_address").text_or_null(session.client_address);
        json.key("client_agent").text_or_null(session.client_agent);
        json.key("is_current").boolean(session.is_current != 0).end_object();
    }
    page.end(json);
}

void get_sessions(Exchange& x) { answer_sessions(x, 0, x.auth_url() + "/sessions/"); }

void delete_session(Exchange& x) {
    till_session_end_in in = TILL_SESSION_END_IN_INIT;
    in.session_id = x.id;
    const till_status status = till_session_end(x.app.store, &x.call, &in, out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.reply.status = 204;
}

}  // namespace till::http
