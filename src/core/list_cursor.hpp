// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "core/idempotency.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace till::core {

// Where a list goes on: the last id that was given out, bound to the store, the list and its
// filters by a digest, so that a cursor of another query is refused. It grants nothing: every page
// is authorised anew.
class ListCursor {
public:
    // `list` is the C ABI's name of the call; `filters` are what tells its queries apart.
    ListCursor(const Context& context, std::string_view list,
               std::initializer_list<std::int64_t> filters, bool oldest_first);

    // The id to go on after: the cursor's, or the far end of all ids for an empty one.
    // Status::cursor when it is not this query's.
    Result<std::int64_t> parse(std::string_view cursor) const;
    std::string make(std::int64_t last_id) const;

private:
    crypto::Digest digest_of(std::int64_t last_id) const;

    crypto::Digest query_;
    bool oldest_first_;
};

}  // namespace till::core
