// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.hpp"

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace till {

// Errors are made and moved in hundreds of places and happen seldom: what that takes is compiled
// once, in error.cpp, not into each of them.

// One broken rule of an input. `path` is a JSON pointer in input field names ("/items/2/quantity"),
// `code` a stable token ("too_large"); the offending value itself is never echoed.
struct Violation {
    using Params = std::vector<std::pair<std::string, std::string>>;

    Violation(std::string where, const char* rule, std::string text, Params values = {});
    Violation(const Violation&);
    Violation(Violation&&) noexcept;
    Violation& operator=(const Violation&);
    Violation& operator=(Violation&&) noexcept;
    ~Violation();

    std::string path;
    const char* code = "";
    std::string message;
    Params params;  // e.g. {"max", "100"}
};

// An expected outcome carried as a value: what a reasonable caller branches on. `code` is a string
// literal, so copying an error never allocates for it.
struct Error {
    Error();
    Error(const Error&);
    Error(Error&&) noexcept;
    Error& operator=(const Error&);
    Error& operator=(Error&&) noexcept;
    ~Error();

    Status status = Status::internal;
    const char* code = "internal";
    std::string message;  // One line, sentence case, says what to do, holds no secret.
    bool retryable = false;
    std::int64_t retry_after_ms = 0;
    std::int64_t source_code = 0;  // The engine's own code (SQLite's extended code, errno), or 0.
    std::vector<Violation> violations;
};

// An Error on its way up: a pointer, so that a Result is as large as its value and handing the
// error on costs nothing. Empty only once it was moved from.
class ErrorBox {
public:
    explicit ErrorBox(Error&& error);
    ErrorBox(const ErrorBox& other);
    ErrorBox(ErrorBox&&) noexcept = default;
    ErrorBox& operator=(const ErrorBox& other);
    ErrorBox& operator=(ErrorBox&&) noexcept = default;
    ~ErrorBox() = default;

    Error& operator*() noexcept { return *error_; }
    const Error& operator*() const noexcept { return *error_; }

private:
    struct Free {
        void operator()(Error* error) const noexcept;
    };

    std::unique_ptr<Error, Free> error_;
};

// A machinery failure (disk full, lock time-out, corrupt file): the only sane reaction is to give
// up or to start over, so it travels as an exception and becomes a status at the C ABI.
class Failure : public std::exception {
public:
    explicit Failure(Error error) : error_(std::move(error)) {}
    const Error& error() const noexcept { return error_; }
    const char* what() const noexcept override { return error_.message.c_str(); }

private:
    Error error_;
};

// A broken invariant: a bug of ours. Thrown by TILL_ASSERT in every build type, reported as
// Status::internal.
class Defect : public std::exception {
public:
    explicit Defect(const char* what) noexcept : what_(what) {}
    const char* what() const noexcept override { return what_; }

private:
    const char* what_;
};

[[noreturn, gnu::cold]] void throw_defect(const char* what);

Error make_error(Status status, const char* code, std::string_view message);

// An error of Status::validation with these violations.
Error invalid(std::vector<Violation> violations);

}  // namespace till

#define TILL_STRINGIFY_(x) #x
#define TILL_STRINGIFY(x) TILL_STRINGIFY_(x)
#define TILL_ASSERT(condition)                                                           \
    do {                                                                                 \
        if (!(condition)) [[unlikely]] {                                                 \
            ::till::throw_defect(__FILE__ ":" TILL_STRINGIFY(__LINE__) ": " #condition); \
        }                                                                                \
    } while (false)
