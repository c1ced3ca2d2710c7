// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Rules that inputs of several nouns share. Each appends a violation for what is broken.
namespace till::domain {

void add_violation(std::vector<Violation>& violations, std::string path, const char* code,
                   std::string message);
void add_violation(std::vector<Violation>& violations, std::string path, const char* code,
                   std::string message, const char* param, std::int64_t value);

// Optional one-line text: absent and empty are the same and broken by nothing. Gives the text.
std::string_view check_optional_text(std::vector<Violation>& violations, std::string_view path,
                                     std::optional<std::string_view> text,
                                     std::size_t max_code_points);

// An identifier the caller chose, compared byte by byte: absent, or 1 to max bytes of text without
// control characters. Gives the text.
std::string_view check_token(std::vector<Violation>& violations, std::string_view path,
                             std::optional<std::string_view> text, std::size_t max_bytes);

// As check_token, of these characters alone ("invalid" otherwise).
std::string_view check_token_of(std::vector<Violation>& violations, std::string_view path,
                                std::optional<std::string_view> text, std::size_t max_bytes,
                                bool (*allowed)(char) noexcept);

// A JSON object (RFC 8259, strict: at most 32 deep): "invalid_json" otherwise.
bool valid_json_object(std::string_view text) noexcept;

}  // namespace till::domain
