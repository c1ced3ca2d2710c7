// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"
#include "base/function_ref.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

// What a new password must be: the four rules of Django's default validators and a byte limit.
namespace till::domain {

inline constexpr std::size_t password_min = 8;           // code points after NFKC
inline constexpr std::size_t password_bytes_max = 1024;  // bounds the work of hashing

// What the password is compared with. Empty ones do not count.
struct PasswordOwner {
    std::string_view username;
    std::string_view first_name;
    std::string_view last_name;
    std::string_view email;
};

// Whether a password, lower-cased and trimmed, is on the list of common ones.
using IsCommonPassword = FunctionRef<bool(std::string_view)>;

// Appends a violation for every broken rule; true when there was none. Codes: "blank",
// "password_too_short" (params min), "password_too_long" (params max, bytes),
// "password_too_similar" (params attribute), "password_too_common", "password_entirely_numeric";
// "invalid_utf8" and "unassigned" as check_text has them.
bool check_password(std::vector<Violation>& violations, std::string_view path,
                    std::string_view password, const PasswordOwner& owner,
                    IsCommonPassword is_common);

// Whether a text has the form of an encoded hash that can be stored: Django's pbkdf2_sha256, argon2
// and scrypt, our own ($argon2id$…), or Django's mark of an unusable password (!…). At most 512
// characters of visible ASCII.
bool is_password_hash(std::string_view text) noexcept;

// How alike two texts are, 0 to 1, by the code points they share whatever their order: twice the
// size of the common multiset over the sum of the lengths.
double shared_ratio(std::string_view a, std::string_view b);

}  // namespace till::domain
