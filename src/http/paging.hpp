// SPDX-License-Identifier: MIT
//
// Lists: an array with Link: rel="next", or DRF's {count, next, previous, results}.
#pragma once

#include "http/exchange.hpp"
#include "http/filters.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace till::http {

inline constexpr std::uint32_t page_size_max = 100;

// One page of a list. Keyset paging knows neither a total nor a way back: `count` is null unless
// this page is the whole list, `previous` is null.
class Page {
public:
    // Reads page_size and cursor. A page_size beyond the limit is the limit; one that is no
    // positive number is ignored, as DRF does.
    explicit Page(Exchange& exchange);
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;
    ~Page() = default;

    // False: `?page=2` was asked for, which keyset paging cannot find; the reply is 404.
    [[nodiscard]] bool check_number();

    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
    [[nodiscard]] till_str cursor() const noexcept { return {cursor_.data(), cursor_.size()}; }

    // Parameters that the link to the next page repeats.
    void keep(std::string_view name, std::string_view value);
    void keep(const Filters& filters) { kept_ += filters.kept(); }

    // Writes what comes before the rows; `next_cursor` absent: the end.
    void begin(JsonWriter& json, std::size_t count, till_str next_cursor, std::string url);
    void end(JsonWriter& json);

private:
    Exchange& exchange_;
    std::uint32_t size_ = page_size_max;
    bool has_size_ = false;
    std::string_view cursor_;
    std::string cursor_storage_;
    std::string kept_;
};

}  // namespace till::http
