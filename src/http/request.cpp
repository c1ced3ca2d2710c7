// SPDX-License-Identifier: MIT
#include "http/request.hpp"

#include "http/text.hpp"

#include <algorithm>
#include <chrono>

namespace till::http {

namespace {

// Bytes, as the C ABI.
constexpr std::size_t request_id_max = 64;
constexpr std::size_t address_max = 64;
constexpr std::int64_t indent_max = 8;  // DRF's own limit

// simplejwt's rule: the scheme, blanks, one token. Any other scheme is none of ours.
void read_authorization(std::string_view value, Request& out) {
    if (out.credentials != Credentials::none) {
        out.credentials = Credentials::malformed;  // two headers
        return;
    }
    const std::size_t blank = std::min(value.find_first_of(" \t"), value.size());
    if (!equal_ignoring_case(value.substr(0, blank), "bearer")) return;
    out.token = trim_blanks(value.substr(blank));
    const bool is_one = !out.token.empty() && is_visible_ascii(out.token);
    out.credentials = is_one ? Credentials::bearer : Credentials::malformed;
}

void read_header(std::string_view name, std::string_view value, Request& out) {
    struct Known {
        std::string_view name;
        std::string_view Request::*field;
    };
    static constexpr Known known[] = {
        {"accept", &Request::accept},
        {"accept-encoding", &Request::accept_encoding},
        {"accept-language", &Request::accept_language},
        {"access-control-request-method", &Request::preflight_method},
        {"content-encoding", &Request::content_encoding},
        {"content-length", &Request::content_length},
        {"content-type", &Request::content_type},
        {"host", &Request::host},
        {"if-match", &Request::if_match},
        {"if-none-match", &Request::if_none_match},
        {"origin", &Request::origin},
        {"user-agent", &Request::user_agent},
    };
    for (const Known& header : known) {
        if (header.name.size() == name.size() && equal_ignoring_case(header.name, name)) {
            out.*header.field = value;
            return;
        }
    }
    if (equal_ignoring_case(name, "authorization")) {
        read_authorization(value, out);
    } else if (equal_ignoring_case(name, "idempotency-key")) {
        out.has_two_keys = out.has_idempotency_key;
        out.has_idempotency_key = true;
        out.idempotency_key = value;
    } else if (equal_ignoring_case(name, "x-request-id") && out.request_id.empty() &&
               value.size() <= request_id_max && is_visible_ascii(value)) {
        out.request_id = value;
    }
}

// The quality of a media range, in thousandths.
int quality(std::string_view range) {
    const std::optional<std::string_view> q = media_parameter(range, "q");
    if (!q || q->empty()) return 1000;
    int value = (*q)[0] == '1' ? 1000 : 0;
    int unit = 100;
    for (std::size_t i = 2; i < q->size() && unit > 0 && is_digit((*q)[i]); ++i, unit /= 10) {
        value += ((*q)[i] - '0') * unit;
    }
    return std::min(value, 1000);
}

}  // namespace

Method to_method(std::string_view text) noexcept {
    if (text == "GET") return Method::get;
    if (text == "POST") return Method::post;
    if (text == "PATCH") return Method::patch;
    if (text == "PUT") return Method::put;
    if (text == "DELETE") return Method::del;
    if (text == "HEAD") return Method::head;
    if (text == "OPTIONS") return Method::options;
    return Method::other;
}

std::string_view path_of(std::string_view target) noexcept {
    return target.substr(0, std::min(target.find('?'), target.size()));
}

std::int64_t monotonic_us() noexcept {
    // CLOCK_MONOTONIC in libstdc++ and libc++.
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

Request read_request(const till_http_request& in) {
    Request out;
    out.method_text = view(in.method);
    out.method = to_method(out.method_text);
    const std::string_view target = view(in.target);
    out.path = path_of(target);
    const std::size_t mark = out.path.size();
    out.query = target.substr(std::min(mark + 1, target.size()));
    out.body = view(in.body);
    const std::string_view address = view(in.client_address);
    if (address.size() <= address_max && is_visible_ascii(address)) out.client_address = address;
    out.is_tls = (in.flags & TILL_HTTP_TLS) != 0;
    out.is_operator = (in.flags & TILL_HTTP_OPERATOR) != 0;
    out.is_draining = (in.flags & TILL_HTTP_DRAINING) != 0;
    const std::int64_t now_us = monotonic_us();
    const bool is_past = in.received_us > 0 && in.received_us <= now_us;
    out.received_us = is_past ? in.received_us : now_us;
    const std::string_view id = view(in.request_id);
    if (id.size() <= request_id_max && is_visible_ascii(id)) out.request_id = id;
    for (std::size_t i = 0; i < in.header_count; ++i) {
        read_header(view(in.headers[i].name), trim_blanks(view(in.headers[i].value)), out);
    }
    return out;
}

std::optional<std::string_view> query_value(std::string_view query, std::string_view name,
                                            std::string& storage) {
    std::optional<std::string_view> found;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        // Our names need no escapes.
        if (pair.substr(0, equals) == name) found = pair.substr(std::min(equals + 1, pair.size()));
    }
    if (!found || found->find_first_of("%+") == std::string_view::npos) {
        if (found && !is_utf8(*found)) return std::string_view("");
        return found;
    }
    storage.clear();
    if (!append_percent_decoded(storage, *found, true) || !is_utf8(storage)) storage.clear();
    return std::string_view(storage);
}

std::string_view media_type(std::string_view header) noexcept {
    return trim_blanks(header.substr(0, std::min(header.find(';'), header.size())));
}

std::optional<std::string_view> media_parameter(std::string_view header,
                                                std::string_view name) noexcept {
    std::size_t semicolon = header.find(';');
    while (semicolon != std::string_view::npos) {
        header.remove_prefix(semicolon + 1);
        // A quoted value may hold a semicolon.
        bool is_quoted = false;
        std::size_t end = 0;
        while (end < header.size() && (is_quoted || header[end] != ';')) {
            if (header[end] == '"') is_quoted = !is_quoted;
            ++end;
        }
        const std::string_view parameter = header.substr(0, end);
        const std::size_t equals = std::min(parameter.find('='), parameter.size());
        if (equal_ignoring_case(trim_blanks(parameter.substr(0, equals)), name)) {
            std::string_view value =
                trim_blanks(parameter.substr(std::min(equals + 1, parameter.size())));
            if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
                value = value.substr(1, value.size() - 2);
            }
            return value;
        }
        semicolon = end < header.size() ? end : std::string_view::npos;
    }
    return std::nullopt;
}

