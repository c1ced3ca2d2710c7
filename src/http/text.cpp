// SPDX-License-Identifier: MIT
#include "http/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace till::http {

namespace {

// Length of the white space character at the front, 0: none. The list is Python's str.isspace().
std::size_t front_space(std::string_view text) noexcept {
    if (text.empty()) return 0;
    const char c = text[0];
    if (c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f')) return 1;
    if (text.starts_with("\xC2\x85") || text.starts_with("\xC2\xA0")) return 2;
    if (text.size() < 3) return 0;
    const std::string_view three = text.substr(0, 3);
    if (three == "\xE1\x9A\x80" || three == "\xE3\x80\x80" || three == "\xE2\x81\x9F") return 3;
    if (!three.starts_with("\xE2\x80")) return 0;
    const auto last = static_cast<unsigned char>(three[2]);
    return (last >= 0x80 && last <= 0x8A) || last == 0xA8 || last == 0xA9 || last == 0xAF ? 3 : 0;
}

int hex_value(char c) noexcept {
    if (is_digit(c)) return c - '0';
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// RFC 4648, table 2; what is not in it has the bit above all values.
constexpr std::uint8_t base64url_value_max = 63;
constexpr auto base64url_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(base64url_value_max + 1);
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::uint8_t value = 0;
    for (const char c : alphabet) values[static_cast<unsigned char>(c)] = value++;
    return values;
}();

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return to_lower(x) == to_lower(y);
           });
}

bool is_visible_ascii(std::string_view text) noexcept {
    // Tokens are hundreds of bytes, and every request brings one.
    std::uint64_t eight = 0;
    while (text.size() >= sizeof eight) {
        std::memcpy(&eight, text.data(), sizeof eight);
        if (!are_ascii_from('!', eight)) return false;
        text.remove_prefix(sizeof eight);
    }
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_utf8(std::string_view text) noexcept {
    const auto* p = reinterpret_cast<const unsigned char*>(text.data());
    const auto* end = p + text.size();
    const auto is_tail = [](unsigned char c) { return (c & 0xC0) == 0x80; };
    while (p < end) {
        const unsigned char c = *p;
        if (c < 0x80) {
            ++p;
        } else if (c >= 0xC2 && c <= 0xDF) {
            if (end - p < 2 || !is_tail(p[1])) return false;
            p += 2;
        } else if (c >= 0xE0 && c <= 0xEF) {
            if (end - p < 3 || !is_tail(p[1]) || !is_tail(p[2])) return false;
            if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F)) return false;
            p += 3;
        } else if (c >= 0xF0 && c <= 0xF4) {
            if (end - p < 4 || !is_tail(p[1]) || !is_tail(p[2]) || !is_tail(p[3])) return false;
            if ((c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F)) return false;
            p += 4;
        } else {
            return false;
        }
    }
    return true;
}

std::size_t count_code_points(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string_view trim(std::string_view text) noexcept {
    while (const std::size_t length = front_space(text)) text.remove_prefix(length);
    for (;;) {
        // White space characters are 1, 2 or 3 bytes long.
        std::size_t length = 1;
        while (length <= 3 && length <= text.size() &&
               front_space(text.substr(text.size() - length)) != length) {
            ++length;
        }
        if (length > 3 || length > text.size()) return text;
        text.remove_suffix(length);
    }
}

std::string_view trim_blanks(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::optional<std::int64_t> parse_digits(std::string_view text) noexcept {
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::int64_t> parse_base36(std::string_view text) noexcept {
    // 13 digits of base 36 hold 2^63 (Django refuses more, too).
    if (text.empty() || text.size() > 13) return std::nullopt;
    const auto is_base36 = [](char c) {
        return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
    };
    if (!std::all_of(text.begin(), text.end(), is_base36)) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 36);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool append_percent_decoded(std::string& out, std::string_view text, bool plus_is_space) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (text.size() - i < 3) return false;
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return false;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return true;
}

void append_percent_encoded(std::string& out, std::string_view text) {
    static constexpr std::string_view hex = "0123456789ABCDEF";
    for (const char c : text) {
        const char lower = to_lower(c);
        if (is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '-' || c == '.' || c == '_' ||
            c == '~') {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += hex[byte >> 4];
            out += hex[byte & 0xF];
        }
    }
}

void append_number(std::string& out, std::int64_t number) {
    std::array<char, 20> digits;  // "-9223372036854775808"
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end);
}

std::string decode_base64url(std::string_view text) {
    std::string out;
    if (text.size() % 4 == 1) return out;
    out.resize(text.size() * 3 / 4);
    const char* from = text.data();
    const auto value = [&](std::size_t i) -> std::uint32_t {
        return base64url_values[static_cast<unsigned char>(from[i])];
    };
    char* to = out.data();
    std::uint32_t seen = 0;
    for (std::size_t left = text.size() / 4; left > 0; --left, from += 4) {
        const std::uint32_t a = value(0), b = value(1), c = value(2), d = value(3);
        seen |= a | b | c | d;
        const std::uint32_t group = a << 18 | b << 12 | c << 6 | d;
        *to++ = static_cast<char>(group >> 16);
        *to++ = static_cast<char>(group >> 8);
        *to++ = static_cast<char>(group);
    }
    if (text.size() % 4 >= 2) {
        const std::uint32_t a = value(0), b = value(1);
        seen |= a | b;
        *to++ = static_cast<char>(a << 2 | b >> 4);
        if (text.size() % 4 == 3) {
            const std::uint32_t c = value(2);
            seen |= c;
            *to = static_cast<char>(b << 4 | c >> 2);
        }
    }
    if (seen > base64url_value_max) out.clear();
    return out;
}

}  // namespace till::http
