// SPDX-License-Identifier: MIT
#include "http/filters.hpp"

#include "http/text.hpp"

#include <algorithm>

namespace till::http {

namespace {

constexpr std::int64_t us_per_second = 1'000'000;
constexpr std::int64_t seconds_per_day = 86'400;

// Takes fixed-width parts of a text from its front.
class Scanner {
public:
    explicit Scanner(std::string_view text) noexcept : rest_(text) {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    bool skip(std::string_view any_of) noexcept {
        if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool number(std::size_t digits, std::int64_t low, std::int64_t high, std::int64_t& out) {
        if (rest_.size() < digits) return false;
        const auto value = parse_digits(rest_.substr(0, digits));
        if (!value || *value < low || *value > high) return false;
        rest_.remove_prefix(digits);
        out = *value;
        return true;
    }
    // One to nine digits after a point, cut to microseconds.
    bool fraction(std::int64_t& out) noexcept {
        std::size_t count = 0;
        out = 0;
        while (count < rest_.size() && is_digit(rest_[count])) {
            if (count < 6) out = out * 10 + (rest_[count] - '0');
            ++count;
        }
        for (std::size_t i = count; i < 6; ++i) out *= 10;
        rest_.remove_prefix(count);
        return count >= 1 && count <= 9;
    }

private:
    std::string_view rest_;
};

bool is_leap(std::int64_t year) noexcept {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

std::int64_t days_in(std::int64_t year, std::int64_t month) noexcept {
    if (month == 2) return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Days since 1970-01-01 of the Gregorian calendar; years begin in March, so that a leap day is the
// last of its year.
std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) noexcept {
    if (month <= 2) --year;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t month_from_march = month > 2 ? month - 3 : month + 9;
    const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + day_of_era - 719'468;
}

// "Z", "+01:00"; a plus that a query string turned into a blank is one all the same.
bool read_offset(Scanner& in, std::int64_t& seconds) {
    seconds = 0;
    if (in.skip("Zz")) return in.at_end();
    const bool is_east = in.skip("+ ");
    if (!is_east && !in.skip("-")) return false;
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    if (!in.number(2, 0, 23, hours) || !in.skip(":") || !in.number(2, 0, 59, minutes)) return false;
    seconds = (hours * 60 + minutes) * 60 * (is_east ? 1 : -1);
    return in.at_end();
}

}  // namespace

std::optional<till_time> parse_time(std::string_view text) noexcept {
    Scanner in(text);
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    if (!in.number(4, 1, 9999, year) || !in.skip("-") || !in.number(2, 1, 12, month) ||
        !in.skip("-") || !in.number(2, 1, days_in(year, month), day)) {
        return std::nullopt;
    }
    std::int64_t seconds = days_of(year, month, day) * seconds_per_day;
    if (in.at_end()) return seconds * us_per_second;
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    std::int64_t fraction = 0;
    if (!in.skip("Tt ") || !in.number(2, 0, 23, hour) || !in.skip(":") ||
        !in.number(2, 0, 59, minute)) {
        return std::nullopt;
    }
    if (in.skip(":") && !in.number(2, 0, 59, second)) return std::nullopt;
    if (in.skip(".") && !in.fraction(fraction)) return std::nullopt;
    std::int64_t offset = 0;
    if (!read_offset(in, offset)) return std::nullopt;
    seconds += (hour * 60 + minute) * 60 + second - offset;
    return seconds * us_per_second + fraction;
}

std::optional<std::string_view> Filters::text(std::string_view name) {
    const auto found = exchange_.query(name, storage_.emplace_back());
    if (!found || found->empty()) return std::nullopt;
    kept_ += '&';
    kept_ += name;
    kept_ += '=';
    append_percent_encoded(kept_, *found);
    return found;
}

void Filters::text(std::string_view name, till_str& member) {
    if (const auto found = text(name)) member = to_str(*found);
}

void Filters::id(std::string_view name, std::int64_t& member) {
    const auto found = text(name);
    if (!found) return;
    const auto id = parse_digits(*found);
    if (id && *id > 0) {
        member = *id;
    } else {
        errors_.add(name, "Give an id.");
    }
}

std::optional<std::size_t> Filters::choice(std::string_view name,
                                           std::initializer_list<std::string_view> names) {
    const auto found = text(name);
    if (!found) return std::nullopt;
    const auto* const at = std::find(names.begin(), names.end(), *found);
    if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
    std::string message = "Select a valid choice: ";
    for (const std::string_view& one : names) {
        if (&one != names.begin()) message += &one + 1 == names.end() ? " or " : ", ";
        message += one;
    }
    errors_.add(name, message += '.');
    return std::nullopt;
}

std::optional<bool> Filters::flag(std::string_view name) {
    const auto found = text(name);
    if (!found) return std::nullopt;
    if (*found == "true" || *found == "1") return true;
    if (*found == "false" || *found == "0") return false;
    errors_.add(name, "Select a valid choice: true or false.");
    return std::nullopt;
}

void Filters::time(std::string_view name, till_time& member) {
    const auto found = text(name);
    if (!found) return;
    if (const auto at = parse_time(*found)) {
        // 0 means absent to the library; a microsecond later is after the same rows.
        member = *at == 0 ? 1 : *at;
    } else {
        errors_.add(name, "Give a time: 2026-11-25T09:30:00Z, or a date.");
    }
}

void read_owner(Filters& filters, std::uint32_t& flags, std::int64_t& user_id) {
    const auto text = filters.text("user");
    if (!text) return;
    const auto id = parse_digits(*text);
    if (*text == "all") {
        flags |= TILL_LIST_ALL_USERS;
    } else if (id && *id > 0) {
        user_id = *id;
    } else {
        filters.refuse("user", "Give the id of a user, or all.");
    }
}

bool Filters::finish() {
    if (!errors_.empty()) exchange_.refuse(errors_);
    return errors_.empty();
}

}  // namespace till::http
