// SPDX-License-Identifier: MIT
#include "case_file.hpp"

#include <fstream>
#include <stdexcept>

namespace till_parity {
namespace {

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::vector<std::string> split_setup(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        std::string word = trimmed(text.substr(0, end));
        if (!word.empty() && word != "none") words.push_back(std::move(word));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::string text_of(const Json& line, const char* name) {
    const auto found = line.find(name);
    if (found == line.end() || found->is_null()) return {};
    return found->get<std::string>();
}

std::optional<std::string> optional_text(const Json& line, const char* name) {
    const auto found = line.find(name);
    if (found == line.end() || found->is_null()) return std::nullopt;
    return found->get<std::string>();
}

std::optional<std::vector<std::string>> optional_texts(const Json& line, const char* name) {
    const auto found = line.find(name);
    if (found == line.end() || found->is_null()) return std::nullopt;
    return found->get<std::vector<std::string>>();
}

std::vector<std::pair<std::string, std::string>> pairs_of(const Json& line, const char* name) {
    std::vector<std::pair<std::string, std::string>> pairs;
    const auto found = line.find(name);
    if (found == line.end() || found->is_null()) return pairs;
    for (const auto& [key, value] : found->items())
        pairs.emplace_back(key, value.is_string() ? value.get<std::string>() : write_json(value));
    return pairs;
}

Case read_case(const Json& line) {
    Case result;
    result.id = line.at("id").get<std::string>();
    result.config = text_of(line, "config");
    result.setup = split_setup(text_of(line, "setup"));
    result.method = line.at("method").get<std::string>();
    result.path = line.at("path").get<std::string>();
    result.headers = pairs_of(line, "headers");
    result.body = line.value("body", Json());
    result.body_raw = optional_text(line, "body_raw");
    result.status = to_int(line.at("expect_status"));
    result.has_better = !text_of(line, "better").empty() || line.contains("better_status");
    for (const Json& status : line.value("better_status", Json::array()))
        result.better_statuses.push_back(to_int(status));
    result.body_keys = optional_texts(line, "expect_body_keys");
    result.error_fields = optional_texts(line, "expect_error_fields");
    result.error_codes = line.value("error_codes", Json());
    result.body_code = optional_text(line, "body_code");
    result.expected_headers = pairs_of(line, "expect_headers");
    result.content_type = optional_text(line, "expect_content_type");
    if (line.contains("mails_sent")) result.mails_sent = to_int(line.at("mails_sent"));
    return result;
}

}  // namespace

std::vector<Case> read_cases(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<Case> cases;
    std::string text;
    for (int line = 1; std::getline(file, text); ++line) {
        if (trimmed(text).empty()) continue;
        try {
            cases.push_back(read_case(parse_json(text)));
        } catch (const std::exception& error) {
            throw std::runtime_error(path + ":" + std::to_string(line) + ": " + error.what());
        }
    }
    if (cases.empty()) throw std::runtime_error(path + " holds no case");
    return cases;
}

}  // namespace till_parity
