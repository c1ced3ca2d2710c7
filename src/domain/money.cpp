// SPDX-License-Identifier: MIT
#include "domain/money.hpp"

#include "base/error.hpp"

namespace till::domain {

std::string to_decimal(std::int64_t minor, std::int32_t exponent) {
    TILL_ASSERT(exponent >= 0 && exponent <= 18);
    // Unsigned, because -INT64_MIN does not fit.
    std::uint64_t magnitude = static_cast<std::uint64_t>(minor);
    if (minor < 0) magnitude = 0 - magnitude;
    std::string digits = std::to_string(magnitude);
    const auto places = static_cast<std::size_t>(exponent);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    if (places > 0) digits.insert(digits.size() - places, 1, '.');
    if (minor < 0) digits.insert(0, 1, '-');
    return digits;
}

}  // namespace till::domain
