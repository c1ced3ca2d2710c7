// SPDX-License-Identifier: MIT
// Where till differs from the Django stack on purpose, with the reason. The only place: what
// differs and stands not here is a failure.
#pragma once

#include "case_file.hpp"
#include "verdict.hpp"

#include <span>
#include <string_view>

namespace till_parity {

struct Deviation {
    std::string_view name;
    std::string_view django;
    std::string_view till;
    std::string_view reason;
    // Whether a case that differs does so for this reason. NULL: known, and no case shows it.
    bool (*explains)(const Case& expected, const Outcome& outcome);
};

std::span<const Deviation> deviations();

// NULL: none.
const Deviation* find_deviation(const Case& expected, const Outcome& outcome);

}  // namespace till_parity
