// SPDX-License-Identifier: MIT
#include "core/user_table.hpp"

#include "core/range.hpp"

#include <array>

// In the order of read_user().
#define TILL_USER_COLUMNS                                                                  \
    "id, version, username, email, new_email, first_name, last_name, phone_no, address,\n" \
    "locale, image_name, created_at, last_login_at, deleted_at, is_active, is_staff,\n"    \
    "is_superuser, email_verified, password IS NOT NULL"

namespace till::core {
namespace {

constexpr sql::Sql select_user{"user_get", "SELECT " TILL_USER_COLUMNS R"sql(
    FROM users
    WHERE id = $1
)sql"};

constexpr sql::Sql select_by_username{"user_by_username", "SELECT " TILL_USER_COLUMNS R"sql(
    FROM users
    WHERE username_key = $1
)sql"};

constexpr sql::Sql select_by_verified_email{"user_by_verified_email",
                                            "SELECT " TILL_USER_COLUMNS R"sql(
    FROM users
    WHERE email_key = $1 AND email_verified = 1
)sql"};

constexpr sql::Sql select_by_oldest_email{"user_by_oldest_email", "SELECT " TILL_USER_COLUMNS R"sql(
    FROM users
    WHERE email_key = $1 AND is_active >= $2
    ORDER BY id
    LIMIT 1
)sql"};

constexpr sql::Sql select_credentials{"user_credentials", R"sql(
    SELECT id, password, is_active
    FROM users
    WHERE id = $1 AND deleted_at IS NULL
)sql"};

constexpr sql::Sql select_credentials_by_username{"user_credentials_by_username", R"sql(
    SELECT id, password, is_active
    FROM users
    WHERE username_key = $1
)sql"};

constexpr sql::Sql list_newest{"user_list", "SELECT " TILL_USER_COLUMNS R"sql(
    FROM users
    WHERE id < $1 AND deleted_at IS NULL
    ORDER BY id DESC
    LIMIT $2
)sql"};

constexpr sql::Sql list_roles{"user_list_by_roles", "SELECT " TILL_USER_COLUMNS R"sql(
    FROM users
    WHERE is_active = $1 AND is_staff = $2 AND id < $3 AND deleted_at IS NULL
    ORDER BY id DESC
    LIMIT $4
)sql"};

constexpr sql::Sql list_usernames{"user_list_by_username", "SELECT " TILL_USER_COLUMNS R"sql(
    FROM users
    WHERE username_key >= $1 AND username_key < $2
    ORDER BY username_key
    LIMIT $3
)sql"};

constexpr sql::Sql list_emails{"user_list_by_email", "SELECT " TILL_USER_COLUMNS R"sql(
    FROM users
    WHERE (email_key, id) > ($1, $2) AND email_key < $3
    ORDER BY email_key, id
    LIMIT $4
)sql"};

constexpr sql::Sql insert_user{"user_insert", R"sql(
    INSERT INTO users (username, username_key, email, email_key, email_verified, password,
                       is_active, is_staff, is_superuser, locale, first_name, last_name,
                       phone_no, address, created_at, version)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1
    WHERE NOT ($16 >= 1 AND EXISTS (SELECT 1 FROM users
                                    WHERE email_key = $4 AND email_verified = 1))
      AND NOT ($16 = 2 AND EXISTS (SELECT 1 FROM users WHERE email_key = $4))
    ON CONFLICT DO NOTHING
)sql"};

constexpr sql::Sql update_user{"user_update", R"sql(
    UPDATE users
    SET username = $1, username_key = $2, email = $3, email_key = $4, email_verified = $5,
        is_active = $6, is_staff = $7, is_superuser = $8, locale = $9, first_name = $10,
        last_name = $11, phone_no = $12, address = $13, version = version + 1
    WHERE id = $14
      AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.username_key = $2 AND other.id <> $14)
      AND NOT ($15 >= 1 AND EXISTS (SELECT 1 FROM users AS other
                                    WHERE other.email_key = $4 AND other.email_verified = 1
                                      AND other.id <> $14))
      AND NOT ($15 = 2 AND EXISTS (SELECT 1 FROM users AS other
                                   WHERE other.email_key = $4 AND other.id <> $14))
)sql"};

constexpr sql::Sql select_taken{"user_taken", R"sql(
    SELECT EXISTS (SELECT 1 FROM users WHERE username_key = $1 AND id <> $2),
           ($3 >= 1 AND EXISTS (SELECT 1 FROM users
                                WHERE email_key = $4 AND email_verified = 1 AND id <> $2)) OR
           ($3 = 2 AND EXISTS (SELECT 1 FROM users WHERE email_key = $4 AND id <> $2))
)sql"};

constexpr sql::Sql select_other_superuser{"user_other_superuser", R"sql(
    SELECT 1
    FROM users
    WHERE is_superuser = 1 AND is_active = 1 AND id <> $1
    LIMIT 1
)sql"};

constexpr sql::Sql update_password{"user_set_password", R"sql(
    UPDATE users
    SET password = $1, version = version + 1
    WHERE id = $2
)sql"};

constexpr sql::Sql update_password_hash{"user_upgrade_password", R"sql(
    UPDATE users
    SET password = $1
    WHERE id = $2 AND password = $3
)sql"};

constexpr sql::Sql update_last_login{"user_set_last_login", R"sql(
    UPDATE users
    SET last_login_at = $1
    WHERE id = $2
)sql"};

constexpr sql::Sql update_email_verified{"user_verify_email", R"sql(
    UPDATE users
    SET email_verified = 1, version = version + 1
    WHERE id = $1 AND email_key = $2 AND email_verified = 0
      AND NOT EXISTS (SELECT 1 FROM users AS other
                      WHERE other.email_key = $2 AND other.email_verified = 1)
)sql"};

constexpr sql::Sql update_image{"user_set_image", R"sql(
    UPDATE users
    SET image_name = $1, version = version + 1
    WHERE id = $2
)sql"};

constexpr sql::Sql update_tombstone{"user_bury", R"sql(
    UPDATE users
    SET username = NULL, username_key = NULL, email = NULL, email_key = NULL, previous_email = NULL,
        new_email = NULL, new_email_key = NULL, email_verified = 0, password = NULL, is_active = 0,
        is_staff = 0, is_superuser = 0, locale = NULL, first_name = NULL, last_name = NULL,
        phone_no = NULL, address = NULL, image_name = NULL, last_login_at = NULL, deleted_at = $1,
        version = version + 1
    WHERE id = $2
)sql"};

constexpr sql::Sql update_previous_email{"user_keep_previous_email", R"sql(
    UPDATE users
    SET previous_email = $1
    WHERE id = $2 AND previous_email IS NULL
)sql"};

constexpr sql::Sql select_previous_email{"user_previous_email", R"sql(
    SELECT previous_email
    FROM users
    WHERE id = $1
)sql"};

constexpr sql::Sql clear_previous_email{"user_forget_previous_email", R"sql(
    UPDATE users
    SET previous_email = NULL
    WHERE id = $1
)sql"};

constexpr std::array statements{&select_user,
                                &select_by_username,
                                &select_by_verified_email,
                                &select_by_oldest_email,
                                &select_credentials,
                                &select_credentials_by_username,
                                &list_newest,
                                &list_roles,
                                &list_usernames,
                                &list_emails,
                                &insert_user,
                                &update_user,
                                &select_taken,
                                &select_other_superuser,
                                &update_password,
                                &update_password_hash,
                                &update_last_login,
                                &update_email_verified,
                                &update_image,
                                &update_tombstone,
                                &update_previous_email,
                                &select_previous_email,
                                &clear_previous_email};

User read_user(const sql::Rows& rows) {
    User user;
    user.id = rows.integer(0);
    user.version = rows.integer(1);
    user.username = rows.maybe_string(2);
    user.email = rows.maybe_string(3);
    user.new_email = rows.maybe_string(4);
    user.first_name = rows.maybe_string(5);
    user.last_name = rows.maybe_string(6);
    user.phone_no = rows.maybe_string(7);
    user.address = rows.maybe_string(8);
    user.locale = rows.maybe_string(9);
    user.image_name = rows.maybe_string(10);
    user.created_at = rows.integer(11);
    user.last_login_at = rows.maybe_integer(12);
    user.deleted_at = rows.maybe_integer(13);
    user.is_active = rows.boolean(14);
    user.is_staff = rows.boolean(15);
    user.is_superuser = rows.boolean(16);
    user.email_verified = rows.boolean(17);
    user.has_password = rows.boolean(18);
    return user;
}

std::optional<User> read_one(sql::Rows rows) {
    if (!rows.next()) return std::nullopt;
    return read_user(rows);
}

std::vector<User> read_all(sql::Rows rows) {
    std::vector<User> users;
    while (rows.next()) users.push_back(read_user(rows));
    return users;
}

std::optional<Credentials> read_credentials(sql::Rows rows) {
    if (!rows.next()) return std::nullopt;
    return Credentials{rows.integer(0), rows.is_null(1) ? std::string() : rows.string(1),
                       rows.boolean(2)};
}

// The columns of an e-mail address that may be absent.
struct EmailColumns {
    explicit EmailColumns(const std::optional<domain::Keyed>& email)
        : text(email ? sql::Value(email->text) : sql::Value(nullptr)),
          key(email ? sql::Value(email->key) : sql::Value(nullptr)) {}
    sql::Value text;
    sql::Value key;
};

}  // namespace

