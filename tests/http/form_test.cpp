// SPDX-License-Identifier: MIT
#include "http/form.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <string_view>

using namespace till::http;

namespace {

// A form over one JSON object, and what it has to say.
struct Input {
    explicit Input(std::string_view json) : form(parse(json), errors) {}

    const Body& parse(std::string_view json) {
        parse_json(json, body);
        REQUIRE(body.error.empty());
        return body;
    }
    std::string said() {
        std::string out;
        JsonWriter json(out);
        errors.write(json);
        return out;
    }

    Body body;
    FieldErrors errors;
    Form form;
};

std::string field(std::string_view message) { return R"({"f":[")" + std::string(message) + "\"]}"; }

std::string text_error(std::string_view value, TextRule rule = {}) {
    Input input(R"({"f":)" + std::string(value) + "}");
    input.form.text("f", rule);
    return input.said();
}

std::string integer_error(std::string_view value,
                          IntegerRule rule = {true, false, 1, 2'147'483'647}) {
    Input input(R"({"f":)" + std::string(value) + "}");
    input.form.integer("f", rule);
    return input.said();
}

std::int64_t integer(std::string_view value) {
    Input input(R"({"f":)" + std::string(value) + "}");
    return input.form.integer("f", {true, false, -1000, 1'000'000'000'000}).value_or(-999'999);
}

// The minor units of a price of two decimals, or what is wrong with it.
std::string price(std::string_view value, DecimalLimits limits = {10, 2}) {
    Input input(R"({"f":)" + std::string(value) + "}");
    const auto decimal = input.form.decimal("f");
    const auto minor = decimal ? input.form.minor("f", *decimal, limits, 0) : std::nullopt;
    return minor ? std::to_string(*minor) : input.said();
}

constexpr std::string_view required = "This field is required.";
constexpr std::string_view not_null = "This field may not be null.";
constexpr std::string_view not_blank = "This field may not be blank.";
constexpr std::string_view no_integer = "A valid integer is required.";
constexpr std::string_view no_number = "A valid number is required.";

}  // namespace

TEST_CASE("a text is required, not null, not blank, trimmed, and made of a number") {
    Input input(R"({"a":"  x y ","n":45,"d":1.5,"u":"\u00a0x\u3000"})");
    CHECK(input.form.text("a") == "x y");
    CHECK(input.form.text("n") == "45");
    CHECK(input.form.text("d") == "1.5");
    CHECK(input.form.text("u") == "x");
    CHECK(input.form.text("a", {true, false, false, 0, false}) == "  x y ");
    CHECK(input.errors.empty());
    Input none("{}");
    none.form.text("f");
    CHECK(none.said() == field(required));
    CHECK(text_error("null") == field(not_null));
    CHECK(text_error("\"\"") == field(not_blank));
    CHECK(text_error("\" \\t\\n \"") == field(not_blank));
    CHECK(text_error("\"  \"", {true, false, false, 0, false}) == field(not_blank));
    CHECK(text_error("\"\"", {true, true, false, 0, true}) == "{}");
}

TEST_CASE(
    "[IN-2] a text is no bool, list or object, has no NUL and no more code points than allowed") {
    for (const std::string_view value : {"true", "[]", "[\"a\"]", "{\"a\":1}"}) {
        CHECK(text_error(value) == field("Not a valid string."));
    }
    CHECK(text_error("\"a\\u0000b\"") == field("Null characters are not allowed."));
    CHECK(text_error("\"\u00e9\u00e9\u00e9\"", {true, false, false, 3, true}) == "{}");
    CHECK(text_error("\"\u00e9\u00e9\u00e9\u00e9\"", {true, false, false, 3, true}) ==
          field("Ensure this field has no more than 3 characters."));
}

TEST_CASE("nothing is required of a partial input, but null is still refused") {
    Input input(R"({"n":null})");
    input.form.set_partial();
    CHECK_FALSE(input.form.text("f").has_value());
    CHECK_FALSE(input.form.integer("f").has_value());
    CHECK(input.errors.empty());
    input.form.text("n");
    CHECK_FALSE(input.errors.empty());
}

TEST_CASE("integers are whole numbers, also as text with blanks") {
    CHECK(integer("2") == 2);
    CHECK(integer("2.0") == 2);
    CHECK(integer("2e2") == 200);
    CHECK(integer("\"2\"") == 2);
    CHECK(integer("\" 2 \"") == 2);
    CHECK(integer("\"+2\"") == 2);
    CHECK(integer("\"2.00\"") == 2);
    CHECK(integer("\"-2\"") == -2);
    CHECK(integer("0") == 0);
    CHECK(integer("\"0000000000000000000000007\"") == 7);
}

TEST_CASE("what is no integer is refused") {
    for (const std::string_view value :
         {"2.5", "true", "false", "\"\"", "\" \"", "\"x\"", "\"2.5\"", "\"1_000\"", "\"\u0663\"",
          "\"1e3\"", "\"0x10\"", "\"- 2\"", "\"--2\"", "[]", "{}", "[1]", "1e-1"}) {
        CAPTURE(value);
        CHECK(integer_error(value) == field(no_integer));
    }
    CHECK(integer_error("null") == field(not_null));
}

TEST_CASE("[OR-2] [OR-3] integers are kept in range, also beyond 64 bit") {
    CHECK(integer_error("0") == field("Ensure this value is greater than or equal to 1."));
    CHECK(integer_error("-1") == field("Ensure this value is greater than or equal to 1."));
    CHECK(integer_error("-99999999999999999999") ==
          field("Ensure this value is greater than or equal to 1."));
    CHECK(integer_error("2147483647") == "{}");
    const std::string too_large = field("Ensure this value is less than or equal to 2147483647.");
    CHECK(integer_error("2147483648") == too_large);
    CHECK(integer_error("9223372036854775808") == too_large);
    CHECK(integer_error("99999999999999999999999999") == too_large);
    CHECK(integer_error("1e400") == too_large);
    CHECK(integer_error("\"" + std::string(1000, '9') + "\"") == too_large);
    CHECK(integer_error("\"" + std::string(1001, '9') + "\"") == field("String value too large."));
    CHECK(integer_error(std::string(1001, '9')) == field("String value too large."));
}

TEST_CASE("a price is decimal text or a number, exact to the digit") {
    CHECK(price("\"19.99\"") == "1999");
    CHECK(price("19.99") == "1999");
    CHECK(price("\" 19.9 \"") == "1990");
    CHECK(price("19.990") == "1999");
    CHECK(price("20") == "2000");
    CHECK(price("2e1") == "2000");
    CHECK(price("\"1e2\"") == "10000");
    CHECK(price("\"150e-1\"") == "1500");
    CHECK(price("\".5\"") == "50");
    CHECK(price("\"5.\"") == "500");
    CHECK(price("\"+5\"") == "500");
    CHECK(price("\"0.00\"") == "0");
    CHECK(price("\"-0\"") == "0");
    CHECK(price("\"99999999.99\"") == "9999999999");
    CHECK(price("\"12\"", {10, 0}) == "12");
    CHECK(price("\"1.234\"", {11, 3}) == "1234");
}

TEST_CASE("what is no decimal number is refused") {
    for (const std::string_view value :
         {"\"NaN\"", "\"sNaN\"", "\"Infinity\"", "\"-inf\"",   "\"\"",
          "\" \"",   "\"1,5\"",  "\"1_0.5\"",    "true",       "[]",
          "{}",      "\"x\"",    "\"1.2.3\"",    "\".\"",      "\"-\"",
          "\"e5\"",  "\"1e\"",   "\"1e1.5\"",    "\"\u0661\"", "\"0x1\""}) {
        CAPTURE(value);
        CHECK(price(value) == field(no_number));
    }
    CHECK(price("null") == field(not_null));
    CHECK(price("\"" + std::string(1001, '1') + "\"") == field("String value too large."));
}

TEST_CASE(
    "[OR-3] a price beyond its limits is refused and never rounded, digits before decimals before "
    "whole") {
    CHECK(price("\"1.990\"") == field("Ensure that there are no more than 2 decimal places."));
    CHECK(price("\"1.234\"") == field("Ensure that there are no more than 2 decimal places."));
    CHECK(price("19.999") == field("Ensure that there are no more than 2 decimal places."));
    CHECK(price("\"1e9\"") ==
          field("Ensure that there are no more than 8 digits before the decimal point."));
    CHECK(price("\"123456789\"") ==
          field("Ensure that there are no more than 8 digits before the decimal point."));
    CHECK(price("\"123456789.12\"") ==
          field("Ensure that there are no more than 10 digits in total."));
    CHECK(price("\"0.00000000001\"") ==
          field("Ensure that there are no more than 10 digits in total."));
    CHECK(price("\"1e999999999999\"") ==
          field("Ensure that there are no more than 10 digits in total."));
    CHECK(price("\"1e-999999999999\"") ==
          field("Ensure that there are no more than 10 digits in total."));
    CHECK(price("99999999999999999999999") ==
          field("Ensure that there are no more than 10 digits in total."));
    CHECK(price("\"1.5\"", {10, 0}) ==
          field("Ensure that there are no more than 0 decimal places."));
    CHECK(price("\"-0.01\"") == field("Ensure this value is greater than or equal to 0.00."));
}

TEST_CASE("a choice is the exact value and the refusal shows what came") {
    Input input(R"({"s":"failed","u":"FAILED","e":"","b":true,"l":[]})");
    const auto read = [&](std::string_view name) {
        return input.form.choice(name, {"pending", "completed", "failed"});
    };
    CHECK(read("s") == 2U);
    CHECK_FALSE(read("absent").has_value());
    CHECK(input.errors.empty());
    read("u");
    read("e");
    read("b");
    CHECK(input.said() ==
          R"({"u":["\"FAILED\" is not a valid choice."],"e":["\"\" is not a valid choice."],)"
          R"("b":["\"True\" is not a valid choice."]})");
}

