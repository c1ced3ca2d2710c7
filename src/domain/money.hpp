// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Money is 64-bit minor units of a currency; its arithmetic is checked and never floats.
namespace till::domain {

constexpr std::optional<std::int64_t> checked_add(std::int64_t a, std::int64_t b) noexcept {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
    return sum;
}

constexpr std::optional<std::int64_t> checked_multiply(std::int64_t a, std::int64_t b) noexcept {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
    return product;
}

// Three letters A-Z: the form of ISO 4217. Whether the store knows it is the store's to say.
constexpr bool valid_currency_code(std::string_view code) noexcept {
    if (code.size() != 3) return false;
    for (const char letter : code) {
        if (letter < 'A' || letter > 'Z') return false;
    }
    return true;
}

// A currency by code, with the number of digits of its minor unit (JPY 0, USD 2, BHD 3).
struct Currency {
    std::array<char, 4> code{};  // ends with a NUL; all zero: none
    std::int32_t exponent = 0;

    constexpr std::string_view view() const noexcept {
        return {code.data(), code[0] == '\0' ? std::size_t{0} : std::size_t{3}};
    }
    friend bool operator==(const Currency&, const Currency&) = default;
};

// The code must be valid.
constexpr Currency make_currency(std::string_view code, std::int32_t exponent) noexcept {
    return {{code[0], code[1], code[2], '\0'}, exponent};
}

// "-12.50" for -1250 with exponent 2, "500" for 500 with exponent 0. Exponents 0-18.
std::string to_decimal(std::int64_t minor, std::int32_t exponent);

}  // namespace till::domain
