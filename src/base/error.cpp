// SPDX-License-Identifier: MIT
#include "base/error.hpp"

namespace till {

Violation::Violation(std::string where, const char* rule, std::string text, Params values)
    : path(std::move(where)), code(rule), message(std::move(text)), params(std::move(values)) {}
Violation::Violation(const Violation&) = default;
Violation::Violation(Violation&&) noexcept = default;
Violation& Violation::operator=(const Violation&) = default;
Violation& Violation::operator=(Violation&&) noexcept = default;
Violation::~Violation() = default;

Error::Error() = default;
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

ErrorBox::ErrorBox(Error&& error) : error_(new Error(std::move(error))) {}
ErrorBox::ErrorBox(const ErrorBox& other) : error_(new Error(*other.error_)) {}
ErrorBox& ErrorBox::operator=(const ErrorBox& other) {
    error_.reset(new Error(*other.error_));
    return *this;
}
void ErrorBox::Free::operator()(Error* error) const noexcept { delete error; }

void throw_defect(const char* what) { throw Defect(what); }

Error make_error(Status status, const char* code, std::string_view message) {
    Error error;
    error.status = status;
    error.code = code;
    error.message = message;
    return error;
}

Error invalid(std::vector<Violation> violations) {
    Error error = make_error(Status::validation, "invalid_input",
                             "The input breaks one or more rules; see the violations.");
    error.violations = std::move(violations);
    return error;
}

}  // namespace till
