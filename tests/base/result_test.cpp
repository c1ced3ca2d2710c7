// SPDX-License-Identifier: MIT
#include "base/result.hpp"

#include "sql/database.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

till::Result<int> half(int number) {
    if (number % 2 != 0)
        return till::make_error(till::Status::validation, "odd", "Give an even number.");
    return number / 2;
}

till::Result<std::string> half_text(int number) {
    TILL_TRY(const int value, half(number));
    return std::to_string(value);
}

}  // namespace

TEST_CASE("a result carries its value or its error through TILL_TRY") {
    CHECK(half_text(8).value() == "4");
    CHECK(half_text(7).error().code == std::string("odd"));
}

TEST_CASE("asking a result for what it does not hold is a defect") {
    CHECK_THROWS_AS((void)half(7).value(), till::Defect);
    CHECK_THROWS_AS((void)half(8).error(), till::Defect);
}
