// SPDX-License-Identifier: MIT
#include "core/second_factors.hpp"

#include "base/encoding.hpp"
#include "core/event_log.hpp"
#include "core/outbox.hpp"
#include "core/passwords.hpp"
#include "core/sealing.hpp"
#include "core/sessions.hpp"
#include "core/sweep.hpp"
#include "core/throttle.hpp"
#include "core/users.hpp"
#include "crypto/token.hpp"
#include "domain/session.hpp"
#include "domain/totp.hpp"

namespace till::core {
namespace {

using domain::Action;

Error not_enabled() {
    return make_error(Status::not_found, "second_factor_not_found",
                      "The user has no second factor.");
}

Error already_enabled() {
    return make_error(Status::conflict, "second_factor_enabled",
                      "The user has a second factor; remove it before another is set up.");
}

// Whether the actor has to show once more that it is he: a session may have been found. It is he
// whoever's factor changes.
bool needs_proof(const Context& context) { return context.actor.session_id != 0; }

std::string password_of(Context& context, std::int64_t user_id) {
    const auto credentials = UserTable::credentials(context.tx, user_id);
    return credentials ? credentials->password : std::string();
}

// The password that came with a call.
struct Proof {
    bool is_checked = false;
    bool is_right = false;
    std::string password_hash;  // what it was compared with
};

// Checks the password where one is given and matters, before the change joins the writer.
Result<Proof> prove(Store& store, const Call& call, Action action, std::int64_t asked,
                    std::string_view password) {
    Proof proof;
    if (password.empty()) return proof;
    TILL_TRY(const std::int64_t user_id,
             store.read(call, [&](Context& context) -> Result<std::int64_t> {
                 TILL_TRY(const std::int64_t id, subject_of(context, asked));
                 TILL_CHECK(require_user(context, action, id));
                 if (!needs_proof(context)) return std::int64_t{0};
                 proof.password_hash = password_of(context, context.actor.user_id);
                 return context.actor.user_id;
             }));
    if (user_id == 0) return proof;
    TILL_CHECK(Store::refuse_batch(call));
    TILL_TRY(proof.is_right, is_own_password(store, call, user_id, proof.password_hash, password));
    proof.is_checked = true;
    return proof;
}

Result<void> check_proof(Context& context, const Proof& proof) {
    if (!needs_proof(context)) return ok();
    if (proof.is_checked && !proof.is_right) {
        return invalid({{"/password", "wrong", "The password is wrong.", {}}});
    }
    if (domain::is_fresh_login(context.actor.password_login_at, context.now)) return ok();
    // Changed since it was checked: then what was proved is void.
    if (proof.is_right && password_of(context, context.actor.user_id) == proof.password_hash) {
        return ok();
    }
    return invalid({{"/password", "required", "Give the password, or log in anew.", {}}});
}

RecoveryCodes make_recovery_codes(Random& random) {
    RecoveryCodes codes;
    codes.texts.reserve(domain::recovery_code_count);
    for (std::size_t i = 0; i < domain::recovery_code_count; ++i) {
        crypto::Secret<domain::recovery_code_size> bytes;
        random.fill(bytes.bytes());
        const crypto::SecretText letters(to_base32(bytes.bytes()));
        codes.texts.push_back(domain::recovery_code_text(letters.view()));
        codes.hashes.push_back(crypto::token_hash(letters.view()));
    }
    return codes;
}

}  // namespace

SecondFactorSetup::~SecondFactorSetup() {
    crypto::wipe(secret);
    crypto::wipe(uri);
}

RecoveryCodes::~RecoveryCodes() {
    for (std::string& text : texts) crypto::wipe(text);
}

std::optional<crypto::Digest> recovery_code_hash(std::string_view text) {
    auto letters = domain::parse_recovery_code(text);
    if (!letters) return std::nullopt;
    const crypto::SecretText code(std::move(*letters));
    return crypto::token_hash(code.view());
}

Result<SecondFactorState> get_second_factor(Store& store, const Call& call, std::int64_t user_id) {
    return store.read(call, [&](Context& context) -> Result<SecondFactorState> {
        TILL_TRY(const std::int64_t id, subject_of(context, user_id));
        TILL_TRY(const User user, require_user(context, Action::second_factor_read, id));
        SecondFactorState state;
        state.user_id = id;
        state.is_required =
            context.policy.settings.second_factor_staff == domain::SecondFactorStaff::required &&
            (user.is_staff || user.is_superuser);
        const auto factor = SecondFactorTable::find(context.tx, id);
        if (!factor) return state;
        state.is_enabled = factor->is_confirmed();
        state.is_pending = factor->is_pending(context.now);
        state.enabled_at = factor->confirmed_at;
        state.recovery_codes_left = RecoveryCodeTable::count(context.tx, id);
        return state;
    });
}

Result<SecondFactorSetup> begin_second_factor(Store& store, const Call& call,
                                              std::string_view password) {
    TILL_CHECK(Store::refuse_key(call));
    TILL_TRY(const Proof proof, prove(store, call, Action::second_factor_setup, 0, password));
    // Drawn before the transaction, so that running it again gives the same.
    crypto::Secret<domain::totp_secret_size> secret;
    store.random().fill(secret.bytes());
    const auto nonce = crypto::random_bytes<std::tuple_size_v<crypto::Nonce>>(store.random());
    const SealingSeed seed(store.random());
    SecondFactorSetup setup;
    setup.secret = to_base32(secret.bytes());
    TILL_TRY(setup.uri, store.write(call, [&](Context& context) -> Result<std::string> {
        TILL_TRY(const std::int64_t id, subject_of(context, 0));
        TILL_TRY(const User user, require_user(context, Action::second_factor_setup, id));
        TILL_CHECK(check_proof(context, proof));
        if (SecondFactorTable::is_confirmed(context.tx, id)) return already_enabled();
        TILL_TRY(const crypto::SealingKey key, sealing_key_or_new(context, seed));
        const auto sealed = seal_for(context, id, key, nonce, secret.bytes());
        TILL_ASSERT(SecondFactorTable::begin(context.tx, id, sealed, context.now));
        sweep_some(context);
        return domain::totp_uri(context.policy.settings.shop_name, *user.username, setup.secret);
    }));
    return setup;
}

Result<RecoveryCodes> confirm_second_factor(Store& store, const Call& call, std::string_view code) {
    TILL_CHECK(Store::refuse_key(call));
    RecoveryCodes codes = make_recovery_codes(store.random());
    // A wrong code is a value here: that it was counted stays.
    TILL_TRY(const bool is_right, store.write(call, [&](Context& context) -> Result<bool> {
        TILL_TRY(const std::int64_t id, subject_of(context, 0));
        TILL_TRY(const User user, require_user(context, Action::second_factor_setup, id));
        const auto factor = SecondFactorTable::find(context.tx, id);
        if (factor && factor->is_confirmed()) return already_enabled();
        if (!factor || !factor->is_pending(context.now)) {
            return make_error(Status::conflict, "second_factor_not_begun",
                              "Begin the second factor first.");
        }
        TILL_TRY(const crypto::SealingKey key, sealing_key(context));
        TILL_TRY(const Attempt attempt, reserve_second_factor(context, id));
        const bool is_right = use_totp_code(context, id, key, *factor, code);
        settle(context, attempt, is_right ? domain::Guess::right : domain::Guess::wrong);
        if (!is_right) return false;
        SecondFactorTable::confirm(context.tx, id, context.now);
        RecoveryCodeTable::replace(context.tx, id, codes.hashes);
        append_event(context, "second_factor.enabled", id);
        tell_user(context, mail::second_factor_enabled, user);
        // What the password alone opened must not live on as if a code had been asked for.
        end_sessions(context, id, context.actor.session_id, "second_factor_enabled");
        sweep_some(context);
        return true;
    }));
    if (!is_right) {
        return invalid({{"/code",
                         "wrong",
                         "The code is not the one of now; check the clock of the device.",
                         {}}});
    }
    return codes;
}

Result<RecoveryCodes> renew_recovery_codes(Store& store, const Call& call,
                                           std::string_view password) {
    TILL_CHECK(Store::refuse_key(call));
    TILL_TRY(const Proof proof, prove(store, call, Action::second_factor_setup, 0, password));
    RecoveryCodes codes = make_recovery_codes(store.random());
    TILL_CHECK(store.write(call, [&](Context& context) -> Result<void> {
        TILL_TRY(const std::int64_t id, subject_of(context, 0));
        TILL_TRY(const User user, require_user(context, Action::second_factor_setup, id));
        TILL_CHECK(check_proof(context, proof));
        if (!SecondFactorTable::is_confirmed(context.tx, id)) return not_enabled();
        // Their digests need no key, but who may not log in by them is not given any.
        TILL_CHECK(sealing_key(context));
        RecoveryCodeTable::replace(context.tx, id, codes.hashes);
        append_event(context, "second_factor.recovery_codes_renewed", id);
        tell_user(context, mail::recovery_codes_renewed, user);
        sweep_some(context);
        return ok();
    }));
    return codes;
}

Result<void> remove_second_factor(Store& store, const Call& call, std::int64_t user_id,
                                  std::string_view password) {
    TILL_CHECK(Store::refuse_key(call));
    TILL_TRY(const Proof proof,
             prove(store, call, Action::second_factor_remove, user_id, password));
    return store.write(call, [&](Context& context) -> Result<void> {
        TILL_TRY(const std::int64_t id, subject_of(context, user_id));
        TILL_TRY(const User user, require_user(context, Action::second_factor_remove, id));
        TILL_CHECK(check_proof(context, proof));
        const bool was_enabled = SecondFactorTable::is_confirmed(context.tx, id);
        if (!remove_second_factor(context.tx, id)) return not_enabled();
        if (was_enabled) {
            append_event(context, "second_factor.removed", id);
            tell_user(context, mail::second_factor_removed, user);
        }
        sweep_some(context);
        return ok();
    });
}

}  // namespace till::core
