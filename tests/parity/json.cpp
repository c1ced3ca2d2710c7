// SPDX-License-Identifier: MIT
#include "json.hpp"

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace till_parity {
namespace {

using Binary = Json::binary_t;

// A lone surrogate D800-DFFF cannot stand in UTF-8: while in memory it is U+F0000 plus its place.
constexpr std::uint32_t stand_in = 0xF0000;
constexpr std::uint32_t surrogate_first = 0xD800;
constexpr std::uint32_t surrogate_last = 0xDFFF;

// The four hex digits of "\uXXXX" at `at`, or 0.
std::uint32_t unit_at(std::string_view text, std::size_t at) {
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return 0;
    std::uint32_t unit = 0;
    const char* first = text.data() + at + 2;
    const auto parsed = std::from_chars(first, first + 4, unit, 16);
    return parsed.ptr == first + 4 ? unit : 0;
}

bool is_high(std::uint32_t unit) { return unit >= surrogate_first && unit < 0xDC00; }
bool is_low(std::uint32_t unit) { return unit >= 0xDC00 && unit <= surrogate_last; }

std::string utf8_of_stand_in(std::uint32_t unit) {
    const std::uint32_t point = stand_in + (unit - surrogate_first);
    std::string text(4, '\0');
    text[0] = static_cast<char>(0xF0 | (point >> 18));
    text[1] = static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    text[2] = static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    text[3] = static_cast<char>(0x80 | (point & 0x3F));
    return text;
}

std::string replace_lone_surrogates(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '\\') {
            result += text[at++];
            continue;
        }
        const std::uint32_t unit = unit_at(text, at);
        if (is_high(unit) && is_low(unit_at(text, at + 6))) {
            result += text.substr(at, 12);
            at += 12;
        } else if (is_high(unit) || is_low(unit)) {
            result += utf8_of_stand_in(unit);
            at += 6;
        } else {
            result += text.substr(at, 2);
            at += 2;
        }
    }
    return result;
}

// Builds the tree; nlohmann's own builder would round the numbers.
class Builder final : public nlohmann::json_sax<Json> {
public:
    explicit Builder(Json& root) : root_(root) {}

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override {
        return add(number(std::to_string(value)));
    }
    bool number_unsigned(number_unsigned_t value) override {
        return add(number(std::to_string(value)));
    }
    bool number_float(number_float_t, const string_t& digits) override {
        return add(number(digits));
    }
    bool string(string_t& value) override { return add(value); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool key(string_t& value) override {
        key_ = value;
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&,
                     const nlohmann::detail::exception& error) override {
        throw std::runtime_error(error.what());
    }

private:
    Json* place(Json value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *open_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        parent[key_] = std::move(value);
        return &parent[key_];
    }
    bool add(Json value) {
        place(std::move(value));
        return true;
    }
    bool open(Json value) {
        open_.push_back(place(std::move(value)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    Json& root_;
    std::vector<Json*> open_;
    std::string key_;
};

std::string write_string(const std::string& value) {
    std::string text = Json(value).dump();
    for (std::uint32_t unit = surrogate_first; unit <= surrogate_last; ++unit) {
        if (text.find("\xF3\xB0") == std::string::npos) break;  // how every stand-in begins
        const std::string from = utf8_of_stand_in(unit);
        char escaped[7] = "\\u";
        std::to_chars(escaped + 2, escaped + 6, unit, 16);
        for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from))
            text.replace(at, from.size(), escaped, 6);
    }
    return text;
}

}  // namespace

Json parse_json(std::string_view text) {
    Json root;
    Builder builder(root);
    const std::string clean = replace_lone_surrogates(text);
    if (!Json::sax_parse(clean, &builder)) throw std::runtime_error("not JSON");
    return root;
}

Json number(std::string_view digits) {
    return Json::binary(Binary::container_type(digits.begin(), digits.end()));
}

bool is_number(const Json& value) { return value.is_binary(); }

int to_int(const Json& value) {
    if (!is_number(value)) throw std::runtime_error("not a number: " + write_json(value));
    const std::string text = write_json(value);
    int result = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), result);
    if (parsed.ptr != text.data() + text.size())
        throw std::runtime_error("not a whole number: " + text);
    return result;
}

std::string write_json(const Json& value) {
    if (is_number(value)) {
        const Binary& digits = value.get_binary();
        return std::string(digits.begin(), digits.end());
    }
    if (value.is_string()) return write_string(value.get_ref<const std::string&>());
    if (!value.is_structured()) return value.dump();
    std::string text(1, value.is_object() ? '{' : '[');
    for (auto item = value.begin(); item != value.end(); ++item) {
        if (item != value.begin()) text += ", ";
        if (value.is_object()) text += write_string(item.key()) + ": ";
        text += write_json(*item);
    }
    return text + (value.is_object() ? '}' : ']');
}

}  // namespace till_parity
