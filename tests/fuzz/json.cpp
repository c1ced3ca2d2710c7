// SPDX-License-Identifier: MIT
//
// The JSON reader of request bodies against an independent one: what ours takes the other takes for
// the same tree, and what it refuses beyond the other's rules is what it promises to refuse.
#include "fuzz/fuzz.hpp"
#include "http/body.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

using nlohmann::json;
using till::http::Body;
using till::http::Node;
using till::http::NodeKind;

namespace {

void compare(const Node& node, const json& other) {
    switch (node.kind) {
        case NodeKind::null:
            return fuzz::require(other.is_null(), "null");
        case NodeKind::boolean:
            return fuzz::require(other.is_boolean() && other.get<bool>() == node.truth, "a bool");
        case NodeKind::number:
            return fuzz::require(other.is_number(), "a number");
        case NodeKind::text:
            return fuzz::require(
                other.is_string() && other.get_ref<const std::string&>() == node.text, "a text");
        case NodeKind::array:
            fuzz::require(other.is_array() && other.size() == node.children.size(), "an array");
            for (std::size_t i = 0; i < node.children.size(); ++i)
                compare(node.children[i], other[i]);
            return;
        case NodeKind::object:
            fuzz::require(other.is_object() && other.size() == node.children.size(), "an object");
            for (const Node& child : node.children) {
                const auto found = other.find(std::string(child.name));
                fuzz::require(found != other.end(), "a member");
                compare(child, *found);
            }
            return;
        case NodeKind::file:
            fuzz::require(false, "JSON has no files");
    }
}

bool has_lone_surrogate(const Node& node) {
    if (node.lone_surrogate != 0) return true;
    for (const Node& child : node.children) {
        if (has_lone_surrogate(child)) return true;
    }
    return false;
}

// What a reader that turns numbers into doubles refuses: those beyond them.
bool may_overflow(std::string_view text) {
    return text.size() > 300 || text.find_first_of("eE") != std::string_view::npos;
}

std::size_t depth_of(std::string_view text) {
    std::size_t depth = 0;
    std::size_t most = 0;
    for (const char c : text) {
        if (c == '[' || c == '{') most = std::max(most, ++depth);
        if ((c == ']' || c == '}') && depth > 0) --depth;
    }
    return most;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Body body;
    till::http::parse_json(text, body);
    bool is_unique = true;  // no member name twice
    std::vector<std::vector<std::string>> names;
    const json other = json::parse(
        text,
        [&](int, json::parse_event_t event, json& value) {
            if (event == json::parse_event_t::object_start) names.emplace_back();
            if (event == json::parse_event_t::object_end) names.pop_back();
            if (event == json::parse_event_t::key) {
                for (const std::string& name : names.back()) {
                    if (name == value.get_ref<const std::string&>()) is_unique = false;
                }
                names.back().push_back(value.get<std::string>());
            }
            return true;
        },
        false);
    if (body.error.empty()) {
        fuzz::require(depth_of(text) <= 64 || text.find('"') != std::string_view::npos, "depth");
        if (has_lone_surrogate(body.root)) return 0;
        if (other.is_discarded()) {
            fuzz::require(may_overflow(text), "what no other reader takes was taken");
            return 0;
        }
        compare(body.root, other);
        return 0;
    }
    // The other reader ends at a NUL, and forgives a byte order mark.
    const bool is_ours_to_refuse = other.is_discarded() || !is_unique || depth_of(text) > 64 ||
                                   text.find('\0') != std::string_view::npos ||
                                   text.rfind("\xEF\xBB\xBF", 0) == 0;
    fuzz::require(is_ours_to_refuse, "good JSON was refused");
    return 0;
}
