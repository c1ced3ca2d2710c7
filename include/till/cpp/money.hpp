// SPDX-License-Identifier: MIT
//
// Money without floating point, and time.
#pragma once

#include <till/cpp/base.hpp>

#include <chrono>
#include <iosfwd>
#include <limits>
#include <optional>
#include <string>

#if TILL_CPP_EXCEPTIONS
#include <stdexcept>
#endif

namespace till {
inline namespace v1 {

// Microseconds since the Unix epoch, UTC.
using time_point = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

inline time_point to_time(till_time at_us) noexcept {
    return time_point(std::chrono::microseconds(at_us));
}
inline till_time to_us(time_point at) noexcept { return at.time_since_epoch().count(); }

namespace detail {

// One end of a stretch of time; to the C ABI 0 is none, so the epoch itself is a microsecond later.
inline till_time bound(const std::optional<time_point> &at) noexcept {
    if (!at) return 0;
    return to_us(*at) == 0 ? 1 : to_us(*at);
}

inline std::optional<time_point> time_or_none(till_time at_us) noexcept {
    if (at_us == TILL_TIME_NONE) return std::nullopt;
    return to_time(at_us);
}

inline std::optional<std::int64_t> add(std::int64_t a, std::int64_t b) noexcept {
    using limits = std::numeric_limits<std::int64_t>;
    if (b > 0 ? a > (limits::max)() - b : a < (limits::min)() - b) return std::nullopt;
    return a + b;
}

inline std::optional<std::int64_t> multiply(std::int64_t a, std::int64_t b) noexcept {
    using limits = std::numeric_limits<std::int64_t>;
    if (a == 0 || b == 0) return 0;
    // -1 apart, since lowest / -1 overflows.
    if (a == -1 || b == -1) {
        const std::int64_t other = a == -1 ? b : a;
        if (other == (limits::min)()) return std::nullopt;
        return -other;
    }
    const std::int64_t limit = (a > 0) == (b > 0) ? (limits::max)() : (limits::min)();
    if (b > 0 ? (a > 0 ? a > limit / b : a < limit / b) : (a > 0 ? b < limit / a : a < limit / b)) {
        return std::nullopt;
    }
    return a * b;
}

}  // namespace detail

// An amount: minor units (cents) of a currency whose minor unit has `exponent` digits. A value: it
// borrows nothing. Arithmetic refuses two currencies and an overflow: the checked_ forms answer
// std::nullopt, the operators throw std::invalid_argument and std::overflow_error.
class money {
public:
    // `currency` is cut at three letters. `exponent` as in the store's table of currencies, 0-8.
    money(std::int64_t minor, std::string_view currency, std::int32_t exponent) noexcept
        : raw_{minor, {}, exponent} {
        for (std::size_t i = 0; i < 3 && i < currency.size(); ++i) raw_.currency[i] = currency[i];
    }
    explicit money(const till_money &raw) noexcept : raw_(raw) {}

    // "12.50" -> 1250 of a currency with two digits. Digits, then at most `exponent` digits after
    // one point; a minus before them. nullopt: anything else, or more than 64 bits hold.
    static std::optional<money> parse(std::string_view decimal, std::string_view currency,
                                      std::int32_t exponent) noexcept {
        const bool negative = !decimal.empty() && decimal.front() == '-';
        if (negative) decimal.remove_prefix(1);
        const std::size_t point = decimal.find('.');
        const std::string_view whole = decimal.substr(0, point);
        const std::string_view part =
            point == std::string_view::npos ? std::string_view() : decimal.substr(point + 1);
        const auto digits = static_cast<std::size_t>(exponent < 0 ? 0 : exponent);
        if (whole.empty() || part.size() > digits) return std::nullopt;
        if (point != std::string_view::npos && part.empty()) return std::nullopt;
        std::optional<std::int64_t> minor = 0;
        for (std::size_t i = 0; minor && i < whole.size() + digits; ++i) {
            const std::size_t at = i - whole.size();
            const char digit = i < whole.size() ? whole[i] : at < part.size() ? part[at] : '0';
            if (digit < '0' || digit > '9') return std::nullopt;
            // Downwards, since there is one more number below zero than above it.
            minor = detail::multiply(*minor, 10);
            if (minor) minor = detail::add(*minor, '0' - digit);
        }
        if (minor && !negative) minor = detail::multiply(*minor, -1);
        if (!minor) return std::nullopt;
        return money(*minor, currency, exponent);
    }

    std::int64_t minor() const noexcept { return raw_.minor; }
    // Three letters.
    std::string_view currency() const noexcept { return raw_.currency; }
    std::int32_t exponent() const noexcept { return raw_.exponent; }
    const till_money &get() const noexcept { return raw_; }

    // "12.50", "-0.05"; JPY: "1250".
    std::string decimal() const {
        const bool negative = raw_.minor < 0;
        const auto bits = static_cast<std::uint64_t>(raw_.minor);
        std::string text = std::to_string(negative ? 0 - bits : bits);
        const auto digits = static_cast<std::size_t>(raw_.exponent < 0 ? 0 : raw_.exponent);
        if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
        if (digits > 0) text.insert(text.size() - digits, 1, '.');
        if (negative) text.insert(0, 1, '-');
        return text;
    }
    // "12.50 EUR".
    std::string text() const { return decimal().append(1, ' ').append(currency()); }

    bool same_currency(const money &other) const noexcept {
        return currency() == other.currency() && raw_.exponent == other.raw_.exponent;
    }
    std::optional<money> checked_add(const money &other) const noexcept {
        if (!same_currency(other)) return std::nullopt;
        return with(detail::add(raw_.minor, other.raw_.minor));
    }
    std::optional<money> checked_subtract(const money &other) const noexcept {
        if (!same_currency(other)) return std::nullopt;
        if (other.raw_.minor != (std::numeric_limits<std::int64_t>::min)()) {
            return with(detail::add(raw_.minor, -other.raw_.minor));
        }
        if (raw_.minor >= 0) return std::nullopt;
        return with(raw_.minor - other.raw_.minor);
    }
    std::optional<money> checked_multiply(std::int64_t by) const noexcept {
        return with(detail::multiply(raw_.minor, by));
    }

#if TILL_CPP_EXCEPTIONS
    money &operator+=(const money &other) { return *this = *this + other; }
    money &operator-=(const money &other) { return *this = *this - other; }
    friend money operator+(const money &a, const money &b) {
        return a.required(b, a.checked_add(b));
    }
    friend money operator-(const money &a, const money &b) {
        return a.required(b, a.checked_subtract(b));
    }
    friend money operator*(const money &a, std::int64_t by) {
        return a.required(a, a.checked_multiply(by));
    }
#endif

    friend bool operator==(const money &a, const money &b) noexcept {
        return a.raw_.minor == b.raw_.minor && a.same_currency(b);
    }
    friend bool operator!=(const money &a, const money &b) noexcept { return !(a == b); }
    template <class Traits>
    friend std::basic_ostream<char, Traits> &operator<<(std::basic_ostream<char, Traits> &out,
                                                        const money &value) {
        return out << value.text();
    }

private:
    std::optional<money> with(std::optional<std::int64_t> minor) const noexcept {
        if (!minor) return std::nullopt;
        return money(*minor, currency(), raw_.exponent);
    }
#if TILL_CPP_EXCEPTIONS
    money required(const money &other, const std::optional<money> &outcome) const {
        if (outcome) return *outcome;
        if (!same_currency(other)) throw std::invalid_argument("Two currencies do not add up.");
        throw std::overflow_error("The amount does not fit 64 bits of minor units.");
    }
#endif

    till_money raw_;
};

}  // namespace v1
}  // namespace till
