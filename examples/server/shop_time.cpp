// SPDX-License-Identifier: MIT
#include "shop_time.hpp"

#include <chrono>
#include <cstdlib>
#include <ctime>

namespace till_server {

namespace {

// A command has the process for itself, so that it may say which zone the C library's clock shows.
void use_zone(const std::string& zone) {
    ::setenv("TZ", zone.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    ::tzset();
}

till::time_point local_time(std::tm clock) {
    clock.tm_isdst = -1;  // as it is then
    return till::to_time(int64_t{std::mktime(&clock)} * 1'000'000);
}

// Whether it has the shape's length, digits where the shape has '0', and elsewhere its characters.
bool has_shape(std::string_view text, std::string_view shape) {
    if (text.size() != shape.size()) return false;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !is_digit : text[i] != shape[i]) return false;
    }
    return true;
}

// Of digits alone; 0 when the text ends before them.
int number_at(std::string_view text, size_t at, size_t digits) {
    int value = 0;
    if (at + digits > text.size()) return 0;
    for (const char c : text.substr(at, digits)) value = value * 10 + (c - '0');
    return value;
}

}  // namespace

std::vector<Day> shop_days(const std::string& zone, uint64_t count) {
    use_zone(zone);
    const std::time_t now = std::time(nullptr);
    std::tm today{};
    ::localtime_r(&now, &today);
    std::vector<Day> days;
    for (int back = static_cast<int>(count) - 1; back >= -1; --back) {
        std::tm day{};
        day.tm_year = today.tm_year;
        day.tm_mon = today.tm_mon;
        day.tm_mday = today.tm_mday - back;
        day.tm_isdst = -1;
        const std::time_t begin = std::mktime(&day);
        char date[16];
        std::strftime(date, sizeof date, "%Y-%m-%d", &day);
        days.push_back({till::to_time(int64_t{begin} * 1'000'000), date});
    }
    return days;
}

std::optional<till::time_point> parse_shop_time(std::string_view text, const std::string& zone) {
    const bool is_utc = text.ends_with('Z');
    const std::string_view clock = is_utc ? text.substr(0, text.size() - 1) : text;
    const bool is_date = has_shape(clock, "0000-00-00");
    if (!(is_date && !is_utc) && !has_shape(clock, "0000-00-00T00:00") &&
        !has_shape(clock, "0000-00-00T00:00:00")) {
        return std::nullopt;
    }
    const int year = number_at(clock, 0, 4);
    const int month = number_at(clock, 5, 2);
    const int day = number_at(clock, 8, 2);
    const int hour = number_at(clock, 11, 2);
    const int minute = number_at(clock, 14, 2);
    const int second = number_at(clock, 17, 2);
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (year < 1970 || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    if (is_utc) {
        return std::chrono::sys_days(date) + std::chrono::hours(hour) +
               std::chrono::minutes(minute) + std::chrono::seconds(second);
    }
    use_zone(zone);
    std::tm local{};
    local.tm_year = year - 1900;
    local.tm_mon = month - 1;
    local.tm_mday = day;
    local.tm_hour = hour;
    local.tm_min = minute;
    local.tm_sec = second;
    return local_time(local);
}

std::optional<till::time_point> time_option(const Desk& desk, const char* name) {
    if (!desk.options.has(name)) return std::nullopt;
    const std::string text = desk.options.get(name);
    const auto at = parse_shop_time(text, read_setting(desk.store, "time_zone"));
    if (at) return at;
    throw Refusal("--" + std::string(name) + " \"" + text +
                      "\" is no time: say 2026-11-25 or 2026-11-25T09:30 by the shop's clock, or "
                      "2026-11-25T09:30:00Z.",
                  exit_usage);
}

}  // namespace till_server
