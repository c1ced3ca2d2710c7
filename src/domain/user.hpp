// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a user may be called and how he may be reached. Pure, safe from any thread.
namespace till::domain {

inline constexpr std::size_t username_max = 150;  // code points, as Django
inline constexpr std::size_t email_max = 254;     // RFC 5321 4.5.3.1.3, less the angle brackets
inline constexpr std::size_t name_max = 50;       // first_name, last_name
inline constexpr std::size_t phone_no_max = 15;   // E.164 digits
inline constexpr std::size_t address_max = 2000;
inline constexpr std::size_t locale_max = 35;  // RFC 5646 4.4.1

// A text with the key that uniqueness compares.
struct Keyed {
    std::string text;  // NFKC
    std::string key;   // NFKC, case-folded
};

// A user name: 1-150 letters, digits and _ . @ + - after NFKC. Otherwise nothing, and violations
// with the codes of check_text or "invalid".
std::optional<Keyed> parse_username(std::vector<Violation>& violations, std::string_view path,
                                    std::string_view text);

// An e-mail address by the grammar of Django's EmailValidator (dot-atom or quoted local part,
// labels of at most 63 bytes in their ASCII form, localhost, address literals), without control
// characters, at most 254 code points. Otherwise nothing, and violations.
std::optional<Keyed> parse_email(std::vector<Violation>& violations, std::string_view path,
                                 std::string_view text);

// True when the text has the grammar of an address; its length is not looked at.
bool is_email(std::string_view text);

struct Profile {
    std::string_view first_name;
    std::string_view last_name;
    std::string_view phone_no;
    std::string_view address;
};

// Appends a violation ("/first_name", …) for every broken limit; true when there was none.
bool check_profile(std::vector<Violation>& violations, const Profile& profile);

// A language tag by the outer shape of BCP 47: subtags of 1-8 letters or digits, joined by hyphens,
// the first of 2-8 letters, at most 35 characters. "en", "pt-BR", "zh-Hant-TW".
bool is_locale(std::string_view text) noexcept;

// Appends a violation ("invalid") unless the text is empty or a language tag.
bool check_locale(std::vector<Violation>& violations, std::string_view path, std::string_view text);

}  // namespace till::domain
