// SPDX-License-Identifier: MIT
#include "request_head.hpp"

#include "plain_text.hpp"
#include "request_target.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <array>

namespace till_server {

namespace {

namespace http = boost::beast::http;

constexpr HeadProblem fine{};

// RFC 9110, 5.6.2.
constexpr std::array<bool, 256> token_table = [] {
    std::array<bool, 256> table{};
    for (unsigned c = '0'; c <= '9'; ++c) table[c] = true;
    for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = true;
    for (unsigned c = 'A'; c <= 'Z'; ++c) table[c] = true;
    for (const char c :
         {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'}) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}();

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return token_table[static_cast<unsigned char>(c)];
    });
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

// Field values: tab, visible ASCII, space and bytes above it. CR, LF and NUL never get here alone.
bool is_field_value(std::string_view value) {
    return is_plain(value) || std::all_of(value.begin(), value.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
           });
}

HeadProblem check_request_line(std::string_view line) {
    const size_t first = line.find(' ');
    const size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return {400, "The request line is not METHOD SP TARGET SP VERSION."};
    }
    const std::string_view target = line.substr(first + 1, last - first - 1);
    if (!is_token(line.substr(0, first))) return {400, "The method is not a token."};
    if (target.empty() || !is_plain(target) ||
        target.find_first_of(" #") != std::string_view::npos) {
        return {400, "The request target holds a character that must be percent-encoded."};
    }
    const std::string_view version = line.substr(last + 1);
    if (version == "HTTP/1.1" || version == "HTTP/1.0") return fine;
    const bool http = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.' &&
                      version[5] >= '0' && version[5] <= '9' && version[7] >= '0' &&
                      version[7] <= '9';
    if (http) return {505, "This server speaks HTTP/1.1."};
    return {400, "The HTTP version is malformed."};
}

HeadProblem check_field_line(std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t') {
        return {400, "Folded header lines are refused."};
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return {400, "A header line has no name that is a token directly before its colon."};
    }
    if (!is_field_value(line.substr(colon + 1))) {
        return {400, "A header value holds a control character."};
    }
    return fine;
}

// Every line ends with CRLF and is well formed; nothing else is between them.
HeadProblem check_head(std::string_view bytes, const HeadLimits& limits) {
    size_t begin = 0;
    size_t lines = 0;
    while (true) {
        const size_t end = bytes.find('\n', begin);
        if (end == std::string_view::npos || end == begin || bytes[end - 1] != '\r') {
            return {400, "A line does not end with CRLF."};
        }
        const std::string_view line = bytes.substr(begin, end - 1 - begin);
        begin = end + 1;
        if (line.empty()) break;
        if (lines == 0 && line.size() > limits.request_line) {
            return {414, "The request line is too long."};
        }
        if (lines > limits.fields) return {431, "Too many header fields."};
        const HeadProblem problem = lines == 0 ? check_request_line(line) : check_field_line(line);
        if (problem) return problem;
        ++lines;
    }
    if (lines == 0 || begin != bytes.size()) return {400, "The request line is missing."};
    return fine;
}

// Hands out views of the bytes it is fed; never asked to go on to the body.
class HeadParser : public http::basic_parser<true> {
public:
    explicit HeadParser(RequestHead& head) : head_(head) {}

    std::string_view target;
    std::string_view host;
    std::string_view content_length;
    std::string_view transfer_encoding;
    std::string_view expect;
    unsigned hosts = 0;
    unsigned content_lengths = 0;
    unsigned transfer_encodings = 0;

private:
    using Text = boost::beast::string_view;
    using Code = boost::beast::error_code;

    static std::string_view to_view(Text text) { return {text.data(), text.size()}; }

    void on_request_impl(http::verb, Text method, Text target_text, int version,
                         Code& code) override {
        head_.method = to_view(method);
        target = to_view(target_text);
        head_.http_1_0 = version == 10;
        code = {};
    }
    void on_field_impl(http::field field, Text name_text, Text value_text, Code& code) override {
        code = {};
        const std::string_view name = to_view(name_text);
        const std::string_view value = to_view(value_text);
        head_.fields.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
        switch (static_cast<int>(field)) {
            case static_cast<int>(http::field::host):
                host = value;
                ++hosts;
                return;
            case static_cast<int>(http::field::content_length):
                content_length = value;
                ++content_lengths;
                return;
            case static_cast<int>(http::field::transfer_encoding):
                transfer_encoding = value;
                ++transfer_encodings;
                return;
            case static_cast<int>(http::field::expect):
                expect = value;
                return;
            default:
                break;
        }
        for (const std::string_view mark : {"x-forwarded-for", "x-forwarded-host",
                                            "x-forwarded-proto", "x-real-ip", "forwarded", "via"}) {
            if (same_ignoring_case(name, mark)) head_.forwarded = true;
        }
        if (same_ignoring_case(name, "x-forwarded-for")) {
            if (!head_.forwarded_for.empty()) head_.forwarded_for += ',';
            head_.forwarded_for += value;
        } else if (same_ignoring_case(name, "x-forwarded-proto")) {
            head_.forwarded_proto = value;
        } else if (same_ignoring_case(name, "x-request-id")) {
            head_.request_id = value;
        }
    }
    void on_header_impl(Code& code) override { code = {}; }
    void on_response_impl(int, Text, int, Code& code) override { code = {}; }
    void on_body_init_impl(boost::optional<uint64_t> const&, Code& code) override { code = {}; }
    size_t on_body_impl(Text, Code& code) override { return code = {}, 0; }
    void on_chunk_header_impl(uint64_t, Text, Code& code) override { code = {}; }
    size_t on_chunk_body_impl(uint64_t, Text, Code& code) override { return code = {}, 0; }
    void on_finish_impl(Code& code) override { code = {}; }

