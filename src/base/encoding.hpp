// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// Bytes as text: hex (lower case), base32 and base64 (RFC 4648). All decoders are strict and
// canonical: one byte string has exactly one accepted spelling, so a token cannot be respelled.
// They write into the caller's buffer and allocate nothing.
namespace till {

inline std::span<const std::byte> bytes_of(std::string_view text) noexcept {
    return std::as_bytes(std::span<const char>(text.data(), text.size()));
}
inline std::string_view text_of(std::span<const std::byte> bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string to_hex(std::span<const std::byte> bytes);

// Exactly 2 * out.size() lower-case digits; false otherwise, with `out` undefined.
bool parse_hex(std::string_view text, std::span<std::byte> out) noexcept;

// RFC 4648, section 6, without padding: what authenticator apps read.
std::string to_base32(std::span<const std::byte> bytes);

enum class Base64 {
    url,              // section 5, `-` and `_`, never padded: tokens
    standard,         // section 4, `+` and `/`, always padded: Django's hashes
    standard_no_pad,  // section 4 without padding: PHC strings
};

constexpr std::size_t base64_size(std::size_t bytes, Base64 kind) noexcept {
    return kind == Base64::standard ? (bytes + 2) / 3 * 4 : (bytes * 4 + 2) / 3;
}

void append_base64(std::string& text, std::span<const std::byte> bytes, Base64 kind);
std::string to_base64(std::span<const std::byte> bytes, Base64 kind);

// The number of bytes written to the front of `out`, or nothing when the text is not canonical (a
// foreign character, wrong padding, white space, non-zero stray bits) or `out` is too small.
std::optional<std::size_t> parse_base64(std::string_view text, Base64 kind,
                                        std::span<std::byte> out) noexcept;

inline std::string to_base64url(std::span<const std::byte> bytes) {
    return to_base64(bytes, Base64::url);
}

}  // namespace till
