// SPDX-License-Identifier: MIT
#include "base/encoding.hpp"

#include <array>
#include <cstdint>

namespace till {
namespace {

constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t foreign = 0x80;  // Not of the alphabet; survives OR-ing sextets together.

constexpr std::array<std::uint8_t, 256> sextets_of(std::string_view alphabet) {
    std::array<std::uint8_t, 256> sextets{};
    sextets.fill(foreign);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        sextets[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return sextets;
}
constexpr auto url_sextets = sextets_of(url_alphabet);
constexpr auto standard_sextets = sextets_of(standard_alphabet);

constexpr std::string_view hex_digits = "0123456789abcdef";

// A table, not comparisons: random digits would mispredict every other branch.
constexpr std::array<std::uint8_t, 256> hex_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(foreign);
    for (std::size_t i = 0; i < hex_digits.size(); ++i) {
        values[static_cast<unsigned char>(hex_digits[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}();

}  // namespace

std::string to_hex(std::span<const std::byte> bytes) {
    std::string text(bytes.size() * 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto value = std::to_integer<unsigned>(bytes[i]);
        text[2 * i] = hex_digits[value >> 4];
        text[2 * i + 1] = hex_digits[value & 15u];
    }
    return text;
}

std::string to_base32(std::span<const std::byte> bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string text;
    text.reserve((bytes.size() * 8 + 4) / 5);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const std::byte byte : bytes) {
        buffer = buffer << 8U | std::to_integer<std::uint32_t>(byte);
        for (bits += 8; bits >= 5;) {
            bits -= 5;
            text += alphabet[buffer >> bits & 31U];
        }
    }
    if (bits > 0) text += alphabet[buffer << (5 - bits) & 31U];
    return text;
}

bool parse_hex(std::string_view text, std::span<std::byte> out) noexcept {
    if (text.size() != out.size() * 2) return false;
    const char* from = text.data();
    unsigned seen = 0;
    for (std::byte& byte : out) {
        const unsigned high = hex_values[static_cast<unsigned char>(*from++)];
        const unsigned low = hex_values[static_cast<unsigned char>(*from++)];
        seen |= high | low;
        byte = static_cast<std::byte>(high << 4 | low);
    }
    return (seen & foreign) == 0;
}

void append_base64(std::string& text, std::span<const std::byte> bytes, Base64 kind) {
    const std::string_view alphabet = kind == Base64::url ? url_alphabet : standard_alphabet;
    std::size_t at = text.size();
    text.resize(at + base64_size(bytes.size(), kind), '=');
    const auto value = [&](std::size_t i) { return std::to_integer<std::uint32_t>(bytes[i]); };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t group = value(i) << 16 | value(i + 1) << 8 | value(i + 2);
        text[at++] = alphabet[group >> 18];
        text[at++] = alphabet[group >> 12 & 63u];
        text[at++] = alphabet[group >> 6 & 63u];
        text[at++] = alphabet[group & 63u];
    }
    const std::size_t rest = bytes.size() - i;
    if (rest == 0) return;
    const std::uint32_t group = value(i) << 16 | (rest == 2 ? value(i + 1) << 8 : 0u);
    text[at++] = alphabet[group >> 18];
    text[at++] = alphabet[group >> 12 & 63u];
    if (rest == 2) text[at] = alphabet[group >> 6 & 63u];
}

std::string to_base64(std::span<const std::byte> bytes, Base64 kind) {
    std::string text;
    append_base64(text, bytes, kind);
    return text;
}

std::optional<std::size_t> parse_base64(std::string_view text, Base64 kind,
                                        std::span<std::byte> out) noexcept {
    if (kind == Base64::standard) {
        if (text.size() % 4 != 0) return std::nullopt;
        for (int pads = 0; pads < 2 && text.ends_with('='); ++pads) text.remove_suffix(1);
    }
    if (text.size() % 4 == 1) return std::nullopt;
    const std::size_t size = text.size() * 3 / 4;
    if (size > out.size()) return std::nullopt;

    const std::uint8_t* const sextets =
        (kind == Base64::url ? url_sextets : standard_sextets).data();
    const char* from = text.data();
    std::byte* to = out.data();
    const auto sextet = [&](std::size_t i) -> std::uint32_t {
        return sextets[static_cast<unsigned char>(from[i])];
    };
    std::uint32_t seen =
        0;  // Every sextet OR-ed together: one check at the end finds a foreign one.
    for (std::size_t left = text.size() / 4; left > 0; --left, from += 4, to += 3) {
        const std::uint32_t a = sextet(0), b = sextet(1), c = sextet(2), d = sextet(3);
        seen |= a | b | c | d;
        const std::uint32_t group = a << 18 | b << 12 | c << 6 | d;
        to[0] = static_cast<std::byte>(group >> 16);
        to[1] = static_cast<std::byte>(group >> 8);
        to[2] = static_cast<std::byte>(group);
    }
    if (text.size() % 4 == 2) {
        const std::uint32_t a = sextet(0), b = sextet(1);
        seen |= a | b | ((b & 15u) != 0 ? foreign : 0u);
        to[0] = static_cast<std::byte>(a << 2 | b >> 4);
    } else if (text.size() % 4 == 3) {
        const std::uint32_t a = sextet(0), b = sextet(1), c = sextet(2);
        seen |= a | b | c | ((c & 3u) != 0 ? foreign : 0u);
        to[0] = static_cast<std::byte>(a << 2 | b >> 4);
        to[1] = static_cast<std::byte>(b << 4 | c >> 2);
    }
    if ((seen & foreign) != 0) return std::nullopt;
    return size;
}

}  // namespace till
