// SPDX-License-Identifier: MIT
#include "core/address_table.hpp"

#include "base/error.hpp"

#include <array>

namespace till::core {
namespace {

constexpr sql::Sql select_other_holders{"address_other_holders", R"sql(
    SELECT id
    FROM users
    WHERE email_key = $1 AND id <> $2
    ORDER BY id
    LIMIT $3
)sql"};

constexpr sql::Sql select_other_waiters{"address_other_waiters", R"sql(
    SELECT id
    FROM users
    WHERE new_email_key = $1 AND id <> $2
    ORDER BY id
    LIMIT $3
)sql"};

constexpr sql::Sql select_unproved_holders{"address_unproved_holders", R"sql(
    SELECT id
    FROM users
    WHERE email_key = $1 AND email_verified = 0 AND is_active = 1
    ORDER BY id DESC
    LIMIT $2
)sql"};

constexpr sql::Sql select_waiters{"address_waiters", R"sql(
    SELECT id
    FROM users
    WHERE new_email_key = $1 AND is_active = 1
    ORDER BY id DESC
    LIMIT $2
)sql"};

constexpr sql::Sql update_removed{"address_remove", R"sql(
    UPDATE users
    SET email = NULL, email_key = NULL, email_verified = 0, version = version + 1
    WHERE id = $1
)sql"};

constexpr sql::Sql update_waiting{"address_wait", R"sql(
    UPDATE users
    SET new_email = $1, new_email_key = $2
    WHERE id = $3
)sql"};

constexpr sql::Sql update_not_waiting{"address_stop_waiting", R"sql(
    UPDATE users
    SET new_email = NULL, new_email_key = NULL, version = version + 1
    WHERE id = $1
)sql"};

constexpr sql::Sql update_adopted{"address_adopt", R"sql(
    UPDATE users
    SET email = new_email, email_key = new_email_key, email_verified = 1, new_email = NULL,
        new_email_key = NULL, version = version + 1
    WHERE id = $1 AND new_email_key = $2
      AND NOT EXISTS (SELECT 1 FROM users AS other
                      WHERE other.email_key = $2 AND other.email_verified = 1 AND other.id <> $1)
)sql"};

constexpr std::array statements{
    &select_other_holders, &select_other_waiters, &select_unproved_holders, &select_waiters,
    &update_removed,       &update_waiting,       &update_not_waiting,      &update_adopted};

std::vector<std::int64_t> read_ids(sql::Rows rows) {
    std::vector<std::int64_t> ids;
    while (rows.next()) ids.push_back(rows.integer(0));
    return ids;
}

}  // namespace

std::vector<std::int64_t> AddressTable::other_holders(sql::Transaction& tx, std::string_view key,
                                                      std::int64_t id, std::int64_t limit) {
    return read_ids(tx.query(select_other_holders, key, id, limit));
}

std::vector<std::int64_t> AddressTable::other_waiters(sql::Transaction& tx, std::string_view key,
                                                      std::int64_t id, std::int64_t limit) {
    return read_ids(tx.query(select_other_waiters, key, id, limit));
}

std::vector<std::int64_t> AddressTable::unproved_holders(sql::Transaction& tx, std::string_view key,
                                                         std::int64_t limit) {
    return read_ids(tx.query(select_unproved_holders, key, limit));
}

std::vector<std::int64_t> AddressTable::waiters(sql::Transaction& tx, std::string_view key,
                                                std::int64_t limit) {
    return read_ids(tx.query(select_waiters, key, limit));
}

void AddressTable::remove(sql::Transaction& tx, std::int64_t id) {
    TILL_ASSERT(tx.execute(update_removed, id) == 1);
}

void AddressTable::wait(sql::Transaction& tx, std::int64_t id, const domain::Keyed& email) {
    TILL_ASSERT(tx.execute(update_waiting, email.text, email.key, id) == 1);
}

void AddressTable::stop_waiting(sql::Transaction& tx, std::int64_t id) {
    TILL_ASSERT(tx.execute(update_not_waiting, id) == 1);
}

bool AddressTable::adopt(sql::Transaction& tx, std::int64_t id, std::string_view key) {
    return tx.execute(update_adopted, id, key) == 1;
}

std::span<const sql::Sql* const> address_statements() { return statements; }

}  // namespace till::core
