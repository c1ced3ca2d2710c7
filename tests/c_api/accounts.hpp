// SPDX-License-Identifier: MIT
//
// Users, logins and mails for the tests of the C ABI.
#pragma once

#include "c_api/abi.hpp"

namespace abi {

inline constexpr const char* good_password = "Str0ng-pass!word";

struct Login {
    std::int64_t user_id = 0;
    std::int64_t session_id = 0;
    std::string access;
    std::string refresh;
};

inline Login login_of(const Owned<till_tokens>& tokens) {
    return {tokens->user->id, tokens->session_id, std::string(view(tokens->access)),
            std::string(view(tokens->refresh))};
}

inline std::int64_t create_user(till_store* store, std::string_view username,
                                std::string_view email = "", bool is_staff = false,
                                bool is_superuser = false) {
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = str(username);
    in.email = str(email);
    in.password = str(good_password);
    in.is_staff = is_staff ? 1 : 0;
    in.is_superuser = is_superuser ? 1 : 0;
    const till_call system = as_system();
    Owned<till_user> user;
    Err err;
    REQUIRE(till_user_create(store, &system, &in, Out(user), err) == TILL_OK);
    return user->id;
}

inline till_status try_login(till_store* store, std::string_view username,
                             std::string_view password, Owned<till_tokens>& tokens,
                             const till_error** err) {
    till_login_in in = TILL_LOGIN_IN_INIT;
    in.username = str(username);
    in.password = str(password);
    return till_login(store, nullptr, &in, Out(tokens), err);
}

inline Login login(till_store* store, std::string_view username,
                   std::string_view password = good_password) {
    Owned<till_tokens> tokens;
    Err err;
    REQUIRE(try_login(store, username, password, tokens, err) == TILL_OK);
    return login_of(tokens);
}

inline till_status try_register(till_store* store, std::string_view username,
                                std::string_view email, std::string_view password,
                                Owned<till_tokens>& tokens, const till_error** err) {
    till_register_in in = TILL_REGISTER_IN_INIT;
    in.username = str(username);
    in.email = str(email);
    in.password = str(password);
    return till_register(store, nullptr, &in, Out(tokens), err);
}

inline till_status try_refresh(till_store* store, std::string_view token,
                               Owned<till_tokens>& tokens, const till_error** err) {
    return till_session_refresh(store, nullptr, token.data(), token.size(), Out(tokens), err);
}

// The status of the simplest call that a token may make.
inline till_status whoami(till_store* store, std::string_view access) {
    const till_call call = as_token(access);
    Owned<till_user> user;
    return till_user_get(store, &call, 0, Out(user), nullptr);
}

inline Owned<till_user> get_user(till_store* store, std::int64_t id) {
    const till_call system = as_system();
    Owned<till_user> user;
    REQUIRE(till_user_get(store, &system, id, Out(user), nullptr) == TILL_OK);
    return user;
}

inline void set(till_store* store, std::string_view name, std::string_view value) {
    const till_call system = as_system();
    const till_param change{str(name), str(value)};
    till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
    in.values = &change;
    in.count = 1;
    Owned<till_setting_page> page;
    REQUIRE(till_setting_update(store, &system, &in, Out(page), nullptr) == TILL_OK);
}

// The secret of a new API key.
inline std::string create_key(till_store* store, std::string_view scopes,
                              till_time expires_us = 0) {
    const till_call system = as_system();
    till_key_create_in in = TILL_KEY_CREATE_IN_INIT;
    in.name = str("till 1");
    in.scopes = str(scopes);
    in.expires_us = expires_us;
    Owned<till_key> key;
    REQUIRE(till_key_create(store, &system, &in, Out(key), nullptr) == TILL_OK);
    return std::string(view(key->secret));
}

inline Owned<till_message_page> claim(till_store* store, std::uint32_t limit = 0) {
    const till_call system = as_system();
    till_outbox_claim_in in = TILL_OUTBOX_CLAIM_IN_INIT;
    in.limit = limit;
    Owned<till_message_page> page;
    Err err;
    REQUIRE(till_outbox_claim(store, &system, &in, Out(page), err) == TILL_OK);
    return page;
}

inline till_status acknowledge(till_store* store, const till_message& message) {
    const till_call system = as_system();
    till_outbox_settle_in in = TILL_OUTBOX_SETTLE_IN_INIT;
    in.id = message.id;
    in.lease = message.lease;
    return till_outbox_acknowledge(store, &system, &in, nullptr);
}

// Sends everything that waits, so that what comes next stands alone.
inline void empty_outbox(till_store* store) {
    for (;;) {
        const auto page = claim(store, 100);
        if (page->count == 0) return;
        for (std::size_t i = 0; i < page->count; ++i) {
            REQUIRE(acknowledge(store, *page->items[i]) == TILL_OK);
        }
    }
}

}  // namespace abi
