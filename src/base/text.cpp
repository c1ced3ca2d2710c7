// SPDX-License-Identifier: MIT
#include "base/text.hpp"

#include <utf8proc.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace till {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080u;

// The end of the ASCII run that begins at `at`, to the granularity of eight bytes.
std::size_t skip_ascii(std::string_view text, std::size_t at) noexcept {
    while (at + sizeof(std::uint64_t) <= text.size()) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        if ((word & high_bits) != 0) break;
        at += sizeof word;
    }
    return at;
}

bool is_continuation(unsigned char byte) noexcept { return (byte & 0xC0u) == 0x80u; }

utf8proc_category_t category(char32_t code_point) noexcept {
    return utf8proc_category(static_cast<utf8proc_int32_t>(code_point));
}

template <class Predicate>
bool any_code_point(std::string_view text, Predicate predicate) noexcept {
    char32_t code_point = 0;
    for (std::size_t at = 0; next_code_point(text, at, code_point);) {
        if (predicate(code_point)) return true;
    }
    return false;
}

struct Freed {
    void operator()(utf8proc_uint8_t* bytes) const noexcept { std::free(bytes); }
};

std::string mapped(std::string_view text, int options) {
    utf8proc_uint8_t* bytes = nullptr;
    const utf8proc_ssize_t size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                     static_cast<utf8proc_ssize_t>(text.size()), &bytes,
                     static_cast<utf8proc_option_t>(options));
    const std::unique_ptr<utf8proc_uint8_t, Freed> owner(bytes);
    if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
    TILL_ASSERT(size >= 0);
    std::string result(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    explicit_bzero(bytes, result.size());  // It may be a password.
    return result;
}

constexpr int nfkc_options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;

std::string ascii_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

}  // namespace

bool is_ascii(std::string_view text) noexcept {
    for (std::size_t at = skip_ascii(text, 0); at < text.size(); ++at) {
        if ((static_cast<unsigned char>(text[at]) & 0x80u) != 0) return false;
    }
    return true;
}

