// SPDX-License-Identifier: MIT
//
// Events and the outbox. Fields, limits and rules are told in till/event.h.
#pragma once

#include <till/cpp/ask.hpp>
#include <till/cpp/money.hpp>
#include <till/event.h>

namespace till {
inline namespace v1 {

// ---- In ------------------------------------------------------------------------------------

struct event_query {
    std::int64_t after = 0;  // oldest first: above this; newest first: below, 0: from the end
    std::int64_t order_id = 0;    // 0: all
    std::int64_t subject_id = 0;  // with order_id 0: of this subject without an order
    bool newest_first = false;
    std::uint32_t limit = 0;  // of a page; 0: 100, at most 1000
    // Either of these goes with times alone.
    std::string_view kind = {};
    std::int64_t actor_id = 0;
    till_actor_kind actor = TILL_ACTOR_USER;  // what actor_id is the id of; or TILL_ACTOR_KEY
    std::optional<time_point> from = {};
    std::optional<time_point> until = {};

    till_event_query c() const noexcept {
        till_event_query in = TILL_EVENT_QUERY_INIT;
        in.flags = newest_first ? TILL_EVENTS_NEWEST_FIRST : 0;
        in.after = after;
        in.order_id = order_id;
        in.subject_id = subject_id;
        in.limit = limit;
        in.kind = detail::str(kind);
        in.actor_id = actor_id;
        in.actor = actor;
        in.from_us = detail::bound(from);
        in.until_us = detail::bound(until);
        return in;
    }
};

struct outbox_claim_in {
    std::uint32_t limit = 0;            // 0: 16, at most 100
    std::chrono::milliseconds lease{};  // 0: a minute, at most an hour

    till_outbox_claim_in c() const noexcept {
        till_outbox_claim_in in = TILL_OUTBOX_CLAIM_IN_INIT;
        in.limit = limit;
        in.lease_ms = detail::to_ms(lease);
        return in;
    }
};

struct outbox_settle_in {
    std::int64_t id = 0;
    std::string_view lease = {};
    std::chrono::milliseconds retry_after{};  // fail: 0: a minute, doubling

    till_outbox_settle_in c() const noexcept {
        till_outbox_settle_in in = TILL_OUTBOX_SETTLE_IN_INIT;
        in.id = id;
        in.lease = detail::str(lease);
        in.retry_after_ms = detail::to_ms(retry_after);
        return in;
    }
};

// ---- Out -----------------------------------------------------------------------------------

enum class actor_kind : till_actor_kind {
    anonymous = TILL_ACTOR_ANONYMOUS,
    token = TILL_ACTOR_TOKEN,
    key = TILL_ACTOR_KEY,
    user = TILL_ACTOR_USER,
    system = TILL_ACTOR_SYSTEM,
};

class event_view : public detail::pointer_to<till_event> {
public:
    using pointer_to::pointer_to;

    // Ascending in commit order.
    std::int64_t sequence() const noexcept { return raw_->sequence; }
    time_point at() const noexcept { return to_time(raw_->at_us); }
    actor_kind actor() const noexcept { return static_cast<actor_kind>(raw_->actor); }
    std::int64_t actor_id() const noexcept { return raw_->actor_id; }  // user or key; 0: none
    // "order.placed", "payment.completed", "user.created", …
    std::string_view kind() const noexcept { return detail::view(raw_->kind); }
    std::int64_t subject_id() const noexcept { return raw_->subject_id; }
    std::int64_t order_id() const noexcept { return raw_->order_id; }  // 0: none
    std::string_view trace_id() const noexcept { return detail::view(raw_->trace_id); }
    // A JSON object; absent: nothing more to say.
    std::string_view data() const noexcept { return detail::view(raw_->data); }
};

// Work for the outside world, leased. Its page wipes the secrets when it goes.
class message_view : public detail::pointer_to<till_message> {
public:
    using pointer_to::pointer_to;

    std::int64_t id() const noexcept { return raw_->id; }
    // "mail.email_verification", "mail.password_reset", …
    std::string_view kind() const noexcept { return detail::view(raw_->kind); }
    std::string_view lease() const noexcept { return detail::view(raw_->lease); }
    std::int64_t user_id() const noexcept { return raw_->user_id; }
    std::int64_t order_id() const noexcept { return raw_->order_id; }  // 0: none
    std::string_view to() const noexcept { return detail::view(raw_->to); }
    std::string_view username() const noexcept { return detail::view(raw_->username); }
    std::string_view locale() const noexcept { return detail::view(raw_->locale); }
    std::string_view link() const noexcept { return detail::view(raw_->link); }
    std::string_view token() const noexcept { return detail::view(raw_->token); }
    std::string_view shop_name() const noexcept { return detail::view(raw_->shop_name); }
    time_point created() const noexcept { return to_time(raw_->created_us); }
    time_point expires() const noexcept { return to_time(raw_->expires_us); }
    // This claim included.
    std::int64_t attempts() const noexcept { return raw_->attempts; }
    // Of "mail.recovery_code_used"; else 0.
    std::int64_t recovery_codes_left() const noexcept { return raw_->recovery_codes_left; }
    // What acknowledges or fails it.
    outbox_settle_in settled(std::chrono::milliseconds retry_after = {}) const noexcept {
        return {id(), lease(), retry_after};
    }
};

using event_page = owned<page_view<event_view, till_event_page>>;
using message_page = owned<page_view<message_view, till_message_page>>;

template <>
struct detail::paging<event_query> {
    using page = event_page;
    static result<page> fetch(till_store *store, const call &who, const event_query &query) {
        const till_event_query in = query.c();
        return ask<page>(till_event_list, store, who, &in);
    }
    // Resumes at the last one's sequence; the end is where nothing came.
    static bool advance(event_query &query, const page &last, std::string &) {
        if (last.empty()) return false;
        query.after = last[last.size() - 1].sequence();
        return true;
    }
};

// ---- Calls ---------------------------------------------------------------------------------

// Members of till::store and till::store_ref. event_list() is till_event_list() and so on:
// till/event.h says who may call it and which statuses it answers. The try_ form answers them, the
// other throws them.
template <class Store>
class event_calls {
public:
    // Events by sequence: resume with the last one's sequence.
    result<event_page> try_event_list(const call &who, const event_query &query = {}) const {
        return detail::paging<event_query>::fetch(raw(), who, query);
    }
    // The list, page by page; the last page is empty.
    pager<event_query> event_pages(const call &who, const event_query &query = {}) const {
        return {raw(), who, query};
    }
    // Waits for an event after this sequence, or the call's timeout; answers the newest sequence.
    result<std::int64_t> try_event_wait(const call &who, std::int64_t after) const {
        std::int64_t newest = 0;
        const till_error *err = nullptr;
        const till_status status = till_event_wait(raw(), who.get(), after, &newest, &err);
        if (status != TILL_OK) return error(status, err);
        return newest;
    }
    // Takes due messages for a while; nobody else gets them before the lease ends.
    result<message_page> try_outbox_claim(const call &who, const outbox_claim_in &in = {}) const {
        const till_outbox_claim_in c = in.c();
        return detail::ask<message_page>(till_outbox_claim, raw(), who, &c);
    }
    // Done: the row goes.
    result<void> try_outbox_acknowledge(const call &who, const outbox_settle_in &in) const {
        const till_outbox_settle_in c = in.c();
        return detail::tell(till_outbox_acknowledge, raw(), who, &c);
    }
    // Not now: due again later, until it expires.
    result<void> try_outbox_fail(const call &who, const outbox_settle_in &in) const {
        const till_outbox_settle_in c = in.c();
        return detail::tell(till_outbox_fail, raw(), who, &c);
    }

#if TILL_CPP_EXCEPTIONS
    event_page event_list(const call &who, const event_query &query = {}) const {
        return try_event_list(who, query).value();
    }
    // Every event there is: `for (auto &event : store.events(who, query))`.
    row_range<event_query> events(const call &who, const event_query &query = {}) const {
        return {raw(), who, query};
    }
    std::int64_t event_wait(const call &who, std::int64_t after) const {
        return try_event_wait(who, after).value();
    }
    message_page outbox_claim(const call &who, const outbox_claim_in &in = {}) const {
        return try_outbox_claim(who, in).value();
    }
    void outbox_acknowledge(const call &who, const outbox_settle_in &in) const {
        try_outbox_acknowledge(who, in).value();
    }
    void outbox_fail(const call &who, const outbox_settle_in &in) const {
        try_outbox_fail(who, in).value();
    }
#endif

private:
    till_store *raw() const noexcept { return static_cast<const Store *>(this)->get(); }
};

}  // namespace v1
}  // namespace till
