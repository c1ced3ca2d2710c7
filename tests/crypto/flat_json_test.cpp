// SPDX-License-Identifier: MIT
#include "crypto/flat_json.hpp"

#include "base/testing.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace till::crypto;

namespace {

// "name=kind:value …", or "refused".
std::string parsed(std::string json) {
    std::array<FlatMember, 4> members;
    const auto count = parse_flat_object(json, members);
    if (!count) return "refused";
    std::string text;
    for (std::size_t i = 0; i < *count; ++i) {
        if (i != 0) text += ' ';
        text += members[i].name;
        text += members[i].kind == FlatKind::text     ? "=t:"
                : members[i].kind == FlatKind::number ? "=n:"
                                                      : "=l:";
        text += members[i].value;
    }
    return text;
}

}  // namespace

TEST_CASE("a flat object's members are read in order") {
    CHECK(parsed("{}").empty());
    CHECK(parsed(" \t\r\n{ } ").empty());
    CHECK(parsed(R"({"a":"x","b":12,"c":true,"d":null})") == "a=t:x b=n:12 c=l:true d=l:null");
    CHECK(parsed(R"( { "a" : -0.5e+10 , "b" : false } )") == "a=n:-0.5e+10 b=l:false");
    CHECK(parsed(R"({"":""})") == "=t:");
}

TEST_CASE("escapes stand for what RFC 8259 says") {
    CHECK(parsed(R"({"a":"\"\\\/\b\f\n\r\t"})") == "a=t:\"\\/\b\f\n\r\t");
    CHECK(parsed(R"({"a":"\u0041\u00e9\u20AC\uD83D\ude00"})") == "a=t:A\u00E9\u20AC\U0001F600");
    CHECK(parsed("{\"a\":\"gr\u00FC\u00DF\"}") == "a=t:gr\u00FC\u00DF");
}

TEST_CASE("member names are compared after unescaping") {
    CHECK(parsed(R"({"alg":1,"alg":1})") == "refused");
    CHECK(parsed(R"({"alg":1,"\u0061lg":2})") == "refused");
    CHECK(parsed(R"({"alg":1,"Alg":2})") == "alg=n:1 Alg=n:2");
}

TEST_CASE("whatever is not a flat object is refused") {
    for (const char* json : {"",
                             " ",
                             "{",
                             "}",
                             "[]",
                             "null",
                             "\"a\"",
                             "1",
                             "{}{}",
                             "{} x",
                             "{,}",
                             R"({"a"})",
                             R"({"a":})",
                             R"({"a":1,})",
                             R"({"a":1 "b":2})",
                             R"({a:1})",
                             R"({'a':1})",
                             R"({"a":1}/**/)",
                             R"({"a":{}})",
                             R"({"a":[]})",
                             R"({"a":[1]})",
                             R"({"a":NaN})",
                             R"({"a":Infinity})",
                             R"({"a":True})",
                             R"({"a":tru})",
                             R"({"a":nulll})",
                             R"({"a":01})",
                             R"({"a":-})",
                             R"({"a":+1})",
                             R"({"a":.5})",
                             R"({"a":1.})",
                             R"({"a":1e})",
                             R"({"a":0x10})",
                             R"({"a":"})",
                             R"({"a":"\"})",
                             R"({"a":"\x"})",
                             R"({"a":"\u12"})",
                             R"({"a":"\u00g0"})",
                             R"({"a":"\ud800"})",
                             R"({"a":"\ud800\u0041"})",
                             R"({"a":"\udc00"})",
                             R"({"a":"\u0000"})",
                             "{\"a\":\"\n\"}",
                             "{\"a\":\"\\n\x01\"}",
                             "{\"a\":\"\xFF\"}",
                             "{\"a\":\"\xED\xA0\x80\"}",
                             "\xEF\xBB\xBF{}",
                             "{\"a\":\"\xC3",
                             R"({"a":1,"b":2,"c":3,"d":4,"e":5})",
                             R"({"a":1,"b)"}) {
        CAPTURE(std::string(json));
        CHECK(parsed(json) == "refused");
    }
}

TEST_CASE("no change of a few bytes makes the parser leave its buffer") {
    const std::string good = R"({"a":"x\u00e9\ud83d\ude00\n","b":-12.5e3,"c":true,"d":null})";
    till::testing::SeededRandom random(11);
    int refused = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::array<std::byte, 5> dice{};
        random.fill(dice);
        const auto die = [&](std::size_t i) { return std::to_integer<std::size_t>(dice[i]); };
        std::string json = good;
        json[die(0) % json.size()] = static_cast<char>(die(1));
        if (die(4) % 2 == 0) json[die(2) % json.size()] = static_cast<char>(die(3));
        if (die(4) % 5 == 0) json.resize(die(3) % json.size());
        // A heap block of exactly this size: ASan sees a step beyond it.
        std::vector<char> block(json.begin(), json.end());
        std::array<FlatMember, 4> members;
        if (!parse_flat_object(block, members)) ++refused;
    }
    CHECK(refused > 5'000);
}
