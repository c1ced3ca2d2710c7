// SPDX-License-Identifier: MIT
// The shop's days and the times that a command line names, by the clock of the shop.
#pragma once

#include "desk.hpp"

#include <optional>
#include <string>
#include <vector>

namespace till_server {

struct Day {
    till::time_point begin;
    std::string date;
};

// The last days of the shop up to the end of today, and where the one after begins.
std::vector<Day> shop_days(const std::string& zone, uint64_t count);

// A date, which begins when the shop's day does, or a time: "2026-11-25T09:30" by the shop's clock,
// "2026-11-25T09:30:00Z" in UTC, as lists print it. Nothing for any other text.
std::optional<till::time_point> parse_shop_time(std::string_view text, const std::string& zone);

// The time of --since or --until; nothing without it. Throws Refusal with exit_usage.
std::optional<till::time_point> time_option(const Desk& desk, const char* name);

}  // namespace till_server
