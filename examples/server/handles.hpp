// SPDX-License-Identifier: MIT
// Owning wrappers for what the C ABI hands out.
#pragma once

#include "till/http.h"
#include "till/till.h"

#include <string>
#include <string_view>
#include <utility>

namespace till_server {

// Owns what a call put into its `T **`. Like std::unique_ptr, but a call can fill it in place, so
// that the status and the result can be used in one expression: check(till_x(…, out(x),
// out(error)), error).
template <typename T, auto Release>
class Handle {
public:
    Handle() = default;
    Handle(Handle&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            Release(raw_);
            raw_ = std::exchange(other.raw_, nullptr);
        }
        return *this;
    }
    ~Handle() { Release(raw_); }

    T* get() const { return raw_; }
    T* operator->() const { return raw_; }
    T& operator*() const { return *raw_; }
    explicit operator bool() const { return raw_ != nullptr; }

    // Frees what is there and gives the place for the next.
    T** fill() {
        Release(std::exchange(raw_, nullptr));
        return &raw_;
    }

private:
    T* raw_ = nullptr;
};

// A record, page, report or error.
template <typename T>
using Owned = Handle<const T, &till_free>;
using Error = Owned<till_error>;
using Store = Handle<till_store, &till_store_release>;
using App = Handle<till_http_app, &till_http_app_release>;

template <typename T, auto Release>
T** out(Handle<T, Release>& owner) {
    return owner.fill();
}

inline std::string_view view(till_str text) {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.len);
}
inline std::string text(till_str value) { return std::string(view(value)); }
// Borrows; an empty view with data stays "empty", one without becomes "absent".
inline till_str borrow(std::string_view value) { return till_str{value.data(), value.size()}; }

// The host itself, which may do everything.
inline till_call system_call() {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    return call;
}

}  // namespace till_server
