// SPDX-License-Identifier: MIT
// One line of a case file: what is set up, sent and expected.
#pragma once

#include "json.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace till_parity {

struct Case {
    std::string id;
    std::string config;
    std::vector<std::string> setup;
    std::string method;
    std::string path;
    std::vector<std::pair<std::string, std::string>> headers;
    Json body;  // null: none
    std::optional<std::string> body_raw;

    int status = 0;
    bool has_better = false;
    std::vector<int> better_statuses;  // may be empty: the text alone says what is better
    std::optional<std::vector<std::string>> body_keys;  // "[array]": an array
    std::optional<std::vector<std::string>> error_fields;
    Json error_codes;  // {field: [code, …]} or null: how many messages a field has
    std::optional<std::string> body_code;
    std::vector<std::pair<std::string, std::string>> expected_headers;
    std::optional<std::string> content_type;
    std::optional<int> mails_sent;
};

// Throws std::runtime_error that names the line.
std::vector<Case> read_cases(const std::string& path);

}  // namespace till_parity
