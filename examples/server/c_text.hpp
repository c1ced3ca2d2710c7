// SPDX-License-Identifier: MIT
// Text of the C structs that the transport fills and reads, without copying it.
#pragma once

#include "till/types.h"

#include <string>
#include <string_view>

namespace till_server {

inline std::string_view view(till_str text) {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.len);
}
inline std::string text(till_str value) { return std::string(view(value)); }
// Borrows; an empty view with data stays "empty", one without becomes "absent".
inline till_str borrow(std::string_view value) { return till_str{value.data(), value.size()}; }

}  // namespace till_server
