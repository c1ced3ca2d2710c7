// SPDX-License-Identifier: MIT
#include "till/session.h"

#include "c_api/guard.hpp"
#include "c_api/tokens_block.hpp"
#include "c_api/user_block.hpp"
#include "core/sessions.hpp"
#include "core/signing_keys.hpp"

#include <cstddef>

namespace till::c_api {
namespace {

void fill_session(BlockBuilder& block, std::size_t offset, const core::Session& session) {
    till_session& out = block.at<till_session>(offset);
    out.id = session.id;
    out.user_id = session.user_id;
    out.created_us = session.created_at;
    out.last_used_us = session.last_used_at;
    out.idle_expires_us = session.life.idle_expires_at;
    out.expires_us = session.life.expires_at;
    out.is_current = session.is_current ? 1 : 0;
    block.text_or_absent(offset + offsetof(till_session, client_address),
                         session.client_address.value_or(""));
    block.text_or_absent(offset + offsetof(till_session, client_agent),
                         session.client_agent.value_or(""));
}

const till_session* to_session(const core::Session& session) {
    BlockBuilder block;
    const std::size_t at = block.add<till_session>();
    fill_session(block, at, session);
    return block.finish<till_session>(Kind::session);
}

const till_session_page* to_page(const core::SessionPage& page) {
    BlockBuilder block(8192);
    const std::size_t at = block.add<till_session_page>();
    const std::size_t rows =
        add_rows<till_session_page, till_session>(block, at, page.sessions.size());
    for (std::size_t i = 0; i < page.sessions.size(); ++i) {
        fill_session(block, rows + i * sizeof(till_session), page.sessions[i]);
    }
    block.text_or_absent(at + offsetof(till_session_page, next_cursor), page.next_cursor);
    return block.finish<till_session_page>(Kind::sessions);
}

Result<core::Registration> read_registration(const till_register_in* pointer) {
    TILL_TRY(const auto in, read_input(pointer, "till_register_in"));
    TILL_CHECK(check_flags(in.flags, 0, "till_register_in.flags"));
    core::Registration out;
    TILL_TRY(out.username, read_text(in.username, "till_register_in.username"));
    TILL_TRY(out.email, read_text(in.email, "till_register_in.email"));
    TILL_TRY(out.password, read_text(in.password, "till_register_in.password"));
    TILL_TRY(out.first_name, read_text(in.first_name, "till_register_in.first_name"));
    TILL_TRY(out.last_name, read_text(in.last_name, "till_register_in.last_name"));
    TILL_TRY(out.locale, read_text(in.locale, "till_register_in.locale"));
    return out;
}

}  // namespace

const till_tokens* to_tokens(const core::Tokens& tokens) {
    BlockBuilder block(2048);
    const std::size_t at = block.add<till_tokens>();
    const std::size_t user = block.add<till_user>();
    block.link(at + offsetof(till_tokens, user), user);
    till_tokens& out = block.at<till_tokens>(at);
    out.session_id = tokens.session_id;
    out.access_expires_us = tokens.session_id == 0 ? TILL_TIME_NONE : tokens.access_expires_at;
    out.refresh_expires_us = tokens.session_id == 0 ? TILL_TIME_NONE : tokens.refresh_expires_at;
    out.challenge_expires_us =
        tokens.challenge.empty() ? TILL_TIME_NONE : tokens.challenge_expires_at;
    block.text_or_absent(at + offsetof(till_tokens, access), tokens.access);
    block.text_or_absent(at + offsetof(till_tokens, refresh), tokens.refresh);
    block.text_or_absent(at + offsetof(till_tokens, challenge), tokens.challenge);
    fill_user(block, user, tokens.user);
    return block.finish<till_tokens>(Kind::tokens, true);
}

}  // namespace till::c_api

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

extern "C" {

TILL_API till_status till_register(till_store* store, const till_call* call,
                                   const till_register_in* in, const till_tokens** out,
                                   const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_tokens*> {
                   TILL_TRY(const auto input, read_registration(in));
                   TILL_TRY(const auto tokens, core::register_user(core, context, input));
                   return to_tokens(tokens);
               });
}

