// SPDX-License-Identifier: MIT
#pragma once

#include "core/sessions.hpp"
#include "till/session.h"

namespace till::c_api {

// What either step of a login gives: session.cpp makes it, second_factor.cpp, too.
const till_tokens* to_tokens(const core::Tokens& tokens);

}  // namespace till::c_api
