// SPDX-License-Identifier: MIT
#pragma once

#include "domain/user.hpp"
#include "sql/database.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace till::core {

// The e-mail columns of `users`: who holds an address, who waits for one. Runs in the caller's
// transaction; keeps nothing.
struct AddressTable {
    // At most `limit` users other than this one who hold the address, in any order.
    static std::vector<std::int64_t> other_holders(sql::Transaction& tx, std::string_view key,
                                                   std::int64_t id, std::int64_t limit);
    // The same of those for whom it waits to be confirmed.
    static std::vector<std::int64_t> other_waiters(sql::Transaction& tx, std::string_view key,
                                                   std::int64_t id, std::int64_t limit);
    // Active users who hold the address unproved, and for whom it waits: the newest ones.
    static std::vector<std::int64_t> unproved_holders(sql::Transaction& tx, std::string_view key,
                                                      std::int64_t limit);
    static std::vector<std::int64_t> waiters(sql::Transaction& tx, std::string_view key,
                                             std::int64_t limit);

    // Takes the address away; raises the version.
    static void remove(sql::Transaction& tx, std::int64_t id);
    // The address that waits. The version is the caller's.
    static void wait(sql::Transaction& tx, std::int64_t id, const domain::Keyed& email);
    static void stop_waiting(sql::Transaction& tx, std::int64_t id);
    // Makes the waiting address the user's, proved. False when it is another by now, or another
    // user has proved it. Raises the version.
    static bool adopt(sql::Transaction& tx, std::int64_t id, std::string_view key);
};

std::span<const sql::Sql* const> address_statements();

}  // namespace till::core
