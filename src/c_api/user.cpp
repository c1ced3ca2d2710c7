// SPDX-License-Identifier: MIT
#include "till/user.h"

#include "c_api/guard.hpp"
#include "c_api/user_block.hpp"
#include "core/passwords.hpp"
#include "core/user_images.hpp"
#include "core/users.hpp"

#include <cstddef>

namespace till::c_api {

static_assert(core::user_field::username == TILL_USER_USERNAME &&
              core::user_field::email == TILL_USER_EMAIL &&
              core::user_field::first_name == TILL_USER_FIRST_NAME &&
              core::user_field::last_name == TILL_USER_LAST_NAME &&
              core::user_field::phone_no == TILL_USER_PHONE_NO &&
              core::user_field::address == TILL_USER_ADDRESS &&
              core::user_field::locale == TILL_USER_LOCALE &&
              core::user_field::is_active == TILL_USER_IS_ACTIVE &&
              core::user_field::is_staff == TILL_USER_IS_STAFF &&
              core::user_field::is_superuser == TILL_USER_IS_SUPERUSER &&
              core::user_field::email_verified == TILL_USER_EMAIL_VERIFIED);

namespace {

void text(BlockBuilder& block, std::size_t slot, const std::optional<std::string>& value) {
    if (value) block.text(slot, *value);
}

}  // namespace

void fill_user(BlockBuilder& block, std::size_t offset, const core::User& user) {
    till_user& out = block.at<till_user>(offset);
    out.id = user.id;
    out.version = user.version;
    out.created_us = user.created_at;
    out.last_login_us = user.last_login_at.value_or(TILL_TIME_NONE);
    out.deleted_us = user.deleted_at.value_or(TILL_TIME_NONE);
    out.is_active = user.is_active ? 1 : 0;
    out.is_staff = user.is_staff ? 1 : 0;
    out.is_superuser = user.is_superuser ? 1 : 0;
    out.email_verified = user.email_verified ? 1 : 0;
    out.has_password = user.has_password ? 1 : 0;
    out.replayed = user.replayed ? 1 : 0;
    text(block, offset + offsetof(till_user, username), user.username);
    text(block, offset + offsetof(till_user, email), user.email);
    text(block, offset + offsetof(till_user, new_email), user.new_email);
    text(block, offset + offsetof(till_user, first_name), user.first_name);
    text(block, offset + offsetof(till_user, last_name), user.last_name);
    text(block, offset + offsetof(till_user, phone_no), user.phone_no);
    text(block, offset + offsetof(till_user, address), user.address);
    text(block, offset + offsetof(till_user, locale), user.locale);
    text(block, offset + offsetof(till_user, image_name), user.image_name);
}

const till_user* to_user(const core::User& user) {
    BlockBuilder block(1024);
    const std::size_t offset = block.add<till_user>();
    fill_user(block, offset, user);
    return block.finish<till_user>(Kind::user);
}

namespace {

const till_user_page* to_page(const core::UserPage& page) {
    BlockBuilder block(16384);
    const std::size_t at = block.add<till_user_page>();
    const std::size_t rows = add_rows<till_user_page, till_user>(block, at, page.users.size());
    for (std::size_t i = 0; i < page.users.size(); ++i) {
        fill_user(block, rows + i * sizeof(till_user), page.users[i]);
    }
    block.text_or_absent(at + offsetof(till_user_page, next_cursor), page.next_cursor);
    return block.finish<till_user_page>(Kind::users);
}

const till_image* to_image(const core::Image& image) {
    BlockBuilder block(image.data.size() + 512);
    const std::size_t at = block.add<till_image>();
    block.at<till_image>(at).created_us = image.created_at;
    block.text(at + offsetof(till_image, name), image.name);
    block.text(at + offsetof(till_image, media_type), image.media_type);
    block.text(at + offsetof(till_image, data), image.data);
    return block.finish<till_image>(Kind::image);
}

Result<core::NewUser> read_new_user(const till_user_create_in* pointer) {
    TILL_TRY(const auto in, read_input(pointer, "till_user_create_in"));
    TILL_CHECK(check_flags(in.flags, 0, "till_user_create_in.flags"));
    core::NewUser user;
    TILL_TRY(user.username, read_text(in.username, "till_user_create_in.username"));
    TILL_TRY(user.email, read_text(in.email, "till_user_create_in.email"));
    TILL_TRY(user.password, read_text(in.password, "till_user_create_in.password"));
    TILL_TRY(user.password_hash, read_text(in.password_hash, "till_user_create_in.password_hash"));
    TILL_TRY(user.first_name, read_text(in.first_name, "till_user_create_in.first_name"));
    TILL_TRY(user.last_name, read_text(in.last_name, "till_user_create_in.last_name"));
    TILL_TRY(user.phone_no, read_text(in.phone_no, "till_user_create_in.phone_no"));
    TILL_TRY(user.address, read_text(in.address, "till_user_create_in.address"));
    TILL_TRY(user.locale, read_text(in.locale, "till_user_create_in.locale"));
    TILL_TRY(user.is_staff, read_bool(in.is_staff, "till_user_create_in.is_staff"));
    TILL_TRY(user.is_superuser, read_bool(in.is_superuser, "till_user_create_in.is_superuser"));
    TILL_TRY(user.is_inactive, read_bool(in.is_inactive, "till_user_create_in.is_inactive"));
    TILL_TRY(user.email_verified,
             read_bool(in.email_verified, "till_user_create_in.email_verified"));
    return user;
}

Result<core::UserChange> read_change(const till_user_update_in* pointer) {
    TILL_TRY(const auto in, read_input(pointer, "till_user_update_in"));
    TILL_CHECK(check_flags(in.flags, 0, "till_user_update_in.flags"));
    if ((in.mask & ~core::user_field::all) != 0) return unsupported("till_user_update_in.mask");
    core::UserChange change;
    change.user_id = in.user_id;
    change.if_version = in.if_version;
    change.mask = in.mask;
    TILL_TRY(change.username, read_text(in.username, "till_user_update_in.username"));
    TILL_TRY(change.email, read_text(in.email, "till_user_update_in.email"));
    TILL_TRY(change.first_name, read_text(in.first_name, "till_user_update_in.first_name"));
    TILL_TRY(change.last_name, read_text(in.last_name, "till_user_update_in.last_name"));
    TILL_TRY(change.phone_no, read_text(in.phone_no, "till_user_update_in.phone_no"));
    TILL_TRY(change.address, read_text(in.address, "till_user_update_in.address"));
    TILL_TRY(change.locale, read_text(in.locale, "till_user_update_in.locale"));
    TILL_TRY(change.is_active, read_bool(in.is_active, "till_user_update_in.is_active"));
    TILL_TRY(change.is_staff, read_bool(in.is_staff, "till_user_update_in.is_staff"));
    TILL_TRY(change.is_superuser, read_bool(in.is_superuser, "till_user_update_in.is_superuser"));
    TILL_TRY(change.email_verified,
             read_bool(in.email_verified, "till_user_update_in.email_verified"));
    TILL_TRY(change.password, read_text(in.password, "till_user_update_in.password"));
    return change;
}

Result<core::UserQuery> read_query(const till_user_query* pointer) {
    TILL_TRY(const auto in, read_optional_input(pointer, "till_user_query"));
    TILL_CHECK(check_flags(
        in.flags, TILL_USERS_ACTIVE | TILL_USERS_INACTIVE | TILL_USERS_STAFF | TILL_USERS_PLAIN,
        "till_user_query.flags"));
    TILL_CHECK(check_reserved(in.reserved0, "till_user_query.reserved0"));
    core::UserQuery query;
    TILL_TRY(query.active, read_either(in.flags, TILL_USERS_ACTIVE, TILL_USERS_INACTIVE,
                                       "till_user_query.flags"));
    TILL_TRY(query.staff,
             read_either(in.flags, TILL_USERS_STAFF, TILL_USERS_PLAIN, "till_user_query.flags"));
    TILL_TRY(query.username_prefix,
             read_text(in.username_prefix, "till_user_query.username_prefix"));
    TILL_TRY(query.email_prefix, read_text(in.email_prefix, "till_user_query.email_prefix"));
    TILL_TRY(query.cursor, read_text(in.cursor, "till_user_query.cursor"));
    query.limit = in.limit;
    return query;
}

// A use case that takes one borrowed text and gives nothing.
using TextCall = Result<void> (*)(core::Store&, const core::Call&, std::string_view);

till_status run_text(till_store* store, const till_call* call, const char* data, std::size_t size,
                     const char* name, const till_error** err, TextCall use_case) {
    return run(store, call, err, [&](core::Store& core, const core::Call& context) -> Result<void> {
        if (data == nullptr) return null_argument(name);
        TILL_TRY(const std::string_view value, read_text(data, size, name));
        return use_case(core, context, value);
    });
}

}  // namespace
}  // namespace till::c_api

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

