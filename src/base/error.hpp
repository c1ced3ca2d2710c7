// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.hpp"

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace till {

// One broken rule of an input. `path` is a JSON pointer in input field names ("/items/2/quantity"),
// `code` a stable token ("too_large"); the offending value itself is never echoed.
struct Violation {
    std::string path;
    const char* code = "";
    std::string message;
    std::vector<std::pair<std::string, std::string>> params;  // e.g. {"max", "100"}
};

// An expected outcome carried as a value: what a reasonable caller branches on. `code` is a string
// literal, so copying an error never allocates for it.
struct Error {
    Status status = Status::internal;
    const char* code = "internal";
    std::string message;  // One line, sentence case, says what to do, holds no secret.
    bool retryable = false;
    std::int64_t retry_after_ms = 0;
    std::int64_t source_code = 0;  // The engine's own code (SQLite's extended code, errno), or 0.
    std::vector<Violation> violations;
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

Error make_error(Status status, const char* code, std::string message);

// An error of Status::validation with these violations.
Error invalid(std::vector<Violation> violations);

}  // namespace till

#define TILL_STRINGIFY_(x) #x
#define TILL_STRINGIFY(x) TILL_STRINGIFY_(x)
#define TILL_ASSERT(condition)                                                           \
    do {                                                                                 \
        if (!(condition)) [[unlikely]] {                                                 \
            throw ::till::Defect(__FILE__ ":" TILL_STRINGIFY(__LINE__) ": " #condition); \
        }                                                                                \
    } while (false)
