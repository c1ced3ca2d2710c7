// SPDX-License-Identifier: MIT
#pragma once

#include "handles.hpp"

#include <stdexcept>
#include <string>

namespace till_server {

constexpr int exit_failed = 1;  // the command was understood and did not succeed
constexpr int exit_usage = 2;   // the command line or the configuration is wrong

// A command that cannot go on. The message says what to do; main() prints it and exits.
class Refusal : public std::runtime_error {
public:
    explicit Refusal(const std::string& message, int exit_code = exit_failed)
        : std::runtime_error(message), exit_code_(exit_code) {}
    int exit_code() const { return exit_code_; }

private:
    int exit_code_;
};

// Every broken rule of a refused call, one a line.
inline std::string describe(till_status status, const till_error* error) {
    if (error == nullptr) return till_status_name(status);
    std::string result = text(error->message);
    for (size_t i = 0; i < error->violation_count; ++i) {
        const till_violation& violation = *error->violations[i];
        result += "\n  " + text(violation.path) + ": " + text(violation.message);
    }
    return result;
}

// For calls whose failure ends the command.
inline void require_ok(till_status status, const Error& error, const std::string& what) {
    if (status != TILL_OK) throw Refusal(what + ": " + describe(status, error.get()));
}

}  // namespace till_server
