// SPDX-License-Identifier: MIT
//
// The second step of a login: its challenge, met by a code. Check, mark and count are one
// transaction, so that neither a code nor a challenge counts twice, and no guess goes uncounted.
#include "core/event_log.hpp"
#include "core/outbox.hpp"
#include "core/sealing.hpp"
#include "core/second_factor_table.hpp"
#include "core/second_factors.hpp"
#include "core/session_opening.hpp"
#include "core/sessions.hpp"
#include "core/sweep.hpp"
#include "core/throttle.hpp"
#include "core/user_table.hpp"
#include "crypto/hmac.hpp"
#include "crypto/token.hpp"
#include "domain/totp.hpp"

#include <array>
#include <optional>

namespace till::core {
namespace {

Error challenge_not_valid() {
    return make_error(Status::unauthenticated, "challenge_not_valid",
                      "This login is unknown, finished or older than 5 minutes; begin it again.");
}

Error invalid_code() {
    return make_error(Status::unauthenticated, "invalid_code",
                      "The code is wrong, used or too old; wait for the next one.");
}

void tell(Context& context, std::string_view kind, std::int64_t user_id) {
    const auto user = UserTable::find(context.tx, user_id);
    TILL_ASSERT(user.has_value());
    tell_user(context, kind, *user);
}

bool use_recovery_code(Context& context, std::int64_t user_id, std::string_view text) {
    const auto hash = recovery_code_hash(text);
    if (!hash || !RecoveryCodeTable::use(context.tx, user_id, *hash)) return false;
    const std::int64_t left = RecoveryCodeTable::count(context.tx, user_id);
    append_event(context, "second_factor.recovery_code_used", user_id, 0,
                 R"({"left":)" + std::to_string(left) + "}");
    tell(context, mail::recovery_code_used, user_id);
    return true;
}

// What a code leads to. A refusal is a value here: that it was counted stays.
struct Outcome {
    std::optional<Error> refused;
    Tokens tokens;
};

// The user behind a challenge, if he may still log in by it.
Result<std::int64_t> require_challenge(Context& context, const crypto::Digest& hash) {
    const auto user_id = ChallengeTable::find(context.tx, hash, context.now);
    if (!user_id) return challenge_not_valid();
    const auto credentials = UserTable::credentials(context.tx, *user_id);
    if (!credentials || !credentials->is_active) return challenge_not_valid();
    return *user_id;
}

Result<Outcome> finish(Context& context, const crypto::Digest& hash, std::string_view code,
                       const SessionSeed& seed) {
    TILL_TRY(const std::int64_t user_id, require_challenge(context, hash));
    const auto factor = SecondFactorTable::find(context.tx, user_id);
    if (!factor || !factor->is_confirmed()) return challenge_not_valid();
    TILL_TRY(const crypto::SealingKey key, sealing_key(context));
    TILL_TRY(const Attempt attempt, reserve_second_factor(context, user_id));
    const bool right = domain::parse_totp_code(code)
                           ? use_totp_code(context, user_id, key, *factor, code)
                           : use_recovery_code(context, user_id, code);
    Outcome outcome;
    if (!right) {
        // Who comes so far knows the password. Once a row of failures, not once a guess.
        if (settle(context, attempt, domain::Guess::wrong)) {
            append_event(context, "second_factor.codes_refused", user_id);
            tell(context, mail::second_factor_refused, user_id);
        }
        outcome.refused = invalid_code();
        return outcome;
    }
    settle(context, attempt, domain::Guess::right);
    ChallengeTable::remove(context.tx, hash);
    make_familiar(context, user_id);
    sweep_some(context);
    outcome.tokens = open_session(context, user_id, seed);
    return outcome;
}

}  // namespace

bool use_totp_code(Context& context, std::int64_t user_id, const crypto::SealingKey& key,
                   const SecondFactor& factor, std::string_view text) {
    const auto code = domain::parse_totp_code(text);
    if (!code) return false;
    crypto::Secret<domain::totp_secret_size> secret;
    unseal_of(context, user_id, key, factor.sealed, secret.bytes());
    const domain::TotpWindow window = domain::totp_window(context.now, factor.last_step);
    std::optional<std::int64_t> matched;
    for (std::int64_t step = window.first; step <= window.last; ++step) {
        const auto mac = crypto::hmac_sha1(secret.bytes(), domain::totp_message(step));
        if (domain::totp_code(mac) == *code) matched = step;
    }
    return matched && SecondFactorTable::use_step(context.tx, user_id, *matched);
}

Result<Tokens> login_second(Store& store, const Call& call, std::string_view challenge,
                            std::string_view code) {
    TILL_CHECK(Store::refuse_key(call));
    std::vector<Violation> violations;
    if (challenge.empty()) violations.push_back({"/challenge", "blank", "Give a challenge.", {}});
    if (code.empty()) violations.push_back({"/code", "blank", "Give a code.", {}});
    if (!violations.empty()) return invalid(std::move(violations));
    const crypto::Digest hash = crypto::token_hash(challenge);
    const SessionSeed seed(store.random());
    TILL_TRY(Outcome outcome, store.write(call, [&](Context& context) {
        return finish(context, hash, code, seed);
    }));
    if (outcome.refused) return std::move(*outcome.refused);
    return std::move(outcome.tokens);
}

}  // namespace till::core
