// SPDX-License-Identifier: MIT
#include "core/passwords.hpp"

#include "base/text.hpp"
#include "core/addresses.hpp"
#include "core/event_log.hpp"
#include "core/outbox.hpp"
#include "core/second_factor_table.hpp"
#include "core/sessions.hpp"
#include "core/single_use.hpp"
#include "core/sweep.hpp"
#include "core/throttle.hpp"
#include "core/users.hpp"
#include "domain/session.hpp"

#include <optional>

namespace till::core {
namespace {

using domain::Action;

void check_against(std::vector<Violation>& violations, std::string_view password,
                   const User& user) {
    check_new_password(violations, "/new_password", password, user.username.value_or(""),
                       user.first_name.value_or(""), user.last_name.value_or(""),
                       user.email.value_or(""));
}

// What follows every change of a password, in its transaction.
void store_password(Context& context, const User& user, std::string_view hash,
                    std::int64_t except_session, const char* how) {
    UserTable::set_password(context.tx, user.id, hash);
    // A reset token that is still out would undo the change.
    SingleUse::remove(context.tx, Purpose::password_reset, user.id);
    // So would a login that began with the old password.
    ChallengeTable::remove_all(context.tx, user.id);
    // So would an address that somebody else had put down before.
    drop_waiting(context, user);
    end_sessions(context, user.id, except_session, "password_changed");
    append_event(context, "user.password_changed", user.id, 0,
                 std::string(R"({"by":")") + how + "\"}");
    tell_user(context, mail::password_changed, user);
    sweep_some(context);
}

// Whose password is to be changed and what the actor still has to prove.
struct Subject {
    User user;
    bool is_own = false;
    bool is_fresh = false;      // this session began with the password a moment ago
    std::string password_hash;  // empty: none
};

Result<Subject> require_subject(Context& context, std::int64_t user_id) {
    Subject subject;
    TILL_TRY(const std::int64_t id, subject_of(context, user_id));
    subject.is_own = context.actor.kind == domain::Actor::Kind::user && context.actor.user_id == id;
    const Action action = subject.is_own ? Action::password_change : Action::password_set;
    TILL_TRY(subject.user, require_user(context, action, id));
    subject.is_fresh = domain::is_fresh_login(context.actor.password_login_at, context.now);
    const auto credentials = UserTable::credentials(context.tx, id);
    if (credentials) subject.password_hash = credentials->password;
    return subject;
}

// Checks the old password where one is needed; appends a violation when it does not serve.
Result<void> check_old_password(Store& store, const Call& call, const PasswordChange& change,
                                const Subject& subject, std::vector<Violation>& violations) {
    if (!subject.is_own) return ok();
    if (change.old_password.empty()) {
        if (!subject.is_fresh) {
            violations.push_back({"/old_password", "required", "Give the old password.", {}});
        }
        return ok();
    }
    TILL_TRY(const bool matches, is_own_password(store, call, subject.user.id,
                                                 subject.password_hash, change.old_password));
    if (!matches) {
        violations.push_back({"/old_password", "wrong", "The old password is wrong.", {}});
    }
    return ok();
}

Error invalid_reset(const char* path) {
    return invalid(
        {{path, "invalid", "This link is unknown, used or expired; ask for a new one.", {}}});
}

// The user whose living reset token this is. The user is looked at first.
Result<User> require_reset(Context& context, const PasswordReset& reset) {
    auto user = UserTable::find(context.tx, reset.user_id);
    if (!user || !user->lives()) return invalid_reset("/user_id");
    const auto owner = SingleUse::find(context, Purpose::password_reset, reset.token);
    const bool good = owner && owner->user_id == user->id && user->email &&
                      key_of(*user->email) == owner->email_key;
    if (!good) return invalid_reset("/token");
    return std::move(*user);
}

// Mails whom `enqueue` finds for this address (as a key), as often as the address may be mailed.
template <class Enqueue>
Result<void> mail_to(Store& store, const Call& call, std::string_view address,
                     std::string_view kind, Enqueue enqueue) {
    TILL_CHECK(Store::refuse_key(call));
    std::vector<Violation> violations;
    const auto email = domain::parse_email(violations, "/email", address);
    if (!email) return invalid(std::move(violations));
    return store.write(call, [&](Context& context) -> Result<void> {
        TILL_CHECK(charge_mail(context, kind, email->key));
        enqueue(context, email->key);
        sweep_some(context);
        return ok();
    });
}

}  // namespace

Result<bool> is_own_password(Store& store, const Call& call, std::int64_t user_id,
                             std::string_view hash, std::string_view password) {
    if (hash.empty()) return false;
    TILL_TRY(const Attempt attempt, store.write(call, [&](Context& context) {
        return reserve_password(context, user_id);
    }));
    const auto match = store.hasher().verify(hash, password, call.deadline_us);
    auto outcome = domain::Guess::abandoned;
    if (match.has_value()) {
        outcome =
            *match == crypto::PasswordMatch::no_match ? domain::Guess::wrong : domain::Guess::right;
    }
    TILL_CHECK(store.write(call, [&](Context& context) -> Result<void> {
        settle(context, attempt, outcome);
        return ok();
    }));
    if (!match.has_value()) return match.error();
    return outcome == domain::Guess::right;
}

Result<void> change_password(Store& store, const Call& call, const PasswordChange& change) {
    TILL_CHECK(Store::refuse_batch(call));
    TILL_CHECK(Store::refuse_key(call));
    TILL_TRY(const Subject subject, store.read(call, [&](Context& context) {
        return require_subject(context, change.user_id);
    }));
    std::vector<Violation> violations;
    TILL_CHECK(check_old_password(store, call, change, subject, violations));
    check_against(violations, change.new_password, subject.user);
    if (!violations.empty()) return invalid(std::move(violations));
    TILL_TRY(const std::string hash, store.hasher().hash(change.new_password, call.deadline_us));
    return store.write(call, [&](Context& context) -> Result<void> {
        TILL_TRY(const Subject now, require_subject(context, change.user_id));
        if (now.is_own && now.password_hash != subject.password_hash) {
            return make_error(Status::conflict, "password_changed",
                              "The password was changed at the same time; log in again.");
        }
        const std::int64_t kept = now.is_own ? context.actor.session_id : 0;
        store_password(context, now.user, hash, kept, now.is_own ? "change" : "set");
        return ok();
    });
}

Result<void> request_password_reset(Store& store, const Call& call, std::string_view email) {
    return mail_to(
        store, call, email, mail::password_reset, [](Context& context, std::string_view key) {
            const auto user = account_of_address(context, key);
            // To nobody: the same work.
            enqueue_mail(context, mail::password_reset, user && user->is_active ? user->id : 0);
        });
}

Result<void> resend_email_verification(Store& store, const Call& call, std::string_view email) {
    return mail_to(store, call, email, mail::email_verification, &resend_links);
}

Result<void> reset_password(Store& store, const Call& call, const PasswordReset& reset) {
    TILL_CHECK(Store::refuse_batch(call));
    TILL_CHECK(Store::refuse_key(call));
    TILL_TRY(const User user,
             store.read(call, [&](Context& context) { return require_reset(context, reset); }));
    std::vector<Violation> violations;
    check_against(violations, reset.new_password, user);
    if (!violations.empty()) return invalid(std::move(violations));
    TILL_TRY(const std::string hash, store.hasher().hash(reset.new_password, call.deadline_us));
    return store.write(call, [&](Context& context) -> Result<void> {
        TILL_TRY(const User owner, require_reset(context, reset));
        // Who has the mail has the address.
        if (UserTable::verify_email(context.tx, owner.id, key_of(*owner.email))) {
            append_event(context, "user.email_verified", owner.id);
            take_from_others(context, owner.id, key_of(*owner.email));
        }
        store_password(context, owner, hash, 0, "reset");
        return ok();
    });
}

Result<void> verify_email(Store& store, const Call& call, std::string_view token) {
    TILL_CHECK(Store::refuse_key(call));
    return store.write(call, [&](Context& context) -> Result<void> {
        TILL_CHECK(confirm_address(context, token));
        sweep_some(context);
        return ok();
    });
}

}  // namespace till::core
