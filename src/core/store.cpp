// SPDX-License-Identifier: MIT
#include "core/store.hpp"

#include "core/second_factor_table.hpp"
#include "crypto/token.hpp"

#include <array>

namespace till::core {
namespace {

constexpr sql::Sql select_version{"store_version", R"sql(
    SELECT settings_version
    FROM store
    WHERE id = 1
)sql"};

constexpr sql::Sql select_user_actor{"actor_by_user", R"sql(
    SELECT s.settings_version, u.is_active, u.is_staff, u.is_superuser, u.deleted_at
    FROM store AS s
    LEFT JOIN users AS u ON u.id = $1
    WHERE s.id = 1
)sql"};

// One row a session: an ended one has none, so a logout is seen by the very next call.
constexpr sql::Sql select_session_actor{"actor_by_session", R"sql(
    SELECT s.settings_version, e.id, e.user_id, e.idle_expires_at, e.expires_at,
           e.password_login_at, u.is_active, u.is_staff, u.is_superuser
    FROM store AS s
    LEFT JOIN sessions AS e ON e.sid_hash = $1
    LEFT JOIN users AS u ON u.id = e.user_id
    WHERE s.id = 1
)sql"};

constexpr sql::Sql select_key_actor{"actor_by_key", R"sql(
    SELECT s.settings_version, k.id, k.scopes, k.expires_at, k.revoked_at, k.last_used_at
    FROM store AS s
    LEFT JOIN api_keys AS k ON k.key_hash = $1
    WHERE s.id = 1
)sql"};

constexpr std::array<const sql::Sql*, 4> statements{&select_version, &select_user_actor,
                                                    &select_session_actor, &select_key_actor};

Error key_refused(const char* code, const char* message) {
    return make_error(Status::unauthenticated, code, message);
}

// Of a token that is ours, its session ended: a closed account is told apart from a logout.
Error why_ended(sql::Transaction& tx, std::int64_t user_id) {
    auto rows = tx.query(select_user_actor, user_id);
    TILL_ASSERT(rows.next());
    if (rows.is_null(1) || !rows.is_null(4)) {
        return make_error(Status::unauthenticated, "user_not_found",
                          "The user of this token does not exist.");
    }
    if (!rows.boolean(1)) {
        return make_error(Status::unauthenticated, "user_inactive",
                          "The user of this token is not active.");
    }
    return token_not_valid("Token is blacklisted: its session has ended.");
}

const char* reason_of(crypto::TokenVerdict verdict) {
    switch (verdict) {
        case crypto::TokenVerdict::expired:
            return "Token is expired.";
        case crypto::TokenVerdict::wrong_type:
            return "Token has wrong type.";
        case crypto::TokenVerdict::missing_claim:
            return "Token lacks a claim.";
        case crypto::TokenVerdict::ok:
        case crypto::TokenVerdict::malformed:
        case crypto::TokenVerdict::bad_signature:
        case crypto::TokenVerdict::unknown_key:
        case crypto::TokenVerdict::not_yet_valid:
        case crypto::TokenVerdict::wrong_issuer:
            break;
    }
    return "Token is invalid.";
}

Error misuse(const char* code, const char* message) {
    return make_error(Status::misuse, code, message);
}

}  // namespace

Store::Store(std::shared_ptr<sql::Database> database, std::shared_ptr<const Clock> clock,
             std::shared_ptr<Random> random, std::shared_ptr<crypto::PasswordHasher> hasher,
             Log log, std::unique_ptr<const crypto::LockedKey> secret_key)
    : database_(std::move(database)),
      clock_(std::move(clock)),
      random_(std::move(random)),
      hasher_(std::move(hasher)),
      log_(std::move(log)),
      secret_key_(std::move(secret_key)) {}

Result<void> Store::refuse_batch(const Call& call) {
    if (call.batch == nullptr) return ok();
    return misuse("not_in_a_batch", "This call may take long and is refused in a batch.");
}

Result<void> Store::refuse_key(const Call& call) {
    if (call.idempotency_key.empty()) return ok();
    return misuse(
        "no_idempotency_key",
        "This call takes no idempotency key: it issues a token or may be repeated anyway.");
}

void Store::log(const LogLine& line) const {
    if (log_) log_(line);
}

std::shared_ptr<const Policy> Store::cached_policy() {
    const std::lock_guard lock(policy_mutex_);
    return policy_;
}

void Store::pin(sql::Transaction& tx, std::int64_t version, std::shared_ptr<const Policy>& policy) {
    if (!policy) policy = cached_policy();
    if (policy && policy->version == version) return;
    policy = std::make_shared<const Policy>(load_policy(tx));
    TILL_ASSERT(policy->version == version);
    // A version names its content for ever (it is drawn at random), so that even a policy that is
    // rolled back after this can mislead nobody.
    const std::lock_guard lock(policy_mutex_);
    policy_ = policy;
}

std::int64_t Store::version_in(sql::Transaction& tx) {
    auto rows = tx.query(select_version);
    TILL_ASSERT(rows.next());
    return rows.integer(0);
}

Result<domain::Actor> Store::resolve(sql::Transaction& tx, const Call& call,
                                     std::shared_ptr<const Policy>& policy) {
    switch (call.actor) {
        case Call::Actor::token:
            return resolve_token(tx, call.token, policy);
        case Call::Actor::user:
            return resolve_user(tx, call.user_id, policy);
        case Call::Actor::key:
            return resolve_key(tx, call.token, policy);
        case Call::Actor::anonymous:
        case Call::Actor::system:
            break;
    }
    pin(tx, version_in(tx), policy);
    domain::Actor actor;
    if (call.actor == Call::Actor::system) actor.kind = domain::Actor::Kind::system;
    return actor;
}

Result<domain::Actor> Store::resolve_user(sql::Transaction& tx, std::int64_t user_id,
                                          std::shared_ptr<const Policy>& policy) {
    auto rows = tx.query(select_user_actor, user_id);
    TILL_ASSERT(rows.next());
    pin(tx, rows.integer(0), policy);
    if (rows.is_null(1) || !rows.is_null(4) || !rows.boolean(1)) {
        return make_error(Status::unauthenticated, "no_active_account",
                          "No active account has the given user id.");
    }
    domain::Actor actor;
    actor.kind = domain::Actor::Kind::user;
    actor.user_id = user_id;
    actor.is_staff = rows.boolean(2);
    actor.is_superuser = rows.boolean(3);
    look_for_second_factor(tx, *policy, actor);
    return actor;
}

Result<domain::Actor> Store::resolve_token(sql::Transaction& tx, std::string_view token,
                                           std::shared_ptr<const Policy>& policy) {
    policy = cached_policy();
    if (!policy) pin(tx, version_in(tx), policy);
    auto claims = verify_access(*policy, token, now());
    if (!claims.has_value()) {
        // A key made by another process since: known to the snapshot, not yet to the cache.
        const std::int64_t version = version_in(tx);
        if (version == policy->version) return std::move(claims).error();
        pin(tx, version, policy);
        claims = verify_access(*policy, token, now());
        if (!claims.has_value()) return std::move(claims).error();
    }
    const crypto::Digest sid_hash = crypto::sid_hash(claims->sid);
    auto rows = tx.query(select_session_actor, sql::Bytes(sid_hash));
    TILL_ASSERT(rows.next());
    if (rows.integer(0) != policy->version) {
        // The claims were read by keys of the cache, one of which may have been destroyed since.
        pin(tx, rows.integer(0), policy);
        TILL_CHECK(verify_access(*policy, token, now()));
    }
    const bool alive = !rows.is_null(1) && rows.integer(2) == claims->user_id &&
                       rows.integer(3) > now() && rows.integer(4) > now() && rows.boolean(6);
    if (!alive) return why_ended(tx, claims->user_id);
    domain::Actor actor;
    actor.kind = domain::Actor::Kind::user;
    actor.session_id = rows.integer(1);
    actor.user_id = claims->user_id;
    actor.password_login_at = rows.maybe_integer(5);
    actor.is_staff = rows.boolean(7);
    actor.is_superuser = rows.boolean(8);
    look_for_second_factor(tx, *policy, actor);
    return actor;
}

void Store::look_for_second_factor(sql::Transaction& tx, const Policy& policy,
                                   domain::Actor& actor) {
    // Where none is demanded nobody pays for the look.
    const bool demanded =
        policy.settings.second_factor_staff == domain::SecondFactorStaff::required &&
        actor.staff_or_more();
    actor.lacks_second_factor = demanded && !SecondFactorTable::is_confirmed(tx, actor.user_id);
}

Result<domain::Actor> Store::resolve_key(sql::Transaction& tx, std::string_view key,
                                         std::shared_ptr<const Policy>& policy) {
    const auto hash = crypto::api_key_hash(key);
    if (!hash) return key_refused("key_not_valid", "The API key is not valid.");
    auto rows = tx.query(select_key_actor, sql::Bytes(*hash));
    TILL_ASSERT(rows.next());
    pin(tx, rows.integer(0), policy);
    if (rows.is_null(1)) return key_refused("key_not_valid", "The API key is not valid.");
    // Who holds the secret may know what became of it.
    if (!rows.is_null(4)) return key_refused("key_revoked", "The API key was revoked.");
    if (!rows.is_null(3) && rows.integer(3) <= now()) {
        return key_refused("key_expired", "The API key has expired; make a new one.");
    }
    domain::Actor actor;
    actor.kind = domain::Actor::Kind::key;
    actor.key_id = rows.integer(1);
    actor.scopes = domain::parse_scopes(rows.text(2));
    key_uses_.note(actor.key_id, rows.maybe_integer(5), now());
    return actor;
}

std::span<const sql::Sql* const> actor_statements() { return statements; }

Error token_not_valid(std::string message) {
    return make_error(Status::unauthenticated, "token_not_valid", std::move(message));
}

Result<crypto::AccessClaims> verify_access(const Policy& policy, std::string_view token, Time now) {
    crypto::AccessClaims claims;
    const auto find = [&](std::string_view kid) { return policy.find_key(kid, now); };
    const auto verdict = crypto::verify_access_token(token, find, now, policy.issuer, claims);
    if (verdict != crypto::TokenVerdict::ok) return token_not_valid(reason_of(verdict));
    return claims;
}

}  // namespace till::core
