// SPDX-License-Identifier: MIT
//
// The query parameters that narrow a list. Empty ones do not count, bad ones are field errors, and
// the good ones are kept for the link to the next page.
#pragma once

#include "http/exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace till::http {

class Filters {
public:
    explicit Filters(Exchange& exchange) noexcept : exchange_(exchange) {}
    Filters(const Filters&) = delete;
    Filters& operator=(const Filters&) = delete;
    ~Filters() = default;

    // The text of a parameter; it lives as long as this.
    std::optional<std::string_view> text(std::string_view name);
    void text(std::string_view name, till_str& member);
    // An id above 0.
    void id(std::string_view name, std::int64_t& member);
    // Where a name stands in a list, from 0.
    std::optional<std::size_t> choice(std::string_view name,
                                      std::initializer_list<std::string_view> names);
    // true, false, 1, 0.
    std::optional<bool> flag(std::string_view name);
    // RFC 3339: "2026-11-25T09:30:00+01:00"; a date alone is its midnight in UTC.
    void time(std::string_view name, till_time& member);

    void refuse(std::string_view name, std::string_view message) { errors_.add(name, message); }
    // False: something was refused, and the reply says what.
    [[nodiscard]] bool finish();
    // "&status=pending&user=3".
    [[nodiscard]] const std::string& kept() const noexcept { return kept_; }

private:
    Exchange& exchange_;
    FieldErrors errors_;
    std::deque<std::string> storage_;
    std::string kept_;
};

// user=3, or user=all: whose list it is.
void read_owner(Filters& filters, std::uint32_t& flags, std::int64_t& user_id);

// Microseconds since the epoch; nothing for what is no time from year 1 to 9999.
[[nodiscard]] std::optional<till_time> parse_time(std::string_view text) noexcept;

}  // namespace till::http
