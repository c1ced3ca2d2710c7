// SPDX-License-Identifier: MIT
#include "domain/input_rules.hpp"

#include "domain/builders.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace till;
using namespace till::domain;
using till::domain::testing::broken;

TEST_CASE("a JSON object is accepted whole and strictly") {
    for (const char* good :
         {"{}", " { } ", R"({"a":1})", R"({"a":-0.5e+3,"b":[true,false,null,{}],"c":"\u00e4\n"})",
          R"({"a":{"b":{"c":[1,2,3]}}})", "{\"\xC3\xA4\":1}"}) {
        CAPTURE(good);
        CHECK(valid_json_object(good));
    }
    for (const char* bad : {"",
                            "[]",
                            "1",
                            "null",
                            "{",
                            "}",
                            "{]",
                            R"({"a"})",
                            R"({"a":})",
                            R"({"a":1,})",
                            "{,}",
                            R"({a:1})",
                            R"({'a':1})",
                            R"({"a":01})",
                            R"({"a":1.})",
                            R"({"a":.5})",
                            R"({"a":1e})",
                            R"({"a":+1})",
                            R"({"a":NaN})",
                            R"({"a":tru})",
                            R"({"a":"\x"})",
                            R"({"a":"\u12g4"})",
                            "{\"a\":\"\n\"}",
                            R"({} {})",
                            R"({"a":1}x)",
                            "{\"\xFF\":1}",
                            R"({"a":"b)",
                            R"({"a":"\)"}) {
        CAPTURE(bad);
        CHECK(!valid_json_object(bad));
    }
}

TEST_CASE("JSON nests at most 32 deep") {
    const auto nested = [](std::size_t depth) {
        return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
    };
    CHECK(valid_json_object(nested(32)));
    CHECK(!valid_json_object(nested(33)));
    CHECK(!valid_json_object(nested(100'000)));
}

TEST_CASE("a token counts bytes, and empty is not absent") {
    std::vector<Violation> violations;
    CHECK(check_token(violations, "/t", std::nullopt, 4).empty());
    CHECK(check_token(violations, "/t", "abcd", 4) == "abcd");
    CHECK(violations.empty());
    check_token(violations, "/t", "", 4);
    check_token(violations, "/t", "abcde", 4);
    check_token(violations, "/t", "\xC3\xA4\xC3\xA4\xC3\xA4", 4);
    check_token(violations, "/t", "a\nb", 4);
    CHECK(broken(violations) ==
          std::vector<std::string>{"/t blank", "/t too_long", "/t too_long", "/t control"});
}
