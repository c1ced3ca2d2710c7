// SPDX-License-Identifier: MIT
// A small blocking HTTP/1.1 client that sends exactly what it is told: one connection a request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace till_parity {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method = "GET";
    std::string target = "/";
    Headers headers;  // Host, Content-Length and Connection are added
    std::string body;
    bool has_body = false;  // an empty body with a Content-Length of 0, or none at all
};

struct Response {
    int status = 0;
    Headers headers;
    std::string body;

    // The first header of that name in any case, or an empty text.
    std::string_view header(std::string_view name) const;
    bool has_header(std::string_view name) const;
};

// Throws std::runtime_error when the server does not answer in HTTP.
Response exchange(std::uint16_t port, const Request& request);

}  // namespace till_parity
