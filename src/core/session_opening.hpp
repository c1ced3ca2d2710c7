// SPDX-License-Identifier: MIT
#pragma once

#include "core/sessions.hpp"
#include "core/store.hpp"
#include "crypto/jwt.hpp"
#include "crypto/token.hpp"
#include "domain/session.hpp"

namespace till::core {

domain::SessionPolicy session_policy(const Policy& policy) noexcept;

// What a new session is made of, drawn before the transaction, so that running it again gives the
// same.
struct SessionSeed {
    explicit SessionSeed(Random& random)
        : token(crypto::make_refresh_token(random)), jti(crypto::random_bytes<16>(random)) {}
    crypto::RefreshToken token;
    crypto::TokenId jti;
};

// The tokens of a session with this life; reads the user. Signing takes some microseconds.
Tokens make_tokens(Context& context, std::int64_t session_id, std::int64_t user_id,
                   const crypto::RefreshToken& refresh, const domain::SessionLife& life,
                   const crypto::TokenId& jti);

// Opens a session after its user has shown his password; stamps the login.
Tokens open_session(Context& context, std::int64_t user_id, const SessionSeed& seed);

}  // namespace till::core
