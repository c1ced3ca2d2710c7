// SPDX-License-Identifier: MIT
//
// Decimal text as Python's Decimal() reads it, without its extras (digit separators, other scripts'
// digits), and DRF's DecimalField limits on it. Nothing is ever rounded.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace till::http {

enum class DecimalProblem : std::uint8_t {
    none,
    invalid,   // not a finite number
    too_long,  // more than 1000 characters
    max_digits,
    max_decimals,
    max_whole,
};

struct Decimal {
    bool negative = false;
    std::int64_t coefficient = 0;  // without trailing exponent; saturated when digits > 18
    std::int64_t exponent = 0;     // value = coefficient * 10^exponent
    int digits = 1;                // significant digits of the coefficient, as written
};

struct DecimalLimits {
    int max_digits = 10;
    int decimals = 2;
};

// `is_json_number`: trailing zeros of a fraction do not count, as a float's shortest text has none.
[[nodiscard]] DecimalProblem parse_decimal(std::string_view text, bool is_json_number,
                                           Decimal& out);

// DRF's order of checks: digits, decimals, whole digits.
[[nodiscard]] DecimalProblem check_decimal(const Decimal& decimal, DecimalLimits limits);

// Of a decimal within limits of at most 18 digits: the value in units of 10^-decimals.
[[nodiscard]] std::int64_t to_minor(const Decimal& decimal, int decimals);

// The whole number, if it is one in 64 bit; saturates when it is a whole number beyond.
[[nodiscard]] std::optional<std::int64_t> to_integer(const Decimal& decimal);

}  // namespace till::http
