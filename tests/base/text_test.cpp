// SPDX-License-Identifier: MIT
#include "base/text.hpp"

#include "base/testing.hpp"

#include <doctest/doctest.h>

#include <string>

using till::TextRule;
using till::Violation;

namespace {

std::string codes_of(std::string_view text, std::size_t min, std::size_t max,
                     TextRule rules = TextRule::none) {
    std::vector<Violation> violations;
    const bool good = till::check_text(violations, "/name", text, min, max, rules);
    CHECK(good == violations.empty());
    std::string codes;
    for (const Violation& violation : violations) {
        CHECK(violation.path == "/name");
        if (!codes.empty()) codes += ' ';
        codes += violation.code;
    }
    return codes;
}

std::string utf8(char32_t code_point) {
    std::string text;
    till::append_utf8(text, code_point);
    return text;
}

}  // namespace

TEST_CASE("every scalar value is valid UTF-8 and is read back") {
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        const std::string text = utf8(c);
        char32_t read = 0;
        std::size_t at = 0;
        const bool good = till::valid_utf8(text) && till::next_code_point(text, at, read) &&
                          read == c && at == text.size() && till::code_points(text) == 1;
        if (!good) FAIL_CHECK("code point " << static_cast<unsigned>(c));
    }
}

TEST_CASE("ill-formed UTF-8 is refused: overlong, surrogate, beyond the end, cut short, stray") {
    using namespace std::string_literals;
    for (const std::string& bad : {"\xC0\x80"s,
                                   "\xC1\xBF"s,
                                   "\xE0\x80\x80"s,
                                   "\xE0\x9F\xBF"s,
                                   "\xF0\x80\x80\x80"s,
                                   "\xF0\x8F\xBF\xBF"s,
                                   "\xED\xA0\x80"s,
                                   "\xED\xBF\xBF"s,
                                   "\xF4\x90\x80\x80"s,
                                   "\xF5\x80\x80\x80"s,
                                   "\xFF"s,
                                   "\xFE"s,
                                   "\x80"s,
                                   "\xBF"s,
                                   "\xC3"s,
                                   "\xE2\x82"s,
                                   "\xF0\x9F\x98"s,
                                   "\xC3("s,
                                   "\xE2(\xA1"s,
                                   "\xF8\x88\x80\x80\x80"s}) {
        CAPTURE(bad.size());
        CHECK_FALSE(till::valid_utf8(bad));
        CHECK_FALSE(till::valid_utf8("long enough prefix " + bad));
        CHECK_FALSE(till::valid_utf8(bad + " and a suffix"));
        CHECK_THROWS_AS((void)till::nfkc(bad), till::Defect);
        CHECK_THROWS_AS((void)till::key_of(bad), till::Defect);
        CHECK(codes_of(bad, 1, 1) == "invalid_utf8");
    }
}

TEST_CASE("NFKC agrees with lines of Unicode's NormalizationTest") {
    // Columns 1 and 4 (source and NFKC) of parts 0, 1 and 2.
    const std::pair<const char32_t*, const char32_t*> lines[] = {
        {U"\u1E0A", U"\u1E0A"},
        {U"\u1E0A\u0323", U"\u1E0C\u0307"},
        {U"\u0044\u0307\u0323", U"\u1E0C\u0307"},
        {U"\u00A0", U" "},
        {U"\u00A8", U" \u0308"},
        {U"\u00BD", U"1\u20442"},
        {U"\u0132", U"IJ"},
        {U"\u017F", U"s"},
        {U"\u1E9B\u0323", U"\u1E69"},
        {U"\u212B", U"\u00C5"},
        {U"\u2460", U"1"},
        {U"\uFB01", U"fi"},
        {U"\uFF21", U"A"},
        {U"\uAC00\u11A8", U"\uAC01"},
        {U"\u1100\u1161", U"\uAC00"},
        {U"\u0958", U"\u0915\u093C"},
        {U"\U0001D160", U"\U0001D158\U0001D165\U0001D16E"},
        {U"\U0001D400", U"A"},
        {U"\u0061\u0315\u0300\u05AE\u0300\u0062", U"\u00E0\u05AE\u0300\u0315\u0062"},
    };
    const auto encoded = [](const char32_t* from) {
        std::string text;
        for (; *from != 0; ++from) till::append_utf8(text, *from);
        return text;
    };
    for (const auto& [source, expected] : lines) {
        CHECK(till::nfkc(encoded(source)) == encoded(expected));
        CHECK(till::nfkc(encoded(expected)) == encoded(expected));
    }
}

