// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace till::crypto {

// Whether a password is one that attackers try first. Lower-cased and trimmed before it is looked
// up, as Django's CommonPasswordValidator does. Exact: no password is refused by accident. Pure,
// safe from any thread, well below a microsecond.
//
// The list is made at build time by common_passwords.cmake from two Debian packages: python3-django
// (its 20 000 common passwords, so that we refuse what the Django stack refuses; BSD) and
// python3-zxcvbn (30 000 by frequency, of which those of 8 characters and more count, since shorter
// ones are refused anyway; MIT). Together they hold far more than the 3 000 most common passwords
// of legal length that OWASP ASVS 6.2.4 asks for.
bool is_common_password(std::string_view password);

// How many passwords the list holds.
std::size_t common_password_count() noexcept;

}  // namespace till::crypto
