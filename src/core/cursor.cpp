// SPDX-License-Identifier: MIT
#include "core/cursor.hpp"

#include "base/encoding.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace till::core {
namespace {

// Bytes: version, 8 of the digest, the position (an id: 8 bytes, big-endian).
constexpr std::byte format_version{1};
constexpr std::size_t digest_bytes = 8;
constexpr std::size_t position_at = 1 + digest_bytes;
constexpr std::size_t id_bytes = 8;
constexpr std::size_t cursor_size_max = 2048;  // the longest text key is some 1 KiB

Error foreign_cursor() {
    return make_error(Status::cursor, "bad_cursor",
                      "The cursor does not belong to this query; start again without one.");
}

Result<std::int64_t> read_id(std::string_view bytes) {
    if (bytes.size() != id_bytes) return foreign_cursor();
    std::uint64_t id = 0;
    for (const char byte : bytes) id = id << 8U | static_cast<unsigned char>(byte);
    if (id == 0 || id > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
        return foreign_cursor();
    }
    return static_cast<std::int64_t>(id);
}

std::string bytes_of_id(std::int64_t id) {
    std::string bytes(id_bytes, '\0');
    auto rest = static_cast<std::uint64_t>(id);
    for (std::size_t i = id_bytes; i > 0; --i, rest >>= 8U) {
        bytes[i - 1] = static_cast<char>(rest & 0xffU);
    }
    return bytes;
}

}  // namespace

Cursor::Cursor(const Context& context, std::string_view list, Sort sort,
               std::initializer_list<std::int64_t> filters, std::string_view text_filter)
    : sort_(sort) {
    InputDigest digest;
    digest.add(1, context.policy.store_id);
    digest.add(2, list);
    digest.add(3, static_cast<std::int64_t>(sort));
    digest.add(4, text_filter);
    std::uint32_t tag = 5;
    for (const std::int64_t filter : filters) digest.add(tag++, filter);
    query_ = digest.finish();
}

crypto::Digest Cursor::digest_of(std::string_view position) const {
    InputDigest digest;
    digest.add(1, text_of(query_));
    digest.add(2, position);
    return digest.finish();
}

Result<std::string> Cursor::parse_text(std::string_view cursor) const {
    if (cursor.empty()) return std::string();
    if (cursor.size() > cursor_size_max) return foreign_cursor();
    std::vector<std::byte> bytes(cursor.size());
    const auto size = parse_base64(cursor, Base64::url, bytes);
    if (!size || *size <= position_at || bytes[0] != format_version) return foreign_cursor();
    const std::string_view position =
        text_of(std::span<const std::byte>(bytes).subspan(position_at, *size - position_at));
    const crypto::Digest digest = digest_of(position);
    if (!std::equal(digest.begin(), digest.begin() + digest_bytes, bytes.begin() + 1)) {
        return foreign_cursor();
    }
    return std::string(position);
}

std::string Cursor::make(std::string_view last_text) const {
    const crypto::Digest digest = digest_of(last_text);
    std::vector<std::byte> bytes{format_version};
    bytes.insert(bytes.end(), digest.begin(), digest.begin() + digest_bytes);
    const auto position = bytes_of(last_text);
    bytes.insert(bytes.end(), position.begin(), position.end());
    return to_base64url(bytes);
}

Result<std::int64_t> Cursor::parse_id(std::string_view cursor) const {
    if (cursor.empty()) {
        return sort_ == Sort::oldest_first ? std::int64_t{0}
                                           : std::numeric_limits<std::int64_t>::max();
    }
    TILL_TRY(const std::string position, parse_text(cursor));
    return read_id(position);
}

std::string Cursor::make(std::int64_t last_id) const {
    return make(std::string_view(bytes_of_id(last_id)));
}

Result<Cursor::TextAndId> Cursor::parse_text_and_id(std::string_view cursor) const {
    TILL_TRY(std::string position, parse_text(cursor));
    if (position.size() < id_bytes) return foreign_cursor();
    const std::size_t text_bytes = position.size() - id_bytes;
    TILL_TRY(const std::int64_t id, read_id(std::string_view(position).substr(text_bytes)));
    position.resize(text_bytes);
    return TextAndId{std::move(position), id};
}

std::string Cursor::make(std::string_view last_text, std::int64_t last_id) const {
    return make(std::string_view(std::string(last_text).append(bytes_of_id(last_id))));
}

}  // namespace till::core
