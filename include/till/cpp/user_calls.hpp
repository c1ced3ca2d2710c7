// SPDX-License-Identifier: MIT
//
// The calls about users, their images, passwords and e-mail: members of till::store and
// till::store_ref.
#pragma once

#include <till/cpp/user.hpp>

namespace till {
inline namespace v1 {

// user_create() is till_user_create() and so on: till/user.h says who may call it and which
// statuses it answers. The try_ form answers them, the other throws them.
template <class Store>
class user_calls {
public:
    // Creates a user.
    result<user> try_user_create(const call &who, const user_create_in &in) const {
        const till_user_create_in c = in.c();
        return detail::ask<user>(till_user_create, raw(), who, &c);
    }
    // A user by id; 0 is the actor himself.
    result<user> try_user_get(const call &who, std::int64_t user_id = 0) const {
        return detail::ask<user>(till_user_get, raw(), who, user_id);
    }
    // A user by user name or e-mail.
    result<user> try_user_find(const call &who, const user_find_in &in) const {
        const till_user_find_in c = in.c();
        return detail::ask<user>(till_user_find, raw(), who, &c);
    }
    // One page of users, newest first or by prefix.
    result<user_page> try_user_list(const call &who, const user_query &query = {}) const {
        return detail::paging<user_query>::fetch(raw(), who, query);
    }
    // The list, page by page.
    pager<user_query> user_pages(const call &who, const user_query &query = {}) const {
        return {raw(), who, query};
    }
    // Changes what is set in `in`.
    result<user> try_user_update(const call &who, const user_update_in &in) const {
        const till_user_update_in c = in.c();
        return detail::ask<user>(till_user_update, raw(), who, &c);
    }
    // Leaves a tombstone.
    result<void> try_user_delete(const call &who, const user_delete_in &in) const {
        const till_user_delete_in c = in.c();
        return detail::tell(till_user_delete, raw(), who, &c);
    }
    // Sets or removes the image.
    result<user> try_user_image_set(const call &who, const user_image_set_in &in) const {
        const till_user_image_set_in c = in.c();
        return detail::ask<user>(till_user_image_set, raw(), who, &c);
    }
    // An image by its name.
    result<image> try_user_image_get(const call &who, std::string_view name) const {
        return detail::ask<image>(till_user_image_get, raw(), who, name.data(), name.size());
    }
    // Changes a password and ends the user's other sessions.
    result<void> try_password_change(const call &who, const password_change_in &in) const {
        const till_password_change_in c = in.c();
        return detail::tell(till_password_change, raw(), who, &c);
    }
    // Puts a reset mail into the outbox if an active user has this address.
    result<void> try_password_reset_request(const call &who, std::string_view email) const {
        return detail::tell(till_password_reset_request, raw(), who, email.data(), email.size());
    }
    // Sets a new password with the token of a reset mail.
    result<void> try_password_reset(const call &who, const password_reset_in &in) const {
        const till_password_reset_in c = in.c();
        return detail::tell(till_password_reset, raw(), who, &c);
    }
    // Confirms an e-mail address with the token of a verification mail.
    result<void> try_email_verify(const call &who, std::string_view token) const {
        return detail::tell(till_email_verify, raw(), who, token.data(), token.size());
    }
    // Mails a new verification token if an active user has this unverified address.
    result<void> try_email_resend(const call &who, std::string_view email) const {
        return detail::tell(till_email_resend, raw(), who, email.data(), email.size());
    }

#if TILL_CPP_EXCEPTIONS
    user user_create(const call &who, const user_create_in &in) const {
        return try_user_create(who, in).value();
    }
    user user_get(const call &who, std::int64_t user_id = 0) const {
        return try_user_get(who, user_id).value();
    }
    user user_find(const call &who, const user_find_in &in) const {
        return try_user_find(who, in).value();
    }
    user_page user_list(const call &who, const user_query &query = {}) const {
        return try_user_list(who, query).value();
    }
    // Every user of the list: `for (auto &user : store.users(who))`.
    row_range<user_query> users(const call &who, const user_query &query = {}) const {
        return {raw(), who, query};
    }
    user user_update(const call &who, const user_update_in &in) const {
        return try_user_update(who, in).value();
    }
    void user_delete(const call &who, const user_delete_in &in) const {
        try_user_delete(who, in).value();
    }
    user user_image_set(const call &who, const user_image_set_in &in) const {
        return try_user_image_set(who, in).value();
    }
    image user_image_get(const call &who, std::string_view name) const {
        return try_user_image_get(who, name).value();
    }
    void password_change(const call &who, const password_change_in &in) const {
        try_password_change(who, in).value();
    }
    void password_reset_request(const call &who, std::string_view email) const {
        try_password_reset_request(who, email).value();
    }
    void password_reset(const call &who, const password_reset_in &in) const {
        try_password_reset(who, in).value();
    }
    void email_verify(const call &who, std::string_view token) const {
        try_email_verify(who, token).value();
    }
    void email_resend(const call &who, std::string_view email) const {
        try_email_resend(who, email).value();
    }
#endif

private:
    till_store *raw() const noexcept { return static_cast<const Store *>(this)->get(); }
};

}  // namespace v1
}  // namespace till
