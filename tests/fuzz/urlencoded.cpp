// SPDX-License-Identifier: MIT
//
// Url-encoded bodies: what is read is an object of valid texts, and encoding those again gives a
// body that is read as the same.
#include "fuzz/fuzz.hpp"
#include "http/body.hpp"
#include "http/text.hpp"

#include <string>
#include <string_view>

using till::http::Body;
using till::http::Node;
using till::http::NodeKind;

namespace {

void append_encoded(std::string& out, std::string_view text) {
    for (const char c : text) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Body body;
    till::http::parse_urlencoded(text, body);
    if (!body.error.empty()) return 0;
    fuzz::require(body.root.kind == NodeKind::object && body.is_form, "a form is an object");
    std::string again;
    std::size_t total = 0;
    for (const Node& each : body.root.children) {
        fuzz::require(each.kind == NodeKind::text, "a field is a text");
        fuzz::require(till::http::is_utf8(each.name) && till::http::is_utf8(each.text), "UTF-8");
        total += each.name.size() + each.text.size();
        if (!again.empty()) again += '&';
        append_encoded(again, each.name);
        again += '=';
        append_encoded(again, each.text);
    }
    fuzz::require(total <= size, "more came out than went in");
    Body second;
    till::http::parse_urlencoded(again, second);
    fuzz::require(second.error.empty(), "what was encoded again is refused");
    fuzz::require(second.root.children.size() == body.root.children.size(), "its fields");
    for (std::size_t i = 0; i < body.root.children.size(); ++i) {
        fuzz::require(second.root.children[i].name == body.root.children[i].name &&
                          second.root.children[i].text == body.root.children[i].text,
                      "a field changed");
    }
    return 0;
}