extern "C" {

TILL_API till_status till_user_create(till_store* store, const till_call* call,
                                      const till_user_create_in* in, const till_user** out,
                                      const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_user*> {
                   TILL_TRY(const auto user, read_new_user(in));
                   TILL_TRY(const auto created, core::create_user(core, context, user));
                   return to_user(created);
               });
}

TILL_API till_status till_user_get(till_store* store, const till_call* call, int64_t user_id,
                                   const till_user** out, const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_user*> {
                   TILL_TRY(const auto user, core::get_user(core, context, user_id));
                   return to_user(user);
               });
}

TILL_API till_status till_user_find(till_store* store, const till_call* call,
                                    const till_user_find_in* in, const till_user** out,
                                    const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_user*> {
                   TILL_TRY(const auto input, read_input(in, "till_user_find_in"));
                   TILL_CHECK(check_flags(input.flags, 0, "till_user_find_in.flags"));
                   TILL_TRY(const auto username,
                            read_text(input.username, "till_user_find_in.username"));
                   TILL_TRY(const auto email, read_text(input.email, "till_user_find_in.email"));
                   TILL_TRY(const auto user, core::find_user(core, context, username, email));
                   return to_user(user);
               });
}

TILL_API till_status till_user_list(till_store* store, const till_call* call,
                                    const till_user_query* query, const till_user_page** out,
                                    const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_user_page*> {
                   TILL_TRY(const auto input, read_query(query));
                   TILL_TRY(const auto page, core::list_users(core, context, input));
                   return to_page(page);
               });
}

