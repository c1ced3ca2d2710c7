// SPDX-License-Identifier: MIT
//
// The users, as staff see them.
#include "http/account_json.hpp"
#include "http/filters.hpp"
#include "http/handlers.hpp"
#include "http/paging.hpp"
#include "http/text.hpp"

#include <array>
#include <string>

namespace till::http {

namespace {

void write_user(Exchange& x, JsonWriter& json, const till_user& user) {
    json.begin_object().key("id").number(user.id);
    write_text(json, "username", user.username);
    write_text(json, "email", user.email);
    json.key("new_email").text_or_null(user.new_email);
    write_text(json, "first_name", user.first_name);
    write_text(json, "last_name", user.last_name);
    write_text(json, "phone_no", user.phone_no);
    write_text(json, "address", user.address);
    write_text(json, "locale", user.locale);
    json.key("profile_img");
    write_image_url(x, json, user);
    json.key("is_active").boolean(user.is_active != 0);
    json.key("is_staff").boolean(user.is_staff != 0);
    json.key("is_superuser").boolean(user.is_superuser != 0);
    json.key("email_verified").boolean(user.email_verified != 0);
    json.key("date_joined").time(user.created_us);
    json.key("last_login").time(user.last_login_us);
    json.key("version").number(user.version).end_object();
}

void answer_user(Exchange& x, const till_user& user) {
    JsonWriter json = x.json();
    write_user(x, json, user);
    x.replayed(user.replayed);
    x.entity_tag(user.version);
}

void read_texts(Form& form, till_user_update_in& in) {
    struct Field {
        std::string_view name;
        std::size_t length_max;
        bool allow_blank;
        std::uint64_t bit;
        till_str till_user_update_in::*member;
    };
    static constexpr std::array<Field, 7> fields{{
        {"username", 150, false, TILL_USER_USERNAME, &till_user_update_in::username},
        {"email", 254, true, TILL_USER_EMAIL, &till_user_update_in::email},
        {"first_name", 50, true, TILL_USER_FIRST_NAME, &till_user_update_in::first_name},
        {"last_name", 50, true, TILL_USER_LAST_NAME, &till_user_update_in::last_name},
        {"phone_no", 15, true, TILL_USER_PHONE_NO, &till_user_update_in::phone_no},
        {"address", 2000, true, TILL_USER_ADDRESS, &till_user_update_in::address},
        {"locale", 35, true, TILL_USER_LOCALE, &till_user_update_in::locale},
    }};
    for (const Field& field : fields) {
        const TextRule rule{false, field.allow_blank, false, field.length_max, true};
        const auto text =
            field.name == "email" ? form.email(field.name, rule) : form.text(field.name, rule);
        if (!text) continue;
        in.mask |= field.bit;
        in.*field.member = to_str(*text);
    }
}

void read_flags(Form& form, till_user_update_in& in) {
    struct Flag {
        std::string_view name;
        std::uint64_t bit;
        till_bool till_user_update_in::*member;
    };
    static constexpr std::array<Flag, 3> flags{{
        {"is_active", TILL_USER_IS_ACTIVE, &till_user_update_in::is_active},
        {"is_staff", TILL_USER_IS_STAFF, &till_user_update_in::is_staff},
        {"is_superuser", TILL_USER_IS_SUPERUSER, &till_user_update_in::is_superuser},
    }};
    for (const Flag& flag : flags) {
        const auto value = form.boolean(flag.name);
        if (!value) continue;
        in.mask |= flag.bit;
        in.*flag.member = *value ? 1 : 0;
    }
}

}  // namespace

bool require_staff(Exchange& x) {
    if (x.call.actor == TILL_ACTOR_KEY) return true;  // has no such row; the store asks its scopes
    Owned<till_user> user;
    const till_status status = till_user_get(x.app.store, &x.call, 0, out(user), out(x.error));
    if (status != TILL_OK) {
        x.fail(status);
        return false;
    }
    if (user->is_staff == 0 && user->is_superuser == 0) x.fail(TILL_E_PERMISSION);
    return user->is_staff != 0 || user->is_superuser != 0;
}

void get_users(Exchange& x) {
    Page page(x);
    if (!page.check_number()) return;
    till_user_query query = TILL_USER_QUERY_INIT;
    query.limit = page.size();
    query.cursor = page.cursor();
    Filters filters(x);
    filters.text("username", query.username_prefix);
    filters.text("email", query.email_prefix);
    // One box for both: what has an @ in it is an address.
    if (const auto text = filters.text("search")) {
        (text->find('@') == std::string_view::npos ? query.username_prefix : query.email_prefix) =
            to_str(*text);
    }
    if (const auto active = filters.flag("is_active")) {
        query.flags |= *active ? TILL_USERS_ACTIVE : TILL_USERS_INACTIVE;
    }
    if (const auto staff = filters.flag("is_staff")) {
        query.flags |= *staff ? TILL_USERS_STAFF : TILL_USERS_PLAIN;
    }
    if (!filters.finish()) return;
    page.keep(filters);
    Owned<till_user_page> users;
    const till_status status =
        till_user_list(x.app.store, &x.call, &query, out(users), out(x.error));
    if (status != TILL_OK) {
        return x.fail(status, {{"/username_prefix", "username"},
                               {"/email_prefix", "email"},
                               {"/flags", non_field_errors}});
    }
    JsonWriter json = x.json();
    page.begin(json, users->count, users->next_cursor, x.base_url() + "/users/");
    for (std::size_t i = 0; i < users->count; ++i) write_user(x, json, *users->items[i]);
    page.end(json);
}

void get_user(Exchange& x) {
    if (!require_staff(x)) return;
    Owned<till_user> user;
    const till_status status = till_user_get(x.app.store, &x.call, x.id, out(user), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_user(x, *user);
}

void patch_user(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr || !require_staff(x)) return;
    FieldErrors errors;
    Form form(*body, errors);
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = x.id;
    read_texts(form, in);
    read_flags(form, in);
    if (!errors.empty()) return x.refuse(errors);
    const auto if_version = x.if_version();
    if (!if_version) return;
    in.if_version = *if_version;
    Owned<till_user> user;
    const till_status status =
        in.mask == 0 ? till_user_get(x.app.store, &x.call, x.id, out(user), out(x.error))
                     : till_user_update(x.app.store, &x.call, &in, out(user), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_user(x, *user);
}

void delete_user(Exchange& x) {
    if (!require_staff(x)) return;
    const auto if_version = x.if_version();
    if (!if_version) return;
    till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
    in.user_id = x.id;
    in.if_version = *if_version;
    const till_status status = till_user_delete(x.app.store, &x.call, &in, out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.reply.status = 204;
}

void get_user_sessions(Exchange& x) {
    if (!require_staff(x)) return;
    std::string url = x.base_url() + "/users/";
    append_number(url, x.id);
    answer_sessions(x, x.id, url + "/sessions/");
}

void delete_user_sessions(Exchange& x) {
    if (!require_staff(x)) return;
    till_session_end_in in = TILL_SESSION_END_IN_INIT;
    in.user_id = x.id;
    const till_status status = till_session_end(x.app.store, &x.call, &in, out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.reply.status = 204;
}

}  // namespace till::http
