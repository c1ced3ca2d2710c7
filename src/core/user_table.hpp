// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "domain/user.hpp"
#include "sql/database.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace till::core {

// A user as a call gives him: without keys and without his password's hash.
struct User {
    std::int64_t id = 0;
    std::int64_t version = 0;
    std::optional<std::string> username;  // absent in a tombstone
    std::optional<std::string> email;
    std::optional<std::string> new_email;  // waits to be confirmed
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> phone_no;
    std::optional<std::string> address;
    std::optional<std::string> locale;
    std::optional<std::string> image_name;
    Time created_at = 0;
    std::optional<Time> last_login_at;
    std::optional<Time> deleted_at;
    bool is_active = false;
    bool is_staff = false;
    bool is_superuser = false;
    bool email_verified = false;
    bool has_password = false;
    bool replayed = false;  // the answer to a repeated idempotency key

    bool lives() const noexcept { return !deleted_at.has_value(); }
};

// The columns of a user that a call may set.
struct UserRow {
    domain::Keyed username;
    std::optional<domain::Keyed> email;
    std::string first_name;
    std::string last_name;
    std::string phone_no;
    std::string address;
    std::optional<std::string> locale;
    bool email_verified = false;
    bool is_active = true;
    bool is_staff = false;
    bool is_superuser = false;
};

// Which users a list holds by what they are; absent: either.
struct UserRoles {
    std::optional<bool> active;
    std::optional<bool> staff;

    bool any() const noexcept { return active.has_value() || staff.has_value(); }
};

struct Taken {
    bool username = false;
    bool email = false;
};

// Whose holding of an address keeps another account from it. The numbers are the statements'.
enum class Exclusion : std::int64_t { none = 0, verified = 1, any = 2 };

// What a login compares with.
struct Credentials {
    std::int64_t user_id = 0;
    std::string password;  // encoded hash; empty: no password login
    bool is_active = false;
};

// The table `users`. Runs in the caller's transaction; keeps nothing.
struct UserTable {
    static std::optional<User> find(sql::Transaction& tx, std::int64_t id);
    static std::optional<User> find_by_username(sql::Transaction& tx, std::string_view key);
    // Who has proved that the address is his.
    static std::optional<User> find_by_verified_email(sql::Transaction& tx, std::string_view key);
    // Who has held the address for longest, proved or not.
    static std::optional<User> find_by_oldest_email(sql::Transaction& tx, std::string_view key,
                                                    bool active_only);
    static std::optional<Credentials> credentials(sql::Transaction& tx, std::int64_t id);
    static std::optional<Credentials> credentials_by_username(sql::Transaction& tx,
                                                              std::string_view key);

    // Living users by falling id, below `before`.
    static std::vector<User> list(sql::Transaction& tx, const UserRoles& roles, std::int64_t before,
                                  std::int64_t limit);
    // By key, from `low` to below `high`.
    static std::vector<User> list_by_username(sql::Transaction& tx, std::string_view low,
                                              std::string_view high, std::int64_t limit);
    // The same, beyond the row of this key and id: an address may have several rows.
    static std::vector<User> list_by_email(sql::Transaction& tx, std::string_view low,
                                           std::int64_t low_id, std::string_view high,
                                           std::int64_t limit);

    // The new id, or nothing when user name or e-mail are taken. An empty hash is no password.
    static std::optional<std::int64_t> insert(sql::Transaction& tx, const UserRow& row,
                                              Exclusion exclusion, std::string_view password_hash,
                                              Time now);
    // False when user name or e-mail are taken. Raises the version.
    static bool update(sql::Transaction& tx, std::int64_t id, const UserRow& row,
                       Exclusion exclusion);
    // Which of the two keys another user has.
    static Taken taken(sql::Transaction& tx, std::int64_t id, std::string_view username_key,
                       const std::optional<domain::Keyed>& email, Exclusion exclusion);
    static bool has_other_superuser(sql::Transaction& tx, std::int64_t id);

    static void set_password(sql::Transaction& tx, std::int64_t id, std::string_view hash);
    // Only when the stored hash still is `old_hash`; the version stays: the password is the same.
    static void upgrade_password(sql::Transaction& tx, std::int64_t id, std::string_view old_hash,
                                 std::string_view hash);
    static void set_last_login(sql::Transaction& tx, std::int64_t id, Time now);
    // False when the address is another by now, or another user has proved it.
    static bool verify_email(sql::Transaction& tx, std::int64_t id, std::string_view email_key);
    static void set_image(sql::Transaction& tx, std::int64_t id,
                          std::optional<std::string_view> name);
    static void bury(sql::Transaction& tx, std::int64_t id, Time now);

    // The address before a change, kept until its owner was told: the first one, when it changed
    // several times meanwhile.
    static void keep_previous_email(sql::Transaction& tx, std::int64_t id, std::string_view email);
    static std::optional<std::string> previous_email(sql::Transaction& tx, std::int64_t id);
    static void forget_previous_email(sql::Transaction& tx, std::int64_t id);
};

std::span<const sql::Sql* const> user_statements();

}  // namespace till::core
