// SPDX-License-Identifier: MIT
//
// simdjson's On-Demand front end walked once, every value visited. It checks UTF-8 and structure;
// it leaves to its caller what it does not look at: numbers, duplicate names, surrogates, depth.
#include "http/body.hpp"
#include "http/text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <unordered_set>
#include <utility>

namespace till::http {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr int depth_max = 64;
constexpr int field_depth = 2;  // of the members of the root
// Beyond this many members a set finds duplicates: comparing each with each would be quadratic.
constexpr std::size_t members_compared = 16;

// RFC 8259, 6.
bool is_json_number(std::string_view token) {
    std::size_t i = 0;
    const auto digits = [&] {
        const std::size_t begin = i;
        while (i < token.size() && is_digit(token[i])) ++i;
        return i - begin;
    };
    if (i < token.size() && token[i] == '-') ++i;
    const bool begins_with_zero = i < token.size() && token[i] == '0';
    const std::size_t whole = digits();
    if (whole == 0 || (begins_with_zero && whole > 1)) return false;
    if (i < token.size() && token[i] == '.') {
        ++i;
        if (digits() == 0) return false;
    }
    if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
        ++i;
        if (i < token.size() && (token[i] == '+' || token[i] == '-')) ++i;
        if (digits() == 0) return false;
    }
    return i == token.size();
}

// The four hex digits of "\uXXXX" at the front, or 0.
std::uint16_t escaped_unit(std::string_view text) {
    if (!text.starts_with("\\u")) return 0;
    std::uint16_t unit = 0;
    const char* digits = text.data() + 2;
    const char* end = text.data() + std::min<std::size_t>(text.size(), 6);
    const auto parsed = std::from_chars(digits, end, unit, 16);
    return parsed.ptr == digits + 4 ? unit : std::uint16_t{0};
}

// Of a raw string that is correct but for its surrogates; 0: they are paired, or it is not.
std::uint16_t find_lone_surrogate(std::string_view raw) {
    std::uint16_t found = 0;
    for (std::size_t i = 1; i < raw.size(); ++i) {
        if (static_cast<unsigned char>(raw[i]) < 0x20) return 0;
        if (raw[i] == '"') return found;
        if (raw[i] != '\\') continue;
        const std::uint16_t unit = escaped_unit(raw.substr(i));
        const bool is_high = unit >= 0xD800 && unit < 0xDC00;
        const std::uint16_t next = is_high ? escaped_unit(raw.substr(i + 6)) : std::uint16_t{0};
        if (is_high && next >= 0xDC00 && next <= 0xDFFF) {
            i += 11;
        } else if (unit >= 0xD800 && unit <= 0xDFFF) {
            if (found == 0) found = unit;
            i += 5;
        } else if (i + 1 == raw.size() ||
                   std::string_view("\"\\/bfnrtu").find(raw[i + 1]) == std::string_view::npos) {
            return 0;
        } else {
            ++i;
        }
    }
    return 0;
}

class Reader {
public:
    explicit Reader(Body& body) : body_(body) {}

    bool read(std::string_view text) {
        if (text.starts_with("\xEF\xBB\xBF")) return refuse("Unexpected UTF-8 BOM.");
        const simdjson::padded_string padded(text);
        ondemand::parser parser;
        ondemand::document document;
        if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return refuse_syntax();
        ondemand::json_type type{};
        if (document.type().get(type) != simdjson::SUCCESS) return refuse_syntax();
        if (type == ondemand::json_type::array || type == ondemand::json_type::object) {
            ondemand::value value;
            if (document.get_value().get(value) != simdjson::SUCCESS) return refuse_syntax();
            if (!read_value(value, body_.root, 1)) return false;
            // simdjson says "out of bounds" when there is nothing left.
            if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
                return refuse("Extra data.");
            }
            return true;
        }
        return read_root_scalar(text);
    }

