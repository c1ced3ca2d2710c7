// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "core/idempotency.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace till::core {

// Where a list goes on: the position of the last row that was given out, bound to the store, the
// list and its filters by a digest, so that a cursor of another query is refused. It grants
// nothing: every page is authorised and filtered anew.
class Cursor {
public:
    enum class Sort : std::uint8_t { newest_first, oldest_first, by_text };

    // `list` is the C ABI's name of the call; the filters are what tells its queries apart.
    Cursor(const Context& context, std::string_view list, Sort sort,
           std::initializer_list<std::int64_t> filters, std::string_view text_filter = {});

    // The id to go on after: the cursor's, or the far end of all ids for an empty one.
    // Status::cursor when it is not this query's.
    Result<std::int64_t> parse_id(std::string_view cursor) const;
    std::string make(std::int64_t last_id) const;

    // The same for lists sorted by a text; empty for an empty cursor.
    Result<std::string> parse_text(std::string_view cursor) const;
    std::string make(std::string_view last_text) const;

    // The same where several rows may have one text, which their ids then tell apart.
    struct TextAndId {
        std::string text;
        std::int64_t id = 0;
    };
    Result<TextAndId> parse_text_and_id(std::string_view cursor) const;
    std::string make(std::string_view last_text, std::int64_t last_id) const;

private:
    crypto::Digest digest_of(std::string_view position) const;

    crypto::Digest query_;
    Sort sort_;
};

}  // namespace till::core
