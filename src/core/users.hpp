// SPDX-License-Identifier: MIT
//
// Users: create, get, find, list, update, delete. Thread-safe as Store; each call is one or two
// transactions of its own, or part of the call's batch.
#pragma once

#include "core/store.hpp"
#include "core/user_table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace till::core {

// Pages of users and sessions (include/till/user.h).
inline constexpr std::uint32_t page_default = 50;
inline constexpr std::uint32_t page_max = 200;

struct NewUser {
    std::string_view username;
    std::string_view email;
    std::string_view password;       // empty: no password login
    std::string_view password_hash;  // instead: Django's encoded form or ours
    std::string_view first_name;
    std::string_view last_name;
    std::string_view phone_no;
    std::string_view address;
    std::string_view locale;
    bool is_staff = false;
    bool is_superuser = false;
    bool is_inactive = false;
    bool email_verified = false;
};

struct UserQuery {
    std::string_view username_prefix;
    std::string_view email_prefix;
    std::optional<bool> active;  // these two not with a prefix
    std::optional<bool> staff;
    std::string_view cursor;
    std::uint32_t limit = 0;
};

struct UserPage {
    std::vector<User> users;
    std::string next_cursor;  // empty: the end
};

// Which fields of a UserChange are meant. The numbers are the C ABI's (TILL_USER_*).
namespace user_field {
inline constexpr std::uint64_t username = 0x1;
inline constexpr std::uint64_t email = 0x2;
inline constexpr std::uint64_t first_name = 0x4;
inline constexpr std::uint64_t last_name = 0x8;
inline constexpr std::uint64_t phone_no = 0x10;
inline constexpr std::uint64_t address = 0x20;
inline constexpr std::uint64_t locale = 0x40;
inline constexpr std::uint64_t is_active = 0x80;
inline constexpr std::uint64_t is_staff = 0x100;
inline constexpr std::uint64_t is_superuser = 0x200;
inline constexpr std::uint64_t email_verified = 0x400;
inline constexpr std::uint64_t all = 0x7FF;
}  // namespace user_field

struct UserChange {
    std::int64_t user_id = 0;     // 0: the actor himself
    std::int64_t if_version = 0;  // 0: whatever it is
    std::uint64_t mask = 0;       // user_field
    std::string_view username;
    std::string_view email;
    std::string_view first_name;
    std::string_view last_name;
    std::string_view phone_no;
    std::string_view address;
    std::string_view locale;
    bool is_active = false;
    bool is_staff = false;
    bool is_superuser = false;
    bool email_verified = false;
    std::string_view password;  // the actor's own, for a new address of his
};

struct UserDeletion {
    std::int64_t user_id = 0;
    std::int64_t if_version = 0;
    std::string_view password;
};

Result<User> create_user(Store& store, const Call& call, const NewUser& in);
Result<User> get_user(Store& store, const Call& call, std::int64_t user_id);
// One of the two is given.
Result<User> find_user(Store& store, const Call& call, std::string_view username,
                       std::string_view email);
Result<UserPage> list_users(Store& store, const Call& call, const UserQuery& query);
Result<User> update_user(Store& store, const Call& call, const UserChange& change);
Result<void> delete_user(Store& store, const Call& call, const UserDeletion& deletion);

// ---- Shared by the account use cases -------------------------------------------------------

Error user_not_found();

// The id a call means: 0 is the actor himself, who then must be a user.
Result<std::int64_t> subject_of(const Context& context, std::int64_t user_id);

// A living user whom the actor may do this to.
Result<User> require_user(Context& context, domain::Action action, std::int64_t user_id);

// A plain member of staff works on plain users and on himself.
Result<void> require_rank(const Context& context, const User& user);

// The texts of a user, checked: every violation is appended.
UserRow check_new_user(std::vector<Violation>& violations, const NewUser& in);

// Appends the violations of the password rules against this owner.
void check_new_password(std::vector<Violation>& violations, std::string_view path,
                        std::string_view password, std::string_view username,
                        std::string_view first_name, std::string_view last_name,
                        std::string_view email);

// Status::already_exists with "/username" and "/email", whichever are taken.
Error taken_error(const Taken& taken);

// How many rows a page may have; 0 asked is the default.
Result<std::int64_t> page_limit(std::uint32_t asked);

}  // namespace till::core
