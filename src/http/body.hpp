// SPDX-License-Identifier: MIT
//
// A request's body as a tree, whichever of the three media types it came in. JSON gives every kind
// of node; forms give an object of texts (and at most one file).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace till::http {

enum class NodeKind : std::uint8_t { null, boolean, number, text, array, object, file };

// Views point into the body's own memory, or (files) into the request.
struct Node {
    NodeKind kind = NodeKind::null;
    bool truth = false;
    std::uint16_t lone_surrogate = 0;  // text: what was escaped alone; the text is empty then
    std::string_view name;             // of an object's member
    std::string_view text;             // text: decoded; number: as it was written; file: its bytes
    std::string_view file_name;        // file
    std::vector<Node> children;        // array, object

    [[nodiscard]] const Node* find(std::string_view member) const noexcept;
    // Python's name of the type, for DRF's messages.
    [[nodiscard]] std::string_view type_name() const noexcept;
};

class Body {
public:
    Body() = default;
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;
    ~Body();  // wipes the texts: some are passwords

    Node root;
    bool is_form = false;    // html semantics: an empty text of a nullable field is null
    std::string_view error;  // why it was refused; empty: parsed

    // Decoded text is never longer than what it was decoded from: one reservation holds it all.
    void reserve_text(std::size_t bytes) { arena_.reserve(bytes + 32); }  // never a short string
    // A copy that lives as long as the body.
    std::string_view keep(std::string_view text);

private:
    std::string arena_;
    std::deque<std::string> overflow_;
};

// RFC 8259, strictly: no BOM, duplicate names, bad UTF-8, lone surrogates, NaN, depth beyond 64 or
// bytes after the value. Numbers stay text. A lone surrogate in a member of the root is noted
// there, so that the field can be named.
void parse_json(std::string_view text, Body& body);

// application/x-www-form-urlencoded; of a repeated name the last value counts, as in Django.
void parse_urlencoded(std::string_view text, Body& body);

// multipart/form-data (RFC 7578) with the boundary of the Content-Type.
void parse_multipart(std::string_view text, std::string_view boundary, Body& body);

}  // namespace till::http
