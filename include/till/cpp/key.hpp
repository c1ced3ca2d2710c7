// SPDX-License-Identifier: MIT
//
// API keys, for workers and tills. Scopes and rules are told in till/key.h.
#pragma once

#include <till/cpp/ask.hpp>
#include <till/cpp/money.hpp>
#include <till/key.h>

#include <optional>

namespace till {
inline namespace v1 {

// ---- In ------------------------------------------------------------------------------------

struct key_create_in {
    std::string_view name = {};
    std::string_view scopes = {};  // "orders:place payments:write"
    std::optional<time_point> expires = {};  // none: never

    till_key_create_in c() const noexcept {
        till_key_create_in in = TILL_KEY_CREATE_IN_INIT;
        in.name = detail::str(name);
        in.scopes = detail::str(scopes);
        if (expires) in.expires_us = to_us(*expires);
        return in;
    }
};

struct key_query {
    std::string_view cursor = {};
    std::uint32_t limit = 0;  // of a page; 0: 50, at most 200

    till_key_query c() const noexcept {
        till_key_query in = TILL_KEY_QUERY_INIT;
        in.cursor = detail::str(cursor);
        in.limit = limit;
        return in;
    }
};

// ---- Out -----------------------------------------------------------------------------------

// An API key. The record of key_create() wipes the secret when it goes.
class key_view : public detail::pointer_to<till_key> {
public:
    using pointer_to::pointer_to;

    std::int64_t id() const noexcept { return raw_->id; }
    std::string_view name() const noexcept { return detail::view(raw_->name); }
    // With one blank between them.
    std::string_view scopes() const noexcept { return detail::view(raw_->scopes); }
    // For call::as_key(). Absent, but from key_create().
    std::string_view secret() const noexcept { return detail::view(raw_->secret); }
    // A user; 0: the system.
    std::int64_t created_by() const noexcept { return raw_->created_by; }
    time_point created() const noexcept { return to_time(raw_->created_us); }
    std::optional<time_point> expires() const noexcept {
        return detail::time_or_none(raw_->expires_us);
    }
    // To a minute.
    std::optional<time_point> last_used() const noexcept {
        return detail::time_or_none(raw_->last_used_us);
    }
    std::optional<time_point> revoked() const noexcept {
        return detail::time_or_none(raw_->revoked_us);
    }
};

using key = owned<key_view>;
using key_page = owned<page_view<key_view, till_key_page>>;

template <>
struct detail::paging<key_query> {
    using page = key_page;
    static result<page> fetch(till_store *store, const call &who, const key_query &query) {
        const till_key_query in = query.c();
        return ask<page>(till_key_list, store, who, &in);
    }
    static bool advance(key_query &query, const page &last, std::string &cursor) {
        return follow_cursor(query, last, cursor);
    }
};

// ---- Calls ---------------------------------------------------------------------------------

// Members of till::store and till::store_ref. key_create() is till_key_create() and so on:
// till/key.h says who may call it and which statuses it answers. The try_ form answers them, the
// other throws them.
template <class Store>
class key_calls {
public:
    // Makes a key; its secret is in this answer alone.
    result<key> try_key_create(const call &who, const key_create_in &in) const {
        const till_key_create_in c = in.c();
        return detail::ask<key>(till_key_create, raw(), who, &c);
    }
    // One page of keys, newest first.
    result<key_page> try_key_list(const call &who, const key_query &query = {}) const {
        return detail::paging<key_query>::fetch(raw(), who, query);
    }
    // The list, page by page.
    pager<key_query> key_pages(const call &who, const key_query &query = {}) const {
        return {raw(), who, query};
    }
    // Ends a key at once, in every process.
    result<key> try_key_revoke(const call &who, std::int64_t key_id) const {
        return detail::ask<key>(till_key_revoke, raw(), who, key_id);
    }

#if TILL_CPP_EXCEPTIONS
    key key_create(const call &who, const key_create_in &in) const {
        return try_key_create(who, in).value();
    }
    key_page key_list(const call &who, const key_query &query = {}) const {
        return try_key_list(who, query).value();
    }
    // Every key of the list: `for (auto &key : store.keys(who))`.
    row_range<key_query> keys(const call &who, const key_query &query = {}) const {
        return {raw(), who, query};
    }
    key key_revoke(const call &who, std::int64_t key_id) const {
        return try_key_revoke(who, key_id).value();
    }
#endif

private:
    till_store *raw() const noexcept { return static_cast<const Store *>(this)->get(); }
};

}  // namespace v1
}  // namespace till
