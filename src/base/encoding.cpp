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

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

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

bool parse_hex(std::string_view text, std::span<std::byte> out) noexcept {
    if (text.size() != out.size() * 2) return false;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int high = hex_value(text[2 * i]);
        const int low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = static_cast<std::byte>(high * 16 + low);
    }
    return true;
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

    const auto& sextets = kind == Base64::url ? url_sextets : standard_sextets;
    const auto sextet = [&](std::size_t i) -> std::uint32_t {
        return sextets[static_cast<unsigned char>(text[i])];
    };
    std::uint32_t seen =
        0;  // Every sextet OR-ed together: one check at the end finds a foreign one.
    std::size_t at = 0;
    std::size_t i = 0;
    for (; i + 4 <= text.size(); i += 4) {
        const std::uint32_t a = sextet(i), b = sextet(i + 1), c = sextet(i + 2), d = sextet(i + 3);
        seen |= a | b | c | d;
        const std::uint32_t group = a << 18 | b << 12 | c << 6 | d;
        out[at++] = static_cast<std::byte>(group >> 16);
        out[at++] = static_cast<std::byte>(group >> 8);
        out[at++] = static_cast<std::byte>(group);
    }
    if (text.size() - i == 2) {
        const std::uint32_t a = sextet(i), b = sextet(i + 1);
        seen |= a | b | ((b & 15u) != 0 ? foreign : 0u);
        out[at++] = static_cast<std::byte>(a << 2 | b >> 4);
    } else if (text.size() - i == 3) {
        const std::uint32_t a = sextet(i), b = sextet(i + 1), c = sextet(i + 2);
        seen |= a | b | c | ((c & 3u) != 0 ? foreign : 0u);
        out[at++] = static_cast<std::byte>(a << 2 | b >> 4);
        out[at++] = static_cast<std::byte>(b << 4 | c >> 2);
    }
    if ((seen & foreign) != 0) return std::nullopt;
    return at;
}

}  // namespace till
