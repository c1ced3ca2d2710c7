// SPDX-License-Identifier: MIT
#include "http/body.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace till::http;

namespace {

std::string error_of(std::string_view text) {
    Body body;
    parse_json(text, body);
    return std::string(body.error);
}

bool is_refused(std::string_view text) { return !error_of(text).empty(); }

std::string nested(int depth) {
    const auto count = static_cast<std::size_t>(depth);
    return std::string(count, '[') + std::string(count, ']');
}

}  // namespace

TEST_CASE("every value of a JSON text is in the tree") {
    Body body;
    parse_json(
        R"( {"a": [1, -2.50, 1e3, true, false, null, "x\u00e9\n"], "b": {"c": {}}, "d": []} )",
        body);
    REQUIRE(body.error.empty());
    REQUIRE(body.root.kind == NodeKind::object);
    REQUIRE(body.root.children.size() == 3);
    const Node* list = body.root.find("a");
    REQUIRE(list != nullptr);
    REQUIRE(list->children.size() == 7);
    CHECK(list->children[0].text == "1");
    CHECK(list->children[1].text == "-2.50");
    CHECK(list->children[2].text == "1e3");
    CHECK(list->children[3].truth);
    CHECK_FALSE(list->children[4].truth);
    CHECK(list->children[4].kind == NodeKind::boolean);
    CHECK(list->children[5].kind == NodeKind::null);
    CHECK(list->children[6].text == "x\xC3\xA9\n");
    CHECK(body.root.find("b")->find("c")->kind == NodeKind::object);
    CHECK(body.root.find("d")->children.empty());
    CHECK(body.root.find("e") == nullptr);
}

TEST_CASE("[IN-2] numbers keep their text, however large") {
    Body body;
    const std::string digits(1500, '7');
    parse_json("{\"n\": " + digits + "}", body);
    REQUIRE(body.error.empty());
    CHECK(body.root.find("n")->text == digits);
}

TEST_CASE(
    "[IN-2] a surrogate pair is one character, a lone surrogate is told of a member or refused") {
    Body body;
    parse_json(R"({"a": "\ud83d\ude00"})", body);
    REQUIRE(body.error.empty());
    CHECK(body.root.find("a")->text == "\xF0\x9F\x98\x80");
    CHECK(body.root.find("a")->lone_surrogate == 0);
    for (const char* text : {R"({"a": "\ud83d"})", R"({"a": "x\ud83d\ud83d\ude00"})",
                             R"({"a": "\\\ud83dx", "b": 1})"}) {
        Body lone;
        parse_json(text, lone);
        REQUIRE(lone.error.empty());
        CHECK(lone.root.find("a")->lone_surrogate == 0xD83D);
        CHECK(lone.root.find("a")->text.empty());
    }
    CHECK(is_refused(R"({"a": ["\ude00"]})"));
    CHECK(is_refused(R"({"a": {"b": "\ud83d"}})"));
    CHECK(is_refused(R"({"a": "\ud83d\q"})"));
    CHECK(is_refused(R"({"\ude00": 1})"));
}

TEST_CASE(
    "[IN-2] a repeated member name is refused, in small and in large objects and when escaped") {
    CHECK(is_refused(R"({"a":1,"a":2})"));
    CHECK(is_refused(R"({"a":1,"\u0061":2})"));
    CHECK(is_refused(R"({"x":{"a":1,"b":2,"a":3}})"));
    std::string large = "{";
    for (int i = 0; i < 100; ++i) large += "\"m" + std::to_string(i) + "\":1,";
    CHECK_FALSE(is_refused(large + "\"last\":1}"));
    CHECK(is_refused(large + "\"m57\":1}"));
    CHECK(is_refused(large + "\"m3\":1}"));
}

TEST_CASE("[IN-2] what is no JSON value is refused") {
    for (const std::string_view text : {"",
                                        " ",
                                        "{",
                                        "}",
                                        "[",
                                        "[1",
                                        "[1,]",
                                        "[,1]",
                                        "[1 2]",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{a:1}",
                                        "{'a':1}",
                                        "nul",
                                        "tru",
                                        "truex",
                                        "[truex]",
                                        "[nullx]",
                                        "NaN",
                                        "[NaN]",
                                        "[Infinity]",
                                        "[-Infinity]",
                                        "[-]",
                                        "[01]",
                                        "[-01]",
                                        "[1.]",
                                        "[.5]",
                                        "[1e]",
                                        "[1e+]",
                                        "[0x1]",
                                        "[+1]",
                                        "[1_000]",
                                        "\"abc",
                                        "[\"a\nb\"]",
                                        "[\"\\x\"]",
                                        "[\"\\u12\"]",
                                        "{}{}",
                                        "{} {}",
                                        "[] 1",
                                        "1 2",
                                        "1,2",
                                        "1],[2",
                                        "/**/{}",
                                        "{\"a\":1}//",
                                        "[\"a\" \"b\"]",
                                        "{\"a\" 1}",
                                        "{1:1}",
                                        "[}",
                                        "{]"}) {
        CAPTURE(text);
        CHECK(is_refused(text));
    }
}

TEST_CASE("[IN-2] a byte order mark and invalid UTF-8 are refused") {
    CHECK(is_refused("\xEF\xBB\xBF{}"));
    CHECK(is_refused("{\"a\":\"\xFF\"}"));
    CHECK(is_refused("{\"a\":\"\xC0\x80\"}"));
    CHECK(is_refused("{\"a\":\"\xED\xA0\x80\"}"));
    CHECK(is_refused("{\"a\":\"\xF4\x90\x80\x80\"}"));
    CHECK(is_refused("\xFF\xFE{\0}\0"));
}

TEST_CASE("[IN-2] 64 levels are read and 65 are refused, as are very many") {
    CHECK_FALSE(is_refused(nested(64)));
    CHECK(is_refused(nested(65)));
    CHECK(is_refused(nested(30'000)));
    CHECK(is_refused(std::string(60'000, '[')));
    CHECK(is_refused(std::string(60'000, '{')));
}

TEST_CASE("a scalar alone is a value") {
    Body body;
    parse_json(" \"x\" ", body);
    CHECK(body.error.empty());
    CHECK(body.root.kind == NodeKind::text);
    CHECK(body.root.text == "x");
    Body number;
    parse_json("12", number);
    CHECK(number.root.type_name() == "int");
    Body null;
    parse_json("null", null);
    CHECK(null.error.empty());
    CHECK(null.root.kind == NodeKind::null);
}
