// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"

#include <utility>
#include <variant>

namespace till {

// A value or an Error. Member names are those of std::expected, so that a later switch is a
// using-declaration.
template <class T>
class [[nodiscard]] Result {
public:
    using value_type = T;

    // Two instead of one by value: an order is large, and each call hands it up several floors.
    // NOLINTNEXTLINE(google-explicit-constructor): `return value;`
    Result(const T& value) : state_(std::in_place_index<0>, value) {}
    // NOLINTNEXTLINE(google-explicit-constructor): `return value;`
    Result(T&& value) : state_(std::in_place_index<0>, std::move(value)) {}
    // NOLINTNEXTLINE(google-explicit-constructor): `return error;`
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    // NOLINTNEXTLINE(google-explicit-constructor): what propagate() gave
    Result(ErrorBox error) noexcept : state_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    T& value() & {
        TILL_ASSERT(has_value());
        return std::get<0>(state_);
    }
    const T& value() const& {
        TILL_ASSERT(has_value());
        return std::get<0>(state_);
    }
    T&& value() && {
        TILL_ASSERT(has_value());
        return std::move(std::get<0>(state_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    Error& error() & {
        TILL_ASSERT(!has_value());
        return *std::get<1>(state_);
    }
    const Error& error() const& {
        TILL_ASSERT(!has_value());
        return *std::get<1>(state_);
    }
    Error&& error() && {
        TILL_ASSERT(!has_value());
        return std::move(*std::get<1>(state_));
    }
    // The error, for a Result of another type.
    ErrorBox propagate() && {
        TILL_ASSERT(!has_value());
        return std::move(std::get<1>(state_));
    }

private:
    std::variant<T, ErrorBox> state_;
};

struct Nothing {};

// "Worked, with nothing to say" or an Error: `return ok();`
template <>
class [[nodiscard]] Result<void> {
public:
    using value_type = void;

    Result() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): `return error;`
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    // NOLINTNEXTLINE(google-explicit-constructor): what propagate() gave
    Result(ErrorBox error) noexcept : state_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    Error& error() & {
        TILL_ASSERT(!has_value());
        return *std::get<1>(state_);
    }
    const Error& error() const& {
        TILL_ASSERT(!has_value());
        return *std::get<1>(state_);
    }
    Error&& error() && {
        TILL_ASSERT(!has_value());
        return std::move(*std::get<1>(state_));
    }
    // The error, for a Result of another type.
    ErrorBox propagate() && {
        TILL_ASSERT(!has_value());
        return std::move(std::get<1>(state_));
    }

private:
    std::variant<Nothing, ErrorBox> state_;
};

inline Result<void> ok() { return {}; }

}  // namespace till

#define TILL_CONCAT_(a, b) a##b
#define TILL_CONCAT(a, b) TILL_CONCAT_(a, b)

// TILL_TRY(auto order, find_order(tx, id)): the value, or return the error to the caller. The
// result lives as long as the scope, so `const auto& order` saves the move.
#define TILL_TRY_IMPL(result, declaration, expression)             \
    auto result = (expression);                                    \
    if (!result.has_value()) return std::move(result).propagate(); \
    declaration = std::move(result).value()
#define TILL_TRY(declaration, expression) \
    TILL_TRY_IMPL(TILL_CONCAT(till_try_, __COUNTER__), declaration, expression)

// TILL_CHECK(authorise(...)): go on, or return the error to the caller. Names are counted, since
// the expression may hold a lambda with checks of its own.
#define TILL_CHECK_IMPL(result, expression)                            \
    do {                                                               \
        auto result = (expression);                                    \
        if (!result.has_value()) return std::move(result).propagate(); \
    } while (false)
#define TILL_CHECK(expression) TILL_CHECK_IMPL(TILL_CONCAT(till_check_, __COUNTER__), expression)