TEST_CASE("a key ignores case, width and composition") {
    CHECK(till::key_of("Alice@Example.COM") == "alice@example.com");
    CHECK(till::key_of("Stra\u00DFe") == "strasse");
    CHECK(till::key_of("STRASSE") == till::key_of("stra\u1E9Ee"));
    CHECK(till::key_of("\uFF21\uFF4C\uFF49\uFF43\uFF45") == "alice");
    CHECK(till::key_of("Jos\u00E9") == till::key_of("JOSE\u0301"));
    CHECK(till::key_of("\u212Aelvin") == "kelvin");
    CHECK(till::key_of("\u03A3\u03C2") == till::key_of("\u03C3\u03C3"));
    // Canonically equivalent orders of iota below and acute.
    CHECK(till::key_of("\u03B1\u0345\u0301") == till::key_of("\u03B1\u0301\u0345"));
    CHECK(till::key_of("").empty());
}

TEST_CASE(
    "a key's key and a normal form's normal form are themselves, for every assigned code point") {
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        const std::string text = utf8(c);
        if (till::has_unassigned(text)) continue;
        const std::string key = till::key_of(text);
        const std::string normal = till::nfkc(text);
        if (till::key_of(key) != key || till::nfkc(normal) != normal || till::nfkc(key) != key ||
            till::key_of(normal) != key) {
            FAIL_CHECK("code point " << static_cast<unsigned>(c));
        }
    }
}

TEST_CASE("unassigned code points and noncharacters are told from the rest") {
    CHECK_FALSE(till::has_unassigned("plain"));
    CHECK_FALSE(till::has_unassigned("gr\u00FC\u00DFe \U0001F600 \uE000"));
    CHECK(till::has_unassigned("a\u0378"));
    CHECK(till::has_unassigned("\uFFFF"));
    CHECK(till::has_unassigned("\U000E0080"));
}

TEST_CASE("lower case covers all scripts and the dotted capital I") {
    CHECK(till::simple_lower("\u00C9\u0416ABC") == "\u00E9\u0436abc");
    CHECK(till::simple_lower("\u0130") == "i\u0307");
    CHECK(till::simple_lower("MiXeD 123") == "mixed 123");
}

TEST_CASE("trimming takes Unicode white space from both ends only") {
    CHECK(till::trim(" \t a b\u00A0\u3000\n") == "a b");
    CHECK(till::trim("ab") == "ab");
    CHECK(till::trim("\u2028 \u0085").empty());
    CHECK(till::trim("").empty());
    CHECK(till::trim("\u200Bx") == "\u200Bx");
}

TEST_CASE("word characters are letters, numbers and the underscore of any script") {
    for (const char32_t c : {U'a', U'Z', U'0', U'_', U'\u00E9', U'\u0416', U'\u4E2D', U'\u0663'}) {
        CHECK(till::is_word(c));
    }
    for (const char32_t c : {U' ', U'-', U'.', U'@', U'\u0301', U'\u200D', U'\U0001F600'}) {
        CHECK_FALSE(till::is_word(c));
    }
    CHECK(till::is_decimal_digit(U'\u0663'));
    CHECK_FALSE(till::is_decimal_digit(U'\u00B2'));
}

TEST_CASE("text rules report everything that is wrong, each with its own code") {
    using namespace std::string_literals;
    CHECK(codes_of("ok", 1, 2).empty());
    CHECK(codes_of("", 0, 5).empty());
    CHECK(codes_of("", 1, 5) == "blank");
    CHECK(codes_of("ab", 3, 5) == "too_short");
    CHECK(codes_of("abc", 1, 2) == "too_long");
    CHECK(codes_of("a\0b"s, 1, 5) == "nul");
    CHECK(codes_of("a\0\u0378"s, 1, 2) == "too_long nul unassigned");
    CHECK(codes_of("   ", 1, 5).empty());
    CHECK(codes_of("  \u3000", 1, 5, TextRule::not_blank) == "blank");
    CHECK(codes_of("a\nb", 1, 5).empty());
    CHECK(codes_of("a\nb", 1, 5, TextRule::no_control) == "control");
    CHECK(codes_of("a\u0085", 1, 5, TextRule::no_control | TextRule::not_blank) == "control");
}

TEST_CASE("limits count code points, and say which limit it was") {
    CHECK(codes_of("\U0001F600\U0001F600", 2, 2).empty());
    std::vector<Violation> violations;
    CHECK_FALSE(till::check_text(violations, "/p", "\U0001F600\U0001F600", 1, 1));
    REQUIRE(violations.size() == 1);
    CHECK(violations[0].params == std::vector<std::pair<std::string, std::string>>{{"max", "1"}});
}
