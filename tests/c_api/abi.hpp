// SPDX-License-Identifier: MIT
//
// Small comforts over the C ABI for its tests: results that free themselves, calls by actor.
#pragma once

#include "till/testing.h"
#include "till/till.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace abi {

template <class T>
struct Free {
    void operator()(const T* result) const { till_free(result); }
};
template <class T>
using Owned = std::unique_ptr<const T, Free<T>>;

inline till_str str(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(const till_str& text) {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.len);
}

// A till_error ** that frees what it gets.
class Err {
public:
    Err() = default;
    Err(const Err&) = delete;
    Err& operator=(const Err&) = delete;
    ~Err() { till_free(error_); }
    operator const till_error**() {  // NOLINT(google-explicit-constructor)
        till_free(error_);
        error_ = nullptr;
        return &error_;
    }
    const till_error* operator->() const { return error_; }
    bool empty() const { return error_ == nullptr; }
    std::string code() const { return error_ == nullptr ? "" : std::string(view(error_->code)); }
    // "path:code" of every violation, blank between them.
    std::string violations() const {
        std::string text;
        for (std::size_t i = 0; error_ != nullptr && i < error_->violation_count; ++i) {
            if (!text.empty()) text += ' ';
            text += view(error_->violations[i]->path);
            text += ':';
            text += view(error_->violations[i]->code);
        }
        return text;
    }

private:
    const till_error* error_ = nullptr;
};

// Receives a result: `call(…, Out(result), err)`.
template <class T>
class Out {
public:
    explicit Out(Owned<T>& target) : target_(target) {}
    Out(const Out&) = delete;
    Out& operator=(const Out&) = delete;
    ~Out() { target_.reset(raw_); }
    operator const T**() { return &raw_; }  // NOLINT(google-explicit-constructor)

private:
    Owned<T>& target_;
    const T* raw_ = nullptr;
};

inline constexpr till_time start_time = 1'700'000'000'000'000;  // 2023-11-14T22:13:20Z

// A throw-away store whose clock stands at start_time.
class TestStore {
public:
    TestStore() {
        till_testing_in in = TILL_TESTING_IN_INIT;
        in.now_us = start_time;
        in.seed = 42;
        Err err;
        REQUIRE(till_testing_store_open(&in, &store_, err) == TILL_OK);
    }
    TestStore(const TestStore&) = delete;
    TestStore& operator=(const TestStore&) = delete;
    ~TestStore() { till_store_release(store_); }
    operator till_store*() const { return store_; }  // NOLINT(google-explicit-constructor)
    void advance(std::int64_t by_us) const {
        REQUIRE(till_testing_clock_advance(store_, by_us, nullptr) == TILL_OK);
    }

private:
    till_store* store_ = nullptr;
};

inline till_call as_system() {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    return call;
}

inline till_call as_user(std::int64_t user_id) {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_USER;
    call.user_id = user_id;
    return call;
}

inline till_call as_token(std::string_view token) {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_TOKEN;
    call.token = str(token);
    return call;
}

inline till_call as_key(std::string_view secret) {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_KEY;
    call.token = str(secret);
    return call;
}

}  // namespace abi
