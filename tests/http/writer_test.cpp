// SPDX-License-Identifier: MIT
#include "http/json_writer.hpp"
#include "http/text.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

using namespace till::http;

namespace {

std::string money(std::int64_t minor, std::int32_t exponent) {
    std::string out;
    append_money(out, minor, exponent);
    return out;
}

std::string time_of(std::int64_t at_us) {
    std::string out;
    append_time(out, at_us);
    return out;
}

}  // namespace

TEST_CASE("money is decimal text with the currency's digits") {
    CHECK(money(1999, 2) == "19.99");
    CHECK(money(5, 2) == "0.05");
    CHECK(money(0, 2) == "0.00");
    CHECK(money(-105, 2) == "-1.05");
    CHECK(money(1999, 0) == "1999");
    CHECK(money(1, 3) == "0.001");
    CHECK(money(std::numeric_limits<std::int64_t>::max(), 2) == "92233720368547758.07");
    CHECK(money(std::numeric_limits<std::int64_t>::min(), 8) == "-92233720368.54775808");
}

TEST_CASE("times are ISO 8601 in UTC with microseconds") {
    CHECK(time_of(0) == "1970-01-01T00:00:00.000000Z");
    CHECK(time_of(-1) == "1969-12-31T23:59:59.999999Z");
    CHECK(time_of(951'782'400'000'000) == "2000-02-29T00:00:00.000000Z");
    CHECK(time_of(1'709'251'199'123'456) == "2024-02-29T23:59:59.123456Z");
    CHECK(time_of(4'107'542'400'000'001) == "2100-03-01T00:00:00.000001Z");
}

TEST_CASE("texts are escaped and nothing else is") {
    std::string out;
    append_escaped(out, "a\"b\\c\n\r\t\x01\x1f/\u00e9\u2028\u2029\u2027\x7f");
    CHECK(out == "a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f/\u00e9\\u2028\\u2029\u2027\x7f");
}

TEST_CASE("members and elements are separated by commas, and only they") {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("a").begin_array().number(1).text(",").null().end_array();
    json.key("b").begin_object().end_object().key("c").boolean(true).end_object();
    CHECK(out == R"({"a":[1,",",null],"b":{},"c":true})");
}

TEST_CASE("indented JSON has a line for each member, empty containers stay closed") {
    CHECK(indent_json(R"({"a":[1,"x:,{"],"b":{},"c":[],"d":"\"}"})", 2) ==
          "{\n  \"a\": [\n    1,\n    \"x:,{\"\n  ],\n  \"b\": {},\n  \"c\": [],\n  \"d\": "
          "\"\\\"}\"\n}");
}

TEST_CASE("Python's white space is trimmed on both sides, other characters stay") {
    CHECK(trim(" \t\r\n\f\v a b \u00a0\u2003\u3000\u2028") == "a b");
    CHECK(trim("\u200b") == "\u200b");
    CHECK(trim("  ").empty());
    CHECK(trim("").empty());
    CHECK(trim("\u00e0") == "\u00e0");
    CHECK(trim("x\xA0") == "x\xA0");
}

TEST_CASE("UTF-8 is valid without surrogates, overlong forms and what lies beyond Unicode") {
    CHECK(is_utf8("a\u00e9\u20ac\U0001F600"));
    for (const std::string_view bad :
         {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82",
          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xE2\x28\xA1"}) {
        CHECK_FALSE(is_utf8(bad));
    }
}

TEST_CASE("base 36 ids of links are read, others refused") {
    CHECK(parse_base36("1") == 1);
    CHECK(parse_base36("zz") == 35 * 36 + 35);
    CHECK(parse_base36("ZZ") == 35 * 36 + 35);
    for (const std::string_view bad :
         {"", "-1", "-wrong-uid-", "1 ", "zzzzzzzzzzzzz", "12345678901234"}) {
        CHECK_FALSE(parse_base36(bad).has_value());
    }
}

TEST_CASE("a character that needs an escape gets it wherever it stands") {
    // Text is looked through eight bytes at a time, and short text takes another way than long.
    const std::pair<std::string, std::string> escapes[] = {
        {"\"", "\\\""},
        {"\\", "\\\\"},
        {"\n", "\\n"},
        {"\x1f", "\\u001f"},
        {"\x7f", "\x7f"},
        {std::string(1, '\0'), "\\u0000"},
        {"\xE2\x80\xA8", "\\u2028"},
        {"\xC3\xA9", "\xC3\xA9"},
        {"!", "!"},
    };
    for (const auto& [raw, escaped] : escapes) {
        for (std::size_t before = 0; before < 70; ++before) {
            for (const std::size_t after : {0U, 7U, 60U}) {
                const std::string head(before, 'a'), tail(after, '~');
                CAPTURE(before);
                CAPTURE(after);
                std::string out;
                JsonWriter(out).begin_array().text("x").text(head + raw + tail).end_array();
                CHECK(out == "[\"x\",\"" + head + escaped + tail + "\"]");
            }
        }
    }
}

TEST_CASE("long names and raw values are separated as short ones are") {
    const std::string name(100, 'n');
    const std::string digits(100, '7');
    std::string out;
    JsonWriter(out).begin_object().key(name).raw(digits).key("b").raw("1").key(name).raw("2");
    CHECK(out == "{\"" + name + "\":" + digits + ",\"b\":1,\"" + name + "\":2");
}

TEST_CASE("visible ASCII is told byte by byte wherever the byte stands") {
    CHECK(is_visible_ascii(""));
    for (int byte = 0; byte < 256; ++byte) {
        for (std::size_t at = 0; at < 19; ++at) {
            std::string text(19, 'x');
            text[at] = static_cast<char>(byte);
            CAPTURE(byte);
            CAPTURE(at);
            CHECK(is_visible_ascii(text) == (byte > ' ' && byte < 0x7f));
        }
    }
}

TEST_CASE("base64url is decoded without padding and malformed text is nothing") {
    CHECK(decode_base64url("").empty());
    CHECK(decode_base64url("Zg") == "f");  // RFC 4648, 10
    CHECK(decode_base64url("Zm8") == "fo");
    CHECK(decode_base64url("Zm9v") == "foo");
    CHECK(decode_base64url("Zm9vYg") == "foob");
    CHECK(decode_base64url("Zm9vYmE") == "fooba");
    CHECK(decode_base64url("Zm9vYmFy") == "foobar");
    CHECK(decode_base64url("__-_") == "\xff\xff\xbf");
    for (const char* bad : {"Z", "Zm9vY", "Zg==", "Zm 9", "Zm+v", "Zm/v", "Zm9v\xC3\xA9"}) {
        CAPTURE(bad);
        CHECK(decode_base64url(bad).empty());
    }
}
