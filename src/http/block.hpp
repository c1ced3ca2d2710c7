// SPDX-License-Identifier: MIT
//
// Blocks that till_free() takes: the head every result has, in memory of malloc().
#pragma once

#include "till/types.h"

#include <cstdint>
#include <string_view>

namespace till::http {

// Kinds as till_free() knows them (types.h).
inline constexpr std::uint32_t kind_error = TILL_KIND_ERROR;
inline constexpr std::uint32_t kind_response = TILL_KIND_HTTP_RESPONSE;
inline constexpr std::uint32_t kind_secret = TILL_KIND_SECRET;

// An error of our own with one violation; null: no memory.
[[nodiscard]] const till_error* make_error(till_status status, std::string_view code,
                                           std::string_view message,
                                           std::string_view path) noexcept;

}  // namespace till::http
