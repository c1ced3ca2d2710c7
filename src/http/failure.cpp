// SPDX-License-Identifier: MIT
//
// From a failed call to DRF's error bodies: statuses to numbers, violations to fields, codes to the
// texts that DRF and Django use for the same thing.
#include "http/exchange.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace till::http {

namespace {

std::string_view param(const till_violation& violation, std::string_view name) {
    for (std::size_t i = 0; i < violation.param_count; ++i) {
        if (view(violation.params[i].name) == name) return view(violation.params[i].value);
    }
    return {};
}

std::string join(std::string_view before, std::string_view middle, std::string_view after) {
    return std::string(before).append(middle).append(after);
}

}  // namespace

std::string message_of(const till_violation& violation) {
    struct Text {
        std::string_view code;
        std::string_view message;
    };
    static constexpr Text texts[] = {
        {"required", "This field is required."},
        {"blank", "This field may not be blank."},
        {"null", "This field may not be null."},
        {"password_too_common", "This password is too common."},
        {"password_entirely_numeric", "This password is entirely numeric."},
        {"invalid_image",
         "Upload a valid image. The file you uploaded was either not an image or a corrupted "
         "image."},
    };
    const std::string_view code = view(violation.code);
    for (const Text& text : texts) {
        if (text.code == code) return std::string(text.message);
    }
    const std::string_view path = view(violation.path);
    if (code == "wrong" && path == "/old_password") {
        return "Your old password was entered incorrectly. Please enter it again.";
    }
    if (code == "taken") {
        return path == "/username" ? "A user with that username already exists."
                                   : "A user is already registered with this e-mail address.";
    }
    if (code == "invalid" && path.ends_with("email")) return "Enter a valid email address.";
    const std::string_view max = param(violation, "max");
    const std::string_view min = param(violation, "min");
    if (code == "too_long" && !max.empty()) {
        return join("Ensure this field has no more than ", max, " characters.");
    }
    if (code == "too_large" && !max.empty() && path != "/data") {
        return join("Ensure this value is less than or equal to ", max, ".");
    }
    if (code == "too_small" && !min.empty()) {
        return join("Ensure this value is greater than or equal to ", min, ".");
    }
    if (code == "password_too_short" && !min.empty()) {
        return join("This password is too short. It must contain at least ", min, " characters.");
    }
    const std::string_view attribute = param(violation, "attribute");
    if (code == "password_too_similar" && !attribute.empty()) {
        std::string words(attribute);
        std::replace(words.begin(), words.end(), '_', ' ');
        return join("The password is too similar to the ", words, ".");
    }
    return std::string(view(violation.message));
}

namespace {

// "/lines/*/name" against "/lines/12/name".
bool match_list_path(std::string_view pattern, std::string_view path, std::size_t& index) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos || !path.starts_with(pattern.substr(0, star))) return false;
    const std::string_view rest = path.substr(star);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::optional<std::int64_t> number = parse_digits(rest.substr(0, slash));
    if (!number || rest.substr(slash) != pattern.substr(star + 1)) return false;
    index = static_cast<std::size_t>(*number);
    return true;
}

void add(FieldErrors& errors, const till_violation& violation, FieldNames names) {
    const std::string_view path = view(violation.path);
    const std::string message = message_of(violation);
    for (const FieldName& name : names) {
        std::size_t index = 0;
        if (name.path == path) return errors.add(name.field, message);
        if (match_list_path(name.path, path, index)) {
            return errors.add("items", index, name.field, message);
        }
    }
    const bool is_plain = path.size() > 1 && path.find('/', 1) == std::string_view::npos;
    errors.add(is_plain ? path.substr(1) : non_field_errors, message);
}

void add_retry_after(Reply& reply, std::int64_t milliseconds) {
    std::string seconds;
    append_number(seconds, std::max<std::int64_t>((milliseconds + 999) / 1000, 1));
    reply.header_copy("Retry-After", seconds);
}

bool is_field_taken(const till_error& error) {
    for (std::size_t i = 0; i < error.violation_count; ++i) {
        const std::string_view path = view(error.violations[i]->path);
        if (path == "/username" || path == "/email") return true;
    }
    return false;
}

}  // namespace

void Exchange::fail(till_status status, FieldNames names) {
    const std::string_view code = error ? view(error->code) : std::string_view();
    const std::string_view message =
        error ? view(error->message) : std::string_view(till_status_name(status));
    const std::int64_t retry_ms = error ? error->retry_after_ms : 0;
    const auto add_fields = [&](const till_error& from) {
        FieldErrors errors;
        for (std::size_t i = 0; i < from.violation_count; ++i)
            add(errors, *from.violations[i], names);
        if (errors.empty()) errors.add(non_field_errors, message);
        reply.fail(errors);
    };
    // The one misuse that a client can cause.
    if (code == "no_idempotency_key") return refuse_key();
    switch (status) {
        case TILL_E_VALIDATION:
            if (error) return add_fields(*error);
            return reply.fail(400, message, code);
        case TILL_E_ALREADY_EXISTS:
            // Names are a matter of validation to DRF; a taken reference is a conflict.
            if (error && is_field_taken(*error)) return add_fields(*error);
            return reply.fail(409, message, code);
        case TILL_E_CURSOR:
            return reply.fail(404, "Invalid cursor");
        case TILL_E_NOT_FOUND:
            return reply.not_found();
        case TILL_E_CONFLICT:
            return reply.fail(409, message, code);
        case TILL_E_PRECONDITION:
            return reply.fail(412, message, "precondition_failed");
        case TILL_E_IDEMPOTENCY_MISMATCH:
            return reply.fail(422, message, code);
        case TILL_E_UNAUTHENTICATED:
            if (request.credentials != Credentials::bearer) {
                return reply.fail_authentication("Authentication credentials were not provided.");
            }
            if (code.starts_with("key_")) return reply.fail_authentication(message, code);
            return reply.fail_access_token(code);
        case TILL_E_PERMISSION:
            // Not for ever: the client shows how to set one up.
            if (code == "second_factor_required") return reply.fail(403, message, code);
            return reply.fail(403, "You do not have permission to perform this action.");
        case TILL_E_RATE_LIMITED: {
            std::string detail = "Request was throttled. Expected available in ";
            append_number(detail, std::max<std::int64_t>((retry_ms + 999) / 1000, 1));
            reply.fail(429, detail + " seconds.", code);
            return add_retry_after(reply, retry_ms);
        }
        case TILL_E_BUSY:
        case TILL_E_OUTCOME_UNKNOWN:
        case TILL_E_IO:
        case TILL_E_STORAGE_FULL:
        case TILL_E_NO_MEMORY:
        case TILL_E_READ_ONLY:
        case TILL_E_CLOSED:
        case TILL_E_FORKED:
            app.write_log(TILL_LOG_ERROR, message, call.trace_id);
            reply.fail(
                503,
                status == TILL_E_OUTCOME_UNKNOWN
                    ? "It is not known whether this was stored: repeat it with the same "
                      "Idempotency-Key."
                    : "The service cannot do this now: try again.",
                status == TILL_E_OUTCOME_UNKNOWN ? std::string_view("outcome_unknown") : code);
            return add_retry_after(reply, retry_ms);
        default:
            app.write_log(TILL_LOG_ERROR, message, call.trace_id);
            return reply.fail(500, "A server error occurred.", "internal");
    }
}

}  // namespace till::http
