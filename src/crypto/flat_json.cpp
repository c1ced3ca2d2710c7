// SPDX-License-Identifier: MIT
#include "crypto/flat_json.hpp"

#include "base/text.hpp"

#include <array>

namespace till::crypto {
namespace {

// What may stand in a text as it is and does not end it.
constexpr std::array<bool, 256> plain_bytes = [] {
    std::array<bool, 256> plain{};
    for (std::size_t i = 0x20; i < plain.size(); ++i) plain[i] = i != '"' && i != '\\';
    return plain;
}();
bool is_plain(char c) noexcept { return plain_bytes[static_cast<unsigned char>(c)]; }

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

class Parser {
public:
    explicit Parser(std::span<char> json) noexcept
        : at_(json.data()), end_(json.data() + json.size()) {}

    std::optional<std::size_t> object(std::span<FlatMember> members) noexcept {
        std::size_t count = 0;
        space();
        if (!take('{')) return std::nullopt;
        space();
        if (!take('}')) {
            for (;;) {
                if (count == members.size() || !member(members[count])) return std::nullopt;
                for (std::size_t i = 0; i < count; ++i) {
                    if (members[i].name == members[count].name) return std::nullopt;
                }
                ++count;
                if (take('}')) break;
                if (!take(',')) return std::nullopt;
                space();
            }
        }
        space();
        if (at_ != end_) return std::nullopt;
        return count;
    }

private:
    void space() noexcept {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
    }

    bool take(char c) noexcept {
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }

    bool member(FlatMember& out) noexcept {
        if (!text(out.name)) return false;
        space();
        if (!take(':')) return false;
        space();
        if (!value(out)) return false;
        space();
        return true;
    }

    bool value(FlatMember& out) noexcept {
        if (at_ == end_) return false;
        if (*at_ == '"') {
            out.kind = FlatKind::text;
            return text(out.value);
        }
        const char* const begin = at_;
        if (*at_ == '-' || is_digit(*at_)) {
            out.kind = FlatKind::number;
            if (!number()) return false;
        } else {
            out.kind = FlatKind::literal;
            while (at_ != end_ && *at_ >= 'a' && *at_ <= 'z') ++at_;
        }
        out.value = {begin, static_cast<std::size_t>(at_ - begin)};
        return out.kind == FlatKind::number || out.value == "true" || out.value == "false" ||
               out.value == "null";
    }

    bool digits() noexcept {
        if (at_ == end_ || !is_digit(*at_)) return false;
        while (at_ != end_ && is_digit(*at_)) ++at_;
        return true;
    }

    bool number() noexcept {
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!digits()) return false;
        }
        return at_ == end_ || !is_digit(*at_);  // No digit may follow a leading zero.
    }

    bool text(std::string_view& out) noexcept {
        if (!take('"')) return false;
        char* const begin = at_;
        // A local: writing the member at every byte would cost more than reading.
        char* plain = begin;
        while (plain != end_ && is_plain(*plain)) ++plain;
        at_ = plain;
        char* write = at_;  // Stays behind at_: no escape is shorter than what it stands for.
        while (at_ != end_ && *at_ != '"') {
            if (is_plain(*at_)) {
                *write++ = *at_++;
            } else if (*at_ != '\\' || !escape(write)) {
                return false;
            }
        }
        out = {begin, static_cast<std::size_t>(write - begin)};
        return take('"');
    }

    bool escape(char*& write) noexcept {
        ++at_;
        if (at_ == end_) return false;
        constexpr std::string_view from = "\"\\/bfnrt";
        constexpr std::string_view to = "\"\\/\b\f\n\r\t";
        const char c = *at_++;
        if (c == 'u') return unicode_escape(write);
        const std::size_t which = from.find(c);
        if (which == std::string_view::npos) return false;
        *write++ = to[which];
        return true;
    }

    bool four_digits(char32_t& out) noexcept {
        if (end_ - at_ < 4) return false;
        out = 0;
        for (int i = 0; i < 4; ++i) {
            const char c = *at_++;
            const char lower = static_cast<char>(c | 0x20);
            if (is_digit(c)) {
                out = out * 16 + static_cast<char32_t>(c - '0');
            } else if (lower >= 'a' && lower <= 'f') {
                out = out * 16 + static_cast<char32_t>(lower - 'a' + 10);
            } else {
                return false;
            }
        }
        return true;
    }

    bool unicode_escape(char*& write) noexcept {
        char32_t c = 0;
        if (!four_digits(c) || c == 0) return false;
        if (c >= 0xDC00 && c <= 0xDFFF) return false;
        if (c >= 0xD800 && c <= 0xDBFF) {
            char32_t low = 0;
            if (!take('\\') || !take('u') || !four_digits(low)) return false;
            if (low < 0xDC00 || low > 0xDFFF) return false;
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        }
        const auto put = [&write](char32_t byte) { *write++ = static_cast<char>(byte); };
        if (c < 0x80) {
            put(c);
        } else if (c < 0x800) {
            put(0xC0 | c >> 6);
            put(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            put(0xE0 | c >> 12);
            put(0x80 | (c >> 6 & 0x3F));
            put(0x80 | (c & 0x3F));
        } else {
            put(0xF0 | c >> 18);
            put(0x80 | (c >> 12 & 0x3F));
            put(0x80 | (c >> 6 & 0x3F));
            put(0x80 | (c & 0x3F));
        }
        return true;
    }

    char* at_;
    char* end_;
};

}  // namespace

std::optional<std::size_t> parse_flat_object(std::span<char> json,
                                             std::span<FlatMember> members) noexcept {
    if (!valid_utf8({json.data(), json.size()})) return std::nullopt;
    return Parser(json).object(members);
}

}  // namespace till::crypto
