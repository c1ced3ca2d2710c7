// SPDX-License-Identifier: MIT
#pragma once

#include "till/till.hpp"

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

// For calls whose failure ends the command, where the reader must be told what was being done:
// "Cannot open shop.db: …" and every broken rule, one a line.
template <typename T>
T require(till::result<T> outcome, const std::string& what) {
    if (!outcome) throw Refusal(what + ": " + outcome.error().describe());
    if constexpr (!std::is_void_v<T>) return std::move(*outcome);
}

}  // namespace till_server
