// SPDX-License-Identifier: MIT
//
// Testing with till in C++: till/testing.h tells the rules. Every function needs a store that was
// opened for testing.
#pragma once

#include <till/testing.h>
#include <till/till.hpp>

namespace till {
inline namespace v1 {
namespace testing {

enum class fault : till_fault {
    none = TILL_FAULT_NONE,
    write = TILL_FAULT_WRITE,
    sync = TILL_FAULT_SYNC,
    full = TILL_FAULT_FULL,
    read = TILL_FAULT_READ,
    statement = TILL_FAULT_STATEMENT,
};

struct store_in {
    std::uint64_t seed = 0;           // 0: the system's randomness
    std::optional<time_point> now{};  // none: the system's clock; else one that stands until moved
    bool real_hashing = false;

    // For store_open_in::testing_in of a file of your own.
    till_testing_in c() const noexcept {
        till_testing_in in = TILL_TESTING_IN_INIT;
        in.seed = seed;
        in.now_us = now ? to_us(*now) : 0;
        in.real_hashing = real_hashing ? 1 : 0;
        return in;
    }
};

class token_view : public detail::pointer_to<till_testing_token> {
public:
    using pointer_to::pointer_to;

    std::string_view token() const noexcept { return detail::view(raw_->token); }
};
using token = owned<token_view>;

// Opens a store in a new directory below $TMPDIR; the last reference removes it.
inline result<store> try_store_open(const store_in &in = {}) noexcept {
    const till_testing_in c = in.c();
    till_store *out = nullptr;
    const till_error *err = nullptr;
    const till_status status = till_testing_store_open(&c, &out, &err);
    if (status != TILL_OK) return error(status, err);
    return store(out);
}
// Moves the clock to a time; it stands there from then on.
inline result<void> try_clock_set(store_ref store, time_point now) noexcept {
    const till_error *err = nullptr;
    const till_status status = till_testing_clock_set(store.get(), to_us(now), &err);
    if (status != TILL_OK) return error(status, err);
    return {};
}
// Moves the clock on, or back.
inline result<void> try_clock_advance(store_ref store, std::chrono::microseconds by) noexcept {
    const till_error *err = nullptr;
    const till_status status = till_testing_clock_advance(store.get(), by.count(), &err);
    if (status != TILL_OK) return error(status, err);
    return {};
}
// What the store's clock says.
inline result<time_point> try_clock_get(store_ref store) noexcept {
    till_time now_us = 0;
    const till_error *err = nullptr;
    const till_status status = till_testing_clock_get(store.get(), &now_us, &err);
    if (status != TILL_OK) return error(status, err);
    return to_time(now_us);
}
// Signs any claims and header (JSON texts) with the store's key; no header means the right one.
inline result<token> try_token_forge(store_ref store, std::string_view claims,
                                     std::string_view header = {}) noexcept {
    const till_testing_token *out = nullptr;
    const till_error *err = nullptr;
    const till_status status = till_testing_token_forge(store.get(), claims.data(), claims.size(),
                                                        header.data(), header.size(), &out, &err);
    if (status != TILL_OK) return error(status, err);
    return token(out);
}
// Makes the `countdown`-th storage call from now on fail, or all from there on; fault::none ends
// it.
inline result<void> try_fault_set(store_ref store, fault what, std::int64_t countdown = 1,
                                  bool persistent = false) noexcept {
    till_testing_fault_in in = TILL_TESTING_FAULT_IN_INIT;
    in.fault = static_cast<till_fault>(what);
    in.persistent = persistent ? 1 : 0;
    in.countdown = countdown;
    const till_error *err = nullptr;
    const till_status status = till_testing_fault_set(store.get(), &in, &err);
    if (status != TILL_OK) return error(status, err);
    return {};
}

#if TILL_CPP_EXCEPTIONS
inline store store_open(const store_in &in = {}) { return try_store_open(in).value(); }
inline void clock_set(store_ref store, time_point now) { try_clock_set(store, now).value(); }
inline void clock_advance(store_ref store, std::chrono::microseconds by) {
    try_clock_advance(store, by).value();
}
inline time_point clock_get(store_ref store) { return try_clock_get(store).value(); }
inline token token_forge(store_ref store, std::string_view claims, std::string_view header = {}) {
    return try_token_forge(store, claims, header).value();
}
inline void fault_set(store_ref store, fault what, std::int64_t countdown = 1,
                      bool persistent = false) {
    try_fault_set(store, what, countdown, persistent).value();
}
#endif

}  // namespace testing
}  // namespace v1
}  // namespace till
