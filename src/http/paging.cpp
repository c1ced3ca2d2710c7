// SPDX-License-Identifier: MIT
#include "http/paging.hpp"

#include "http/text.hpp"

#include <algorithm>

namespace till::http {

Page::Page(Exchange& exchange) : exchange_(exchange) {
    if (exchange.request.query.empty()) return;
    std::string storage;
    if (const auto text = exchange.query("page_size", storage)) {
        const std::optional<std::int64_t> size = parse_digits(*text);
        if (size && *size > 0) {
            size_ = static_cast<std::uint32_t>(std::min<std::int64_t>(*size, page_size_max));
            has_size_ = true;
        }
    }
    if (const auto cursor = exchange.query("cursor", cursor_storage_)) cursor_ = *cursor;
    // An empty cursor is no cursor.
    if (cursor_.empty()) cursor_ = {};
}

bool Page::check_number() {
    if (!exchange_.app.has_pages) return true;
    std::string storage;
    const auto number = exchange_.query("page", storage);
    if (!number || *number == "1") return true;
    exchange_.reply.fail(404, "Invalid page.");
    return false;
}

void Page::keep(std::string_view name, std::string_view value) {
    kept_ += '&';
    kept_ += name;
    kept_ += '=';
    append_percent_encoded(kept_, value);
}

void Page::begin(JsonWriter& json, std::size_t count, till_str next_cursor, std::string url) {
    const bool has_next = next_cursor.data != nullptr;
    if (has_next) {
        url += "?cursor=";
        append_percent_encoded(url, view(next_cursor));
        if (has_size_) {
            url += "&page_size=";
            append_number(url, size_);
        }
        url += kept_;
        exchange_.reply.header_copy("Link", "<" + url + ">; rel=\"next\"");
    }
    if (exchange_.app.has_pages) {
        json.begin_object().key("count");
        if (has_next || !cursor_.empty()) {
            json.null();
        } else {
            json.number(static_cast<std::int64_t>(count));
        }
        json.key("next");
        if (has_next) {
            json.text(url);
        } else {
            json.null();
        }
        json.key("previous").null().key("results");
    }
    json.begin_array();
}

void Page::end(JsonWriter& json) {
    json.end_array();
    if (exchange_.app.has_pages) json.end_object();
}

}  // namespace till::http
