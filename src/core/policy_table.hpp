// SPDX-License-Identifier: MIT
#pragma once

#include "base/random.hpp"
#include "sql/database.hpp"

#include <span>

namespace till::core {

std::span<const sql::Sql* const> policy_statements();

// The settings as they were changed from their defaults; writes of core/settings.cpp.
struct PolicyTable {
    static void set(sql::Transaction& tx, std::string_view name, std::string_view value,
                    std::int64_t now);
    static void unset(sql::Transaction& tx, std::string_view name);
    // False: the code is known; `exponent` then is the stored one.
    static bool add_currency(sql::Transaction& tx, std::string_view code, std::int32_t& exponent);
    // Draws a new random version: it names the policy's content for ever, in every process.
    static void renew_version(sql::Transaction& tx, Random& random);
};

}  // namespace till::core
