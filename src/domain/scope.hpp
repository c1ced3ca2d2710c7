// SPDX-License-Identifier: MIT
//
// What an API key may be made for. A key does what its scopes say and nothing else: it has no role.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace till::domain {

// A set of scopes. The bits stay inside: rows and callers hold names.
using Scopes = std::uint16_t;
namespace scope {
inline constexpr Scopes orders_place = 1U << 0U;
inline constexpr Scopes orders_read = 1U << 1U;
inline constexpr Scopes orders_fulfil = 1U << 2U;
inline constexpr Scopes prices_set = 1U << 3U;
inline constexpr Scopes payments_read = 1U << 4U;
inline constexpr Scopes payments_write = 1U << 5U;
inline constexpr Scopes users_read = 1U << 6U;
inline constexpr Scopes events_read = 1U << 7U;
inline constexpr Scopes outbox_work = 1U << 8U;
inline constexpr Scopes reports_read = 1U << 9U;
}  // namespace scope

struct ScopeName {
    Scopes scope;
    const char* name;
};
std::span<const ScopeName> scope_names() noexcept;

// Names with blanks between them, in the order of scope_names().
std::string to_text(Scopes scopes);

// Appends a violation at `path` unless the text is one known name or more, blanks between them.
Scopes check_scopes(std::vector<Violation>& violations, std::string_view path,
                    std::string_view text);

// Of a stored text: a name that this version does not know grants nothing.
Scopes parse_scopes(std::string_view text) noexcept;

}  // namespace till::domain
