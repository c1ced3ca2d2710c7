// SPDX-License-Identifier: MIT
//
// Second factors for the tests of the C ABI: setting them up, and both steps of a login.
#pragma once

#include "c_api/accounts.hpp"
#include "c_api/totp.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace abi {

struct Factor {
    std::string secret;
    std::vector<std::string> recovery_codes;
};

inline till_time now_of(till_store* store) {
    till_time now = 0;
    REQUIRE(till_testing_clock_get(store, &now, nullptr) == TILL_OK);
    return now;
}

inline std::vector<std::string> texts_of(const Owned<till_recovery_codes>& codes) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < codes->code_count; ++i) {
        texts.emplace_back(view(codes->codes[i]));
    }
    return texts;
}

inline till_status begin_factor(till_store* store, const till_call& call, std::string_view password,
                                Owned<till_second_factor_setup>& setup, const till_error** err) {
    till_second_factor_begin_in in = TILL_SECOND_FACTOR_BEGIN_IN_INIT;
    if (!password.empty()) in.password = str(password);
    return till_second_factor_begin(store, &call, &in, Out(setup), err);
}

inline till_status confirm_factor(till_store* store, const till_call& call, std::string_view code,
                                  Owned<till_recovery_codes>& codes, const till_error** err) {
    return till_second_factor_confirm(store, &call, code.data(), code.size(), Out(codes), err);
}

// Sets one up by the code of the step before, so that the code of now is still to be used.
inline Factor set_up_factor(till_store* store, std::int64_t user_id) {
    const till_call call = as_user(user_id);
    Owned<till_second_factor_setup> setup;
    Err err;
    REQUIRE(begin_factor(store, call, "", setup, err) == TILL_OK);
    Factor factor{std::string(view(setup->secret)), {}};
    Owned<till_recovery_codes> codes;
    REQUIRE(confirm_factor(store, call, totp(factor.secret, now_of(store), -1), codes, err) ==
            TILL_OK);
    factor.recovery_codes = texts_of(codes);
    return factor;
}

inline till_status remove_factor(till_store* store, const till_call& call, std::int64_t user_id,
                                 std::string_view password, const till_error** err) {
    till_second_factor_remove_in in = TILL_SECOND_FACTOR_REMOVE_IN_INIT;
    in.user_id = user_id;
    if (!password.empty()) in.password = str(password);
    return till_second_factor_remove(store, &call, &in, err);
}

inline Owned<till_second_factor> get_factor(till_store* store, std::int64_t user_id) {
    const till_call system = as_system();
    Owned<till_second_factor> factor;
    REQUIRE(till_second_factor_get(store, &system, user_id, Out(factor), nullptr) == TILL_OK);
    return factor;
}

// The first step of a login that a second factor follows.
inline std::string challenge_of(till_store* store, std::string_view username,
                                std::string_view password = good_password) {
    Owned<till_tokens> tokens;
    Err err;
    REQUIRE(try_login(store, username, password, tokens, err) == TILL_OK);
    REQUIRE(tokens->challenge.len > 0);
    return std::string(view(tokens->challenge));
}

inline till_status try_second(till_store* store, std::string_view challenge, std::string_view code,
                              Owned<till_tokens>& tokens, const till_error** err,
                              const till_call* call = nullptr) {
    till_login_second_in in = TILL_LOGIN_SECOND_IN_INIT;
    in.challenge = str(challenge);
    in.code = str(code);
    return till_login_second(store, call, &in, Out(tokens), err);
}

// The code of its refusal; empty: it let in.
inline std::string second(till_store* store, std::string_view challenge, std::string_view code,
                          const till_call* call = nullptr) {
    Owned<till_tokens> tokens;
    Err err;
    try_second(store, challenge, code, tokens, err, call);
    CHECK((tokens == nullptr) == !err.empty());
    return err.code();
}

}  // namespace abi
