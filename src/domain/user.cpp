// SPDX-License-Identifier: MIT
#include "domain/user.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace till::domain {
namespace {

constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_alphanumeric(char c) noexcept { return is_letter(c) || is_digit(c); }

void add(std::vector<Violation>& violations, std::string_view path, const char* code,
         const char* message) {
    violations.push_back({std::string(path), code, message, {}});
}

// ---- E-mail: the local part ----------------------------------------------------------------

// RFC 5322 3.2.3.
bool is_atom_character(char c) noexcept {
    return is_alphanumeric(c) ||
           std::string_view("-!#$%&'*+/=?^_`{}|~").find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) noexcept {
    bool after_dot = true;
    for (const char c : text) {
        if (c == '.') {
            if (after_dot) return false;
            after_dot = true;
        } else {
            if (!is_atom_character(c)) return false;
            after_dot = false;
        }
    }
    return !after_dot;
}

// A quoted string without blanks outside quoted pairs and without control characters: an address
// goes into mail headers.
bool is_quoted_local(std::string_view text) noexcept {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
    const std::string_view inner = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] < 0x20 || inner[i] == 0x7F) return false;
        if (inner[i] == '\\') {
            if (++i == inner.size() || inner[i] < 0x20 || inner[i] == 0x7F) return false;
        } else if (inner[i] == '"' || inner[i] == ' ') {
            return false;
        }
    }
    return true;
}

// ---- E-mail: the domain --------------------------------------------------------------------

// The length of a label's Punycode form (RFC 3492 6.3) with the prefix "xn--".
std::size_t ace_length(const std::u32string& label) noexcept {
    constexpr std::uint32_t base = 36, t_min = 1, t_max = 26, skew = 38, damp = 700;
    std::uint32_t n = 128, delta = 0, bias = 72;
    const auto basic = static_cast<std::uint32_t>(
        std::count_if(label.begin(), label.end(), [](char32_t c) { return c < 128; }));
    std::uint32_t handled = basic;
    std::size_t length = 4 + basic + (basic > 0 ? 1 : 0);
    while (handled < label.size()) {
        std::uint32_t next = 0x110000;
        for (const char32_t c : label) {
            if (c >= n) next = std::min(next, static_cast<std::uint32_t>(c));
        }
        // No overflow: the label has at most 254 code points of 21 bits.
        delta += (next - n) * (handled + 1);
        n = next;
        for (const char32_t c : label) {
            if (c < n) ++delta;
            if (c != n) continue;
            std::uint32_t q = delta;
            for (std::uint32_t k = base;; k += base, ++length) {
                const std::uint32_t t = std::clamp(k > bias ? k - bias : 0, t_min, t_max);
                if (q < t) break;
                q = (q - t) / (base - t);
            }
            ++length;
            std::uint32_t adapted = handled == basic ? delta / damp : delta / 2;
            adapted += adapted / (handled + 1);
            std::uint32_t k = 0;
            for (; adapted > (base - t_min) * t_max / 2; k += base) adapted /= base - t_min;
            bias = k + (base - t_min + 1) * adapted / (adapted + skew);
            delta = 0;
            ++handled;
        }
        ++delta;
        ++n;
    }
    return length;
}

// Code points that show nothing or turn the reading direction: two names that look alike.
bool is_invisible(char32_t c) noexcept {
    return c == 0xAD || c == 0x34F || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xE0000 && c <= 0xE0FFF);
}

bool is_label(std::string_view text, std::size_t min) {
    std::u32string label;
    bool ascii = true;
    char32_t c = 0;
    for (std::size_t at = 0; next_code_point(text, at, c); label.push_back(c)) {
        if (c < 0x80) {
            if (!is_alphanumeric(static_cast<char>(c)) && c != '-') return false;
        } else {
            // U+3002 is another dot to IDNA (RFC 3490 3.1).
            if (c < 0xA0 || c == 0x3002 || is_space(c) || is_invisible(c)) return false;
            ascii = false;
        }
    }
    if (label.empty() || label.front() == '-' || label.back() == '-') return false;
    const std::size_t length = ascii ? label.size() : ace_length(label);
    return length >= min && length <= 63;  // RFC 1035 2.3.4
}