TEST_CASE("a key of another object is a positive number") {
    Input good(R"({"f":5,"g":"7"})");
    CHECK(good.form.key("f") == 5);
    CHECK(good.form.key("g") == 7);
    for (const std::string_view value : {"true", "\"x\"", "{}", "[]", "1.5"}) {
        Input input(R"({"f":)" + std::string(value) + "}");
        input.form.key("f");
        CHECK(input.said().find("Incorrect type. Expected pk value, received ") !=
              std::string::npos);
    }
    for (const std::string_view value : {"0", "-1", "99999999999999999999"}) {
        Input input(R"({"f":)" + std::string(value) + "}");
        input.form.key("f");
        CHECK(input.said() ==
              field("Invalid pk \\\"" + std::string(value) + "\\\" - object does not exist."));
    }
}

TEST_CASE("e-mail addresses look as Django has them") {
    for (const std::string_view good :
         {"a@b.co", "a@localhost", "A.b+c@Sub.Example.org", "\"a b\"@example.com",
          "x@xn--bcher-kva.example", "x@b\u00fccher.example", "o'brien@example.com"}) {
        CAPTURE(good);
        CHECK(looks_like_email(good));
    }
    for (const std::string_view bad :
         {"", "a", "@b.co", "a@", "broken@", "a@b", "a@b.c", "a..b@c.de", ".a@c.de", "a.@c.de",
          "a b@c.de", "a@-b.de", "a@b-.de", "a@b..de", "a@b.de.", "a@1.2.3.4", "a\n@b.de",
          "a@b.de\n", "\"a@b.de"}) {
        CAPTURE(bad);
        CHECK_FALSE(looks_like_email(bad));
    }
}

TEST_CASE("all bad fields are told at once, those of a list in its elements") {
    FieldErrors errors;
    errors.add("a", "one");
    errors.add("items", 2, "sku", "three");
    errors.add("a", "two");
    std::string out;
    JsonWriter json(out);
    errors.write(json);
    CHECK(out == R"({"a":["one","two"],"items":[{},{},{"sku":["three"]}]})");
}
