// SPDX-License-Identifier: MIT
#include "core/cursor.hpp"

#include "base/encoding.hpp"
#include "crypto/digest.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <vector>

namespace till::core {
namespace {

// Enough to tell queries apart; a collision only mixes up the caller's own pages.
constexpr std::size_t tag_size = 6;
constexpr std::size_t cursor_size_max = 2048;  // the longest key is some 1 KiB

std::string tag_of(std::string_view query) {
    const crypto::Digest digest = crypto::sha256(query);
    return std::string(text_of(std::span(digest).first(tag_size)));
}

Error not_a_cursor() {
    return make_error(Status::cursor, "invalid_cursor",
                      "The cursor does not belong to this query; start at the first page.");
}

}  // namespace

std::string make_cursor(std::string_view query, std::string_view position) {
    std::string bytes = tag_of(query);
    bytes += position;
    return to_base64url(bytes_of(bytes));
}

Result<std::string> read_cursor(std::string_view query, std::string_view cursor) {
    if (cursor.size() > cursor_size_max) return not_a_cursor();
    std::vector<std::byte> bytes(cursor.size());
    const auto size = parse_base64(cursor, Base64::url, bytes);
    if (!size || *size < tag_size) return not_a_cursor();
    const std::string_view text = text_of(std::span<const std::byte>(bytes).first(*size));
    if (text.substr(0, tag_size) != tag_of(query)) return not_a_cursor();
    return std::string(text.substr(tag_size));
}

std::string make_cursor(std::string_view query, std::int64_t position) {
    return make_cursor(query, std::string_view(std::to_string(position)));
}

Result<std::int64_t> read_cursor_id(std::string_view query, std::string_view cursor) {
    TILL_TRY(const std::string text, read_cursor(query, cursor));
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size()) return not_a_cursor();
    return id;
}

}  // namespace till::core
