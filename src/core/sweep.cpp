// SPDX-License-Identifier: MIT
#include "core/sweep.hpp"

#include "core/outbox.hpp"
#include "core/second_factor_table.hpp"
#include "core/session_table.hpp"
#include "core/signing_keys.hpp"
#include "core/single_use.hpp"
#include "core/throttle_table.hpp"

namespace till::core {
namespace {

// A session's row outlives its end by this, so that a refresh with a closed account's token is
// answered as such and not as a token that never was.
constexpr std::int64_t ended_session_kept_us = us_per_day;

}  // namespace

std::int64_t sweep_accounts(sql::Transaction& tx, Time now, std::int64_t budget) {
    return SessionTable::sweep(tx, now - ended_session_kept_us, budget) +
           SingleUse::sweep(tx, now, budget) + ChallengeTable::sweep(tx, now, budget) +
           sweep_outbox(tx, now, budget) + ThrottleTable::sweep(tx, now, budget);
}

void sweep_some(Context& context) {
    destroy_expired_keys(context);
    sweep_accounts(context.tx, context.now, 2);
}

}  // namespace till::core
