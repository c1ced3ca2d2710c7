// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

namespace till::sqlite {

struct Currency {
    char code[4];
    std::int8_t exponent;  // decimal digits of the minor unit
};

// ISO 4217, active codes including funds; metals, test and no-currency codes have no minor unit and
// are left out. What a new store is born with; hosts may add their own.
std::span<const Currency> iso_currencies() noexcept;

}  // namespace till::sqlite
