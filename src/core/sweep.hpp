// SPDX-License-Identifier: MIT
#pragma once

#include "core/store.hpp"

#include <cstdint>

namespace till::core {

// Removes what has expired from sessions, single-use tokens, the outbox and throttles: at most
// `budget` rows of each. Gives the number removed; less than `budget` says that little is left.
std::int64_t sweep_accounts(sql::Transaction& tx, Time now, std::int64_t budget);

// The bounded little that each write of an account does: two rows of each.
void sweep_some(Context& context);

}  // namespace till::core
