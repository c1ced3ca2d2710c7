// SPDX-License-Identifier: MIT
#include "core/list_cursor.hpp"

#include "base/encoding.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace till::core {
namespace {

// Bytes: version, 8 of the digest, 8 of the id (big-endian).
constexpr std::byte format_version{1};
constexpr std::size_t digest_bytes = 8;
constexpr std::size_t cursor_bytes = 1 + digest_bytes + 8;

Error foreign_cursor() {
    return make_error(Status::cursor, "bad_cursor",
                      "The cursor does not belong to this query; start again without one.");
}

}  // namespace

ListCursor::ListCursor(const Context& context, std::string_view list,
                       std::initializer_list<std::int64_t> filters, bool oldest_first)
    : oldest_first_(oldest_first) {
    InputDigest digest;
    digest.add(1, context.policy.store_id);
    digest.add(2, list);
    digest.add(3, oldest_first ? 1 : 0);
    std::uint32_t tag = 4;
    for (const std::int64_t filter : filters) digest.add(tag++, filter);
    query_ = digest.finish();
}

crypto::Digest ListCursor::digest_of(std::int64_t last_id) const {
    InputDigest digest;
    digest.add(1, text_of(query_));
    digest.add(2, last_id);
    return digest.finish();
}

Result<std::int64_t> ListCursor::parse(std::string_view cursor) const {
    if (cursor.empty()) {
        return oldest_first_ ? std::int64_t{0} : std::numeric_limits<std::int64_t>::max();
    }
    std::array<std::byte, cursor_bytes> bytes{};
    if (parse_base64(cursor, Base64::url, bytes) != cursor_bytes || bytes[0] != format_version) {
        return foreign_cursor();
    }
    std::uint64_t id = 0;
    for (std::size_t i = 1 + digest_bytes; i < cursor_bytes; ++i) {
        id = id << 8 | static_cast<std::uint64_t>(bytes[i]);
    }
    const auto last_id = static_cast<std::int64_t>(id);
    const crypto::Digest digest = digest_of(last_id);
    if (last_id <= 0 ||
        !std::equal(bytes.begin() + 1, bytes.begin() + 1 + digest_bytes, digest.begin())) {
        return foreign_cursor();
    }
    return last_id;
}

std::string ListCursor::make(std::int64_t last_id) const {
    std::array<std::byte, cursor_bytes> bytes{};
    bytes[0] = format_version;
    const crypto::Digest digest = digest_of(last_id);
    std::copy_n(digest.begin(), digest_bytes, bytes.begin() + 1);
    auto id = static_cast<std::uint64_t>(last_id);
    for (std::size_t i = cursor_bytes; i > 1 + digest_bytes; --i, id >>= 8) {
        bytes[i - 1] = static_cast<std::byte>(id & 0xff);
    }
    return to_base64url(bytes);
}

}  // namespace till::core
