// SPDX-License-Identifier: MIT
//
// Who calls, on whose behalf, and how long it may take.
#pragma once

#include <till/cpp/base.hpp>

#include <chrono>
#include <limits>

namespace till {
inline namespace v1 {

class batch;

namespace detail {

// Milliseconds as the C structs take them, 0 being a default. More than they hold is refused by the
// library as too large.
inline std::uint32_t to_ms(std::chrono::milliseconds time) noexcept {
    constexpr auto most = (std::numeric_limits<std::uint32_t>::max)();
    if (time.count() < 0) return 0;
    return time.count() > most ? most : static_cast<std::uint32_t>(time.count());
}

}  // namespace detail

// The context of a call: a value, made from an actor and refined by with_…() into new ones.
//
//     const auto system = till::call::as_system();
//     store.order_place(system.with_key("till-3-0001").with_timeout(2s), order);
//
// Its strings and its batch are borrowed like those of a std::string_view: they live as long as the
// call does. A call without an actor is anonymous.
class call {
public:
    call() noexcept = default;
    explicit call(const till_call &raw) noexcept : raw_(raw) {}

    // The host itself; may do everything.
    static call as_system() noexcept { return of(TILL_ACTOR_SYSTEM); }
    // A user whom the host has authenticated and vouches for.
    static call as_user(std::int64_t user_id) noexcept {
        call made = of(TILL_ACTOR_USER);
        made.raw_.user_id = user_id;
        return made;
    }
    // The owner of an access token; session and roles are checked in the call.
    static call as_token(std::string_view access) noexcept {
        call made = of(TILL_ACTOR_TOKEN);
        made.raw_.token = detail::str(access);
        return made;
    }
    // The owner of an API key.
    static call as_key(std::string_view key) noexcept {
        call made = of(TILL_ACTOR_KEY);
        made.raw_.token = detail::str(key);
        return made;
    }

    // The idempotency key, 1-255 bytes: with it the call acts once, however often it is repeated.
    [[nodiscard]] call with_key(std::string_view key) const noexcept {
        call made = *this;
        made.raw_.idempotency_key = detail::str(key);
        return made;
    }
    // How long to wait for the writer, the lock and hashing; at most ten minutes, without it 5 s.
    // What is not above zero (a deadline that has passed) is a millisecond.
    [[nodiscard]] call with_timeout(std::chrono::milliseconds timeout) const noexcept {
        call made = *this;
        made.raw_.timeout_ms = timeout.count() < 1 ? 1 : detail::to_ms(timeout);
        return made;
    }
    // <= 64 bytes of visible ASCII; kept with the events of the call.
    [[nodiscard]] call with_trace(std::string_view trace_id) const noexcept {
        call made = *this;
        made.raw_.trace_id = detail::str(trace_id);
        return made;
    }
    // The client as the host knows it: its address (kept with sessions, used by limits), its agent,
    // and its locale (BCP 47; chooses the language of mails).
    [[nodiscard]] call with_client(std::string_view address, std::string_view agent = {},
                                   std::string_view locale = {}) const noexcept {
        call made = *this;
        made.raw_.client_address = detail::str(address);
        made.raw_.client_agent = detail::str(agent);
        made.raw_.client_locale = detail::str(locale);
        return made;
    }
    // Part of this batch: see batch.hpp.
    [[nodiscard]] inline call in(const batch &batch) const noexcept;

    const till_call *get() const noexcept { return &raw_; }

private:
    static call of(till_actor_kind actor) noexcept {
        call made;
        made.raw_.actor = actor;
        return made;
    }

    till_call raw_ = TILL_CALL_INIT;
};

}  // namespace v1
}  // namespace till
