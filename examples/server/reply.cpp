// SPDX-License-Identifier: MIT
#include "reply.hpp"

#include "c_text.hpp"
#include "plain_text.hpp"

#include <algorithm>
#include <charconv>

namespace till_server {

namespace {

struct Status {
    int number;
    std::string_view line;
    std::string_view code;  // of our own error bodies
};

constexpr Status statuses[] = {
    {200, "HTTP/1.1 200 OK\r\n", ""},
    {201, "HTTP/1.1 201 Created\r\n", ""},
    {202, "HTTP/1.1 202 Accepted\r\n", ""},
    {204, "HTTP/1.1 204 No Content\r\n", ""},
    {301, "HTTP/1.1 301 Moved Permanently\r\n", ""},
    {302, "HTTP/1.1 302 Found\r\n", ""},
    {304, "HTTP/1.1 304 Not Modified\r\n", ""},
    {307, "HTTP/1.1 307 Temporary Redirect\r\n", ""},
    {308, "HTTP/1.1 308 Permanent Redirect\r\n", ""},
    {400, "HTTP/1.1 400 Bad Request\r\n", "bad_request"},
    {401, "HTTP/1.1 401 Unauthorized\r\n", ""},
    {403, "HTTP/1.1 403 Forbidden\r\n", ""},
    {404, "HTTP/1.1 404 Not Found\r\n", "not_found"},
    {405, "HTTP/1.1 405 Method Not Allowed\r\n", "method_not_allowed"},
    {406, "HTTP/1.1 406 Not Acceptable\r\n", ""},
    {408, "HTTP/1.1 408 Request Timeout\r\n", "request_timeout"},
    {409, "HTTP/1.1 409 Conflict\r\n", ""},
    {410, "HTTP/1.1 410 Gone\r\n", ""},
    {412, "HTTP/1.1 412 Precondition Failed\r\n", ""},
    {413, "HTTP/1.1 413 Content Too Large\r\n", "too_large"},
    {414, "HTTP/1.1 414 URI Too Long\r\n", "uri_too_long"},
    {415, "HTTP/1.1 415 Unsupported Media Type\r\n", ""},
    {417, "HTTP/1.1 417 Expectation Failed\r\n", "expectation_failed"},
    {422, "HTTP/1.1 422 Unprocessable Content\r\n", ""},
    {428, "HTTP/1.1 428 Precondition Required\r\n", ""},
    {429, "HTTP/1.1 429 Too Many Requests\r\n", ""},
    {431, "HTTP/1.1 431 Request Header Fields Too Large\r\n", "header_too_large"},
    {500, "HTTP/1.1 500 Internal Server Error\r\n", "internal"},
    {501, "HTTP/1.1 501 Not Implemented\r\n", ""},
    {503, "HTTP/1.1 503 Service Unavailable\r\n", "busy"},
    {505, "HTTP/1.1 505 HTTP Version Not Supported\r\n", "http_version"},
    {507, "HTTP/1.1 507 Insufficient Storage\r\n", ""},
};

const Status* find_status(int number) {
    const auto found = std::find_if(std::begin(statuses), std::end(statuses),
                                    [&](const Status& status) { return status.number == number; });
    return found == std::end(statuses) ? nullptr : found;
}

bool is_safe(till_str text) {
    return is_plain(view(text)) || std::none_of(text.data, text.data + text.len, [](char c) {
               return c == '\r' || c == '\n' || c == '\0';
           });
}

}  // namespace

bool has_no_body(int status) { return status == 204 || status == 304 || status < 200; }

void append_status_line(std::string& output, int status) {
    if (const Status* known = find_status(status)) {
        output += known->line;
    } else {
        output += "HTTP/1.1 " + std::to_string(status) + " \r\n";
    }
}

void append_content_length(std::string& output, size_t size) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, size).ptr;
    output += "Content-Length: ";
    output.append(digits, static_cast<size_t>(end - digits));
    output += "\r\n";
}

void append_headers(std::string& output, const till_http_response& response) {
    for (size_t i = 0; i < response.header_count; ++i) {
        const till_http_header& header = response.headers[i];
        output.append(header.name.data, header.name.len);
        output += ": ";
        output += view(header.value);
        output += "\r\n";
    }
}

std::string error_body(int status, std::string_view detail) {
    const Status* known = find_status(status);
    std::string body = "{\"detail\":\"";
    body += detail;  // our own sentences: nothing to escape
    body += "\",\"code\":\"";
    body += known == nullptr || known->code.empty() ? "error" : known->code;
    body += "\"}";
    return body;
}

bool is_clean(const till_http_response& response) {
    return std::all_of(response.headers, response.headers + response.header_count,
                       [](const till_http_header& header) {
                           return is_safe(header.name) && is_safe(header.value);
                       });
}

}  // namespace till_server
