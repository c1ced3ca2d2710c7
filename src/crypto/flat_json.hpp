// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace till::crypto {

enum class FlatKind : std::uint8_t { text, number, literal };

// One member of a flat object. `value` is the unescaped text, or the number or literal as spelled.
// Both views point into the parsed buffer.
struct FlatMember {
    std::string_view name;
    std::string_view value;
    FlatKind kind = FlatKind::literal;
};

// Reads a JSON object (RFC 8259) whose members are texts, numbers, true, false or null, unescaping
// in place. Returns the number of members, or nothing when the bytes are anything else: another or
// a nested value, ill-formed UTF-8, a byte order mark, a lone surrogate, an escaped NUL, a repeated
// member name (compared after unescaping), more members than there is room for, or bytes behind the
// object. Allocates nothing.
std::optional<std::size_t> parse_flat_object(std::span<char> json,
                                             std::span<FlatMember> members) noexcept;

}  // namespace till::crypto
