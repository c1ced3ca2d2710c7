// SPDX-License-Identifier: MIT
#include "http/body.hpp"

#include "http/text.hpp"

namespace till::http {

const Node* Node::find(std::string_view member) const noexcept {
    // From the back: of a form's repeated name the last counts, JSON has no repeated one.
    for (auto it = children.rbegin(); it != children.rend(); ++it) {
        if (it->name == member) return &*it;
    }
    return nullptr;
}

Body::~Body() {
    wipe(arena_);
    for (std::string& text : overflow_) wipe(text);
}

std::string_view Body::keep(std::string_view text) {
    if (arena_.capacity() - arena_.size() < text.size()) return overflow_.emplace_back(text);
    const std::size_t offset = arena_.size();
    arena_ += text;
    return std::string_view(arena_).substr(offset);
}

std::string_view Node::type_name() const noexcept {
    switch (kind) {
        case NodeKind::null:
            return "NoneType";
        case NodeKind::boolean:
            return "bool";
        case NodeKind::number:
            return text.find_first_of(".eE") == std::string_view::npos ? "int" : "float";
        case NodeKind::text:
            return "str";
        case NodeKind::array:
            return "list";
        case NodeKind::object:
            return "dict";
        case NodeKind::file:
            return "InMemoryUploadedFile";
    }
    return "object";
}

}  // namespace till::http