    RequestHead& head_;
};

// RFC 9112, 6.3, without its leniencies: one length in plain digits, or exactly "chunked".
HeadProblem check_framing(const HeadParser& parser, RequestHead& head) {
    if (parser.transfer_encodings > 0) {
        if (parser.content_lengths > 0) {
            return {400, "Transfer-Encoding and Content-Length exclude each other."};
        }
        if (head.http_1_0) return {400, "HTTP/1.0 knows no Transfer-Encoding."};
        if (parser.transfer_encodings > 1 ||
            !same_ignoring_case(parser.transfer_encoding, "chunked")) {
            return {400, "The only Transfer-Encoding understood is chunked, once."};
        }
        head.chunked = true;
        return fine;
    }
    if (parser.content_lengths == 0) return fine;
    const std::string_view digits = parser.content_length;
    const bool plain =
        parser.content_lengths == 1 && !digits.empty() && digits.size() <= 18 &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
        (digits.size() == 1 || digits.front() != '0');
    if (!plain) return {400, "Content-Length is not one plain decimal number."};
    for (const char c : digits) {
        head.content_length = head.content_length * 10 + static_cast<uint64_t>(c - '0');
    }
    return fine;
}

HeadProblem check_host(const HeadParser& parser, const RequestHead& head) {
    if (parser.hosts == 0 && head.http_1_0) return fine;
    if (parser.hosts != 1 || !is_valid_authority(parser.host)) {
        return {400, "Exactly one valid Host header is needed."};
    }
    return fine;
}

}  // namespace

void RequestHead::clear() {
    method = {};
    target.clear();
    fields.clear();
    forwarded_for.clear();
    forwarded_proto = {};
    request_id = {};
    content_length = 0;
    forwarded = chunked = keep_alive = http_1_0 = expects_continue = server_wide = false;
}

size_t find_head_end(std::string_view bytes, size_t& from) {
    const size_t found = bytes.find("\r\n\r\n", from);
    if (found != std::string_view::npos) return found + 4;
    from = bytes.size() < 3 ? 0 : bytes.size() - 3;
    return std::string_view::npos;
}

HeadProblem check_partial_head(std::string_view bytes, const HeadLimits& limits) {
    const size_t line_end = bytes.find('\n');
    const size_t line = line_end == std::string_view::npos ? bytes.size() : line_end;
    if (line > limits.request_line + 1) return {414, "The request line is too long."};
    if (bytes.size() - line > limits.header_block + 4) return {431, "The header is too large."};
    // A head with bare line feeds would never show its CRLFCRLF: refuse at the first one.
    if (line_end != std::string_view::npos && (line_end == 0 || bytes[line_end - 1] != '\r')) {
        return {400, "A line does not end with CRLF."};
    }
    return fine;
}

HeadProblem parse_head(std::string_view bytes, const HeadLimits& limits, RequestHead& head) {
    head.clear();
    if (const HeadProblem problem = check_partial_head(bytes, limits)) return problem;
    if (const HeadProblem problem = check_head(bytes, limits)) return problem;

    HeadParser parser(head);
    parser.header_limit(static_cast<uint32_t>(limits.request_line + limits.header_block + 1024));
    parser.body_limit(UINT64_MAX);  // decided later, by route; none would refuse all of them
    boost::beast::error_code code;
    parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), code);
    // The checks that give the client a reason come first; Beast then has the last word.
    if (const HeadProblem problem = check_framing(parser, head)) return problem;
    if (code || !parser.is_header_done()) return {400, "The request is malformed."};
    if (const HeadProblem problem = check_host(parser, head)) return problem;
    if (head.method == "TRACE" || head.method == "CONNECT") {
        return {405, "This method is not supported."};
    }
    const TargetProblem target =
        normalise_target(head.method, parser.target, parser.host, head.target);
    if (target.detail != nullptr) return {400, target.detail};
    head.server_wide = head.target == "*";
    if (!parser.expect.empty() && !head.http_1_0) {
        if (!same_ignoring_case(parser.expect, "100-continue")) {
            return {417, "The only expectation understood is 100-continue."};
        }
        head.expects_continue = head.chunked || head.content_length > 0;
    }
    head.keep_alive = parser.keep_alive();
    return fine;
}

}  // namespace till_server
