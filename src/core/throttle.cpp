// SPDX-License-Identifier: MIT
#include "core/throttle.hpp"

#include "base/address.hpp"
#include "crypto/digest.hpp"

#include <algorithm>
#include <string>

namespace till::core {
namespace {

using domain::GuessLimit;
using domain::RateLimit;

constexpr std::int64_t login_source_window_us = 10 * us_per_minute;

Error throttled(std::int64_t retry_after_us) {
    Error error = make_error(Status::rate_limited, "throttled",
                             "Too many tries; wait for as long as retry_after_ms says.");
    error.retryable = true;
    error.retry_after_ms = retry_after_us / us_per_ms + 1;
    return error;
}

// Salted with the store's id: one table of digests does not serve for every store.
ThrottleKey key_of_subject(const Context& context, std::string_view scope,
                           std::string_view subject) {
    crypto::Sha256 hash;
    hash.update(context.policy.store_id);
    hash.update(scope);
    hash.update(std::string_view("\0", 1));
    hash.update(subject);
    const crypto::Digest digest = hash.finish();
    ThrottleKey key;
    std::copy_n(digest.begin(), key.size(), key.begin());
    return key;
}

std::optional<ThrottleKey> source_key(const Context& context, std::string_view scope) {
    if (context.call.client_address.empty()) return std::nullopt;
    return key_of_subject(context, scope, client_source(context.call.client_address));
}

GuessLimit guess_limit(const Context& context) {
    const domain::Settings& settings = context.policy.settings;
    return {settings.throttle_login_failures, settings.throttle_login_delay * us_per_second};
}

RateLimit login_source_limit(const Context& context) {
    return {context.policy.settings.throttle_login_source, login_source_window_us};
}

Result<void> reserve(Context& context, const Attempt& attempt) {
    if (attempt.limit.free_failures == 0) return ok();
    domain::Guesses guesses = ThrottleTable::guesses(context.tx, attempt.subject, context.now);
    const domain::Admission admission = domain::reserve_guess(guesses, attempt.limit, context.now);
    if (!admission.allowed) return throttled(admission.retry_after_us);
    ThrottleTable::put(context.tx, attempt.subject, guesses);
    return ok();
}

enum class Count : std::uint8_t { ask, charge };

Result<void> rate(Context& context, const ThrottleKey& key, const RateLimit& limit, Count count) {
    if (limit.count == 0) return ok();
    Time full_at = ThrottleTable::full_at(context.tx, key, context.now);
    const domain::Admission admission = domain::charge_rate(full_at, limit, context.now);
    if (!admission.allowed) return throttled(admission.retry_after_us);
    if (count == Count::charge) ThrottleTable::put(context.tx, key, full_at);
    return ok();
}

Result<void> registration(Context& context, Count count) {
    const auto key = source_key(context, "registration.source");
    if (!key) return ok();
    return rate(context, *key, {context.policy.settings.throttle_registration_source, us_per_hour},
                count);
}

Result<void> charge_address(Context& context, std::string_view kind, std::string_view email_key) {
    return rate(context, key_of_subject(context, std::string(kind) + ".address", email_key),
                {context.policy.settings.throttle_mail_address, us_per_hour}, Count::charge);
}

bool is_familiar(Context& context, std::int64_t user_id) {
    const auto source = source_key(context, "familiar.source");
    // Asked for nobody too: the same work for a name that nobody has.
    return source && ThrottleTable::is_familiar(context.tx, user_id, *source);
}

void refund(Context& context, const ThrottleKey& source) {
    const Time full_at = ThrottleTable::full_at(context.tx, source, context.now);
    if (full_at == 0) return;
    const Time refunded = domain::refund_rate(full_at, login_source_limit(context));
    if (refunded > context.now) {
        ThrottleTable::put(context.tx, source, refunded);
    } else {
        ThrottleTable::remove(context.tx, source);
    }
}

// The failures of an account, or of it at a place where its user has logged in before: a guesser
// elsewhere does not delay him there.
ThrottleKey account_key(Context& context, const std::string& scope, std::string_view account,
                        std::int64_t user_id) {
    if (!is_familiar(context, user_id)) return key_of_subject(context, scope + ".account", account);
    std::string subject = client_source(context.call.client_address);
    subject.append(1, '\0').append(account);
    return key_of_subject(context, scope + ".familiar", subject);
}

}  // namespace

Result<Attempt> reserve_login(Context& context, std::string_view username_key,
                              std::int64_t user_id) {
    Attempt attempt;
    attempt.subject = account_key(context, "login", username_key, user_id);
    attempt.source = source_key(context, "login.source");
    attempt.limit = guess_limit(context);
    TILL_CHECK(reserve(context, attempt));
    if (attempt.source) {
        TILL_CHECK(rate(context, *attempt.source, login_source_limit(context), Count::charge));
    }
    return attempt;
}

Result<Attempt> reserve_password(Context& context, std::int64_t user_id) {
    Attempt attempt;
    attempt.subject = key_of_subject(context, "password.user", std::to_string(user_id));
    attempt.limit = guess_limit(context);
    TILL_CHECK(reserve(context, attempt));
    return attempt;
}

Result<Attempt> reserve_second_factor(Context& context, std::int64_t user_id) {
    Attempt attempt;
    attempt.subject = account_key(context, "second_factor", std::to_string(user_id), user_id);
    // Six digits bear no laxer limit than the default, whatever is set for passwords.
    constexpr domain::GuessLimit least;
    attempt.limit = guess_limit(context);
    const bool is_stricter =
        attempt.limit.free_failures != 0 && attempt.limit.free_failures < least.free_failures;
    if (!is_stricter) attempt.limit.free_failures = least.free_failures;
    attempt.limit.delay_max_us = std::max(attempt.limit.delay_max_us, least.delay_max_us);
    TILL_CHECK(reserve(context, attempt));
    return attempt;
}

bool settle(Context& context, const Attempt& attempt, domain::Guess outcome) {
    bool begins_to_wait = false;
    if (attempt.limit.free_failures != 0) {
        const domain::Guesses before =
            ThrottleTable::guesses(context.tx, attempt.subject, context.now);
        const domain::Guesses after =
            domain::settle_guess(before, outcome, attempt.limit, context.now);
        ThrottleTable::put(context.tx, attempt.subject, after);
        begins_to_wait = before.failures < attempt.limit.free_failures &&
                         after.failures >= attempt.limit.free_failures;
    }
    // Of a source only failures count.
    if (attempt.source && outcome != domain::Guess::wrong) refund(context, *attempt.source);
    return begins_to_wait;
}

void make_familiar(Context& context, std::int64_t user_id) {
    const auto source = source_key(context, "familiar.source");
    if (source) ThrottleTable::make_familiar(context.tx, user_id, *source, context.now);
}

Result<void> check_registration(Context& context) { return registration(context, Count::ask); }

Result<void> charge_registration(Context& context) { return registration(context, Count::charge); }

Result<void> charge_rename(Context& context, std::int64_t user_id) {
    TILL_CHECK(rate(context, key_of_subject(context, "rename.user", std::to_string(user_id)),
                    {context.policy.settings.throttle_rename_user, us_per_hour}, Count::charge));
    return charge_registration(context);
}

Result<void> charge_mail(Context& context, std::string_view kind, std::string_view email_key) {
    TILL_CHECK(charge_address(context, kind, email_key));
    const auto source = source_key(context, std::string(kind) + ".source");
    if (!source) return ok();
    return rate(context, *source, {context.policy.settings.throttle_mail_source, us_per_hour},
                Count::charge);
}

bool may_mail(Context& context, std::string_view kind, std::string_view email_key) {
    return charge_address(context, kind, email_key).has_value();
}

}  // namespace till::core
