// SPDX-License-Identifier: MIT
#pragma once

#include "json.hpp"

#include <string>

namespace till_parity {

// A body in the form its Content-Type names: url-encoded, multipart, otherwise JSON. A multipart
// type without a boundary gets one. In multipart {"filename", "content", "content_type"} is a file.
std::string encode_body(const Json& body, std::string& content_type);

}  // namespace till_parity
