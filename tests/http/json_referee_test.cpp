// SPDX-License-Identifier: MIT
//
// The JSON reader against simdjson, over texts that a seeded generator bends: what one takes the
// other takes, as the same tree. The reader alone refuses duplicate names, depth beyond 64 and (in
// most places) lone surrogates; it alone takes numbers of any length, which it keeps as text.
#include "http/body.hpp"

#include <doctest/doctest.h>
#include <simdjson.h>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

using namespace till::http;

namespace {

constexpr std::array<std::string_view, 9> seeds{
    R"({"product_name": "Teapot", "quantity": 2, "price": "19.95"})",
    R"({"items": [{"product_name": "A\u00e9\ud83d\ude00", "quantity": 1, "price": 1.50}], "x": null})",
    R"([true, false, null, -0, 0.5e-3, 12E+4, "\"\\\/\b\f\n\r\t", {}, [], [[1]]])",
    R"( {"a" : {"b" : {"c" : [ {"d" : "e"} ] } } } )",
    "{\"utf8\": \"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"}",
    R"("a scalar")",
    R"(-12.75)",
    R"({"": "", "k": "\u0041"})",
    R"([1,2,3,4,5,6,7,8,9,"10",{"eleven":11}])",
};
constexpr std::string_view pieces = "{}[]:,\"\\ueE+-.0189tfn \n\t\x01\x7F\x80\xC3\xED\xA0\xF4\xFF";
constexpr int rounds = 60'000;

std::string bend(std::mt19937_64& random) {
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    std::string text(seeds[below(seeds.size())]);
    for (std::size_t changes = below(4); changes > 0; --changes) {
        const std::size_t at = below(text.size() + 1);
        const char piece = pieces[below(pieces.size())];
        switch (below(4)) {
            case 0:
                text.insert(at, 1, piece);
                break;
            case 1:
                if (at < text.size()) text.erase(at, 1 + below(3));
                break;
            case 2:
                if (at < text.size()) text[at] = piece;
                break;
            default:
                text.insert(at, text.substr(below(text.size() + 1), below(12)));
        }
    }
    return text;
}

bool same(const Node& node, simdjson::dom::element element) {
    switch (element.type()) {
        case simdjson::dom::element_type::ARRAY: {
            if (node.kind != NodeKind::array) return false;
            std::size_t i = 0;
            for (const simdjson::dom::element child : simdjson::dom::array(element)) {
                if (i == node.children.size() || !same(node.children[i++], child)) return false;
            }
            return i == node.children.size();
        }
        case simdjson::dom::element_type::OBJECT: {
            if (node.kind != NodeKind::object) return false;
            std::size_t i = 0;
            for (const auto field : simdjson::dom::object(element)) {
                if (i == node.children.size() || node.children[i].name != field.key) return false;
                if (!same(node.children[i++], field.value)) return false;
            }
            return i == node.children.size();
        }
        case simdjson::dom::element_type::STRING:
            return node.kind == NodeKind::text && node.text == std::string_view(element);
        case simdjson::dom::element_type::BOOL:
            return node.kind == NodeKind::boolean && node.truth == bool(element);
        case simdjson::dom::element_type::NULL_VALUE:
            return node.kind == NodeKind::null;
        case simdjson::dom::element_type::INT64:
        case simdjson::dom::element_type::UINT64:
        case simdjson::dom::element_type::DOUBLE:
            return node.kind == NodeKind::number;
    }
    return false;
}

bool notes_surrogate(const Node& node) {
    if (node.lone_surrogate != 0) return true;
    for (const Node& child : node.children) {
        if (notes_surrogate(child)) return true;
    }
    return false;
}

// What simdjson's DOM does not take and the reader does.
bool is_number_error(simdjson::error_code code) { return code == simdjson::NUMBER_ERROR; }

// What the reader refuses beyond the grammar.
bool is_own_rule(std::string_view error) {
    return error == "Duplicate member name." || error == "Nested too deeply." ||
           error == "Lone surrogates are not allowed.";
}

}  // namespace

TEST_CASE("[IN-2] the JSON reader and simdjson take the same texts for the same trees") {
    std::mt19937_64 random(20240229);
    simdjson::dom::parser parser;
    int taken = 0;
    int refused = 0;
    for (int round = 0; round < rounds; ++round) {
        const std::string text = bend(random);
        CAPTURE(text);
        Body body;
        parse_json(text, body);
        simdjson::dom::element element;
        const simdjson::error_code code = parser.parse(text).get(element);
        if (body.error.empty()) {
            ++taken;
            if (code == simdjson::SUCCESS) {
                REQUIRE(same(body.root, element));
            } else {
                REQUIRE((is_number_error(code) || notes_surrogate(body.root)));
            }
        } else {
            ++refused;
            if (!is_own_rule(body.error)) REQUIRE(code != simdjson::SUCCESS);
        }
    }
    // The generator makes enough of both.
    CHECK(taken > rounds / 10);
    CHECK(refused > rounds / 10);
}
