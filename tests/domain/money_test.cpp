// SPDX-License-Identifier: MIT
#include "domain/money.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using namespace till::domain;

TEST_CASE("a sum that does not fit is no sum") {
    CHECK(checked_add(2, 3) == 5);
    CHECK(checked_add(INT64_MAX, 0) == INT64_MAX);
    CHECK(!checked_add(INT64_MAX, 1));
    CHECK(!checked_add(INT64_MIN, -1));
}

TEST_CASE("a product that does not fit is no product") {
    CHECK(checked_multiply(-4, 3) == -12);
    CHECK(checked_multiply(2'147'483'647, 4'294'967'298) == 9'223'372'036'854'775'806);
    CHECK(!checked_multiply(2'147'483'647, INT64_MAX / 2'147'483'647 + 1));
    CHECK(!checked_multiply(INT64_MIN, -1));
}

TEST_CASE("a currency code is three capital letters") {
    CHECK(valid_currency_code("EUR"));
    for (const char* bad : {"", "EU", "EURO", "eur", "E R", "EU1", "\xC3\x84R"}) {
        CAPTURE(bad);
        CHECK(!valid_currency_code(bad));
    }
}

TEST_CASE("a currency shows its code and none shows nothing") {
    CHECK(make_currency("JPY", 0).view() == "JPY");
    CHECK(Currency{}.view().empty());
    CHECK(make_currency("USD", 2) != make_currency("USD", 3));
}

TEST_CASE("decimal text has exactly the currency's digits") {
    CHECK(to_decimal(0, 0) == "0");
    CHECK(to_decimal(0, 2) == "0.00");
    CHECK(to_decimal(5, 2) == "0.05");
    CHECK(to_decimal(-5, 2) == "-0.05");
    CHECK(to_decimal(123'456, 2) == "1234.56");
    CHECK(to_decimal(500, 0) == "500");
    CHECK(to_decimal(-1, 3) == "-0.001");
    CHECK(to_decimal(INT64_MIN, 2) == "-92233720368547758.08");
    CHECK(to_decimal(INT64_MAX, 8) == "92233720368.54775807");
}

TEST_CASE("an exponent no currency has is a defect") {
    CHECK_THROWS_AS(to_decimal(1, -1), till::Defect);
    CHECK_THROWS_AS(to_decimal(1, 19), till::Defect);
}
