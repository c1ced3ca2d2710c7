// SPDX-License-Identifier: MIT
//
// Why a call failed: as a value (result, error) and as an exception.
#pragma once

#include <till/cpp/base.hpp>
#include <till/cpp/list.hpp>

#include <cassert>
#include <chrono>
#include <exception>
#include <memory>
#include <string>

namespace till {
inline namespace v1 {

// The statuses of types.h, which says what to do about each. Accept numbers that are not named
// here: a later library may answer them.
enum class status : till_status {
    ok = TILL_OK,
    misuse = TILL_E_MISUSE,
    struct_size = TILL_E_STRUCT_SIZE,
    unsupported_field = TILL_E_UNSUPPORTED_FIELD,
    validation = TILL_E_VALIDATION,
    cursor = TILL_E_CURSOR,
    not_found = TILL_E_NOT_FOUND,
    already_exists = TILL_E_ALREADY_EXISTS,
    conflict = TILL_E_CONFLICT,
    precondition = TILL_E_PRECONDITION,
    idempotency_mismatch = TILL_E_IDEMPOTENCY_MISMATCH,
    unauthenticated = TILL_E_UNAUTHENTICATED,
    permission = TILL_E_PERMISSION,
    rate_limited = TILL_E_RATE_LIMITED,
    busy = TILL_E_BUSY,
    outcome_unknown = TILL_E_OUTCOME_UNKNOWN,
    closed = TILL_E_CLOSED,
    forked = TILL_E_FORKED,
    version = TILL_E_VERSION,
    not_a_store = TILL_E_NOT_A_STORE,
    corrupt = TILL_E_CORRUPT,
    file_system = TILL_E_FILE_SYSTEM,
    io = TILL_E_IO,
    storage_full = TILL_E_STORAGE_FULL,
    no_memory = TILL_E_NO_MEMORY,
    read_only = TILL_E_READ_ONLY,
    internal = TILL_E_INTERNAL,
};

// "TILL_E_BUSY"; "unknown" for a number this library does not know.
inline std::string_view name(status value) noexcept {
    return till_status_name(static_cast<till_status>(value));
}

// A name and its value, such as a limit: {"max", "100"}.
struct param {
    std::string_view name;
    std::string_view value;
};

// One broken rule of an input.
class violation_view : public detail::pointer_to<till_violation> {
public:
    using pointer_to::pointer_to;

    // A JSON pointer in input field names: "/lines/2/quantity"; "" is the whole.
    std::string_view path() const noexcept { return detail::view(raw_->path); }
    std::string_view code() const noexcept { return detail::view(raw_->code); }
    std::string_view message() const noexcept { return detail::view(raw_->message); }
    std::size_t param_count() const noexcept { return raw_->param_count; }
    // What the rule is.
    till::param param(std::size_t index) const noexcept {
        assert(index < raw_->param_count);
        const till_param &at = raw_->params[index];
        return {detail::view(at.name), detail::view(at.value)};
    }
};

// A failure, borrowed. Holds its status also where the library had no block to say more (a result
// by status alone, memory ran out): the texts are then the status's name.
class error_view {
public:
    using c_type = till_error;

    explicit error_view(const till_error *raw) noexcept
        : status_(raw == nullptr ? TILL_OK : raw->status), raw_(raw) {}
    error_view(till_status status, const till_error *raw) noexcept : status_(status), raw_(raw) {}

    // The struct of the C header, NULL when there is none. Borrowed.
    const till_error *get() const noexcept { return raw_; }
    till::status status() const noexcept { return static_cast<till::status>(status_); }
    // The same call may succeed later.
    bool retryable() const noexcept { return raw_ != nullptr && raw_->retryable != 0; }
    // 0: no advice.
    std::chrono::milliseconds retry_after() const noexcept {
        return std::chrono::milliseconds(raw_ == nullptr ? 0 : raw_->retry_after_ms);
    }
    // The engine's own code (SQLite's extended code, errno), or 0.
    std::int64_t source_code() const noexcept { return raw_ == nullptr ? 0 : raw_->source_code; }
    // A stable token: "order_not_found".
    std::string_view code() const noexcept { return text(&till_error::code); }
    // One line of English that says what to do; never a secret.
    std::string_view message() const noexcept { return text(&till_error::message); }
    // Every broken rule at once.
    list_view<violation_view> violations() const noexcept {
        if (raw_ == nullptr) return {};
        return {raw_->violations, raw_->violation_count};
    }
    // The message, and below it each violation: "\n  /lines/0/quantity: …".
    std::string describe() const {
        std::string whole(message());
        for (const violation_view violation : violations()) {
            whole.append("\n  ").append(violation.path()).append(": ").append(violation.message());
        }
        return whole;
    }

protected:
    std::string_view text(till_str till_error::*member) const noexcept {
        if (raw_ != nullptr && (raw_->*member).data != nullptr) return detail::view(raw_->*member);
        return till_status_name(status_);
    }

    till_status status_;
    const till_error *raw_;
};

// A failure that owns its block. Moves, does not copy.
class error : public error_view {
public:
    error() noexcept : error_view(TILL_OK, nullptr) {}
    // Takes over what a C function answered.
    error(till_status status, const till_error *block) noexcept : error_view(status, block) {}
    error(error &&other) noexcept : error_view(other.status_, std::exchange(other.raw_, nullptr)) {}
    error &operator=(error &&other) noexcept {
        if (this != &other) {
            const till_error *old = raw_;
            status_ = other.status_;
            raw_ = std::exchange(other.raw_, nullptr);
            if (old != nullptr) till_free(old);
        }
        return *this;
    }
    error(const error &) = delete;
    error &operator=(const error &) = delete;
    ~error() {
        if (raw_ != nullptr) till_free(raw_);
    }

    // Hands the block over, NULL when there is none: free it with till_free().
    [[nodiscard]] const till_error *release() noexcept { return std::exchange(raw_, nullptr); }
};

#if TILL_CPP_EXCEPTIONS

// What the throwing forms throw. It is the error_view of what happened: status(), code(),
// violations() and so on; what() is describe(). Copies share one block.
class exception : public std::exception, public error_view {
public:
    explicit exception(error problem)
        : error_view(problem), block_(share(problem)), what_(share_text(describe())) {}

    const char *what() const noexcept override { return what_->c_str(); }

private:
    static std::shared_ptr<const till_error> share(error &problem) {
        return {problem.release(), &till_free};
    }
    // Shared, since copying an exception must not throw.
    static std::shared_ptr<const std::string> share_text(std::string text) {
        return std::make_shared<const std::string>(std::move(text));
    }

    std::shared_ptr<const till_error> block_;
    std::shared_ptr<const std::string> what_;
};

// One type a status, so that `catch (const till::not_found &)` catches that status alone. A status
// this header does not know is thrown as till::exception.
template <till_status Status>
class status_exception : public exception {
public:
    using exception::exception;
};

using misuse = status_exception<TILL_E_MISUSE>;
using struct_size_refused = status_exception<TILL_E_STRUCT_SIZE>;
using unsupported_field = status_exception<TILL_E_UNSUPPORTED_FIELD>;
using validation_failed = status_exception<TILL_E_VALIDATION>;
using cursor_refused = status_exception<TILL_E_CURSOR>;
using not_found = status_exception<TILL_E_NOT_FOUND>;
using already_exists = status_exception<TILL_E_ALREADY_EXISTS>;
using conflict = status_exception<TILL_E_CONFLICT>;
using precondition_failed = status_exception<TILL_E_PRECONDITION>;
using idempotency_mismatch = status_exception<TILL_E_IDEMPOTENCY_MISMATCH>;
using unauthenticated = status_exception<TILL_E_UNAUTHENTICATED>;
using permission_denied = status_exception<TILL_E_PERMISSION>;
using rate_limited = status_exception<TILL_E_RATE_LIMITED>;
using busy = status_exception<TILL_E_BUSY>;
using outcome_unknown = status_exception<TILL_E_OUTCOME_UNKNOWN>;
using closed = status_exception<TILL_E_CLOSED>;
using forked = status_exception<TILL_E_FORKED>;
using version_refused = status_exception<TILL_E_VERSION>;
using not_a_store = status_exception<TILL_E_NOT_A_STORE>;
using corrupt = status_exception<TILL_E_CORRUPT>;
using file_system_refused = status_exception<TILL_E_FILE_SYSTEM>;
using io_failed = status_exception<TILL_E_IO>;
using storage_full = status_exception<TILL_E_STORAGE_FULL>;
using no_memory = status_exception<TILL_E_NO_MEMORY>;
using read_only = status_exception<TILL_E_READ_ONLY>;
using internal_defect = status_exception<TILL_E_INTERNAL>;

namespace detail {

template <till_status First, till_status... Rest>
[[noreturn]] void raise_one_of(till_status status, error problem) {
    if (status == First) throw status_exception<First>(std::move(problem));
    if constexpr (sizeof...(Rest) > 0) {
        raise_one_of<Rest...>(status, std::move(problem));
    } else {
        throw exception(std::move(problem));
    }
}

}  // namespace detail

// Throws it as the exception of its status.
[[noreturn]] inline void raise(error problem) {
    const auto status = static_cast<till_status>(problem.status());
    detail::raise_one_of<
        TILL_E_MISUSE, TILL_E_STRUCT_SIZE, TILL_E_UNSUPPORTED_FIELD, TILL_E_VALIDATION,
        TILL_E_CURSOR, TILL_E_NOT_FOUND, TILL_E_ALREADY_EXISTS, TILL_E_CONFLICT,
        TILL_E_PRECONDITION, TILL_E_IDEMPOTENCY_MISMATCH, TILL_E_UNAUTHENTICATED,
        TILL_E_PERMISSION, TILL_E_RATE_LIMITED, TILL_E_BUSY, TILL_E_OUTCOME_UNKNOWN, TILL_E_CLOSED,
        TILL_E_FORKED, TILL_E_VERSION, TILL_E_NOT_A_STORE, TILL_E_CORRUPT, TILL_E_FILE_SYSTEM,
        TILL_E_IO, TILL_E_STORAGE_FULL, TILL_E_NO_MEMORY, TILL_E_READ_ONLY, TILL_E_INTERNAL>(
        status, std::move(problem));
}

#endif

// What a try_ form answers: a value or an error, with the member names of std::expected.
template <class T>
class [[nodiscard]] result {
public:
    using value_type = T;

    result(T value) noexcept : value_(std::move(value)) {}
    result(till::error problem) noexcept : value_(), error_(std::move(problem)) {}

    bool has_value() const noexcept { return error_.status() == status::ok; }
    explicit operator bool() const noexcept { return has_value(); }

    // Only when has_value().
    T &operator*() & noexcept { return *checked(); }
    const T &operator*() const & noexcept { return *checked(); }
    T &&operator*() && noexcept { return std::move(*checked()); }
    T *operator->() noexcept { return checked(); }
    const T *operator->() const noexcept { return checked(); }

    // status::ok when has_value().
    const till::error &error() const & noexcept { return error_; }
    till::error &&error() && noexcept { return std::move(error_); }

#if TILL_CPP_EXCEPTIONS
    // The value, or the error thrown.
    T &value() & {
        if (!has_value()) raise(std::move(error_));
        return value_;
    }
    T value() && {
        if (!has_value()) raise(std::move(error_));
        return std::move(value_);
    }
#endif

private:
    T *checked() noexcept {
        assert(has_value());
        return &value_;
    }
    const T *checked() const noexcept {
        assert(has_value());
        return &value_;
    }

    T value_;
    till::error error_;
};

// The same for calls that answer nothing but that they succeeded.
template <>
class [[nodiscard]] result<void> {
public:
    using value_type = void;

    result() noexcept = default;
    result(till::error problem) noexcept : error_(std::move(problem)) {}

    bool has_value() const noexcept { return error_.status() == status::ok; }
    explicit operator bool() const noexcept { return has_value(); }
    const till::error &error() const & noexcept { return error_; }
    till::error &&error() && noexcept { return std::move(error_); }

#if TILL_CPP_EXCEPTIONS
    void value() {
        if (!has_value()) raise(std::move(error_));
    }
#endif

private:
    till::error error_;
};

}  // namespace v1
}  // namespace till
