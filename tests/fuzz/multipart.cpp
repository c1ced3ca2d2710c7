// SPDX-License-Identifier: MIT
//
// Multipart bodies under the boundary "b", or under one that the input brings before a newline:
// texts are valid UTF-8, at most one file is read, and its bytes lie within the body.
#include "fuzz/fuzz.hpp"
#include "http/body.hpp"
#include "http/text.hpp"

#include <functional>
#include <string_view>

using till::http::Body;
using till::http::Node;
using till::http::NodeKind;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    std::string_view boundary = "b";
    if (!text.empty() && text.front() == '!') {
        const std::size_t end = std::min(text.find('\n'), text.size());
        boundary = text.substr(1, end - 1);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    Body body;
    till::http::parse_multipart(text, boundary, body);
    if (!body.error.empty()) return 0;
    fuzz::require(body.root.kind == NodeKind::object && body.is_form, "a form is an object");
    int files = 0;
    for (const Node& each : body.root.children) {
        fuzz::require(till::http::is_utf8(each.name), "a name is UTF-8");
        if (each.kind == NodeKind::file) {
            ++files;
            const std::less_equal<> before;
            fuzz::require(each.text.empty() || (before(text.data(), each.text.data()) &&
                                                before(each.text.data() + each.text.size(),
                                                       text.data() + text.size())),
                          "a file's bytes are the body's");
        } else {
            fuzz::require(each.kind == NodeKind::text && till::http::is_utf8(each.text), "a text");
        }
    }
    fuzz::require(files <= 1, "one file at most");
    return 0;
}
