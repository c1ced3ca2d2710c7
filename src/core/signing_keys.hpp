// SPDX-License-Identifier: MIT
//
// The keys that sign access tokens. One signs; those it replaced verify until the last token that
// they signed has run out, and are then destroyed.
#pragma once

#include "core/store.hpp"

#include <span>
#include <string>

namespace till::core {

struct Rotation {
    std::string kid;
    Time created_at = 0;
    std::string previous_kid;
    Time previous_expires_at = 0;
};

Result<Rotation> rotate_signing_key(Store& store, const Call& call);

// Before the lifetime of tokens changes: notes how long those already signed are good for.
void keep_tokens_until(Context& context);

// Gives how many there were. Their bytes are overwritten in the file (secure_delete).
std::int64_t destroy_expired_keys(Context& context);

std::span<const sql::Sql* const> signing_key_statements();

}  // namespace till::core
