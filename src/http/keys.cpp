// SPDX-License-Identifier: MIT
//
// API keys, which the superuser makes for workers and tills.
#include "http/filters.hpp"
#include "http/handlers.hpp"
#include "http/paging.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <string>

namespace till::http {

namespace {

void write_names(JsonWriter& json, std::string_view names) {
    json.begin_array();
    while (!names.empty()) {
        const std::size_t end = std::min(names.find(' '), names.size());
        json.text(names.substr(0, end));
        names.remove_prefix(std::min(end + 1, names.size()));
    }
    json.end_array();
}

void write_key(JsonWriter& json, const till_key& key) {
    json.begin_object().key("id").number(key.id);
    json.key("name").text(view(key.name)).key("scopes");
    write_names(json, view(key.scopes));
    json.key("created_by").number_or_null(key.created_by);
    json.key("created").time(key.created_us);
    json.key("expires").time(key.expires_us);
    json.key("last_used").time(key.last_used_us);
    json.key("revoked").time(key.revoked_us);
    if (key.secret.data != nullptr) json.key("key").text(view(key.secret));
    json.end_object();
}

// A list of names, or one text with blanks between them, as a form sends it.
std::string read_scopes(const Form& form, FieldErrors& errors) {
    const Node* node = form.find("scopes");
    std::string scopes;
    if (node == nullptr || node->kind == NodeKind::null) {
        errors.add("scopes", "This field is required.");
    } else if (node->kind == NodeKind::text) {
        scopes = node->text;
    } else if (node->kind == NodeKind::array) {
        for (const Node& each : node->children) {
            if (each.kind != NodeKind::text) {
                errors.add("scopes", "Not a valid string.");
                return {};
            }
            scopes.append(each.text).append(" ");
        }
    } else {
        errors.add("scopes", "Send a list of names.");
    }
    return scopes;
}

}  // namespace

void get_keys(Exchange& x) {
    Page page(x);
    if (!page.check_number()) return;
    till_key_query query = TILL_KEY_QUERY_INIT;
    query.limit = page.size();
    query.cursor = page.cursor();
    Owned<till_key_page> keys;
    const till_status status = till_key_list(x.app.store, &x.call, &query, out(keys), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    JsonWriter json = x.json();
    page.begin(json, keys->count, keys->next_cursor, x.base_url() + "/keys/");
    for (std::size_t i = 0; i < keys->count; ++i) write_key(json, *keys->items[i]);
    page.end(json);
}

void post_keys(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    till_key_create_in in = TILL_KEY_CREATE_IN_INIT;
    if (const auto name = form.text("name", {true, false, false, 100, true})) {
        in.name = to_str(*name);
    }
    const std::string scopes = read_scopes(form, errors);
    in.scopes = to_str(scopes);
    const auto expires = form.text("expires", {false, false, true, 0, true});
    if (expires && !expires->empty()) {
        const auto at = parse_time(*expires);
        if (!at) errors.add("expires", "Send a time as 2026-01-31T12:00:00Z.");
        // 0 would be "never" to the library; a microsecond later is as long ago.
        in.expires_us = at == 0 ? 1 : at.value_or(0);
    }
    if (!errors.empty()) return x.refuse(errors);
    Owned<till_key> key;
    const till_status status = till_key_create(x.app.store, &x.call, &in, out(key), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.reply.status = 201;
    x.reply.hold_secret();
    JsonWriter json = x.json();
    write_key(json, *key);
}

void delete_key(Exchange& x) {
    Owned<till_key> key;
    const till_status status = till_key_revoke(x.app.store, &x.call, x.id, out(key), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.reply.status = 204;
}

}  // namespace till::http
