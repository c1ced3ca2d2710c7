// SPDX-License-Identifier: MIT
//
// Reading the sized structs of the adapter's callers, who may be older or newer than it.
#pragma once

#include "till/types.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace till::http {

// sizeof of the first released version of an input. Until a release is tagged that is today's;
// afterwards a struct that grew gets its specialisation with the old number here.
template <class T>
inline constexpr std::uint32_t first_size = sizeof(T);

// No struct of this ABI will ever be larger: such a size is no size, and is not read through.
inline constexpr std::uint32_t largest_size = 65'536;

// An input as a struct of our size: an older caller's missing fields are zero, a newer caller's
// extra fields must be. NULL is misuse.
template <class T>
till_status read_sized(const T* in, T& out) {
    if (in == nullptr) return TILL_E_MISUSE;
    std::uint32_t size = 0;
    std::memcpy(&size, in, sizeof size);  // The caller's struct may be smaller than T.
    if (size < first_size<T> || size > largest_size) return TILL_E_STRUCT_SIZE;
    out = T{};
    std::memcpy(&out, in, std::min<std::size_t>(size, sizeof(T)));
    const auto* bytes = reinterpret_cast<const unsigned char*>(in);
    const bool is_known =
        size <= sizeof(T) ||
        std::all_of(bytes + sizeof(T), bytes + size, [](unsigned char byte) { return byte == 0; });
    return is_known ? TILL_OK : TILL_E_UNSUPPORTED_FIELD;
}

}  // namespace till::http
