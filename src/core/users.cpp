// SPDX-License-Identifier: MIT
#include "core/users.hpp"

#include "base/text.hpp"
#include "core/addresses.hpp"
#include "core/cursor.hpp"
#include "core/event_log.hpp"
#include "core/idempotency.hpp"
#include "core/sweep.hpp"
#include "crypto/common_passwords.hpp"
#include "crypto/password.hpp"
#include "domain/password_rules.hpp"

#include <optional>

namespace till::core {
namespace {

using domain::Action;

// Keys hold no code point above this one: it is a noncharacter, which no text may have.
constexpr std::string_view above_all = "\xF4\x8F\xBF\xBF";

void check_create_password(std::vector<Violation>& violations, const NewUser& in) {
    if (!in.password.empty()) {
        check_new_password(violations, "/password", in.password, in.username, in.first_name,
                           in.last_name, in.email);
    }
    if (in.password_hash.empty()) return;
    if (!in.password.empty()) {
        violations.push_back(
            {"/password_hash", "conflict", "Give a password or its hash, not both.", {}});
    } else if (!domain::is_password_hash(in.password_hash)) {
        violations.push_back(
            {"/password_hash",
             "invalid",
             "Give a hash in Django's encoded form (pbkdf2_sha256, argon2, scrypt) "
             "or one of till's.",
             {}});
    }
}

crypto::Digest digest_of(const NewUser& in) {
    InputDigest digest;
    digest.add(1, in.username);
    digest.add(2, in.email);
    digest.add(3, in.password_hash);
    digest.add(4, in.first_name);
    digest.add(5, in.last_name);
    digest.add(6, in.phone_no);
    digest.add(7, in.address);
    digest.add(8, in.locale);
    digest.add(9, std::int64_t{in.is_staff});
    digest.add(10, std::int64_t{in.is_superuser});
    digest.add(11, std::int64_t{in.is_inactive});
    digest.add(12, std::int64_t{in.email_verified});
    // Of the password only that there is one: a fast digest of it, in the file, would be a gift to
    // who steals the file. A replay compares it with the user's slow hash instead.
    digest.add(13, std::int64_t{!in.password.empty()});
    return digest.finish();
}

Result<void> authorise_create(const Context& context, const NewUser& in) {
    TILL_CHECK(domain::authorise(Action::user_create, context.actor));
    const bool system_only = !in.password_hash.empty() || in.email_verified;
    if (system_only && !context.actor.is_system()) return domain::permission_denied();
    return ok();
}

struct Created {
    User user;
    std::string password_hash;  // of a replay: what its password is compared with
};

Result<std::optional<Created>> find_created(Context& context, const Idempotency& key) {
    TILL_TRY(const auto id, key.find(context));
    if (!id) return std::optional<Created>();
    auto user = UserTable::find(context.tx, *id);
    TILL_ASSERT(user.has_value());
    user->replayed = true;
    const auto credentials = UserTable::credentials(context.tx, *id);
    return std::optional<Created>(
        Created{std::move(*user), credentials ? credentials->password : std::string()});
}

// A replay's password must be the user's; once he changed it or is gone, nobody can tell.
Result<User> answer_replay(Store& store, const Call& call, const NewUser& in, Created created) {
    if (!in.password.empty() && !created.password_hash.empty()) {
        TILL_TRY(const auto match,
                 store.hasher().verify(created.password_hash, in.password, call.deadline_us));
        if (match == crypto::PasswordMatch::no_match) {
            return make_error(Status::idempotency_mismatch, "idempotency_mismatch",
                              "The idempotency key was used with another password, or the user has "
                              "changed his; use a new key.");
        }
    }
    return std::move(created.user);
}

}  // namespace

Error user_not_found() {
    return make_error(Status::not_found, "user_not_found", "There is no such user to see.");
}

Result<std::int64_t> subject_of(const Context& context, std::int64_t user_id) {
    if (user_id != 0) return user_id;
    if (context.actor.kind == domain::Actor::Kind::user) return context.actor.user_id;
    if (context.actor.is_key()) return domain::permission_denied();  // it has no self to act on
    if (context.actor.is_system()) {
        return invalid({{"/user_id", "required", "The system is no user: name one.", {}}});
    }
    return domain::unauthenticated();
}

Result<User> require_user(Context& context, Action action, std::int64_t user_id) {
    TILL_CHECK(domain::authorise(action, context.actor, user_id, &user_not_found));
    auto user = UserTable::find(context.tx, user_id);
    if (!user || !user->lives()) return user_not_found();
    return std::move(*user);
}

Result<void> require_rank(const Context& context, const User& user) {
    const bool outranked = (user.is_staff || user.is_superuser) &&
                           user.id != context.actor.user_id && !context.actor.superuser_or_more();
    if (outranked) return domain::permission_denied();
    return ok();
}

UserRow check_new_user(std::vector<Violation>& violations, const NewUser& in) {
    UserRow row;
    if (auto username = domain::parse_username(violations, "/username", in.username)) {
        row.username = std::move(*username);
    }
    if (!in.email.empty()) row.email = domain::parse_email(violations, "/email", in.email);
    domain::check_profile(violations, {in.first_name, in.last_name, in.phone_no, in.address});
    domain::check_locale(violations, "/locale", in.locale);
    row.first_name = in.first_name;
    row.last_name = in.last_name;
    row.phone_no = in.phone_no;
    row.address = in.address;
    if (!in.locale.empty()) row.locale = in.locale;
    row.is_active = !in.is_inactive;
    row.is_staff = in.is_staff;
    row.is_superuser = in.is_superuser;
    row.email_verified = in.email_verified && row.email.has_value();
    return row;
}

void check_new_password(std::vector<Violation>& violations, std::string_view path,
                        std::string_view password, std::string_view username,
                        std::string_view first_name, std::string_view last_name,
                        std::string_view email) {
    // What is not valid text is told of elsewhere and compared with nothing.
    const auto known = [](std::string_view text) {
        return text.size() <= 4 * domain::email_max && valid_utf8(text) ? text : std::string_view();
    };
    const domain::PasswordOwner owner{known(username), known(first_name), known(last_name),
                                      known(email)};
    domain::check_password(violations, path, password, owner,
                           [](std::string_view text) { return crypto::is_common_password(text); });
}

Error taken_error(const Taken& taken) {
    Error error = make_error(Status::already_exists, "user_exists",
                             "The user name or e-mail address is taken; choose another.");
    if (taken.username) {
        error.violations.push_back({"/username", "taken", "This user name is taken.", {}});
    }
    if (taken.email) {
        error.violations.push_back({"/email", "taken", "This e-mail address is taken.", {}});
    }
    return error;
}

Result<std::int64_t> page_limit(std::uint32_t asked) {
    if (asked <= page_max) return std::int64_t{asked == 0 ? page_default : asked};
    Violation violation{"/limit", "too_large", "A page has at most 200 rows.", {}};
    violation.params.emplace_back("max", std::to_string(page_max));
    return invalid({std::move(violation)});
}

Result<User> create_user(Store& store, const Call& call, const NewUser& in) {
    if (!in.password.empty()) TILL_CHECK(Store::refuse_batch(call));
    std::vector<Violation> violations;
    const UserRow row = check_new_user(violations, in);
    check_create_password(violations, in);
    const crypto::Digest digest = digest_of(in);

    // Before the work of hashing: who may not, and what was done already.
    TILL_TRY(auto before, store.read(call, [&](Context& context) -> Result<std::optional<Created>> {
        TILL_CHECK(authorise_create(context, in));
        if (!violations.empty()) return invalid(violations);
        return find_created(context, Idempotency(context, "till_user_create", digest));
    }));
    if (before) return answer_replay(store, call, in, std::move(*before));

    // Django's mark of an unusable password: there is none.
    std::string hash(in.password_hash.starts_with('!') ? std::string_view() : in.password_hash);
    if (!in.password.empty()) {
        TILL_TRY(hash, store.hasher().hash(in.password, call.deadline_us));
    }
    TILL_TRY(auto created, store.write(call, [&](Context& context) -> Result<Created> {
        TILL_CHECK(authorise_create(context, in));
        const Idempotency key(context, "till_user_create", digest);
        TILL_TRY(auto found, find_created(context, key));
        if (found) return std::move(*found);
        const Exclusion exclusion = exclusion_of(context, row.email_verified);
        const auto id = UserTable::insert(context.tx, row, exclusion, hash, context.now);
        if (!id) {
            return taken_error(
                UserTable::taken(context.tx, 0, row.username.key, row.email, exclusion));
        }
        key.remember(context, *id);
        append_event(context, "user.created", *id);
        if (row.email_verified) take_from_others(context, *id, row.email->key);
        sweep_some(context);
        return Created{std::move(*UserTable::find(context.tx, *id)), {}};
    }));
    return answer_replay(store, call, in, std::move(created));
}

Result<User> get_user(Store& store, const Call& call, std::int64_t user_id) {
    return store.read(call, [&](Context& context) -> Result<User> {
        TILL_TRY(const std::int64_t id, subject_of(context, user_id));
        TILL_CHECK(domain::authorise(Action::user_read, context.actor, id, &user_not_found));
        auto user = UserTable::find(context.tx, id);
        if (!user) return user_not_found();
        return std::move(*user);
    });
}

namespace {

// Who has proved the address, else who has held it for longest.
std::optional<User> find_holder(sql::Transaction& tx, std::string_view email_key) {
    auto user = UserTable::find_by_verified_email(tx, email_key);
    return user ? user : UserTable::find_by_oldest_email(tx, email_key, false);
}

}  // namespace

Result<User> find_user(Store& store, const Call& call, std::string_view username,
                       std::string_view email) {
    return store.read(call, [&](Context& context) -> Result<User> {
        TILL_CHECK(domain::authorise(Action::user_search, context.actor));
        if (username.empty() == email.empty()) {
            return invalid({{"", "one_of", "Give a user name or an e-mail address.", {}}});
        }
        const std::string_view text = username.empty() ? email : username;
        if (!valid_utf8(text)) return user_not_found();
        auto user = username.empty() ? find_holder(context.tx, key_of(text))
                                     : UserTable::find_by_username(context.tx, key_of(text));
        if (!user) return user_not_found();
        return std::move(*user);
    });
}

namespace {

// Which of the three lists a query asks for.
struct Listing {
    enum class By : std::uint8_t { id, username, email };
    By by = By::id;
    std::string prefix;
    UserRoles roles;
};

Result<Listing> listing_of(const UserQuery& query) {
    if (!query.username_prefix.empty() && !query.email_prefix.empty()) {
        return invalid({{"/email_prefix", "conflict", "Give one prefix at a time.", {}}});
    }
    Listing listing;
    listing.roles = {query.active, query.staff};
    std::string_view prefix;
    if (!query.username_prefix.empty()) {
        listing.by = Listing::By::username;
        prefix = query.username_prefix;
    } else if (!query.email_prefix.empty()) {
        listing.by = Listing::By::email;
        prefix = query.email_prefix;
    }
    std::vector<Violation> violations;
    if (listing.by != Listing::By::id && listing.roles.any()) {
        violations.push_back({"/flags", "conflict", "Roles go without a prefix.", {}});
    }
    const char* path = listing.by == Listing::By::email ? "/email_prefix" : "/username_prefix";
    check_text(violations, path, prefix, 0, domain::email_max);
    if (!violations.empty()) return invalid(std::move(violations));
    listing.prefix = key_of(prefix);
    return listing;
}

Cursor cursor_of(const Context& context, const Listing& listing) {
    const auto sort =
        listing.by == Listing::By::id ? Cursor::Sort::newest_first : Cursor::Sort::by_text;
    const auto tag = [](std::optional<bool> role) -> std::int64_t {
        return role ? (*role ? 2 : 1) : 0;
    };
    return {context,
            "till_user_list",
            sort,
            {static_cast<std::int64_t>(listing.by), tag(listing.roles.active),
             tag(listing.roles.staff)},
            listing.prefix};
}

std::string cursor_after(const Cursor& cursor, const Listing& listing, const User& last) {
    if (listing.by == Listing::By::id) return cursor.make(last.id);
    if (listing.by == Listing::By::username) {
        return cursor.make(std::string_view(key_of(*last.username)));
    }
    return cursor.make(key_of(*last.email), last.id);
}

Result<std::vector<User>> rows_of(Context& context, const Listing& listing, const Cursor& cursor,
                                  std::string_view given, std::int64_t limit) {
    if (listing.by == Listing::By::id) {
        TILL_TRY(const std::int64_t before, cursor.parse_id(given));
        return UserTable::list(context.tx, listing.roles, before, limit);
    }
    const std::string& low = listing.prefix;
    const std::string high = listing.prefix + std::string(above_all);
    if (given.empty()) {
        return listing.by == Listing::By::username
                   ? UserTable::list_by_username(context.tx, low, high, limit)
                   : UserTable::list_by_email(context.tx, low, 0, high, limit);
    }
    if (listing.by == Listing::By::username) {
        TILL_TRY(std::string after, cursor.parse_text(given));
        after += '\x01';  // no key has a character below it
        return UserTable::list_by_username(context.tx, after, high, limit);
    }
    TILL_TRY(const auto after, cursor.parse_text_and_id(given));
    return UserTable::list_by_email(context.tx, after.text, after.id, high, limit);
}

}  // namespace

Result<UserPage> list_users(Store& store, const Call& call, const UserQuery& query) {
    return store.read(call, [&](Context& context) -> Result<UserPage> {
        TILL_CHECK(domain::authorise(Action::user_search, context.actor));
        TILL_TRY(const std::int64_t limit, page_limit(query.limit));
        TILL_TRY(const Listing listing, listing_of(query));
        const Cursor cursor = cursor_of(context, listing);
        UserPage page;
        // One row more than asked says whether there is a next page.
        TILL_TRY(page.users, rows_of(context, listing, cursor, query.cursor, limit + 1));
        if (page.users.size() > static_cast<std::size_t>(limit)) {
            page.users.pop_back();
            page.next_cursor = cursor_after(cursor, listing, page.users.back());
        }
        return page;
    });
}

}  // namespace till::core
