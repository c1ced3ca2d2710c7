// SPDX-License-Identifier: MIT
//
// Addresses that change and are proved, for the tests of the C ABI.
#pragma once

#include "c_api/accounts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace abi {

inline constexpr std::int64_t second = 1'000'000;

// The user of this id changes, or has changed for him, his address.
inline till_status move_to(till_store* store, const till_call& call, std::string_view email,
                           std::int64_t user_id = 0, std::string_view password = {},
                           const till_error** err = nullptr) {
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = user_id;
    in.mask = TILL_USER_EMAIL;
    in.email = str(email);
    in.password = str(password);
    Owned<till_user> user;
    return till_user_update(store, &call, &in, Out(user), err);
}

inline till_status verify(till_store* store, std::string_view token) {
    return till_email_verify(store, nullptr, token.data(), token.size(), nullptr);
}

inline till_status resend(till_store* store, std::string_view email) {
    return till_email_resend(store, nullptr, email.data(), email.size(), nullptr);
}

inline till_status ask_reset(till_store* store, std::string_view email) {
    return till_password_reset_request(store, nullptr, email.data(), email.size(), nullptr);
}

inline till_status reset_to(till_store* store, std::int64_t user_id, std::string_view token,
                            std::string_view password) {
    till_password_reset_in in = TILL_PASSWORD_RESET_IN_INIT;
    in.user_id = user_id;
    in.token = str(token);
    in.new_password = str(password);
    return till_password_reset(store, nullptr, &in, nullptr);
}

inline std::int64_t sign_up(till_store* store, std::string_view username, std::string_view email) {
    Owned<till_tokens> tokens;
    Err err;
    REQUIRE(try_register(store, username, email, good_password, tokens, err) == TILL_OK);
    return tokens->user->id;
}

// A mail as it was claimed.
struct Mail {
    std::string kind;
    std::string to;
    std::string username;
    std::string token;
    std::int64_t user_id = 0;
};

// What waits in the outbox, sent.
inline std::vector<Mail> take_mails(till_store* store) {
    std::vector<Mail> mails;
    for (;;) {
        const auto page = claim(store, 100);
        if (page->count == 0) return mails;
        for (std::size_t i = 0; i < page->count; ++i) {
            const till_message& each = *page->items[i];
            mails.push_back({std::string(view(each.kind)), std::string(view(each.to)),
                             std::string(view(each.username)), std::string(view(each.token)),
                             each.user_id});
            REQUIRE(acknowledge(store, each) == TILL_OK);
        }
    }
}

// "kind>to kind>to", without "mail.".
inline std::string told(const std::vector<Mail>& mails) {
    std::string text;
    for (const Mail& each : mails) {
        if (!text.empty()) text += ' ';
        text += each.kind.substr(5) + '>' + each.to;
    }
    return text;
}

// The token of the only mail of this kind.
inline std::string token_of(const std::vector<Mail>& mails, std::string_view kind) {
    std::string token;
    for (const Mail& each : mails) {
        if (each.kind != kind) continue;
        CHECK(token.empty());
        token = each.token;
    }
    REQUIRE_FALSE(token.empty());
    return token;
}

inline void prove(till_store* store, std::int64_t user_id) {
    const till_call system = as_system();
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = user_id;
    in.mask = TILL_USER_EMAIL_VERIFIED;
    in.email_verified = 1;
    Owned<till_user> user;
    REQUIRE(till_user_update(store, &system, &in, Out(user), nullptr) == TILL_OK);
}

inline std::string email_of(till_store* store, std::int64_t user_id) {
    return std::string(view(get_user(store, user_id)->email));
}

inline std::string new_email_of(till_store* store, std::int64_t user_id) {
    return std::string(view(get_user(store, user_id)->new_email));
}

}  // namespace abi
