// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace till::core {

// A page's end as an opaque text: where the next page begins, bound to the query that made it. It
// carries no authority: the query's own conditions are applied again, so a forged cursor shows
// nothing more. `query` names the function and its filters.
std::string make_cursor(std::string_view query, std::string_view position);

// The position, or Status::cursor when the text is not a cursor of this query.
Result<std::string> read_cursor(std::string_view query, std::string_view cursor);

// The same for a position that is an id.
std::string make_cursor(std::string_view query, std::int64_t position);
Result<std::int64_t> read_cursor_id(std::string_view query, std::string_view cursor);

}  // namespace till::core
