// SPDX-License-Identifier: MIT
#pragma once

#include "http/exchange.hpp"

#include <optional>
#include <string_view>

namespace till::http {

struct Currency {
    CurrencyCode code;
    int digits = 2;
};

// The currency of this code, or the store's default for an empty one. Nothing: unknown (the reply
// is untouched) or the store failed (the reply says so).
[[nodiscard]] std::optional<Currency> find_currency(Exchange& x, std::string_view code);

// DRF's decimal(10,2) with the currency's digits: eight before the point with two or more after it.
[[nodiscard]] DecimalLimits tutorial_limits(int digits);

// What fits 64 bit.
[[nodiscard]] DecimalLimits wide_limits(int digits);

}  // namespace till::http
