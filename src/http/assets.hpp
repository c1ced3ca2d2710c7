// SPDX-License-Identifier: MIT
//
// The files of the pages, embedded when the library is built (assets.cmake).
#pragma once

#include "http/exchange.hpp"

#include <span>
#include <string_view>

namespace till::http {

struct Asset {
    std::string_view name;        // "docs/docs.js"
    std::string_view media_type;  // a literal
    std::string_view identity;    // empty: large, and kept as gzip alone
    std::string_view gzip;
    bool is_pinned = false;  // a published version's file, asked for by its version: never changes
};

// The generated table.
[[nodiscard]] std::span<const Asset> assets() noexcept;
[[nodiscard]] const Asset* find_asset(std::string_view name) noexcept;

// Answers with an asset, as gzip to whom takes it; 304 to whom has it, 404 when there is none of
// that name.
void answer_asset(Exchange& x, std::string_view name, std::string_view policy);

// Pages have relative links, so they are only at home with a slash at the end. True: the reply
// sends the browser there.
bool redirect_to_slash(Exchange& x, std::string_view page);

}  // namespace till::http
