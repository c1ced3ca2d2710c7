// SPDX-License-Identifier: MIT
#include "till/till.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <sstream>
#include <stdexcept>

using till::money;

namespace {

constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();

money eur(std::int64_t minor) { return money(minor, "EUR", 2); }

}  // namespace

TEST_CASE("money is written with the digits of its currency") {
    CHECK(eur(1250).decimal() == "12.50");
    CHECK(eur(5).decimal() == "0.05");
    CHECK(eur(-5).decimal() == "-0.05");
    CHECK(eur(0).decimal() == "0.00");
    CHECK(eur(-1250).text() == "-12.50 EUR");
    CHECK(money(1250, "JPY", 0).text() == "1250 JPY");
    CHECK(money(1250, "BHD", 3).text() == "1.250 BHD");
    CHECK(eur(highest).decimal() == "92233720368547758.07");
    CHECK(eur(lowest).decimal() == "-92233720368547758.08");
    std::ostringstream out;
    out << eur(199);
    CHECK(out.str() == "1.99 EUR");
}

TEST_CASE("money is read exactly, or not at all") {
    CHECK(money::parse("12.50", "EUR", 2) == eur(1250));
    CHECK(money::parse("12.5", "EUR", 2) == eur(1250));
    CHECK(money::parse("12", "EUR", 2) == eur(1200));
    CHECK(money::parse("-0.05", "EUR", 2) == eur(-5));
    CHECK(money::parse("007", "EUR", 2) == eur(700));
    CHECK(money::parse("1250", "JPY", 0) == money(1250, "JPY", 0));
    for (const char* no : {"", "-", ".", "1.", ".5", "1.234", "1,50", "+1", "1e2", " 1", "1 ",
                           "--1", "1.-5", "0x1", "1.2.3", "1/2"}) {
        CAPTURE(no);
        CHECK_FALSE(money::parse(no, "EUR", 2));
    }
    CHECK_FALSE(money::parse("1.0", "JPY", 0));
}

TEST_CASE("what is written is read back, to the last of 64 bits") {
    for (const std::int64_t minor : {lowest, lowest + 1, std::int64_t{-100}, std::int64_t{-1},
                                     std::int64_t{0}, std::int64_t{99}, highest - 1, highest}) {
        for (const std::int32_t exponent : {0, 2, 3, 8}) {
            const money value(minor, "XYZ", exponent);
            CHECK(money::parse(value.decimal(), "XYZ", exponent) == value);
        }
    }
    CHECK_FALSE(money::parse("92233720368547758.08", "EUR", 2));
    CHECK_FALSE(money::parse("-92233720368547758.09", "EUR", 2));
    CHECK_FALSE(money::parse("99999999999999999999999", "EUR", 2));
}

TEST_CASE("arithmetic is exact, and refuses overflow and two currencies") {
    CHECK(eur(1) + eur(2) == eur(3));
    CHECK(eur(1) - eur(2) == eur(-1));
    CHECK(eur(-7) * 3 == eur(-21));
    money sum = eur(10);
    sum += eur(5);
    sum -= eur(20);
    CHECK(sum == eur(-5));
    CHECK(eur(1) != eur(2));
    CHECK(eur(1) != money(1, "USD", 2));

    CHECK_FALSE(eur(highest).checked_add(eur(1)));
    CHECK_FALSE(eur(lowest).checked_add(eur(-1)));
    CHECK(eur(highest).checked_add(eur(lowest)) == eur(-1));
    CHECK_FALSE(eur(lowest).checked_subtract(eur(1)));
    CHECK_FALSE(eur(0).checked_subtract(eur(lowest)));
    CHECK(eur(-1).checked_subtract(eur(lowest)) == eur(highest));
    CHECK(eur(lowest).checked_subtract(eur(lowest)) == eur(0));
    CHECK_FALSE(eur(1).checked_add(money(1, "USD", 2)));
    CHECK_FALSE(eur(1).checked_add(money(1, "EUR", 3)));
    CHECK_THROWS_AS(eur(highest) + eur(1), std::overflow_error);
    CHECK_THROWS_AS(eur(1) + money(1, "USD", 2), std::invalid_argument);
}

TEST_CASE("multiplication refuses exactly what 64 bits do not hold") {
    const std::int64_t edges[] = {
        lowest, lowest + 1, lowest / 2,  lowest / 2 - 1,  -4294967296, -3,     -2, -1, 0, 1, 2,
        3,      4294967296, highest / 2, highest / 2 + 1, highest - 1, highest};
    for (const std::int64_t a : edges) {
        for (const std::int64_t b : edges) {
            CAPTURE(a);
            CAPTURE(b);
            std::int64_t product = 0;
            const bool overflows = __builtin_mul_overflow(a, b, &product);
            const auto got = eur(a).checked_multiply(b);
            CHECK(got.has_value() == !overflows);
            if (got && !overflows) CHECK(got->minor() == product);
        }
    }
}
