// SPDX-License-Identifier: MIT
//
// How sessions begin: registration and login.
#include "base/text.hpp"
#include "core/addresses.hpp"
#include "core/event_log.hpp"
#include "core/outbox.hpp"
#include "core/sealing.hpp"
#include "core/second_factor_table.hpp"
#include "core/session_opening.hpp"
#include "core/sessions.hpp"
#include "core/sweep.hpp"
#include "core/throttle.hpp"
#include "core/users.hpp"
#include "domain/password_rules.hpp"

#include <algorithm>
#include <optional>

namespace till::core {
namespace {

using domain::EmailVerification;

Error invalid_credentials() {
    return make_error(Status::unauthenticated, "invalid_credentials",
                      "Unable to log in with the provided credentials.");
}

Error email_not_verified() {
    return make_error(Status::unauthenticated, "email_not_verified",
                      "The e-mail address is not verified; follow the link in the mail.");
}

Result<void> check_email_given(const Context& context, const UserRow& row) {
    const bool mandatory =
        context.policy.settings.email_verification == EmailVerification::mandatory;
    if (!mandatory || row.email) return ok();
    return invalid({{"/email", "required", "Give an e-mail address.", {}}});
}

Taken taken_by_another(Context& context, const UserRow& row) {
    return UserTable::taken(context.tx, 0, row.username.key, row.email,
                            exclusion_of(context, false));
}

Tokens without_session(Context& context, std::int64_t user_id) {
    Tokens tokens;
    tokens.user = std::move(*UserTable::find(context.tx, user_id));
    return tokens;
}

Result<Tokens> insert_registered(Context& context, const UserRow& row, std::string_view hash,
                                 const SessionSeed& seed) {
    TILL_CHECK(check_email_given(context, row));
    TILL_CHECK(charge_registration(context));
    const auto id =
        UserTable::insert(context.tx, row, exclusion_of(context, false), hash, context.now);
    if (!id) return taken_error(taken_by_another(context, row));
    append_event(context, "user.created", *id);
    if (row.email) mail_unproved(context, *id, mail::email_verification, row.email->key);
    sweep_some(context);
    const bool mandatory =
        context.policy.settings.email_verification == EmailVerification::mandatory;
    return mandatory ? without_session(context, *id) : open_session(context, *id, seed);
}

// What would be refused after the work of hashing anyway.
struct Objection {
    std::optional<Error> error;
    bool is_taken = false;
};

Result<Objection> object_to(Context& context, const Registration& in, const UserRow& row,
                            std::vector<Violation> violations) {
    TILL_CHECK(check_registration(context));
    const auto email = check_email_given(context, row);
    if (!email.has_value() && in.email.empty()) {
        violations.push_back(email.error().violations.front());
    }
    Error taken = taken_error(taken_by_another(context, row));
    Objection objection;
    objection.is_taken = !taken.violations.empty();
    if (violations.empty()) {
        if (objection.is_taken) objection.error = std::move(taken);
        return objection;
    }
    for (Violation& violation : taken.violations) violations.push_back(std::move(violation));
    objection.error = invalid(std::move(violations));
    return objection;
}

// Whether a name is taken is an answer to a question, and the questions are counted.
Result<void> charge_question(Store& store, const Call& call) {
    return store.write(call, [&](Context& context) -> Result<void> {
        TILL_CHECK(charge_registration(context));
        sweep_some(context);
        return ok();
    });
}

// The key under which a typed name is looked up; nothing when no user can have it.
std::optional<std::string> lookup_key(std::string_view username) {
    if (username.size() > 4 * domain::username_max || !valid_utf8(username)) return std::nullopt;
    return key_of(username);
}

// A reserved try and whom it is about.
struct Admission {
    Attempt attempt;
    std::optional<Credentials> found;
};

struct Authenticated {
    Attempt attempt;
    Credentials credentials;
    bool needs_upgrade = false;
};

Result<Admission> admit(Store& store, const Call& call, std::string_view username) {
    const auto key = lookup_key(username);
    return store.write(call, [&](Context& context) -> Result<Admission> {
        Admission admission;
        if (key) admission.found = UserTable::credentials_by_username(context.tx, *key);
        TILL_TRY(admission.attempt, reserve_login(context, key.value_or(std::string()),
                                                  admission.found ? admission.found->user_id : 0));
        return admission;
    });
}

Result<void> settle_apart(Store& store, const Call& call, const Attempt& attempt,
                          domain::Guess outcome) {
    return store.write(call, [&](Context& context) -> Result<void> {
        settle(context, attempt, outcome);
        sweep_some(context);
        return ok();
    });
}

// Nobody, a user without a password and a user with one cost the same.
Result<crypto::PasswordMatch> compare(Store& store, const Call& call,
                                      const std::optional<Credentials>& found,
                                      std::string_view password) {
    if (found && !found->password.empty()) {
        return store.hasher().verify(found->password, password, call.deadline_us);
    }
    TILL_CHECK(store.hasher().dummy_verify(password, call.deadline_us));
    return crypto::PasswordMatch::no_match;
}

// Who has this name and password. The same cost and the same answer for nobody, a wrong password
// and an inactive user.
Result<Authenticated> authenticate(Store& store, const Call& call, std::string_view username,
                                   std::string_view password) {
    TILL_TRY(const Admission admission, admit(store, call, username));
    const auto match = compare(store, call, admission.found, password);
    if (!match.has_value()) {
        TILL_CHECK(settle_apart(store, call, admission.attempt, domain::Guess::abandoned));
        return match.error();
    }
    if (*match == crypto::PasswordMatch::no_match || !admission.found->is_active) {
        TILL_CHECK(settle_apart(store, call, admission.attempt, domain::Guess::wrong));
        return invalid_credentials();
    }
    return Authenticated{admission.attempt, *admission.found,
                         *match == crypto::PasswordMatch::match_needs_upgrade};
}

// What a login may lead to, drawn before the transaction.
struct LoginSeed {
    explicit LoginSeed(Random& random) : session(random), challenge(crypto::random_token(random)) {}
    SessionSeed session;
    crypto::SecretText challenge;
};

// The password is right and half of the proof: of the user only what was typed is told.
Tokens open_challenge(Context& context, std::int64_t user_id, std::string_view challenge) {
    Tokens tokens;
    tokens.challenge = challenge;
    tokens.challenge_expires_at = context.now + domain::login_challenge_us;
    ChallengeTable::insert(context.tx, crypto::token_hash(challenge), user_id, context.now,
                           tokens.challenge_expires_at);
    tokens.user.id = user_id;
    tokens.user.username = UserTable::find(context.tx, user_id)->username;
    return tokens;
}

// What the right password leads to. A refusal is a value here: what was settled stays.
struct LoginOutcome {
    std::optional<Tokens> tokens;  // nothing: the account changed since it was compared
    std::optional<Error> refused;
};

LoginOutcome finish_login(Context& context, const Authenticated& known, std::string_view upgraded,
                          const LoginSeed& seed) {
    const std::int64_t user_id = known.credentials.user_id;
    LoginOutcome outcome;
    const auto now = UserTable::credentials(context.tx, user_id);
    if (!now || !now->is_active || now->password != known.credentials.password) {
        settle(context, known.attempt, domain::Guess::abandoned);
        return outcome;
    }
    settle(context, known.attempt, domain::Guess::right);
    if (context.policy.settings.email_verification == EmailVerification::mandatory &&
        !UserTable::find(context.tx, user_id)->email_verified) {
        outcome.refused = email_not_verified();
        return outcome;
    }
    const bool needs_second = SecondFactorTable::is_confirmed(context.tx, user_id);
    if (needs_second) {
        // A challenge that nobody could meet is not made.
        auto key = sealing_key(context);
        if (!key.has_value()) {
            outcome.refused = std::move(key).error();
            return outcome;
        }
    }
    if (!upgraded.empty()) {
        UserTable::upgrade_password(context.tx, user_id, known.credentials.password, upgraded);
    }
    sweep_some(context);
    if (needs_second) {
        outcome.tokens = open_challenge(context, user_id, seed.challenge.view());
        return outcome;
    }
    make_familiar(context, user_id);
    outcome.tokens = open_session(context, user_id, seed.session);
    return outcome;
}

Result<LoginOutcome> try_login(Store& store, const Call& call, std::string_view username,
                               std::string_view password) {
    TILL_TRY(const Authenticated known, authenticate(store, call, username, password));
    std::string upgraded;
    if (known.needs_upgrade) {
        // Who is right is let in: without a place for this hash the next login upgrades it.
        auto hash = store.hasher().hash(password, call.deadline_us);
        if (hash.has_value()) upgraded = std::move(hash).value();
    }
    const LoginSeed seed(store.random());
    return store.write(call, [&](Context& context) -> Result<LoginOutcome> {
        return finish_login(context, known, upgraded, seed);
    });
}

}  // namespace

domain::SessionPolicy session_policy(const Policy& policy) noexcept {
    return {policy.settings.refresh_idle_lifetime * us_per_second,
            policy.settings.session_lifetime * us_per_second, policy.settings.strict_rotation};
}

Tokens make_tokens(Context& context, std::int64_t session_id, std::int64_t user_id,
                   const crypto::RefreshToken& refresh, const domain::SessionLife& life,
                   const crypto::TokenId& jti) {
    const std::int64_t lifetime = context.policy.settings.access_token_lifetime * us_per_second;
    const Time expires_at = std::min(context.now + lifetime, life.idle_expires_at);
    crypto::AccessClaims claims;
    claims.user_id = user_id;
    claims.sid = refresh.sid;
    claims.jti = jti;
    claims.issued_at = context.now / us_per_second;
    claims.expires_at = expires_at / us_per_second;
    Tokens tokens;
    tokens.session_id = session_id;
    tokens.access =
        crypto::sign_access_token(context.policy.signing_key(), context.policy.issuer, claims);
    tokens.refresh = crypto::to_text(refresh);
    tokens.access_expires_at = claims.expires_at * us_per_second;
    tokens.refresh_expires_at = life.idle_expires_at;
    tokens.user = std::move(*UserTable::find(context.tx, user_id));
    return tokens;
}

Tokens open_session(Context& context, std::int64_t user_id, const SessionSeed& seed) {
    const domain::SessionLife life =
        domain::begin_life(context.now, session_policy(context.policy));
    NewSession session;
    session.sid_hash = crypto::sid_hash(seed.token.sid);
    session.user_id = user_id;
    session.current_hash = crypto::secret_hash(seed.token.secret);
    session.password_login_at = context.now;
    session.life = life;
    session.client_address = context.call.client_address;
    session.client_agent = context.call.client_agent;
    const std::int64_t id = SessionTable::insert(context.tx, session, context.now);
    UserTable::set_last_login(context.tx, user_id, context.now);
    append_event(context, "session.opened", id, 0,
                 R"({"user_id":)" + std::to_string(user_id) + "}");
    return make_tokens(context, id, user_id, seed.token, life, seed.jti);
}

Result<Tokens> register_user(Store& store, const Call& call, const Registration& in) {
    TILL_CHECK(Store::refuse_batch(call));
    TILL_CHECK(Store::refuse_key(call));
    NewUser user;
    user.username = in.username;
    user.email = in.email;
    user.first_name = in.first_name;
    user.last_name = in.last_name;
    user.locale = in.locale;
    // A browser's header is not an input: one that is no language tag is left out, not refused.
    if (user.locale.empty() && domain::is_locale(call.client_locale)) {
        user.locale = call.client_locale;
    }
    std::vector<Violation> violations;
    const UserRow row = check_new_user(violations, user);
    check_new_password(violations, "/password", in.password, in.username, in.first_name,
                       in.last_name, in.email);

    TILL_TRY(Objection objection, store.read(call, [&](Context& context) {
        return object_to(context, in, row, violations);
    }));
    if (objection.is_taken) TILL_CHECK(charge_question(store, call));
    if (objection.error) return std::move(*objection.error);
    TILL_TRY(const std::string hash, store.hasher().hash(in.password, call.deadline_us));
    const SessionSeed seed(store.random());
    return store.write(
        call, [&](Context& context) { return insert_registered(context, row, hash, seed); });
}

Result<Tokens> login(Store& store, const Call& call, std::string_view username,
                     std::string_view password) {
    TILL_CHECK(Store::refuse_batch(call));
    TILL_CHECK(Store::refuse_key(call));
    std::vector<Violation> violations;
    if (username.empty()) violations.push_back({"/username", "blank", "Give a user name.", {}});
    if (password.empty()) violations.push_back({"/password", "blank", "Give a password.", {}});
    if (!violations.empty()) return invalid(std::move(violations));
    // No user has such a password, so this answer tells nothing and costs nothing.
    if (password.size() > domain::password_bytes_max || !valid_utf8(password)) {
        return invalid_credentials();
    }
    // A second round is for a password that changed, or was upgraded, while it was compared.
    for (int round = 0; round < 2; ++round) {
        TILL_TRY(auto outcome, try_login(store, call, username, password));
        if (outcome.refused) return std::move(*outcome.refused);
        if (outcome.tokens) return std::move(*outcome.tokens);
    }
    return invalid_credentials();
}

}  // namespace till::core
