// SPDX-License-Identifier: MIT
#include "domain/password_rules.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace till::domain {
namespace {

// From here two texts count as similar: Django's max_similarity.
constexpr double similarity_max = 0.7;

std::u32string sorted_code_points(std::string_view text) {
    std::u32string points;
    points.reserve(text.size());
    char32_t c = 0;
    for (std::size_t at = 0; next_code_point(text, at, c);) points.push_back(c);
    std::sort(points.begin(), points.end());
    return points;
}

double shared_ratio(const std::u32string& a, const std::u32string& b) {
    if (a.empty() && b.empty()) return 1;
    std::size_t shared = 0;
    for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
        if (*x == *y) {
            ++shared;
            ++x;
            ++y;
        } else if (*x < *y) {
            ++x;
        } else {
            ++y;
        }
    }
    return 2.0 * static_cast<double>(shared) / static_cast<double>(a.size() + b.size());
}

bool is_similar(const std::u32string& password, std::string_view part) {
    const std::u32string other = sorted_code_points(part);
    const auto length = static_cast<double>(password.size());
    const auto part_length = static_cast<double>(other.size());
    // A part much shorter than the password says nothing about it.
    if (length >= 10 * part_length && part_length < similarity_max / 2 * length) return false;
    return shared_ratio(password, other) >= similarity_max;
}

// Compares with the whole attribute and with each run of word characters in it.
bool is_similar_to_attribute(const std::u32string& password, std::string_view attribute) {
    if (attribute.empty()) return false;
    const std::string lower = simple_lower(attribute);
    if (is_similar(password, lower)) return true;
    std::size_t begin = 0;
    char32_t c = 0;
    for (std::size_t at = 0, here = 0; next_code_point(lower, at, c); here = at) {
        if (is_word(c)) continue;
        if (is_similar(password, std::string_view(lower).substr(begin, here - begin))) return true;
        begin = at;
    }
    return is_similar(password, std::string_view(lower).substr(begin));
}

const char* similar_attribute(std::string_view lower, const PasswordOwner& owner) {
    const std::u32string password = sorted_code_points(lower);
    const std::array<std::pair<const char*, std::string_view>, 4> attributes{{
        {"username", owner.username},
        {"first_name", owner.first_name},
        {"last_name", owner.last_name},
        {"email", owner.email},
    }};
    for (const auto& [name, value] : attributes) {
        if (is_similar_to_attribute(password, value)) return name;
    }
    return nullptr;
}

bool is_entirely_numeric(std::string_view text) {
    char32_t c = 0;
    for (std::size_t at = 0; next_code_point(text, at, c);) {
        if (!is_decimal_digit(c)) return false;
    }
    return true;
}

}  // namespace

bool is_password_hash(std::string_view text) noexcept {
    struct Form {
        std::string_view prefix;
        std::ptrdiff_t dollars;
    };
    constexpr Form forms[] = {
        {"pbkdf2_sha256$", 3}, {"argon2$argon2id$", 5}, {"scrypt$", 5}, {"$argon2id$", 5}};
    constexpr std::size_t longest = 512;  // Django's column holds 128
    const auto is_visible = [](char c) { return c > 0x20 && c < 0x7F; };
    if (text.size() > longest || !std::all_of(text.begin(), text.end(), is_visible)) return false;
    if (text.starts_with('!')) return true;
    return std::any_of(std::begin(forms), std::end(forms), [&](const Form& form) {
        return text.starts_with(form.prefix) && !text.ends_with('$') &&
               std::count(text.begin(), text.end(), '$') == form.dollars;
    });
}

double shared_ratio(std::string_view a, std::string_view b) {
    return shared_ratio(sorted_code_points(a), sorted_code_points(b));
}

bool check_password(std::vector<Violation>& violations, std::string_view path,
                    std::string_view password, const PasswordOwner& owner,
                    IsCommonPassword is_common) {
    const std::size_t before = violations.size();
    const auto add = [&](const char* code, std::string message) -> Violation& {
        return violations.emplace_back(Violation{std::string(path), code, std::move(message), {}});
    };
    if (password.size() > password_bytes_max) {
        // Nothing else is worth looking at: the other rules' work grows with the length.
        const std::string max = std::to_string(password_bytes_max);
        add("password_too_long", "The password may have at most " + max + " bytes.")
            .params.emplace_back("max", max);
        return false;
    }
    if (password.empty()) {
        add("blank", "Give a password.");
        return false;
    }
    if (!valid_utf8(password)) {
        add("invalid_utf8", "Give valid UTF-8 text.");
        return false;
    }
    if (has_unassigned(password)) {
        add("unassigned", "The password holds a character that Unicode has not assigned.");
        return false;
    }
    const std::string text = nfkc(password);
    const std::string lower = simple_lower(text);
    if (const char* attribute = similar_attribute(lower, owner)) {
        add("password_too_similar",
            std::string("The password is too similar to the ") + attribute + ".")
            .params.emplace_back("attribute", attribute);
    }
    if (code_points(text) < password_min) {
        const std::string min = std::to_string(password_min);
        add("password_too_short", "The password must have at least " + min + " characters.")
            .params.emplace_back("min", min);
    }
    if (is_common(trim(lower))) add("password_too_common", "The password is too common.");
    if (is_entirely_numeric(text)) {
        add("password_entirely_numeric", "The password may not consist of digits alone.");
    }
    return violations.size() == before;
}

}  // namespace till::domain