std::optional<User> UserTable::find(sql::Transaction& tx, std::int64_t id) {
    return read_one(tx.query(select_user, id));
}

std::optional<User> UserTable::find_by_username(sql::Transaction& tx, std::string_view key) {
    return read_one(tx.query(select_by_username, key));
}

std::optional<User> UserTable::find_by_verified_email(sql::Transaction& tx, std::string_view key) {
    return read_one(tx.query(select_by_verified_email, key));
}

std::optional<User> UserTable::find_by_oldest_email(sql::Transaction& tx, std::string_view key,
                                                    bool active_only) {
    return read_one(tx.query(select_by_oldest_email, key, active_only));
}

std::optional<Credentials> UserTable::credentials(sql::Transaction& tx, std::int64_t id) {
    return read_credentials(tx.query(select_credentials, id));
}

std::optional<Credentials> UserTable::credentials_by_username(sql::Transaction& tx,
                                                              std::string_view key) {
    return read_credentials(tx.query(select_credentials_by_username, key));
}

std::vector<User> UserTable::list(sql::Transaction& tx, const UserRoles& roles, std::int64_t before,
                                  std::int64_t limit) {
    if (!roles.any()) return read_all(tx.query(list_newest, before, limit));
    // A range of the index for each of up to four kinds of user, merged.
    Merge<User> merged(false, limit);
    for (const bool active : {false, true}) {
        if (roles.active && *roles.active != active) continue;
        for (const bool staff : {false, true}) {
            if (roles.staff && *roles.staff != staff) continue;
            merged.add(read_all(tx.query(list_roles, active, staff, before, limit)));
        }
    }
    return std::move(merged).rows();
}