bool next_code_point(std::string_view text, std::size_t& at, char32_t& code_point) noexcept {
    if (at >= text.size()) return false;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        code_point = lead;
        ++at;
        return true;
    }
    const std::size_t left = text.size() - at;
    if (lead >= 0xC2 && lead <= 0xDF) {
        if (left < 2 || !is_continuation(byte(1))) return false;
        code_point = (lead & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
        at += 2;
        return true;
    }
    if ((lead & 0xF0u) == 0xE0u) {
        if (left < 3 || !is_continuation(byte(1)) || !is_continuation(byte(2))) return false;
        const char32_t value = (lead & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
        if (value < 0x800 || (value >= 0xD800 && value <= 0xDFFF)) return false;
        code_point = value;
        at += 3;
        return true;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (left < 4 || !is_continuation(byte(1)) || !is_continuation(byte(2)) ||
            !is_continuation(byte(3))) {
            return false;
        }
        const char32_t value = (lead & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 |
                               (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
        if (value < 0x10000 || value > 0x10FFFF) return false;
        code_point = value;
        at += 4;
        return true;
    }
    return false;
}

void append_utf8(std::string& text, char32_t code_point) {
    TILL_ASSERT(utf8proc_codepoint_valid(static_cast<utf8proc_int32_t>(code_point)));
    utf8proc_uint8_t bytes[4];
    const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes);
    text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

bool valid_utf8(std::string_view text) noexcept {
    char32_t ignored = 0;
    std::size_t at = 0;
    for (;;) {
        at = skip_ascii(text, at);
        if (at >= text.size()) return true;
        if (!next_code_point(text, at, ignored)) return false;
    }
}

std::size_t code_points(std::string_view text) noexcept {
    std::size_t count = 0;
    for (const char c : text) {
        if (!is_continuation(static_cast<unsigned char>(c))) ++count;
    }
    return count;
}

bool has_nul(std::string_view text) noexcept {
    return !text.empty() && std::memchr(text.data(), 0, text.size()) != nullptr;
}

bool has_control(std::string_view text) noexcept {
    return any_code_point(text, [](char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); });
}

bool has_unassigned(std::string_view text) noexcept {
    if (is_ascii(text)) return false;
    return any_code_point(
        text, [](char32_t c) { return c >= 0x80 && category(c) == UTF8PROC_CATEGORY_CN; });
}

bool is_space(char32_t code_point) noexcept {
    if (code_point < 0x80) {
        return code_point == ' ' || (code_point >= 0x09 && code_point <= 0x0D) ||
               (code_point >= 0x1C && code_point <= 0x1F);
    }
    return code_point == 0x85 || category(code_point) == UTF8PROC_CATEGORY_ZS ||
           code_point == 0x2028 || code_point == 0x2029;
}

bool is_word(char32_t code_point) noexcept {
    if (code_point < 0x80) {
        return (code_point >= 'a' && code_point <= 'z') ||
               (code_point >= 'A' && code_point <= 'Z') ||
               (code_point >= '0' && code_point <= '9') || code_point == '_';
    }
    const utf8proc_category_t kind = category(code_point);
    return (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO) ||
           (kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO);
}

bool is_decimal_digit(char32_t code_point) noexcept {
    if (code_point < 0x80) return code_point >= '0' && code_point <= '9';
    return category(code_point) == UTF8PROC_CATEGORY_ND;
}

std::string_view trim(std::string_view text) noexcept {
    // `begin` and `end` bound what lies between the outermost code points that are not white space.
    std::size_t begin = text.size();
    std::size_t end = 0;
    char32_t code_point = 0;
    for (std::size_t at = 0, start = 0; next_code_point(text, at, code_point); start = at) {
        if (is_space(code_point)) continue;
        if (begin == text.size()) begin = start;
        end = at;
    }
    return begin < end ? text.substr(begin, end - begin) : std::string_view{};
}

std::string nfkc(std::string_view text) {
    if (is_ascii(text)) return std::string(text);
    TILL_ASSERT(valid_utf8(text));
    return mapped(text, nfkc_options);
}

std::string key_of(std::string_view text) {
    if (is_ascii(text)) return ascii_lower(text);
    TILL_ASSERT(valid_utf8(text));
    // Three passes: utf8proc's combined one folds before it reorders marks, so that canonically
    // equivalent texts with U+0345 would get different keys.
    return mapped(mapped(mapped(text, nfkc_options), UTF8PROC_CASEFOLD), nfkc_options);
}

std::string simple_lower(std::string_view text) {
    if (is_ascii(text)) return ascii_lower(text);
    TILL_ASSERT(valid_utf8(text));
    std::string lower;
    lower.reserve(text.size());
    char32_t code_point = 0;
    for (std::size_t at = 0; next_code_point(text, at, code_point);) {
        if (code_point == 0x130) {
            lower += "i\xCC\x87";  // i, U+0307: the only unconditional full mapping of lower case.
        } else {
            append_utf8(lower, static_cast<char32_t>(
                                   utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point))));
        }
    }
    return lower;
}

bool check_text(std::vector<Violation>& violations, std::string_view path, std::string_view text,
                std::size_t min_code_points, std::size_t max_code_points, TextRule rules) {
    const std::size_t before = violations.size();
    const auto add = [&](const char* code, std::string message) -> Violation& {
        return violations.emplace_back(Violation{std::string(path), code, std::move(message), {}});
    };
    if (!valid_utf8(text)) {
        add("invalid_utf8", "Give valid UTF-8 text.");
        return false;
    }
    const std::size_t length = code_points(text);
    const bool empty = length == 0 || (has_rule(rules, TextRule::not_blank) && trim(text).empty());
    if (empty && min_code_points > 0) {
        add("blank", "This text may not be blank.");
    } else if (length < min_code_points) {
        const std::string min = std::to_string(min_code_points);
        add("too_short", "Give at least " + min + " characters.").params.emplace_back("min", min);
    }
    if (length > max_code_points) {
        const std::string max = std::to_string(max_code_points);
        add("too_long", "Give at most " + max + " characters.").params.emplace_back("max", max);
    }
    if (has_nul(text)) {
        add("nul", "Null characters are not allowed.");
    } else if (has_rule(rules, TextRule::no_control) && has_control(text)) {
        add("control", "Control characters are not allowed.");
    }
    if (has_unassigned(text)) {
        add("unassigned", "The text holds a character that Unicode has not assigned.");
    }
    return violations.size() == before;
}

}  // namespace till
