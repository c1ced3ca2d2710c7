// SPDX-License-Identifier: MIT
#include "domain/input_rules.hpp"

#include "base/text.hpp"

namespace till::domain {
namespace {

constexpr int json_depth_max = 32;

// A recursive-descent reader that only says yes or no. The text is valid UTF-8 already.
class JsonChecker {
public:
    explicit JsonChecker(std::string_view text) noexcept : text_(text) {}

    bool object_only() noexcept {
        skip_space();
        if (peek() != '{' || !value(0)) return false;
        skip_space();
        return at_ == text_.size();
    }

private:
    char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool take(char expected) noexcept {
        if (peek() != expected) return false;
        ++at_;
        return true;
    }
    void skip_space() noexcept {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
    }
    bool word(std::string_view expected) noexcept {
        if (text_.substr(at_, expected.size()) != expected) return false;
        at_ += expected.size();
        return true;
    }

    bool value(int depth) noexcept {
        if (depth > json_depth_max) return false;
        switch (peek()) {
            case '{':
                return members(depth, '}', true);
            case '[':
                return members(depth, ']', false);
            case '"':
                return string();
            case 't':
                return word("true");
            case 'f':
                return word("false");
            case 'n':
                return word("null");
            default:
                return number();
        }
    }

    bool members(int depth, char end, bool named) noexcept {
        ++at_;
        skip_space();
        if (take(end)) return true;
        for (;;) {
            skip_space();
            if (named) {
                if (!string()) return false;
                skip_space();
                if (!take(':')) return false;
                skip_space();
            }
            if (!value(depth + 1)) return false;
            skip_space();
            if (take(end)) return true;
            if (!take(',')) return false;
        }
    }

    bool string() noexcept {
        if (!take('"')) return false;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '"') return true;
            if (static_cast<unsigned char>(c) < 0x20) return false;
            if (c == '\\' && !escape()) return false;
        }
        return false;
    }

    bool escape() noexcept {
        const char c = peek();
        ++at_;
        if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
        for (int i = 0; i < 4; ++i, ++at_) {
            const char h = peek();
            const bool hex =
                (h >= '0' && h <= '9') || (h >= 'a' && h <= 'f') || (h >= 'A' && h <= 'F');
            if (!hex) return false;
        }
        return true;
    }

    bool digits() noexcept {
        if (peek() < '0' || peek() > '9') return false;
        while (peek() >= '0' && peek() <= '9') ++at_;
        return true;
    }

    bool number() noexcept {
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (!take('+')) take('-');
            return digits();
        }
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

void add_violation(std::vector<Violation>& violations, std::string path, const char* code,
                   std::string message) {
    violations.push_back({std::move(path), code, std::move(message), {}});
}

void add_violation(std::vector<Violation>& violations, std::string path, const char* code,
                   std::string message, const char* param, std::int64_t value) {
    violations.push_back(
        {std::move(path), code, std::move(message), {{param, std::to_string(value)}}});
}

std::string_view check_optional_text(std::vector<Violation>& violations, std::string_view path,
                                     std::optional<std::string_view> text,
                                     std::size_t max_code_points) {
    if (!text || text->empty()) return {};
    check_text(violations, path, *text, 1, max_code_points,
               TextRule::no_control | TextRule::not_blank);
    return *text;
}

std::string_view check_token(std::vector<Violation>& violations, std::string_view path,
                             std::optional<std::string_view> text, std::size_t max_bytes) {
    if (!text) return {};
    // Never fewer bytes than code points, so the bytes are the tighter limit.
    if (text->size() > max_bytes) {
        add_violation(violations, std::string(path), "too_long", "Has too many bytes.", "max",
                      static_cast<std::int64_t>(max_bytes));
        return *text;
    }
    check_text(violations, path, *text, 1, max_bytes, TextRule::no_control | TextRule::not_blank);
    return *text;
}

std::string_view check_token_of(std::vector<Violation>& violations, std::string_view path,
                                std::optional<std::string_view> text, std::size_t max_bytes,
                                bool (*allowed)(char) noexcept) {
    const std::size_t before = violations.size();
    const std::string_view token = check_token(violations, path, text, max_bytes);
    if (violations.size() != before) return token;
    for (const char c : token) {
        if (allowed(c)) continue;
        add_violation(violations, std::string(path), "invalid",
                      "Has a character that is not allowed here.");
        break;
    }
    return token;
}

bool valid_json_object(std::string_view text) noexcept {
    return valid_utf8(text) && JsonChecker(text).object_only();
}

}  // namespace till::domain
