// SPDX-License-Identifier: MIT
//
// Registration, login and sessions. Thread-safe as Store; hashing happens between transactions,
// never inside one.
#pragma once

#include "core/session_table.hpp"
#include "core/store.hpp"
#include "core/user_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace till::core {

// What a login gives. Holds secrets: wiped when it goes.
struct Tokens {
    Tokens() = default;
    Tokens(Tokens&&) noexcept = default;
    Tokens& operator=(Tokens&&) noexcept = default;
    Tokens(const Tokens&) = delete;
    Tokens& operator=(const Tokens&) = delete;
    ~Tokens();

    std::int64_t session_id = 0;  // 0: none was opened
    std::string access;
    std::string refresh;
    Time access_expires_at = 0;
    Time refresh_expires_at = 0;
    std::string challenge;  // for login_second; empty: no second factor is due
    Time challenge_expires_at = 0;
    User user;
};

struct Registration {
    std::string_view username;
    std::string_view email;
    std::string_view password;
    std::string_view first_name;
    std::string_view last_name;
    std::string_view locale;  // empty: the call's client_locale
};

struct SessionQuery {
    std::int64_t user_id = 0;  // 0: the actor himself
    std::string_view cursor;
    std::uint32_t limit = 0;
};

struct SessionPage {
    std::vector<Session> sessions;
    std::string next_cursor;  // empty: the end
};

Result<Tokens> register_user(Store& store, const Call& call, const Registration& in);
Result<Tokens> login(Store& store, const Call& call, std::string_view username,
                     std::string_view password);
// What a login's challenge asks for: a code of the second factor, or a recovery code.
Result<Tokens> login_second(Store& store, const Call& call, std::string_view challenge,
                            std::string_view code);
Result<Tokens> refresh_session(Store& store, const Call& call, std::string_view refresh);
// The living session of an access or refresh token; changes nothing.
Result<Session> verify_session(Store& store, const Call& call, std::string_view token);
Result<void> logout(Store& store, const Call& call, std::string_view refresh);
Result<SessionPage> list_sessions(Store& store, const Call& call, const SessionQuery& query);
// `session_id` 0: all of the user's.
Result<void> end_session(Store& store, const Call& call, std::int64_t user_id,
                         std::int64_t session_id);

// ---- Shared by the account use cases -------------------------------------------------------

// Ends a user's sessions but one (0: all), each with its event. `reason` is a word of ours.
void end_sessions(Context& context, std::int64_t user_id, std::int64_t except_id,
                  std::string_view reason);
// The same for an account that closes: see SessionTable::close_all.
void close_sessions(Context& context, std::int64_t user_id, std::string_view reason);

}  // namespace till::core
