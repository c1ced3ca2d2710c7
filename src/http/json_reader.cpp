// SPDX-License-Identifier: MIT
//
// RFC 8259 by recursive descent: one pass over the bytes, at most 64 levels deep. It is written
// here because what a library would give is the smaller part: numbers stay text, duplicate names
// are refused, and a lone surrogate names its field.
#include "http/body.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

namespace till::http {

namespace {

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

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_high(std::uint16_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(std::uint16_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// Of the characters behind "\u": exactly four hex digits.
std::optional<std::uint16_t> parse_unit(std::string_view text) {
    std::uint16_t unit = 0;
    if (text.size() < 4) return std::nullopt;
    const auto parsed = std::from_chars(text.data(), text.data() + 4, unit, 16);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + 4) return std::nullopt;
    return unit;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto append = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    const auto tail = [&](int shift) { append(0x80 | ((code_point >> shift) & 0x3F)); };
    if (code_point < 0x80) {
        append(code_point);
    } else if (code_point < 0x800) {
        append(0xC0 | (code_point >> 6));
        tail(0);
    } else if (code_point < 0x10000) {
        append(0xE0 | (code_point >> 12));
        tail(6);
        tail(0);
    } else {
        append(0xF0 | (code_point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

class Reader {
public:
    Reader(std::string_view text, Body& body) : rest_(text), body_(body) {}

    bool read() {
        if (rest_.starts_with("\xEF\xBB\xBF")) return refuse("Unexpected UTF-8 BOM.");
        if (!is_utf8(rest_)) return refuse_syntax();
        skip_space();
        // No route takes a scalar: it is read by the rules of a member.
        const bool nests = next_is('{') || next_is('[');
        if (!read_value(body_.root, nests ? 1 : field_depth)) return false;
        skip_space();
        return rest_.empty() || refuse("Extra data.");
    }

private:
    bool refuse(std::string_view why) {
        body_.error = why;
        return false;
    }
    bool refuse_syntax() { return refuse("Expecting a JSON value in UTF-8."); }

    [[nodiscard]] bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }

    bool take(char c) {
        if (!next_is(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void skip_space() {
        while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    }

    bool read_value(Node& node, int depth) {
        if (take('{')) return read_object(node, depth);
        if (take('[')) return read_array(node, depth);
        if (!take('"')) return read_literal(node);
        node.kind = NodeKind::text;
        std::uint16_t lone = 0;
        if (!read_string(node.text, lone)) return false;
        if (lone != 0 && depth != field_depth) return refuse_surrogate();
        node.lone_surrogate = lone;
        return true;
    }

    bool refuse_surrogate() { return refuse("Lone surrogates are not allowed."); }

    bool read_literal(Node& node) {
        const std::size_t size = std::min(rest_.find_first_of(" \t\r\n,:[]{}\""), rest_.size());
        const std::string_view token = rest_.substr(0, size);
        rest_.remove_prefix(size);
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

    bool read_array(Node& node, int depth) {
        if (depth > depth_max) return refuse("Nested too deeply.");
        node.kind = NodeKind::array;
        skip_space();
        if (take(']')) return true;
        do {
            skip_space();
            if (!read_value(node.children.emplace_back(), depth + 1)) return false;
            skip_space();
        } while (take(','));
        return take(']') || refuse_syntax();
    }

    bool read_object(Node& node, int depth) {
        if (depth > depth_max) return refuse("Nested too deeply.");
        node.kind = NodeKind::object;
        std::unordered_set<std::string_view> names;
        skip_space();
        if (take('}')) return true;
        do {
            Node child;
            std::uint16_t lone = 0;
            skip_space();
            if (!take('"')) return refuse_syntax();
            if (!read_string(child.name, lone)) return false;
            if (lone != 0) return refuse_surrogate();
            if (is_duplicate(node, child.name, names)) return refuse("Duplicate member name.");
            node.children.push_back(std::move(child));
            skip_space();
            if (!take(':')) return refuse_syntax();
            skip_space();
            if (!read_value(node.children.back(), depth + 1)) return false;
            skip_space();
        } while (take(','));
        return take('}') || refuse_syntax();
    }

    // Behind the opening quote. Of a string with a lone surrogate the first one comes out, no text.
    bool read_string(std::string_view& kept, std::uint16_t& lone) {
        std::size_t plain = 0;
        while (plain < rest_.size() && is_plain(rest_[plain])) ++plain;
        if (plain < rest_.size() && rest_[plain] == '"') {
            kept = body_.keep(rest_.substr(0, plain));
            rest_.remove_prefix(plain + 1);
            return true;
        }
        std::string text;
        while (!take('"')) {
            if (take('\\')) {
                if (!read_escape(text, lone)) return refuse_syntax();
                continue;
            }
            if (rest_.empty() || !is_plain(rest_.front())) return refuse_syntax();
            text += rest_.front();
            rest_.remove_prefix(1);
        }
        if (lone == 0) kept = body_.keep(text);
        return true;
    }

    // Control characters have to be escaped.
    static bool is_plain(char c) {
        return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
    }

    bool read_escape(std::string& text, std::uint16_t& lone) {
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        if (take('u')) return read_unicode_escape(text, lone);
        const std::size_t which = rest_.empty() ? letters.npos : letters.find(rest_.front());
        if (which == letters.npos) return false;
        text += meanings[which];
        rest_.remove_prefix(1);
        return true;
    }

    bool read_unicode_escape(std::string& text, std::uint16_t& lone) {
        const auto unit = parse_unit(rest_);
        if (!unit) return false;
        rest_.remove_prefix(4);
        if (!is_high(*unit) && !is_low(*unit)) {
            append_utf8(text, *unit);
            return true;
        }
        const auto next = rest_.starts_with("\\u") ? parse_unit(rest_.substr(2)) : std::nullopt;
        if (is_high(*unit) && next && is_low(*next)) {
            append_utf8(text, 0x10000U + ((*unit & 0x3FFU) << 10U) + (*next & 0x3FFU));
            rest_.remove_prefix(6);
        } else if (lone == 0) {
            lone = *unit;
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

    std::string_view rest_;
    Body& body_;
};

}  // namespace

void parse_json(std::string_view text, Body& body) {
    body.reserve_text(text.size());
    Reader reader(text, body);
    // A defect must not let a half-read tree pass.
    if (!reader.read() && body.error.empty()) body.error = "Expecting a JSON value in UTF-8.";
}

}  // namespace till::http
