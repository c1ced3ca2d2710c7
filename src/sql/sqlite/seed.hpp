// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"

namespace till::sqlite {

class Connection;

// What a store is born with: its identity, one signing key, the ISO currencies. Runs inside the
// first migration's transaction.
void seed(Connection& connection, bool testing, const Clock& clock, Random& random);

}  // namespace till::sqlite
