// SPDX-License-Identifier: MIT
//
// Users: what goes in and what comes out. The calls are in user_calls.hpp; fields, limits and rules
// are told in till/user.h.
#pragma once

#include <till/cpp/ask.hpp>
#include <till/cpp/money.hpp>
#include <till/user.h>

namespace till {
inline namespace v1 {

// ---- In ------------------------------------------------------------------------------------

struct user_create_in {
    std::string_view username = {};
    std::string_view email = {};
    std::string_view password = {};       // absent: no password login
    std::string_view password_hash = {};  // instead: an encoded one; system
    std::string_view first_name = {};
    std::string_view last_name = {};
    std::string_view phone_no = {};
    std::string_view address = {};
    std::string_view locale = {};  // BCP 47
    bool is_staff = false;         // superuser or system
    bool is_superuser = false;     // superuser or system
    bool is_inactive = false;
    bool email_verified = false;  // system

    till_user_create_in c() const noexcept {
        till_user_create_in in = TILL_USER_CREATE_IN_INIT;
        in.username = detail::str(username);
        in.email = detail::str(email);
        in.password = detail::str(password);
        in.password_hash = detail::str(password_hash);
        in.first_name = detail::str(first_name);
        in.last_name = detail::str(last_name);
        in.phone_no = detail::str(phone_no);
        in.address = detail::str(address);
        in.locale = detail::str(locale);
        in.is_staff = is_staff ? 1 : 0;
        in.is_superuser = is_superuser ? 1 : 0;
        in.is_inactive = is_inactive ? 1 : 0;
        in.email_verified = email_verified ? 1 : 0;
        return in;
    }
};

// By one of the two.
struct user_find_in {
    std::string_view username = {};
    std::string_view email = {};

    till_user_find_in c() const noexcept {
        till_user_find_in in = TILL_USER_FIND_IN_INIT;
        in.username = detail::str(username);
        in.email = detail::str(email);
        return in;
    }
};

struct user_query {
    std::string_view username_prefix = {};  // sorted by user name when given, else newest first
    std::string_view email_prefix = {};
    std::string_view cursor = {};
    std::uint32_t limit = 0;  // of a page; 0: 50, at most 200
    std::optional<bool> is_active = {};  // these two without a prefix
    std::optional<bool> is_staff = {};

    till_user_query c() const noexcept {
        till_user_query in = TILL_USER_QUERY_INIT;
        in.username_prefix = detail::str(username_prefix);
        in.email_prefix = detail::str(email_prefix);
        in.cursor = detail::str(cursor);
        in.limit = limit;
        if (is_active) in.flags |= *is_active ? TILL_USERS_ACTIVE : TILL_USERS_INACTIVE;
        if (is_staff) in.flags |= *is_staff ? TILL_USERS_STAFF : TILL_USERS_PLAIN;
        return in;
    }
};

// What is not set is not touched; set to "" is made empty.
struct user_update_in {
    std::int64_t user_id = 0;     // 0: the actor himself
    std::int64_t if_version = 0;  // 0: whatever it is
    std::optional<std::string_view> username = {};
    std::optional<std::string_view> email = {};  // a new one waits to be confirmed
    std::optional<std::string_view> first_name = {};
    std::optional<std::string_view> last_name = {};
    std::optional<std::string_view> phone_no = {};
    std::optional<std::string_view> address = {};
    std::optional<std::string_view> locale = {};
    std::optional<bool> is_active = {};
    std::optional<bool> is_staff = {};
    std::optional<bool> is_superuser = {};
    std::optional<bool> email_verified = {};
    std::string_view password = {};  // the actor's own, for a change of his address

    till_user_update_in c() const noexcept {
        till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
        in.user_id = user_id;
        in.if_version = if_version;
        set(in, TILL_USER_USERNAME, in.username, username);
        set(in, TILL_USER_EMAIL, in.email, email);
        set(in, TILL_USER_FIRST_NAME, in.first_name, first_name);
        set(in, TILL_USER_LAST_NAME, in.last_name, last_name);
        set(in, TILL_USER_PHONE_NO, in.phone_no, phone_no);
        set(in, TILL_USER_ADDRESS, in.address, address);
        set(in, TILL_USER_LOCALE, in.locale, locale);
        set(in, TILL_USER_IS_ACTIVE, in.is_active, is_active);
        set(in, TILL_USER_IS_STAFF, in.is_staff, is_staff);
        set(in, TILL_USER_IS_SUPERUSER, in.is_superuser, is_superuser);
        set(in, TILL_USER_EMAIL_VERIFIED, in.email_verified, email_verified);
        in.password = detail::str(password);
        return in;
    }

private:
    static void set(till_user_update_in &in, std::uint64_t bit, till_str &field,
                    const std::optional<std::string_view> &value) noexcept {
        if (!value) return;
        in.mask |= bit;
        field = detail::str(*value);
    }
    static void set(till_user_update_in &in, std::uint64_t bit, till_bool &field,
                    const std::optional<bool> &value) noexcept {
        if (!value) return;
        in.mask |= bit;
        field = *value ? 1 : 0;
    }
};

struct user_delete_in {
    std::int64_t user_id = 0;        // 0: the actor himself
    std::int64_t if_version = 0;     // 0: whatever it is
    std::string_view password = {};  // needed when the actor deletes himself with a token

    till_user_delete_in c() const noexcept {
        till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
        in.user_id = user_id;
        in.if_version = if_version;
        in.password = detail::str(password);
        return in;
    }
};

struct user_image_set_in {
    std::string_view data = {};  // PNG, JPEG, WebP or GIF by content; empty: remove the image
    std::int64_t user_id = 0;    // 0: the actor himself

    till_user_image_set_in c() const noexcept {
        till_user_image_set_in in = TILL_USER_IMAGE_SET_IN_INIT;
        in.user_id = user_id;
        in.data = detail::str(data);
        return in;
    }
};

struct password_change_in {
    std::string_view old_password = {};
    std::string_view new_password = {};
    std::int64_t user_id = 0;  // 0: the actor himself; another: no old password

    till_password_change_in c() const noexcept {
        till_password_change_in in = TILL_PASSWORD_CHANGE_IN_INIT;
        in.user_id = user_id;
        in.old_password = detail::str(old_password);
        in.new_password = detail::str(new_password);
        return in;
    }
};

struct password_reset_in {
    std::int64_t user_id = 0;
    std::string_view token = {};  // from the mail
    std::string_view new_password = {};

    till_password_reset_in c() const noexcept {
        till_password_reset_in in = TILL_PASSWORD_RESET_IN_INIT;
        in.user_id = user_id;
        in.token = detail::str(token);
        in.new_password = detail::str(new_password);
        return in;
    }
};

// ---- Out -----------------------------------------------------------------------------------

// The texts of a deleted user are absent.
class user_view : public detail::pointer_to<till_user> {
public:
    using pointer_to::pointer_to;

    std::int64_t id() const noexcept { return raw_->id; }
    std::int64_t version() const noexcept { return raw_->version; }
    std::string_view username() const noexcept { return detail::view(raw_->username); }
    std::string_view email() const noexcept { return detail::view(raw_->email); }
    // Will be the address once its token comes back; absent: none waits.
    std::string_view new_email() const noexcept { return detail::view(raw_->new_email); }
    std::string_view first_name() const noexcept { return detail::view(raw_->first_name); }
    std::string_view last_name() const noexcept { return detail::view(raw_->last_name); }
    std::string_view phone_no() const noexcept { return detail::view(raw_->phone_no); }
    std::string_view address() const noexcept { return detail::view(raw_->address); }
    std::string_view locale() const noexcept { return detail::view(raw_->locale); }
    // "<32 hex digits>.<png|jpg|webp|gif>"; absent: no image.
    std::string_view image_name() const noexcept { return detail::view(raw_->image_name); }
    time_point created() const noexcept { return to_time(raw_->created_us); }
    std::optional<time_point> last_login() const noexcept {
        return detail::time_or_none(raw_->last_login_us);
    }
    std::optional<time_point> deleted() const noexcept {
        return detail::time_or_none(raw_->deleted_us);
    }
    bool is_active() const noexcept { return raw_->is_active != 0; }
    bool is_staff() const noexcept { return raw_->is_staff != 0; }
    bool is_superuser() const noexcept { return raw_->is_superuser != 0; }
    bool email_verified() const noexcept { return raw_->email_verified != 0; }
    bool has_password() const noexcept { return raw_->has_password != 0; }
    bool replayed() const noexcept { return raw_->replayed != 0; }
};

class image_view : public detail::pointer_to<till_image> {
public:
    using pointer_to::pointer_to;

    std::string_view name() const noexcept { return detail::view(raw_->name); }
    std::string_view media_type() const noexcept { return detail::view(raw_->media_type); }
    std::string_view data() const noexcept { return detail::view(raw_->data); }
    time_point created() const noexcept { return to_time(raw_->created_us); }
};

using user = owned<user_view>;
using user_page = owned<page_view<user_view, till_user_page>>;
using image = owned<image_view>;

template <>
struct detail::paging<user_query> {
    using page = user_page;
    static result<page> fetch(till_store *store, const call &who, const user_query &query) {
        const till_user_query in = query.c();
        return ask<page>(till_user_list, store, who, &in);
    }
    static bool advance(user_query &query, const page &last, std::string &cursor) {
        return follow_cursor(query, last, cursor);
    }
};

}  // namespace v1
}  // namespace till
