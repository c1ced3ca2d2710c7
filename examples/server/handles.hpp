// SPDX-License-Identifier: MIT
// Owning wrappers for what the C ABI hands out.
#pragma once

#include "till/http.h"
#include "till/till.h"

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace till_server {

struct FreeResult {
    void operator()(const void* result) const { till_free(result); }
};
// A record, page, report or error.
template <typename T>
using Owned = std::unique_ptr<const T, FreeResult>;
using Error = Owned<till_error>;

// Lets a call fill an owner: till_x_get(store, &call, 1, out(order), out(error)).
template <typename T, typename D>
class OutPointer {
public:
    explicit OutPointer(std::unique_ptr<T, D>& owner) : owner_(owner) {}
    ~OutPointer() { owner_.reset(raw_); }
    OutPointer(const OutPointer&) = delete;
    OutPointer& operator=(const OutPointer&) = delete;
    operator T**() { return &raw_; }  // NOLINT(google-explicit-constructor)

private:
    std::unique_ptr<T, D>& owner_;
    T* raw_ = nullptr;
};
template <typename T, typename D>
OutPointer<T, D> out(std::unique_ptr<T, D>& owner) {
    return OutPointer<T, D>(owner);
}

struct ReleaseStore {
    void operator()(till_store* store) const { till_store_release(store); }
};
using Store = std::unique_ptr<till_store, ReleaseStore>;

struct ReleaseApp {
    void operator()(till_http_app* app) const { till_http_app_release(app); }
};
using App = std::unique_ptr<till_http_app, ReleaseApp>;

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
