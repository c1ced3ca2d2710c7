// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "core/address_table.hpp"
#include "core/addresses.hpp"
#include "core/answer.hpp"
#include "core/event_log.hpp"
#include "core/idempotency.hpp"
#include "core/outbox.hpp"
#include "core/passwords.hpp"
#include "core/second_factor_table.hpp"
#include "core/sessions.hpp"
#include "core/single_use.hpp"
#include "core/sweep.hpp"
#include "core/throttle.hpp"
#include "core/throttle_table.hpp"
#include "core/user_images.hpp"
#include "core/users.hpp"
#include "domain/session.hpp"

#include <optional>

namespace till::core {
namespace {

using domain::Action;

UserRow row_of(const User& user) {
    UserRow row;
    row.username = {*user.username, key_of(*user.username)};
    if (user.email) row.email = domain::Keyed{*user.email, key_of(*user.email)};
    row.first_name = user.first_name.value_or("");
    row.last_name = user.last_name.value_or("");
    row.phone_no = user.phone_no.value_or("");
    row.address = user.address.value_or("");
    row.locale = user.locale;
    row.email_verified = user.email_verified;
    row.is_active = user.is_active;
    row.is_staff = user.is_staff;
    row.is_superuser = user.is_superuser;
    return row;
}

// The row after the change, with the names of the fields that differ.
struct Changed {
    UserRow row;
    std::vector<const char*> fields;
    bool email_changed = false;              // to another address, at once
    std::optional<domain::Keyed> new_email;  // another address, which has to be confirmed
};

// What becomes of an address that is given.
enum class EmailChange : std::uint8_t { none, letters, waits, at_once };

EmailChange email_change(const Context& context, const UserChange& in, const User& before) {
    if ((in.mask & user_field::email) == 0) return EmailChange::none;
    const std::string key = in.email.empty() || !valid_utf8(in.email) ? "" : key_of(in.email);
    if (key == (before.email ? key_of(*before.email) : "")) return EmailChange::letters;
    const bool is_vouched_for = (in.mask & user_field::email_verified) != 0 && in.email_verified;
    const bool is_known = before.new_email && key == key_of(*before.new_email);
    if (is_known && !is_vouched_for) return EmailChange::none;
    // Where there is an address, a new one takes its place when it is proved, not before.
    const bool waits = verifies(context) && before.email && !key.empty() && !is_vouched_for;
    return waits ? EmailChange::waits : EmailChange::at_once;
}

// Whether a user with this session has to show once more that it is he.
bool needs_proof(const Context& context, const User& user) {
    return context.actor.session_id != 0 && context.actor.user_id == user.id;
}

// The password that came with a change of address.
struct EmailProof {
    bool is_checked = false;
    bool is_right = false;
    std::string password_hash;  // what it was compared with
};

// Appends a violation unless the actor may change the address: after a login of the last minutes,
// or with the password.
void check_proof(Context& context, const User& user, EmailChange how, const EmailProof& proof,
                 std::vector<Violation>& violations) {
    const bool changes = how == EmailChange::waits || how == EmailChange::at_once;
    if (!changes || !needs_proof(context, user)) return;
    if (proof.is_checked && !proof.is_right) {
        violations.push_back({"/password", "wrong", "The password is wrong.", {}});
        return;
    }
    if (domain::is_fresh_login(context.actor.password_login_at, context.now)) return;
    // Changed since it was checked: then what was proved is void.
    const auto credentials = UserTable::credentials(context.tx, user.id);
    if (proof.is_right && credentials && credentials->password == proof.password_hash) return;
    violations.push_back(
        {"/password", "required", "Give the password to change the address, or log in anew.", {}});
}

// Who needs a proved address to log in does not shut himself out.
void check_needed(const Context& context, EmailChange how, std::string_view email,
                  std::vector<Violation>& violations) {
    const bool needed =
        context.policy.settings.email_verification == domain::EmailVerification::mandatory &&
        !context.actor.staff_or_more();
    if (!needed || how != EmailChange::at_once || !email.empty()) return;
    violations.push_back({"/email", "required", "Give an e-mail address.", {}});
}

template <class T, class U>
void set(Changed& changed, const char* name, T& field, const U& value) {
    if (field == value) return;
    field = value;
    changed.fields.push_back(name);
}

void set_email(Changed& changed, std::optional<domain::Keyed> email, EmailChange how) {
    auto& old = changed.row.email;
    const bool same_text = (old ? old->text : "") == (email ? email->text : "");
    if (same_text || how == EmailChange::none) return;
    if (how == EmailChange::waits) {
        changed.new_email = std::move(email);
        changed.fields.push_back("new_email");
        return;
    }
    changed.email_changed = how == EmailChange::at_once;
    old = std::move(email);
    changed.fields.push_back("email");
    // A new address is unverified; the same one in other letters is not new.
    if (changed.email_changed) changed.row.email_verified = false;
}

void set_names(Changed& changed, const UserChange& in, EmailChange how,
               std::vector<Violation>& violations) {
    const auto touches = [&](std::uint64_t field) { return (in.mask & field) != 0; };
    UserRow& row = changed.row;
    if (touches(user_field::username)) {
        if (auto name = domain::parse_username(violations, "/username", in.username)) {
            if (row.username.text != name->text) changed.fields.push_back("username");
            row.username = std::move(*name);
        }
    }
    if (touches(user_field::email)) {
        std::optional<domain::Keyed> email;
        if (!in.email.empty()) email = domain::parse_email(violations, "/email", in.email);
        set_email(changed, std::move(email), how);
    }
    domain::Profile profile;
    if (touches(user_field::first_name)) profile.first_name = in.first_name;
    if (touches(user_field::last_name)) profile.last_name = in.last_name;
    if (touches(user_field::phone_no)) profile.phone_no = in.phone_no;
    if (touches(user_field::address)) profile.address = in.address;
    domain::check_profile(violations, profile);
    if (touches(user_field::first_name)) set(changed, "first_name", row.first_name, in.first_name);
    if (touches(user_field::last_name)) set(changed, "last_name", row.last_name, in.last_name);
    if (touches(user_field::phone_no)) set(changed, "phone_no", row.phone_no, in.phone_no);
    if (touches(user_field::address)) set(changed, "address", row.address, in.address);
    if (touches(user_field::locale)) {
        domain::check_locale(violations, "/locale", in.locale);
        const auto locale =
            in.locale.empty() ? std::nullopt : std::optional(std::string(in.locale));
        set(changed, "locale", row.locale, locale);
    }
}

void set_state(Changed& changed, const UserChange& in, std::vector<Violation>& violations) {
    const auto touches = [&](std::uint64_t field) { return (in.mask & field) != 0; };
    UserRow& row = changed.row;
    if (touches(user_field::is_active)) set(changed, "is_active", row.is_active, in.is_active);
    if (touches(user_field::is_staff)) set(changed, "is_staff", row.is_staff, in.is_staff);
    if (touches(user_field::is_superuser)) {
        set(changed, "is_superuser", row.is_superuser, in.is_superuser);
    }
    if (!touches(user_field::email_verified)) return;
    if (in.email_verified && !row.email) {
        violations.push_back({"/email_verified", "conflict", "There is no address to verify.", {}});
        return;
    }
    set(changed, "email_verified", row.email_verified, in.email_verified);
}

Result<void> authorise_fields(Context& context, const UserChange& in, std::int64_t id) {
    constexpr std::uint64_t roles =
        user_field::is_staff | user_field::is_superuser | user_field::email_verified;
    if ((in.mask & roles) != 0) {
        TILL_CHECK(
            domain::authorise(Action::user_update_roles, context.actor, id, &user_not_found));
    }
    if ((in.mask & user_field::is_active) != 0) {
        TILL_CHECK(
            domain::authorise(Action::user_update_state, context.actor, id, &user_not_found));
    }
    return ok();
}

bool is_last_superuser(Context& context, const User& user) {
    return user.is_superuser && user.is_active &&
           !UserTable::has_other_superuser(context.tx, user.id);
}

Error last_superuser() {
    return make_error(Status::conflict, "last_superuser",
                      "This is the last active superuser; make another one first.");
}

std::string fields_data(const std::vector<const char*>& fields) {
    std::string data = R"({"fields":[)";
    for (const char* field : fields) {
        if (data.back() != '[') data += ',';
        data += '"';
        data += field;
        data += '"';
    }
    return data + "]}";
}

// What follows a change that was written: mails to both addresses, sessions that end.
void follow_up(Context& context, const User& before, const Changed& changed) {
    const UserRow& row = changed.row;
    if (changed.email_changed) {
        SingleUse::remove_all(context.tx, before.id);
        drop_waiting(context, before);
        if (before.email) {
            UserTable::keep_previous_email(context.tx, before.id, *before.email);
            enqueue_mail(context, mail::email_changed, before.id);
        }
        if (row.email && !row.email_verified) {
            mail_unproved(context, before.id, mail::email_verification, row.email->key);
        }
    }
    if (row.email_verified && (changed.email_changed || !before.email_verified)) {
        take_from_others(context, before.id, row.email->key);
    }
    if (changed.new_email) {
        SingleUse::remove(context.tx, Purpose::email_change, before.id);
        AddressTable::wait(context.tx, before.id, *changed.new_email);
        mail_unproved(context, before.id, mail::email_change, changed.new_email->key);
        enqueue_mail(context, mail::email_change_requested, before.id);
    }
    if (before.is_active && !row.is_active) {
        close_sessions(context, before.id, "deactivated");
        ChallengeTable::remove_all(context.tx, before.id);
        // Who is out moves to no new address. A reset stays good: it lets nobody in.
        SingleUse::remove(context.tx, Purpose::email_change, before.id);
    } else if (!before.is_active && row.is_active) {
        // The rows that deactivation left: with them gone, no clock can bring one back.
        SessionTable::remove_others(context.tx, before.id, 0, context.now);
    } else if ((before.is_staff && !row.is_staff) || (before.is_superuser && !row.is_superuser)) {
        end_sessions(context, before.id, 0, "demoted");
    }
}

crypto::Digest digest_of(const UserChange& in) {
    InputDigest digest;
    digest.add(1, in.user_id);
    digest.add(2, in.if_version);
    digest.add(3, static_cast<std::int64_t>(in.mask));
    digest.add(4, in.username);
    digest.add(5, in.email);
    digest.add(6, in.first_name);
    digest.add(7, in.last_name);
    digest.add(8, in.phone_no);
    digest.add(9, in.address);
    digest.add(10, in.locale);
    digest.add(11, std::int64_t{in.is_active});
    digest.add(12, std::int64_t{in.is_staff});
    digest.add(13, std::int64_t{in.is_superuser});
    digest.add(14, std::int64_t{in.email_verified});
    return digest.finish();
}

// Whose holding of the row's address is in the way. What stays as it was is in nobody's way.
Exclusion row_exclusion(const Context& context, const User& before, const Changed& changed) {
    if (changed.email_changed) return exclusion_of(context, changed.row.email_verified);
    const bool is_new = changed.row.email_verified && !before.email_verified;
    return is_new ? Exclusion::verified : Exclusion::none;
}

// Which of the wanted texts another user has.
Taken taken_from(Context& context, const User& before, const Changed& changed) {
    const std::string& name = changed.row.username.key;
    if (!changed.new_email) {
        return UserTable::taken(context.tx, before.id, name, changed.row.email,
                                row_exclusion(context, before, changed));
    }
    return UserTable::taken(context.tx, before.id, name, changed.new_email,
                            exclusion_of(context, false));
}

Result<User> change_user(Context& context, const UserChange& in, const User& before,
                         const EmailProof& proof) {
    TILL_CHECK(require_rank(context, before));
    TILL_CHECK(check_version(in.if_version, before.version));
    Changed changed{row_of(before), {}, false, {}};
    std::vector<Violation> violations;
    const EmailChange how = email_change(context, in, before);
    set_names(changed, in, how, violations);
    set_state(changed, in, violations);
    check_proof(context, before, how, proof, violations);
    check_needed(context, how, in.email, violations);
    if (!violations.empty()) return invalid(std::move(violations));
    if (changed.fields.empty()) return before;
    const bool steps_down = !changed.row.is_superuser || !changed.row.is_active;
    if (steps_down && is_last_superuser(context, before)) return last_superuser();
    const Taken taken = taken_from(context, before, changed);
    const Exclusion exclusion = row_exclusion(context, before, changed);
    if (taken.email || !UserTable::update(context.tx, before.id, changed.row, exclusion)) {
        return taken_error(taken);
    }
    append_event(context, "user.updated", before.id, 0, fields_data(changed.fields));
    follow_up(context, before, changed);
    return std::move(*UserTable::find(context.tx, before.id));
}

// Whether the deleting actor has to prove that he is the user, and what with.
struct Proof {
    bool needed = false;
    std::int64_t user_id = 0;
    std::string password_hash;
};

Result<User> require_deletable(Context& context, const UserDeletion& in) {
    TILL_TRY(const std::int64_t id, subject_of(context, in.user_id));
    TILL_TRY(User user, require_user(context, Action::user_delete, id));
    TILL_CHECK(check_version(in.if_version, user.version));
    return user;
}

Error wrong_password() { return invalid({{"/password", "wrong", "The password is wrong.", {}}}); }

}  // namespace

namespace {

// Checks the password of a change that needs it, before the change joins the writer.
Result<EmailProof> prove(Store& store, const Call& call, const UserChange& change) {
    EmailProof proof;
    if ((change.mask & user_field::email) == 0 || change.password.empty()) return proof;
    std::int64_t user_id = 0;
    TILL_CHECK(store.read(call, [&](Context& context) -> Result<void> {
        TILL_TRY(const std::int64_t id, subject_of(context, change.user_id));
        TILL_TRY(const User user, require_user(context, Action::user_update, id));
        const EmailChange how = email_change(context, change, user);
        if (how == EmailChange::none || how == EmailChange::letters) return ok();
        if (!needs_proof(context, user)) return ok();
        const auto credentials = UserTable::credentials(context.tx, id);
        if (credentials) proof.password_hash = credentials->password;
        user_id = id;
        return ok();
    }));
    if (user_id == 0) return proof;
    TILL_CHECK(Store::refuse_batch(call));
    TILL_TRY(proof.is_right,
             is_own_password(store, call, user_id, proof.password_hash, change.password));
    proof.is_checked = true;
    return proof;
}

// A user's wish for another name is a question whether it is taken. Counted apart from the change,
// which is undone when it is refused; whoever sees everybody's names asks nothing.
Result<void> charge_question(Store& store, const Call& call, const UserChange& change) {
    if ((change.mask & user_field::username) == 0) return ok();
    TILL_TRY(const std::int64_t id, store.read(call, [&](Context& context) -> Result<std::int64_t> {
        if (context.actor.staff_or_more() || context.actor.user_id == 0) return std::int64_t{0};
        TILL_TRY(const std::int64_t subject, subject_of(context, change.user_id));
        TILL_TRY(const User user, require_user(context, Action::user_update, subject));
        std::vector<Violation> unused;
        const auto name = domain::parse_username(unused, "/username", change.username);
        const bool asks = name && name->key != key_of(*user.username);
        return asks ? subject : std::int64_t{0};
    }));
    if (id == 0) return ok();
    return store.write(call, [&](Context& context) { return charge_rename(context, id); });
}

}  // namespace

Result<User> update_user(Store& store, const Call& call, const UserChange& change) {
    TILL_CHECK(charge_question(store, call, change));
    TILL_TRY(const EmailProof proof, prove(store, call, change));
    return store.write(call, [&](Context& context) -> Result<User> {
        TILL_TRY(const std::int64_t id, subject_of(context, change.user_id));
        const Idempotency key(context, "till_user_update", digest_of(change));
        TILL_TRY(User before, require_user(context, Action::user_update, id));
        TILL_CHECK(authorise_fields(context, change, id));
        TILL_TRY(const auto done, key.find(context));
        if (done) {
            before.replayed = true;
            return before;
        }
        TILL_TRY(User after, change_user(context, change, before, proof));
        key.remember(context, id);
        sweep_some(context);
        return after;
    });
}

Result<void> delete_user(Store& store, const Call& call, const UserDeletion& deletion) {
    TILL_CHECK(Store::refuse_key(call));
    TILL_TRY(const Proof proof, store.read(call, [&](Context& context) -> Result<Proof> {
        TILL_TRY(const User user, require_deletable(context, deletion));
        if (!needs_proof(context, user)) return Proof{};
        const auto credentials = UserTable::credentials(context.tx, user.id);
        return Proof{true, user.id, credentials ? credentials->password : std::string()};
    }));
    if (proof.needed) {
        TILL_CHECK(Store::refuse_batch(call));
        if (deletion.password.empty()) {
            return invalid({{"/password", "required", "Give the user's password.", {}}});
        }
        TILL_TRY(const bool matches, is_own_password(store, call, proof.user_id,
                                                     proof.password_hash, deletion.password));
        if (!matches) return wrong_password();
    }
    return store.write(call, [&](Context& context) -> Result<void> {
        TILL_TRY(const User user, require_deletable(context, deletion));
        if (needs_proof(context, user)) {
            // Changed since it was checked: then what was proved is void.
            const auto credentials = UserTable::credentials(context.tx, user.id);
            if (!credentials || credentials->password != proof.password_hash) {
                return wrong_password();
            }
        }
        if (is_last_superuser(context, user)) return last_superuser();
        close_sessions(context, user.id, "deleted");
        SingleUse::remove_all(context.tx, user.id);
        remove_second_factor(context.tx, user.id);
        drop_mails(context, user.id);
        ThrottleTable::forget_familiar(context.tx, user.id);
        UserImageTable::remove(context.tx, user.id);
        UserTable::bury(context.tx, user.id, context.now);
        append_event(context, "user.deleted", user.id);
        sweep_some(context);
        return ok();
    });
}

}  // namespace till::core
