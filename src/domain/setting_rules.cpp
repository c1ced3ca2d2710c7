// SPDX-License-Identifier: MIT
#include "domain/setting_rules.hpp"

#include "domain/user.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace till::domain {
namespace {

constexpr std::string_view public_url_name = "{public_url}";

bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return is_upper(c) || (c >= 'a' && c <= 'z'); }
bool is_zone_letter(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '_' || c == '+' || c == '-';
}
bool is_scheme_letter(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}
bool is_host_letter(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
}
bool is_literal_letter(char c) noexcept {
    return is_digit(c) || c == ':' || c == '.' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
// What RFC 3986 lets stand in a URL; braces have been taken out before.
bool is_url_letter(char c) noexcept {
    return c > ' ' && c < '\x7f' &&
           std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
}

void add(std::vector<Violation>& violations, const std::string& path, const char* code,
         const char* message) {
    violations.push_back({path, code, message, {}});
}

// Area, region and place, each begun by a capital: "America/Argentina/Salta", "UTC", "Etc/GMT+1".
bool is_zone_name(std::string_view name) noexcept {
    for (int parts = 1; parts <= 3; ++parts) {
        const std::string_view part = name.substr(0, name.find('/'));
        if (part.empty() || !is_upper(part.front())) return false;
        if (!std::all_of(part.begin(), part.end(), is_zone_letter)) return false;
        if (part.size() == name.size()) return true;
        name.remove_prefix(part.size() + 1);
    }
    return false;
}

bool is_port(std::string_view text) noexcept {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

// "host", "host:port", "[v6]" or "[v6]:port".
bool is_authority(std::string_view text) noexcept {
    std::size_t end = text.find(':');
    bool is_host = false;
    if (text.starts_with('[')) {
        end = text.find(']');
        if (end == std::string_view::npos) return false;
        const std::string_view address = text.substr(1, end - 1);
        is_host = address.find(':') != std::string_view::npos &&
                  std::all_of(address.begin(), address.end(), is_literal_letter);
        ++end;
    } else {
        const std::string_view host = text.substr(0, end);
        is_host = !host.empty() && std::all_of(host.begin(), host.end(), is_host_letter);
        end = std::min(end, text.size());
    }
    if (!is_host) return false;
    return end == text.size() || (text[end] == ':' && is_port(text.substr(end + 1)));
}

bool begins_with_scheme(std::string_view text) noexcept {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || !is_letter(text.front())) return false;
    return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                       is_scheme_letter);
}

// The pattern without its names. What stands in braces and is no name stays, and is no URL.
std::string without_names(std::string_view pattern, std::span<const std::string_view> names) {
    std::string rest(pattern);
    for (const std::string_view name : names) {
        for (std::size_t at = rest.find(name); at != std::string::npos; at = rest.find(name, at)) {
            rest.erase(at, name.size());
        }
    }
    return rest;
}

void check_link(std::vector<Violation>& violations, const std::string& path,
                std::string_view pattern, std::string_view secret,
                std::span<const std::string_view> names) {
    if (pattern.find(secret) == std::string_view::npos) {
        violations.push_back({path,
                              "missing_placeholder",
                              "The link leads nowhere without its secret; put in the placeholder.",
                              {{"placeholder", std::string(secret)}}});
    }
    const bool on_site = pattern.starts_with(public_url_name);
    if (!on_site && !begins_with_scheme(pattern)) {
        add(violations, path, "not_absolute",
            "Begin the link with {public_url} or a scheme such as https: or your app's own.");
    }
    if (pattern.find(public_url_name, 1) != std::string_view::npos) {
        add(violations, path, "invalid", "{public_url} is for the link's beginning.");
    }
    const std::string rest = without_names(pattern, names);
    if (rest.find_first_of("{}") != std::string::npos) {
        add(violations, path, "unknown_placeholder", "The link has braces around no known name.");
    }
    const bool is_url = std::all_of(
        rest.begin(), rest.end(), [](char c) { return is_url_letter(c) || c == '{' || c == '}'; });
    if (!is_url) {
        add(violations, path, "invalid",
            "A link has no space, line break or other character that URLs write as %XX.");
    }
}

}  // namespace

void check_time_zone(std::vector<Violation>& violations, const std::string& path,
                     std::string_view name) {
    if (is_zone_name(name)) return;
    add(violations, path, "invalid", "Give an IANA name such as \"Europe/Berlin\" or \"UTC\".");
}

void check_default_locale(std::vector<Violation>& violations, const std::string& path,
                          std::string_view tag) {
    check_locale(violations, path, tag);
}

void check_public_url(std::vector<Violation>& violations, const std::string& path,
                      std::string_view url) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (url.starts_with(scheme) && is_authority(url.substr(scheme.size()))) return;
    }
    add(violations, path, "invalid",
        "Give scheme and host such as \"https://shop.example\"; a path belongs into the links.");
}

void check_password_reset_link(std::vector<Violation>& violations, const std::string& path,
                               std::string_view pattern) {
    constexpr std::array<std::string_view, 3> names{public_url_name, "{uid}", "{token}"};
    check_link(violations, path, pattern, "{token}", names);
}

void check_email_verification_link(std::vector<Violation>& violations, const std::string& path,
                                   std::string_view pattern) {
    constexpr std::array<std::string_view, 2> names{public_url_name, "{key}"};
    check_link(violations, path, pattern, "{key}", names);
}

}  // namespace till::domain
