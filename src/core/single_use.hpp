// SPDX-License-Identifier: MIT
#pragma once

#include "core/store.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace till::core {

enum class Purpose : std::uint8_t { password_reset, email_verification, email_change };

// Tokens that are mailed and work once: 256 random bits, only their SHA-256 is stored, bound to the
// address they were mailed to. One row a user and purpose, so the newest voids the older ones. Runs
// in the caller's transaction; keeps nothing.
struct SingleUse {
    // A new token, good for `lifetime_us` from now.
    static std::string mint(Context& context, Purpose purpose, std::int64_t user_id,
                            std::string_view email_key, std::int64_t lifetime_us);

    struct Owner {
        std::int64_t user_id = 0;
        std::string email_key;
    };
    // Whose living token this is.
    static std::optional<Owner> find(const Context& context, Purpose purpose,
                                     std::string_view token);
    static void remove(sql::Transaction& tx, Purpose purpose, std::int64_t user_id);
    static void remove_all(sql::Transaction& tx, std::int64_t user_id);
    static std::int64_t sweep(sql::Transaction& tx, Time now, std::int64_t limit);
};

std::span<const sql::Sql* const> single_use_statements();

}  // namespace till::core
