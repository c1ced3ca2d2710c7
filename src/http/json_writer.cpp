// SPDX-License-Identifier: MIT
#include "http/json_writer.hpp"

#include "http/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace till::http {

namespace {

// Writes `value` with leading zeros, right-aligned in `width` characters.
void put_digits(char* at, int width, std::int64_t value) {
    for (int i = width - 1; i >= 0; --i) {
        at[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

// Whether one of eight bytes is `c`; others may be taken for it only beside one that is.
bool may_have(std::uint64_t eight, unsigned char c) {
    const std::uint64_t zero_where = eight ^ (c * in_all_bytes);
    return ((zero_where - in_all_bytes) & ~zero_where & (0x80 * in_all_bytes)) != 0;
}

// How many bytes at the front surely need no escape, in steps of eight.
std::size_t count_clear(std::string_view text) {
    std::size_t count = 0;
    for (std::uint64_t eight = 0; text.size() - count >= sizeof eight; count += sizeof eight) {
        std::memcpy(&eight, text.data() + count, sizeof eight);
        if (!are_ascii_from(' ', eight) || may_have(eight, '"') || may_have(eight, '\\')) break;
    }
    return count;
}

bool is_clear(std::string_view text) {
    text.remove_prefix(count_clear(text));
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

// What is gathered before it is appended: a call of append() costs as much as thirty bytes.
template <std::size_t capacity>
class Piece {
public:
    [[nodiscard]] bool fits(std::size_t size) const { return size <= capacity - size_; }
    Piece& add(char c) {
        bytes_[size_++] = c;
        return *this;
    }
    Piece& add(std::string_view text) {
        std::memcpy(bytes_.data() + size_, text.data(), text.size());
        size_ += text.size();
        return *this;
    }
    [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }

private:
    std::array<char, capacity> bytes_;
    std::size_t size_ = 0;
};

constexpr std::size_t piece_size = 64;  // names, states and most of what customers are called

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
    static constexpr std::string_view hex = "0123456789abcdef";
    std::size_t done = 0;
    for (std::size_t i = count_clear(text); i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        // U+2028 and U+2029 end a line in old JavaScript: DRF escapes them.
        const bool is_line_end = c == 0xE2 && text.size() - i >= 3 && text[i + 1] == '\x80' &&
                                 (text[i + 2] == '\xA8' || text[i + 2] == '\xA9');
        if (c >= 0x20 && c != '"' && c != '\\' && !is_line_end) continue;
        out.append(text, done, i - done);
        done = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            case 0xE2:
                out += text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
                i += 2;
                done = i + 1;
                break;
            default:
                out += "\\u00";
                out += hex[c >> 4];
                out += hex[c & 0xF];
        }
    }
    out.append(text, done, text.size() - done);
}

void append_money(std::string& out, std::int64_t minor, std::int32_t exponent) {
    // The magnitude of INT64_MIN fits unsigned alone.
    std::uint64_t magnitude = static_cast<std::uint64_t>(minor);
    if (minor < 0) {
        magnitude = 0 - magnitude;
        out += '-';
    }
    std::array<char, 40> digits;
    char* const end = digits.data() + digits.size();
    char* at = end;
    for (std::int32_t i = 0; i < exponent; ++i) {
        *--at = static_cast<char>('0' + magnitude % 10);
        magnitude /= 10;
    }
    if (exponent > 0) *--at = '.';
    do {
        *--at = static_cast<char>('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude != 0);
    out.append(at, end);
}

void append_time(std::string& out, till_time at_us) {
    constexpr std::int64_t day_us = 86'400'000'000;
    std::int64_t days = at_us / day_us;
    std::int64_t rest = at_us % day_us;
    if (rest < 0) {
        rest += day_us;
        --days;
    }
    // Days to a civil date of the proleptic Gregorian calendar, in eras of 400 years that begin in
    // March, so that the leap day is a year's last.
    days += 719'468;
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const std::int64_t of_era = days - era * 146'097;
    const std::int64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted_month = (5 * of_year + 2) / 153;
    const std::int64_t day = of_year - (153 * shifted_month + 2) / 5 + 1;
    const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);

    char text[] = "0000-00-00T00:00:00.000000Z";
    put_digits(text, 4, std::clamp<std::int64_t>(year, 0, 9999));
    put_digits(text + 5, 2, month);
    put_digits(text + 8, 2, day);
    put_digits(text + 11, 2, rest / 3'600'000'000);
    put_digits(text + 14, 2, rest / 60'000'000 % 60);
    put_digits(text + 17, 2, rest / 1'000'000 % 60);
    put_digits(text + 20, 6, rest % 1'000'000);
    out.append(text, sizeof(text) - 1);
}

bool JsonWriter::needs_comma() const {
    if (out_.empty()) return false;
    const char last = out_.back();
    return last != '{' && last != '[' && last != ':';
}

void JsonWriter::separate() {
    if (needs_comma()) out_ += ',';
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    out_ += bracket;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    Piece<piece_size> piece;
    if (piece.fits(name.size() + 4)) {
        if (needs_comma()) piece.add(',');
        out_ += piece.add('"').add(name).add("\":").view();
        return *this;
    }
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return *this;
}

JsonWriter& JsonWriter::escaped_key(std::string_view name) {
    separate();
    out_ += '"';
    append_escaped(out_, name);
    out_ += "\":";
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    Piece<piece_size> piece;
    if (piece.fits(value.size() + 3) && is_clear(value)) {
        if (needs_comma()) piece.add(',');
        out_ += piece.add('"').add(value).add('"').view();
        return *this;
    }
    separate();
    out_ += '"';
    append_escaped(out_, value);
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::text_or_null(till_str value) {
    return value.data == nullptr ? null() : text(view(value));
}

JsonWriter& JsonWriter::number(std::int64_t value) {
    separate();
    append_number(out_, value);
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    Piece<piece_size> piece;
    if (piece.fits(json.size() + 1)) {
        if (needs_comma()) piece.add(',');
        out_ += piece.add(json).view();
        return *this;
    }
    separate();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::money(std::int64_t minor, std::int32_t exponent) {
    separate();
    out_ += '"';
    append_money(out_, minor, exponent);
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::time(till_time at_us) {
    if (at_us == TILL_TIME_NONE) return null();
    separate();
    out_ += '"';
    append_time(out_, at_us);
    out_ += '"';
    return *this;
}

std::string indent_json(std::string_view compact, int width) {
    std::string out;
    out.reserve(compact.size() * 2);
    std::size_t level = 0;
    bool in_string = false;
    const auto break_line = [&] {
        out += '\n';
        out.append(level * static_cast<std::size_t>(width), ' ');
    };
    for (std::size_t i = 0; i < compact.size(); ++i) {
        const char c = compact[i];
        if (in_string) {
            out += c;
            if (c == '\\') out += compact[++i];
            in_string = c != '"';
            continue;
        }
        const bool is_empty =
            i + 1 < compact.size() && (compact[i + 1] == '}' || compact[i + 1] == ']');
        if (c == '{' || c == '[') {
            out += c;
            if (is_empty) {
                out += compact[++i];
            } else {
                ++level;
                break_line();
            }
        } else if (c == '}' || c == ']') {
            --level;
            break_line();
            out += c;
        } else if (c == ',') {
            out += c;
            break_line();
        } else if (c == ':') {
            out += ": ";
        } else {
            out += c;
            in_string = c == '"';
        }
    }
    return out;
}

}  // namespace till::http
