// SPDX-License-Identifier: MIT
//
// Small text helpers of the adapter: it may not reach into the library's own.
#pragma once

#include "till/types.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace till::http {

[[nodiscard]] inline std::string_view view(till_str text) noexcept {
    return text.data == nullptr ? std::string_view{} : std::string_view{text.data, text.len};
}

// A view without data is an absent string.
[[nodiscard]] inline till_str to_str(std::string_view text) noexcept {
    return {text.data(), text.size()};
}

// Empties a text and overwrites what stood in it: passwords and tokens leave no copy behind.
inline void wipe(std::string& text) noexcept {
    ::explicit_bzero(text.data(), text.size());
    text.clear();
}

[[nodiscard]] inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

[[nodiscard]] inline char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// ASCII letters only: what header names and media types are made of.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

// Nothing but 0x21 to 0x7e; the empty text is.
[[nodiscard]] bool is_visible_ascii(std::string_view text) noexcept;

inline constexpr std::uint64_t in_all_bytes = 0x0101010101010101;

// Whether eight bytes are all between `lowest` and 0x7e.
[[nodiscard]] inline bool are_ascii_from(std::uint64_t lowest, std::uint64_t eight) noexcept {
    // A byte's top bit is set if it was, if taking `lowest` away borrows, or if adding 1 to 0x7f
    // carries into it. A borrow or carry that reaches a neighbour comes from a byte that is outside
    // too.
    const std::uint64_t outside = eight | (eight - lowest * in_all_bytes) | (eight + in_all_bytes);
    return (outside & (0x80 * in_all_bytes)) == 0;
}

// RFC 3629: no surrogates, no overlong forms, nothing beyond U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

// Of valid UTF-8.
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;

// Without the white space that Python's str.strip() takes away, Unicode's included.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

// Without blanks and tabs (RFC 9110, 5.6.3: OWS).
[[nodiscard]] std::string_view trim_blanks(std::string_view text) noexcept;

// ASCII digits alone, at least one, in 64 bit.
[[nodiscard]] std::optional<std::int64_t> parse_digits(std::string_view text) noexcept;

// Django's base 36 user ids in links.
[[nodiscard]] std::optional<std::int64_t> parse_base36(std::string_view text) noexcept;

// Appends decoded bytes; false for a '%' without two hex digits. `plus_is_space` for forms.
[[nodiscard]] bool append_percent_decoded(std::string& out, std::string_view text,
                                          bool plus_is_space);

// Appends with everything but RFC 3986's unreserved characters encoded.
void append_percent_encoded(std::string& out, std::string_view text);

void append_number(std::string& out, std::int64_t number);

// RFC 4648, 5: without padding; empty for anything malformed.
[[nodiscard]] std::string decode_base64url(std::string_view text);

}  // namespace till::http
