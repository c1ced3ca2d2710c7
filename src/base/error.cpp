// SPDX-License-Identifier: MIT
#include "base/error.hpp"

namespace till {

Error make_error(Status status, const char* code, std::string message) {
    Error error;
    error.status = status;
    error.code = code;
    error.message = std::move(message);
    return error;
}

Error invalid(std::vector<Violation> violations) {
    Error error = make_error(Status::validation, "invalid_input",
                             "The input breaks one or more rules; see the violations.");
    error.violations = std::move(violations);
    return error;
}

}  // namespace till
