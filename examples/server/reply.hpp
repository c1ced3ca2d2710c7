// SPDX-License-Identifier: MIT
// Replies by hand: bytes into one buffer.
#pragma once

#include "till/http.h"

#include <string>
#include <string_view>

namespace till_server {

inline constexpr std::string_view allow_line =
    "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n";
// A year. Browsers ignore it for bare addresses and for certificates they do not trust.
inline constexpr std::string_view hsts_line = "Strict-Transport-Security: max-age=31536000\r\n";

// RFC 9110, 8.6: no body, and no Content-Length either.
bool has_no_body(int status);
void append_status_line(std::string& output, int status);
void append_content_length(std::string& output, size_t size);
void append_headers(std::string& output, const till_http_response& response);
// {"detail": …, "code": …}
std::string error_body(int status, std::string_view detail);
// No header of the response can end a header line: no CR, LF or NUL. The adapter never makes one;
// the transport does not trust it to.
bool is_clean(const till_http_response& response);

}  // namespace till_server