bool is_domain_name(std::string_view text) {
    if (text == "localhost") return true;
    if (text.find('.') == std::string_view::npos) return false;
    while (true) {
        const std::size_t dot = text.find('.');
        const bool last = dot == std::string_view::npos;
        if (!is_label(text.substr(0, dot), last ? 2 : 1)) return false;
        if (last) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_ipv4(std::string_view text) noexcept {
    for (int part = 0; part < 4; ++part) {
        const std::size_t dot = text.find('.');
        if ((dot == std::string_view::npos) != (part == 3)) return false;
        const std::string_view digits = text.substr(0, dot);
        if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) {
            return false;
        }
        int value = 0;
        for (const char c : digits) {
            if (!is_digit(c)) return false;
            value = value * 10 + (c - '0');
        }
        if (value > 255) return false;
        if (part < 3) text.remove_prefix(dot + 1);
    }
    return true;
}

bool is_hex_group(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 4 && std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
}

// RFC 4291 2.2, all three forms.
bool is_ipv6(std::string_view text) noexcept {
    const std::size_t gap = text.find("::");
    if (gap != std::string_view::npos && text.find("::", gap + 1) != std::string_view::npos) {
        return false;
    }
    // The number of 16-bit groups in a part without "::", or -1. Only the last may be IPv4.
    const auto groups = [](std::string_view part, bool ends) {
        int count = 0;
        while (!part.empty()) {
            const std::size_t colon = part.find(':');
            const std::string_view group = part.substr(0, colon);
            const bool last = colon == std::string_view::npos;
            if (last && ends && is_ipv4(group)) return count + 2;
            if (!is_hex_group(group)) return -1;
            ++count;
            if (last) return count;
            part.remove_prefix(colon + 1);
            if (part.empty()) return -1;
        }
        return count;
    };
    if (gap == std::string_view::npos) return groups(text, true) == 8;
    const int before = groups(text.substr(0, gap), false);
    const int after = groups(text.substr(gap + 2), true);
    return before >= 0 && after >= 0 && before + after <= 7;
}

}  // namespace

bool is_email(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || at == 0) return false;
    const std::string_view local = text.substr(0, at);
    if (!is_dot_atom(local) && !is_quoted_local(local)) return false;
    const std::string_view domain = text.substr(at + 1);
    if (domain.size() >= 2 && domain.front() == '[' && domain.back() == ']') {
        const std::string_view literal = domain.substr(1, domain.size() - 2);
        return is_ipv4(literal) || is_ipv6(literal);
    }
    return is_domain_name(domain);
}

std::optional<Keyed> parse_username(std::vector<Violation>& violations, std::string_view path,
                                    std::string_view text) {
    // Before normalisation a name may be longer: a letter and its marks become one. 4 marks a
    // letter bound the work.
    if (!check_text(violations, path, text, 1, username_max * 5)) return std::nullopt;
    Keyed name;
    name.text = nfkc(text);
    if (!check_text(violations, path, name.text, 1, username_max)) return std::nullopt;
    char32_t c = 0;
    for (std::size_t at = 0; next_code_point(name.text, at, c);) {
        if (is_word(c) || c == '.' || c == '@' || c == '+' || c == '-') continue;
        add(violations, path, "invalid", "Use letters, digits and @ . + - _ only.");
        return std::nullopt;
    }
    name.key = key_of(name.text);
    return name;
}

std::optional<Keyed> parse_email(std::vector<Violation>& violations, std::string_view path,
                                 std::string_view text) {
    if (!check_text(violations, path, text, 1, email_max)) return std::nullopt;
    Keyed email;
    email.text = nfkc(text);
    // Of a local part that is not ASCII, normalisation may make one that is: it stays refused.
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || !is_ascii(text.substr(0, at)) || !is_email(email.text)) {
        add(violations, path, "invalid", "Give a valid e-mail address.");
        return std::nullopt;
    }
    if (!check_text(violations, path, email.text, 1, email_max)) return std::nullopt;
    email.key = key_of(email.text);
    return email;
}

bool check_profile(std::vector<Violation>& violations, const Profile& profile) {
    const std::size_t before = violations.size();
    check_text(violations, "/first_name", profile.first_name, 0, name_max, TextRule::no_control);
    check_text(violations, "/last_name", profile.last_name, 0, name_max, TextRule::no_control);
    check_text(violations, "/phone_no", profile.phone_no, 0, phone_no_max, TextRule::no_control);
    check_text(violations, "/address", profile.address, 0, address_max);  // may have lines
    return violations.size() == before;
}

bool is_locale(std::string_view text) noexcept {
    if (text.size() > locale_max) return false;
    for (bool first = true;; first = false) {
        const std::size_t hyphen = text.find('-');
        const std::string_view subtag = text.substr(0, hyphen);
        if (subtag.size() < (first ? 2u : 1u) || subtag.size() > 8) return false;
        if (!std::all_of(subtag.begin(), subtag.end(), first ? is_letter : is_alphanumeric)) {
            return false;
        }
        if (hyphen == std::string_view::npos) return true;
        text.remove_prefix(hyphen + 1);
    }
}

bool check_locale(std::vector<Violation>& violations, std::string_view path,
                  std::string_view text) {
    if (text.empty() || is_locale(text)) return true;
    add(violations, path, "invalid", "Give a language tag such as \"en\" or \"pt-BR\".");
    return false;
}

}  // namespace till::domain
