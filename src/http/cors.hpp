// SPDX-License-Identifier: MIT
//
// Cross-origin calls of browsers: an exact allow-list, off by default, without cookies.
#pragma once

#include "http/exchange.hpp"
#include "http/routes.hpp"

namespace till::http {

// Answers a preflight (Fetch, 4.8); false if the OPTIONS request is none.
[[nodiscard]] bool answer_preflight(Exchange& x, const Route& route);

// Vary, and the permission to read this answer if its origin is on the list. `is_negotiated`: the
// answer depends on Accept.
void add_cors(Exchange& x, bool is_negotiated);

}  // namespace till::http
