// SPDX-License-Identifier: MIT
// Heads are looked through several times a request, and nearly all of their bytes are harmless:
// eight at a time are.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace till_server {

// Nothing but 0x20 to 0x7e. What is not plain may still be fine: then a slower look decides.
inline bool is_plain(std::string_view text) {
    constexpr uint64_t ones = 0x0101010101010101;
    constexpr uint64_t tops = 0x80 * ones;
    // A byte's top bit is set if it was, if taking 0x20 away borrows, or if adding 1 to 0x7f
    // carries into it. A borrow or carry that reaches a neighbour comes from a byte that is not
    // plain either.
    const char* at = text.data();
    size_t left = text.size();
    for (; left >= 8; at += 8, left -= 8) {
        uint64_t eight;
        std::memcpy(&eight, at, sizeof eight);
        if (((eight | (eight - 0x20 * ones) | (eight + ones)) & tops) != 0) return false;
    }
    for (; left > 0; ++at, --left) {
        const auto byte = static_cast<unsigned char>(*at);
        if (byte < 0x20 || byte >= 0x7f) return false;
    }
    return true;
}

}  // namespace till_server
