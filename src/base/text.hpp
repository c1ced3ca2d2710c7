// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Unicode text. Every function is pure and safe from any thread, and is quick for pure ASCII.
// The tables are utf8proc's; code points they do not know are refused at the door (has_unassigned),
// so that a newer table never changes the key of a text that is already stored.
namespace till {

// Well-formed UTF-8 by Unicode's table 3-7: no overlong forms, no surrogates, nothing above
// U+10FFFF.
bool valid_utf8(std::string_view text) noexcept;

// True when no byte has its high bit set.
bool is_ascii(std::string_view text) noexcept;

// Reads the code point at `at` and moves `at` behind it. False, leaving `at` alone, at the end of
// the text or at an ill-formed sequence.
bool next_code_point(std::string_view text, std::size_t& at, char32_t& code_point) noexcept;

// Appends one code point, which must be a Unicode scalar value.
void append_utf8(std::string& text, char32_t code_point);

// The number of code points. The text must be valid UTF-8.
std::size_t code_points(std::string_view text) noexcept;

bool has_nul(std::string_view text) noexcept;

// True when the text holds a code point of category Cc: U+0000-001F, U+007F-009F.
bool has_control(std::string_view text) noexcept;

// True when the text holds a code point of category Cn: unassigned in our tables, or a
// noncharacter.
bool has_unassigned(std::string_view text) noexcept;

// White space as Python's str.isspace and so Django's trimming see it.
bool is_space(char32_t code_point) noexcept;

// A letter, a decimal digit or an underscore, as \w in Django's username rule: categories L* and
// N*.
bool is_word(char32_t code_point) noexcept;

// A decimal digit of any script (category Nd).
bool is_decimal_digit(char32_t code_point) noexcept;

// The text without leading and trailing white space.
std::string_view trim(std::string_view text) noexcept;

// Normalisation form KC. These three throw Defect when the text is not valid UTF-8.
std::string nfkc(std::string_view text);

// What uniqueness compares: NFKC, full case folding, NFKC again. key_of(key_of(x)) == key_of(x).
std::string key_of(std::string_view text);

// Lower case by Unicode's full unconditional mappings (U+0130 becomes two code points). Conditional
// mappings (final sigma, languages) do not apply: this serves comparison, not display.
std::string simple_lower(std::string_view text);

// What check_text refuses beyond ill-formed UTF-8, NUL, unassigned code points and length.
enum class TextRule : unsigned {
    none = 0,
    no_control = 1,  // category Cc, line breaks included
    not_blank = 2,   // only white space counts as empty
};
constexpr TextRule operator|(TextRule a, TextRule b) noexcept {
    return static_cast<TextRule>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has_rule(TextRule rules, TextRule rule) noexcept {
    return (static_cast<unsigned>(rules) & static_cast<unsigned>(rule)) != 0;
}

// Appends a violation for every broken rule and returns true when there was none. `path` is a JSON
// pointer. Codes: "invalid_utf8" (then nothing else is looked at), "blank" (empty though min is 1
// or more), "too_short" (params min), "too_long" (params max), "nul", "control", "unassigned".
// Lengths count code points.
bool check_text(std::vector<Violation>& violations, std::string_view path, std::string_view text,
                std::size_t min_code_points, std::size_t max_code_points,
                TextRule rules = TextRule::none);

}  // namespace till
