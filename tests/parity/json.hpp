// SPDX-License-Identifier: MIT
// JSON as a case file has it: member order, numbers digit by digit, and lone surrogates survive
// from the file to the wire, since they are what some cases are about.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace till_parity {

// A number is kept as binary: its text.
using Json = nlohmann::ordered_json;

// Throws std::runtime_error.
Json parse_json(std::string_view text);

bool is_number(const Json& value);
// Throws std::runtime_error unless the value is a whole number that fits.
int to_int(const Json& value);

Json number(std::string_view digits);

std::string write_json(const Json& value);

}  // namespace till_parity
