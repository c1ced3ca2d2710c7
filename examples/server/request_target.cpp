// SPDX-License-Identifier: MIT
#include "request_target.hpp"

#include <algorithm>
#include <cctype>

namespace till_server {

namespace {

bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_port(std::string_view text) {
    return text.size() <= 5 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// RFC 3986 reg-name, without percent-encoding, which no client sends and parsers differ on.
bool is_registered_name(std::string_view text) {
    return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' ||
               c == '_' || c == '~';
    });
}

// Dot segments, also half encoded: "/../", "/%2e./", "/.".
bool is_dot_segment(std::string_view segment) {
    size_t dots = 0;
    for (size_t i = 0; i < segment.size(); ++dots) {
        if (segment[i] == '.') {
            i += 1;
        } else if (segment.size() - i >= 3 && segment[i] == '%' && segment[i + 1] == '2' &&
                   (segment[i + 2] == 'e' || segment[i + 2] == 'E')) {
            i += 3;
        } else {
            return false;
        }
    }
    return dots == 1 || dots == 2;
}

const char* check_path(std::string_view path) {
    for (size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '\\') return "The path holds a back slash.";
        if (path[i] != '%') continue;
        const int high = i + 2 < path.size() ? hex_digit(path[i + 1]) : -1;
        const int low = i + 2 < path.size() ? hex_digit(path[i + 2]) : -1;
        if (high < 0 || low < 0) return "The path holds a broken percent escape.";
        const int byte = high * 16 + low;
        if (byte < 0x20 || byte == 0x7f || byte == '/' || byte == '\\') {
            return "The path holds an encoded slash or control character.";
        }
    }
    for (size_t begin = 0; begin < path.size();) {
        const size_t end = std::min(path.find('/', begin + 1), path.size());
        if (is_dot_segment(path.substr(begin + 1, end - begin - 1))) {
            return "The path holds dot segments.";
        }
        begin = end;
    }
    return nullptr;
}

}  // namespace

bool is_valid_authority(std::string_view authority) {
    if (authority.empty()) return false;
    if (authority.front() == '[') {
        const size_t close = authority.find(']');
        if (close == std::string_view::npos || close < 3) return false;
        const std::string_view literal = authority.substr(1, close - 1);
        const bool plain = std::all_of(literal.begin(), literal.end(), [](char c) {
            return hex_digit(c) >= 0 || c == ':' || c == '.';
        });
        const std::string_view rest = authority.substr(close + 1);
        return plain && (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
    }
    const size_t colon = authority.find(':');
    if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1))) return false;
    return is_registered_name(authority.substr(0, colon));
}

TargetProblem normalise_target(std::string_view method, std::string_view target,
                               std::string_view host, std::string& origin_form) {
    if (target == "*") {
        if (method != "OPTIONS") return {"Only OPTIONS may ask for *."};
        origin_form = "*";
        return {};
    }
    std::string_view rest = target;
    if (target.front() != '/') {
        const size_t scheme_end = target.find("://");
        if (scheme_end == std::string_view::npos ||
            (!same_ignoring_case(target.substr(0, scheme_end), "http") &&
             !same_ignoring_case(target.substr(0, scheme_end), "https"))) {
            return {"The request target is neither a path nor an http URL."};
        }
        rest = target.substr(scheme_end + 3);
        const size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
        const std::string_view authority = rest.substr(0, authority_end);
        if (!is_valid_authority(authority) || !same_ignoring_case(authority, host)) {
            return {"The request target names another host than the Host header."};
        }
        rest = rest.substr(authority_end);
    }
    origin_form.clear();
    if (rest.empty() || rest.front() == '?') origin_form = "/";
    origin_form += rest;
    const std::string_view path = std::string_view(origin_form).substr(0, origin_form.find('?'));
    return {check_path(path)};
}

}  // namespace till_server