Negotiated negotiate(const Request& request) {
    Negotiated out;
    if (!request.query.empty()) {
        std::string storage;
        const std::optional<std::string_view> format =
            query_value(request.query, "format", storage);
        if (format && *format != "json") out.is_known_format = false;
    }
    if (request.accept.empty() || request.accept == "*/*" || request.accept == "application/json")
        return out;

    // RFC 9110, 12.5.1: the most specific range that matches decides.
    int best_rank = -1;
    int best_quality = 0;
    std::string_view rest = request.accept;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        const std::string_view range = trim_blanks(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::string_view type = media_type(range);
        int rank = -1;
        if (equal_ignoring_case(type, "application/json")) {
            rank = 2;
        } else if (equal_ignoring_case(type, "application/*")) {
            rank = 1;
        } else if (type == "*/*") {
            rank = 0;
        }
        if (rank < 0 || rank < best_rank) continue;
        const int q = quality(range);
        best_quality = rank == best_rank ? std::max(best_quality, q) : q;
        best_rank = rank;
        if (rank == 2) {
            const std::optional<std::string_view> indent = media_parameter(range, "indent");
            const std::optional<std::int64_t> width = indent ? parse_digits(*indent) : std::nullopt;
            if (width) out.indent = static_cast<int>(std::min(*width, indent_max));
        }
    }
    out.is_acceptable = best_rank >= 0 && best_quality > 0;
    return out;
}

EntityTags read_entity_tags(std::string_view header, bool accept_weak) noexcept {
    EntityTags out;
    if (trim_blanks(header) == "*") {
        out.any = true;
        return out;
    }
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(','), header.size());
        std::string_view tag = trim_blanks(header.substr(0, end));
        header.remove_prefix(std::min(end + 1, header.size()));
        if (tag.empty()) continue;
        ++out.count;
        if (tag.starts_with("W/")) {
            if (!accept_weak) continue;
            tag.remove_prefix(2);
        }
        if (out.has_version || tag.size() < 4 || !tag.starts_with("\"v") || tag.back() != '"')
            continue;
        const std::optional<std::int64_t> version = parse_digits(tag.substr(2, tag.size() - 3));
        if (!version || *version == 0) continue;
        out.has_version = true;
        out.version = *version;
    }
    return out;
}

}  // namespace till::http