std::vector<User> UserTable::list_by_username(sql::Transaction& tx, std::string_view low,
                                              std::string_view high, std::int64_t limit) {
    return read_all(tx.query(list_usernames, low, high, limit));
}

std::vector<User> UserTable::list_by_email(sql::Transaction& tx, std::string_view low,
                                           std::int64_t low_id, std::string_view high,
                                           std::int64_t limit) {
    return read_all(tx.query(list_emails, low, low_id, high, limit));
}

std::optional<std::int64_t> UserTable::insert(sql::Transaction& tx, const UserRow& row,
                                              Exclusion exclusion, std::string_view password_hash,
                                              Time now) {
    const EmailColumns email(row.email);
    const sql::Value password =
        password_hash.empty() ? sql::Value(nullptr) : sql::Value(password_hash);
    return tx.insert(insert_user, row.username.text, row.username.key, email.text, email.key,
                     row.email_verified, password, row.is_active, row.is_staff, row.is_superuser,
                     row.locale, row.first_name, row.last_name, row.phone_no, row.address, now,
                     static_cast<std::int64_t>(exclusion));
}

bool UserTable::update(sql::Transaction& tx, std::int64_t id, const UserRow& row,
                       Exclusion exclusion) {
    const EmailColumns email(row.email);
    return tx.execute(update_user, row.username.text, row.username.key, email.text, email.key,
                      row.email_verified, row.is_active, row.is_staff, row.is_superuser, row.locale,
                      row.first_name, row.last_name, row.phone_no, row.address, id,
                      static_cast<std::int64_t>(exclusion)) == 1;
}

Taken UserTable::taken(sql::Transaction& tx, std::int64_t id, std::string_view username_key,
                       const std::optional<domain::Keyed>& email, Exclusion exclusion) {
    auto rows = tx.query(select_taken, username_key, id, static_cast<std::int64_t>(exclusion),
                         EmailColumns(email).key);
    TILL_ASSERT(rows.next());
    return {rows.boolean(0), rows.boolean(1)};
}

bool UserTable::has_other_superuser(sql::Transaction& tx, std::int64_t id) {
    return tx.query(select_other_superuser, id).next();
}

void UserTable::set_password(sql::Transaction& tx, std::int64_t id, std::string_view hash) {
    TILL_ASSERT(tx.execute(update_password, hash, id) == 1);
}

void UserTable::upgrade_password(sql::Transaction& tx, std::int64_t id, std::string_view old_hash,
                                 std::string_view hash) {
    tx.execute(update_password_hash, hash, id, old_hash);
}

void UserTable::set_last_login(sql::Transaction& tx, std::int64_t id, Time now) {
    tx.execute(update_last_login, now, id);
}

bool UserTable::verify_email(sql::Transaction& tx, std::int64_t id, std::string_view email_key) {
    return tx.execute(update_email_verified, id, email_key) == 1;
}

void UserTable::set_image(sql::Transaction& tx, std::int64_t id,
                          std::optional<std::string_view> name) {
    TILL_ASSERT(tx.execute(update_image, name, id) == 1);
}

void UserTable::bury(sql::Transaction& tx, std::int64_t id, Time now) {
    TILL_ASSERT(tx.execute(update_tombstone, now, id) == 1);
}

void UserTable::keep_previous_email(sql::Transaction& tx, std::int64_t id, std::string_view email) {
    tx.execute(update_previous_email, email, id);
}

std::optional<std::string> UserTable::previous_email(sql::Transaction& tx, std::int64_t id) {
    auto rows = tx.query(select_previous_email, id);
    if (!rows.next()) return std::nullopt;
    return rows.maybe_string(0);
}

void UserTable::forget_previous_email(sql::Transaction& tx, std::int64_t id) {
    tx.execute(clear_previous_email, id);
}

std::span<const sql::Sql* const> user_statements() { return statements; }

}  // namespace till::core
