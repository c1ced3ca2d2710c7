// SPDX-License-Identifier: MIT
//
// What the adapter wants to know of a request, read once from what the host parsed. Views borrow.
#pragma once

#include "till/http.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace till::http {

enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };

enum class Credentials : std::uint8_t { none, bearer, malformed };

struct Request {
    Method method = Method::other;
    std::string_view method_text;
    std::string_view path;   // as received
    std::string_view query;  // without '?'
    std::string_view body;
    std::string_view client_address;
    std::string_view request_id;  // visible ASCII, or empty
    bool is_tls = false;
    bool is_operator = false;      // may see private routes
    bool is_draining = false;      // the host is stopping
    std::int64_t received_us = 0;  // CLOCK_MONOTONIC

    Credentials credentials = Credentials::none;
    std::string_view token;
    std::string_view accept;
    std::string_view accept_encoding;  // null: no such header
    std::string_view accept_language;
    std::string_view content_type;
    std::string_view content_encoding;
    std::string_view content_length;
    std::string_view host;
    std::string_view origin;
    std::string_view preflight_method;
    std::string_view if_match;
    std::string_view if_none_match;
    std::string_view user_agent;
    std::string_view idempotency_key;
    bool has_idempotency_key = false;
    bool has_two_keys = false;
};

[[nodiscard]] Method to_method(std::string_view text) noexcept;
[[nodiscard]] std::string_view path_of(std::string_view target) noexcept;
[[nodiscard]] std::int64_t monotonic_us() noexcept;
[[nodiscard]] Request read_request(const till_http_request& in);

// The decoded value of a query parameter; the last one of a name counts. `storage` holds it when it
// had to be decoded. A malformed escape makes it empty.
[[nodiscard]] std::optional<std::string_view> query_value(std::string_view query,
                                                          std::string_view name,
                                                          std::string& storage);

// What the Accept header and ?format= make of a JSON answer.
struct Negotiated {
    bool is_acceptable = true;
    bool is_known_format = true;
    int indent = 0;  // blanks a level; 0: compact
};
[[nodiscard]] Negotiated negotiate(const Request& request);

// A media type and one of its parameters: "text/plain; charset=utf-8".
[[nodiscard]] std::string_view media_type(std::string_view header) noexcept;
[[nodiscard]] std::optional<std::string_view> media_parameter(std::string_view header,
                                                              std::string_view name) noexcept;

// An entity tag list: `*`, or the versions of our tags in it ("v7").
struct EntityTags {
    bool any = false;
    bool has_version = false;
    std::int64_t version = 0;  // of the first of ours
    std::size_t count = 0;     // of all tags
};
[[nodiscard]] EntityTags read_entity_tags(std::string_view header, bool accept_weak) noexcept;

}  // namespace till::http