TILL_API till_status till_user_update(till_store* store, const till_call* call,
                                      const till_user_update_in* in, const till_user** out,
                                      const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_user*> {
                   TILL_TRY(const auto change, read_change(in));
                   TILL_TRY(const auto user, core::update_user(core, context, change));
                   return to_user(user);
               });
}

TILL_API till_status till_user_delete(till_store* store, const till_call* call,
                                      const till_user_delete_in* in, const till_error** err) {
    return run(store, call, err, [&](core::Store& core, const core::Call& context) -> Result<void> {
        TILL_TRY(const auto input, read_input(in, "till_user_delete_in"));
        TILL_CHECK(check_flags(input.flags, 0, "till_user_delete_in.flags"));
        TILL_TRY(const auto password, read_text(input.password, "till_user_delete_in.password"));
        return core::delete_user(core, context, {input.user_id, input.if_version, password});
    });
}

TILL_API till_status till_user_image_set(till_store* store, const till_call* call,
                                         const till_user_image_set_in* in, const till_user** out,
                                         const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_user*> {
                   TILL_TRY(const auto input, read_input(in, "till_user_image_set_in"));
                   TILL_CHECK(check_flags(input.flags, 0, "till_user_image_set_in.flags"));
                   TILL_TRY(const auto data, read_text(input.data, "till_user_image_set_in.data"));
                   TILL_TRY(const auto user,
                            core::set_user_image(core, context, input.user_id, data));
                   return to_user(user);
               });
}

TILL_API till_status till_user_image_get(till_store* store, const till_call* call, const char* name,
                                         size_t name_len, const till_image** out,
                                         const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_image*> {
                   if (name == nullptr) return null_argument("name");
                   TILL_TRY(const auto text, read_text(name, name_len, "name"));
                   TILL_TRY(const auto image, core::get_user_image(core, context, text));
                   return to_image(image);
               });
}

TILL_API till_status till_password_change(till_store* store, const till_call* call,
                                          const till_password_change_in* in,
                                          const till_error** err) {
    return run(store, call, err, [&](core::Store& core, const core::Call& context) -> Result<void> {
        TILL_TRY(const auto input, read_input(in, "till_password_change_in"));
        TILL_CHECK(check_flags(input.flags, 0, "till_password_change_in.flags"));
        TILL_TRY(const auto old_password,
                 read_text(input.old_password, "till_password_change_in.old_password"));
        TILL_TRY(const auto new_password,
                 read_text(input.new_password, "till_password_change_in.new_password"));
        return core::change_password(core, context, {input.user_id, old_password, new_password});
    });
}

TILL_API till_status till_password_reset_request(till_store* store, const till_call* call,
                                                 const char* email, size_t email_len,
                                                 const till_error** err) {
    return run_text(store, call, email, email_len, "email", err, core::request_password_reset);
}

TILL_API till_status till_password_reset(till_store* store, const till_call* call,
                                         const till_password_reset_in* in, const till_error** err) {
    return run(store, call, err, [&](core::Store& core, const core::Call& context) -> Result<void> {
        TILL_TRY(const auto input, read_input(in, "till_password_reset_in"));
        TILL_CHECK(check_flags(input.flags, 0, "till_password_reset_in.flags"));
        TILL_TRY(const auto token, read_text(input.token, "till_password_reset_in.token"));
        TILL_TRY(const auto new_password,
                 read_text(input.new_password, "till_password_reset_in.new_password"));
        return core::reset_password(core, context, {input.user_id, token, new_password});
    });
}

TILL_API till_status till_email_verify(till_store* store, const till_call* call, const char* token,
                                       size_t token_len, const till_error** err) {
    return run_text(store, call, token, token_len, "token", err, core::verify_email);
}

TILL_API till_status till_email_resend(till_store* store, const till_call* call, const char* email,
                                       size_t email_len, const till_error** err) {
    return run_text(store, call, email, email_len, "email", err, core::resend_email_verification);
}

}  // extern "C"
