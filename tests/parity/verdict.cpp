// SPDX-License-Identifier: MIT
#include "verdict.hpp"

#include <algorithm>
#include <set>

namespace till_parity {
namespace {

bool holds(const std::vector<int>& statuses, int status) {
    return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

std::string joined(const std::set<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? "nothing" : text;
}

std::set<std::string> keys_of(const Json& body) {
    std::set<std::string> keys;
    if (body.is_object())
        for (const auto& [key, value] : body.items()) keys.insert(key);
    return keys;
}

void compare_status(const Case& expected, int status, std::vector<std::string>& differ) {
    std::string wanted;
    if (expected.better_statuses.empty()) {
        // A case that is better only in words: the reference's status, or one that says it differs.
        if (status == expected.status || expected.has_better) return;
        wanted = std::to_string(expected.status);
    } else {
        if (holds(expected.better_statuses, status)) return;
        for (const int better : expected.better_statuses)
            wanted += (wanted.empty() ? "" : " or ") + std::to_string(better);
    }
    differ.push_back("status " + std::to_string(status) + " in place of " + wanted);
}

void compare_keys(const Case& expected, const Outcome& outcome, std::vector<std::string>& differ) {
    const std::set<std::string> keys = keys_of(outcome.body);
    if (expected.body_keys) {
        const std::vector<std::string>& wanted = *expected.body_keys;
        if (wanted == std::vector<std::string>{"[array]"}) {
            if (!outcome.body.is_array()) differ.push_back("the body is no array");
            return;
        }
        std::set<std::string> missing;
        for (const std::string& key : wanted)
            if (keys.count(key) == 0) missing.insert(key);
        if (!missing.empty()) differ.push_back("the body lacks " + joined(missing));
    }
    if (expected.error_fields) {
        // A wrong field too many tells a form to mark what was right.
        const std::set<std::string> wanted(expected.error_fields->begin(),
                                           expected.error_fields->end());
        if (keys != wanted)
            differ.push_back("errors for " + joined(keys) + " in place of " + joined(wanted));
    }
}

// DRF: every field has an array of texts; nested ones have objects.
void compare_messages(const Case& expected, const Json& body, std::vector<std::string>& differ) {
    if (!expected.error_codes.is_object() || !body.is_object()) return;
    for (const auto& [field, codes] : expected.error_codes.items()) {
        const auto found = body.find(field);
        if (found == body.end()) continue;  // already told
        if (codes.is_string()) {
            if (!found->is_string()) differ.push_back(field + " is no text");
        } else if (codes.is_array() && (!found->is_array() || found->size() != codes.size())) {
            differ.push_back(field + " has not " + std::to_string(codes.size()) +
                             " messages: " + write_json(*found));
        }
    }
}

bool is_error_grammar(const Json& body) {
    if (body.is_array()) return true;  // of a refused query parameter
    if (!body.is_object() || body.empty()) return false;
    const auto detail = body.find("detail");
    if (detail != body.end()) return detail->is_string();
    return std::all_of(body.begin(), body.end(),
                       [](const Json& value) { return value.is_structured(); });
}

void compare_headers(const Case& expected, const Response& response,
                     std::vector<std::string>& differ) {
    for (const auto& [name, value] : expected.expected_headers) {
        const std::string got(response.header(name));
        const bool same = name == "Location" ? got.ends_with(value) : got == value;
        if (!same) differ.push_back(name + ": \"" + got + "\" in place of \"" + value + "\"");
    }
    if (expected.content_type &&
        !response.header("Content-Type").starts_with(*expected.content_type))
        differ.push_back("Content-Type " + std::string(response.header("Content-Type")) +
                         " in place of " + *expected.content_type);
}

// Cases name mails where there are some. Elsewhere none is expected of the routes that mail; what a
// new address of a profile causes is ours alone.
void compare_mails(const Case& expected, int sent, std::vector<std::string>& differ) {
    const bool mails = expected.path.starts_with("/auth/registration") ||
                       expected.path.starts_with("/auth/password/reset");
    if (!expected.mails_sent && !mails) return;
    const int wanted = expected.mails_sent.value_or(0);
    if (sent != wanted)
        differ.push_back(std::to_string(sent) + " mails in place of " + std::to_string(wanted));
}

bool is_json(const Response& response) {
    return response.header("Content-Type").starts_with("application/json");
}

}  // namespace

Outcome read_outcome(Response response, int mails_sent) {
    Outcome outcome;
    outcome.mails_sent = mails_sent;
    if (is_json(response) && !response.body.empty()) {
        try {
            outcome.body = parse_json(response.body);
        } catch (const std::exception& error) {
            outcome.body_error = error.what();
        }
    }
    outcome.response = std::move(response);
    return outcome;
}

std::vector<std::string> differences(const Case& expected, const Outcome& outcome) {
    std::vector<std::string> differ;
    const Response& response = outcome.response;
    const int status = response.status;
    compare_status(expected, status, differ);
    if (!outcome.body_error.empty()) differ.push_back("the body is no JSON: " + outcome.body_error);
    if (response.has_header("Set-Cookie")) differ.push_back("a cookie is set");
    if (status == 405 && !response.has_header("Allow")) differ.push_back("405 without Allow");
    if (status >= 400 && expected.method != "HEAD" && is_json(response) &&
        !is_error_grammar(outcome.body))
        differ.push_back("not DRF's error grammar: " + response.body.substr(0, 200));
    // A better answer has a body of its own.
    if (status != expected.status) return differ;
    if (expected.method != "HEAD") compare_keys(expected, outcome, differ);
    compare_messages(expected, outcome.body, differ);
    if (expected.body_code && (!outcome.body.is_object() ||
                               outcome.body.value("code", std::string()) != *expected.body_code))
        differ.push_back("the body's code is not " + *expected.body_code);
    compare_headers(expected, response, differ);
    compare_mails(expected, outcome.mails_sent, differ);
    return differ;
}

}  // namespace till_parity