private:
    bool refuse(std::string_view why) {
        body_.error = why;
        return false;
    }
    bool refuse_syntax() { return refuse("Expecting a JSON value in UTF-8."); }

    // No route takes a scalar: it is wrapped in an array, so that it is read by the same rules.
    bool read_root_scalar(std::string_view text) {
        std::string wrapped;
        wrapped.reserve(text.size() + 2);
        wrapped.append("[").append(text).append("]");
        if (!read(wrapped)) return false;
        if (body_.root.children.size() != 1) return refuse("Extra data.");
        const Node scalar = std::move(body_.root.children.front());
        body_.root = scalar;
        return true;
    }

    bool read_value(ondemand::value value, Node& node, int depth) {
        ondemand::json_type type{};
        if (value.type().get(type) != simdjson::SUCCESS) return refuse_syntax();
        switch (type) {
            case ondemand::json_type::array:
                return read_array(value, node, depth);
            case ondemand::json_type::object:
                return read_object(value, node, depth);
            case ondemand::json_type::string: {
                if (depth == field_depth) {
                    node.lone_surrogate = find_lone_surrogate(value.raw_json_token());
                    node.kind = NodeKind::text;
                    if (node.lone_surrogate != 0) return true;
                }
                std::string_view text;
                if (value.get_string().get(text) != simdjson::SUCCESS) return refuse_syntax();
                node.kind = NodeKind::text;
                return keep(text, node.text);
            }
            case ondemand::json_type::number:
            case ondemand::json_type::boolean:
            case ondemand::json_type::null:
                return read_literal(value.raw_json_token(), node);
        }
        return refuse_syntax();
    }

    bool read_literal(std::string_view token, Node& node) {
        // The token reaches to the next structural character.
        while (!token.empty() &&
               std::string_view(" \t\r\n").find(token.back()) != std::string_view::npos) {
            token.remove_suffix(1);
        }
        if (token == "true" || token == "false") {
            node.kind = NodeKind::boolean;
            node.truth = token == "true";
        } else if (token == "null") {
            node.kind = NodeKind::null;
        } else if (is_json_number(token)) {
            node.kind = NodeKind::number;
            node.text = body_.keep(token);
        } else {
            return refuse_syntax();
        }
        return true;
    }

    bool read_array(ondemand::value value, Node& node, int depth) {
        if (depth > depth_max) return refuse("Nested too deeply.");
        ondemand::array array;
        if (value.get_array().get(array) != simdjson::SUCCESS) return refuse_syntax();
        node.kind = NodeKind::array;
        for (auto item : array) {
            ondemand::value child;
            if (item.get(child) != simdjson::SUCCESS) return refuse_syntax();
            if (!read_value(child, node.children.emplace_back(), depth + 1)) return false;
        }
        return true;
    }

    bool read_object(ondemand::value value, Node& node, int depth) {
        if (depth > depth_max) return refuse("Nested too deeply.");
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) return refuse_syntax();
        node.kind = NodeKind::object;
        std::unordered_set<std::string_view> names;
        for (auto member : object) {
            ondemand::field field;
            std::string_view raw_name;
            if (std::move(member).get(field) != simdjson::SUCCESS) return refuse_syntax();
            if (field.unescaped_key().get(raw_name) != simdjson::SUCCESS) return refuse_syntax();
            Node child;
            if (!keep(raw_name, child.name)) return false;
            if (is_duplicate(node, child.name, names)) return refuse("Duplicate member name.");
            node.children.push_back(std::move(child));
            if (!read_value(field.value(), node.children.back(), depth + 1)) return false;
        }
        return true;
    }

    static bool is_duplicate(const Node& node, std::string_view name,
                             std::unordered_set<std::string_view>& names) {
        if (node.children.size() < members_compared) return node.find(name) != nullptr;
        if (names.empty()) {
            for (const Node& child : node.children) names.insert(child.name);
        }
        return !names.insert(name).second;
    }

    bool keep(std::string_view text, std::string_view& kept) {
        // An escaped lone surrogate has come out as bytes that are no UTF-8.
        if (!is_utf8(text)) return refuse("Lone surrogates are not allowed.");
        kept = body_.keep(text);
        return true;
    }

    Body& body_;
};

}  // namespace

void parse_json(std::string_view text, Body& body) {
    body.reserve_text(text.size());
    Reader reader(body);
    // A defect must not let a half-read tree pass.
    if (!reader.read(text) && body.error.empty()) body.error = "Expecting a JSON value in UTF-8.";
}

}  // namespace till::http
