// SPDX-License-Identifier: MIT
#include "http/decimal.hpp"

#include "http/text.hpp"

#include <algorithm>
#include <limits>

namespace till::http {

namespace {

constexpr std::size_t length_max = 1000;          // DRF's MAX_STRING_LENGTH
constexpr std::int64_t exponent_max = 1'000'000;  // beyond every limit; keeps sums from overflowing
constexpr int digits_exact = 18;                  // 10^18 fits 64 bit

bool parse_exponent(std::string_view text, std::int64_t& exponent) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return false;
    std::int64_t value = 0;
    for (const char c : text) value = std::min(value * 10 + (c - '0'), exponent_max);
    exponent = negative ? -value : value;
    return true;
}

}  // namespace

DecimalProblem parse_decimal(std::string_view text, bool is_json_number, Decimal& out) {
    text = trim(text);
    if (text.size() > length_max) return DecimalProblem::too_long;
    out = Decimal{};
    out.negative = text.starts_with('-');
    if (out.negative || text.starts_with('+')) text.remove_prefix(1);

    const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
    if (mark < text.size() && !parse_exponent(text.substr(mark + 1), out.exponent)) {
        return DecimalProblem::invalid;
    }
    std::string_view mantissa = text.substr(0, mark);
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    if (is_json_number && point < mantissa.size()) {
        while (mantissa.size() > point + 2 && mantissa.back() == '0') mantissa.remove_suffix(1);
        if (mantissa.ends_with(".0")) mantissa.remove_suffix(2);
    }
    std::int64_t value = 0;
    int significant = 0;
    std::size_t digit_count = 0;
    for (std::size_t i = 0; i < mantissa.size(); ++i) {
        if (i == point) continue;
        if (!is_digit(mantissa[i])) return DecimalProblem::invalid;
        ++digit_count;
        if (significant > 0 || mantissa[i] != '0') ++significant;
        value = significant <= digits_exact ? value * 10 + (mantissa[i] - '0')
                                            : std::numeric_limits<std::int64_t>::max();
    }
    if (digit_count == 0) return DecimalProblem::invalid;
    if (point < mantissa.size()) {
        out.exponent -= static_cast<std::int64_t>(mantissa.size() - point - 1);
    }
    out.coefficient = value;
    out.digits = std::max(significant, 1);
    if (value == 0) out.negative = false;
    return DecimalProblem::none;
}

DecimalProblem check_decimal(const Decimal& decimal, DecimalLimits limits) {
    std::int64_t total = decimal.digits;
    std::int64_t whole = 0;
    std::int64_t decimals = 0;
    if (decimal.exponent >= 0) {
        total += decimal.exponent;
        whole = total;
    } else if (decimal.digits > -decimal.exponent) {
        whole = decimal.digits + decimal.exponent;
        decimals = -decimal.exponent;
    } else {
        total = -decimal.exponent;
        decimals = total;
    }
    if (total > limits.max_digits) return DecimalProblem::max_digits;
    if (decimals > limits.decimals) return DecimalProblem::max_decimals;
    if (whole > limits.max_digits - limits.decimals) return DecimalProblem::max_whole;
    return DecimalProblem::none;
}

std::int64_t to_minor(const Decimal& decimal, int decimals) {
    std::int64_t value = decimal.coefficient;
    for (std::int64_t i = -decimals; i < decimal.exponent; ++i) value *= 10;
    return decimal.negative ? -value : value;
}

std::optional<std::int64_t> to_integer(const Decimal& decimal) {
    constexpr std::int64_t beyond = std::numeric_limits<std::int64_t>::max();
    std::int64_t value = decimal.coefficient;
    if (value == 0) return 0;
    if (decimal.digits > digits_exact) {
        // Only what is clearly whole may saturate.
        if (decimal.exponent < 0) return std::nullopt;
        return decimal.negative ? -beyond : beyond;
    }
    for (std::int64_t i = decimal.exponent; i < 0; ++i) {
        if (value % 10 != 0) return std::nullopt;
        value /= 10;
    }
    for (std::int64_t i = 0; i < decimal.exponent; ++i) {
        if (value > beyond / 10) return decimal.negative ? -beyond : beyond;
        value *= 10;
    }
    return decimal.negative ? -value : value;
}

}  // namespace till::http