TILL_API till_status till_login(till_store* store, const till_call* call, const till_login_in* in,
                                const till_tokens** out, const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_tokens*> {
            TILL_TRY(const auto input, read_input(in, "till_login_in"));
            TILL_CHECK(check_flags(input.flags, 0, "till_login_in.flags"));
            TILL_TRY(const auto username, read_text(input.username, "till_login_in.username"));
            TILL_TRY(const auto password, read_text(input.password, "till_login_in.password"));
            TILL_TRY(const auto tokens, core::login(core, context, username, password));
            return to_tokens(tokens);
        });
}

TILL_API till_status till_session_refresh(till_store* store, const till_call* call,
                                          const char* refresh, size_t refresh_len,
                                          const till_tokens** out, const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_tokens*> {
                   if (refresh == nullptr) return null_argument("refresh");
                   TILL_TRY(const auto token, read_text(refresh, refresh_len, "refresh"));
                   TILL_TRY(const auto tokens, core::refresh_session(core, context, token));
                   return to_tokens(tokens);
               });
}

TILL_API till_status till_session_verify(till_store* store, const till_call* call,
                                         const char* token, size_t token_len,
                                         const till_session** out, const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_session*> {
                   if (token == nullptr) return null_argument("token");
                   TILL_TRY(const auto text, read_text(token, token_len, "token"));
                   TILL_TRY(const auto session, core::verify_session(core, context, text));
                   return to_session(session);
               });
}

TILL_API till_status till_logout(till_store* store, const till_call* call, const char* refresh,
                                 size_t refresh_len, const till_error** err) {
    return run(store, call, err, [&](core::Store& core, const core::Call& context) -> Result<void> {
        if (refresh == nullptr) return null_argument("refresh");
        TILL_TRY(const auto token, read_text(refresh, refresh_len, "refresh"));
        return core::logout(core, context, token);
    });
}

TILL_API till_status till_session_list(till_store* store, const till_call* call,
                                       const till_session_query* query,
                                       const till_session_page** out, const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_session_page*> {
            TILL_TRY(const auto in, read_optional_input(query, "till_session_query"));
            TILL_CHECK(check_flags(in.flags, 0, "till_session_query.flags"));
            TILL_CHECK(check_reserved(in.reserved0, "till_session_query.reserved0"));
            TILL_TRY(const auto cursor, read_text(in.cursor, "till_session_query.cursor"));
            TILL_TRY(const auto page,
                     core::list_sessions(core, context, {in.user_id, cursor, in.limit}));
            return to_page(page);
        });
}

TILL_API till_status till_session_end(till_store* store, const till_call* call,
                                      const till_session_end_in* in, const till_error** err) {
    return run(store, call, err, [&](core::Store& core, const core::Call& context) -> Result<void> {
        TILL_TRY(const auto input, read_input(in, "till_session_end_in"));
        TILL_CHECK(check_flags(input.flags, 0, "till_session_end_in.flags"));
        return core::end_session(core, context, input.user_id, input.session_id);
    });
}

TILL_API till_status till_signing_key_rotate(till_store* store, const till_call* call,
                                             const till_signing_key** out, const till_error** err) {
    return run(store, call, out, err,
               [](core::Store& core, const core::Call& context) -> Result<const till_signing_key*> {
                   TILL_TRY(const auto rotation, core::rotate_signing_key(core, context));
                   BlockBuilder block;
                   const std::size_t key = block.add<till_signing_key>();
                   auto& head = block.at<till_signing_key>(key);
                   head.created_us = rotation.created_at;
                   head.previous_expires_us = rotation.previous_expires_at;
                   block.text(key + offsetof(till_signing_key, kid), rotation.kid);
                   block.text(key + offsetof(till_signing_key, previous_kid),
                              rotation.previous_kid);
                   return block.finish<till_signing_key>(Kind::signing_key);
               });
}

}  // extern "C"
