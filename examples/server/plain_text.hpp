// SPDX-License-Identifier: MIT
// Heads are looked through several times a request, and nearly all of their bytes are harmless:
// eight at a time are.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace till_server {

// Whether eight bytes are 0x20 to 0x7e each.
inline bool is_plain(uint64_t eight) {
    constexpr uint64_t ones = 0x0101010101010101;
    constexpr uint64_t tops = 0x80 * ones;
    // A byte's top bit is set if it was, if taking 0x20 away borrows, or if adding 1 to 0x7f
    // carries into it. A borrow or carry that reaches a neighbour comes from a byte that is not
    // plain either.
    return ((eight | (eight - 0x20 * ones) | (eight + ones)) & tops) == 0;
}

// Nothing but 0x20 to 0x7e. What is not plain may still be fine: then a slower look decides.
inline bool is_plain(std::string_view text) {
    uint64_t eight = 0x2020202020202020;
    const size_t size = text.size();
    if (text.empty()) return true;
    if (size < sizeof eight) {
        std::memcpy(&eight, text.data(), size);
        return is_plain(eight);
    }
    for (size_t at = 0; at + sizeof eight <= size; at += sizeof eight) {
        std::memcpy(&eight, text.data() + at, sizeof eight);
        if (!is_plain(eight)) return false;
    }
    // The last ones, some of them again.
    std::memcpy(&eight, text.data() + size - sizeof eight, sizeof eight);
    return is_plain(eight);
}

}  // namespace till_server
