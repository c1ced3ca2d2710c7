// SPDX-License-Identifier: MIT
#include "crypto/common_passwords.hpp"

#include "base/text.hpp"
#include "crypto/common_passwords_table.hpp"

#include <span>
#include <string>

namespace till::crypto {
namespace {

// One string of all passwords of one length, sorted, without separators: nothing to unpack, no
// pointer to relocate, and an entry is found by its number.
std::string_view words_of_length(std::size_t length) noexcept {
    return length < std::size(common_passwords_by_length) ? common_passwords_by_length[length]
                                                          : std::string_view{};
}

}  // namespace

bool is_common_password(std::string_view password) {
    if (!valid_utf8(password)) return false;
    const std::string_view trimmed = trim(password);
    const std::string lower = simple_lower(trimmed);
    const std::string_view words = words_of_length(lower.size());
    if (lower.empty()) return false;
    std::size_t low = 0;
    std::size_t high = words.size() / lower.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        const int order = words.substr(middle * lower.size(), lower.size()).compare(lower);
        if (order == 0) return true;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

std::size_t common_password_count() noexcept {
    std::size_t count = 0;
    for (std::size_t length = 1; length < std::size(common_passwords_by_length); ++length) {
        count += words_of_length(length).size() / length;
    }
    return count;
}

}  // namespace till::crypto
