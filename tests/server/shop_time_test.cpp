// SPDX-License-Identifier: MIT
// The times that a command line names.
#include "shop_time.hpp"

#include <doctest/doctest.h>

using namespace till_server;

namespace {

std::optional<int64_t> seconds(std::string_view text, const char* zone = "Europe/Berlin") {
    const auto at = parse_shop_time(text, zone);
    if (!at) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::seconds>(at->time_since_epoch()).count();
}

}  // namespace

TEST_CASE("a date begins when the shop's day does, also where clocks change") {
    CHECK(seconds("2026-11-25", "UTC") == 1'795'564'800);
    CHECK(seconds("2026-11-25") == 1'795'564'800 - 3600);
    CHECK(seconds("2026-03-29") == 1'774'742'400 - 3600);      // before the hour that is missing
    CHECK(seconds("2026-03-30") == 1'774'828'800 - 2 * 3600);  // and after it
    CHECK(seconds("2024-02-29", "Pacific/Auckland") == 1'709'164'800 - 13 * 3600);
}

TEST_CASE("a time is the shop's, or UTC with a Z") {
    CHECK(seconds("2026-11-25T09:30") == 1'795'564'800 + 8 * 3600 + 1800);
    CHECK(seconds("2026-11-25T09:30:15") == 1'795'564'800 + 8 * 3600 + 1815);
    CHECK(seconds("2026-11-25T09:30:00Z") == 1'795'564'800 + 9 * 3600 + 1800);
    CHECK(seconds("1970-01-01T00:00:01Z") == 1);
}

TEST_CASE("what is no time is none") {
    for (const char* text :
         {"", "Z", "2026", "2026-11-25Z", "2026-13-01", "2026-02-29", "2026-00-10", "2026-11-00",
          "1969-12-31", "2026-11-25T24:00", "2026-11-25T09:60", "2026-11-25T09:30:60",
          "2026-11-25T09:30ZZ", "2026-11-25 09:30", "+026-11-25", "2026-11-25T09:30:00+01:00",
          "25.11.2026", "2026-1-5"}) {
        CAPTURE(text);
        CHECK_FALSE(seconds(text));
    }
}
