// SPDX-License-Identifier: MIT
//
// How often a secret may be guessed and a costly thing be asked for. Counted in the store, so that
// threads and processes share it; every function runs in the caller's transaction.
#pragma once

#include "core/store.hpp"
#include "core/throttle_table.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace till::core {

// A reserved try. Reserve it in a transaction of its own before the slow comparison, and settle it
// in one after that.
struct Attempt {
    ThrottleKey subject{};              // whose secret is guessed
    std::optional<ThrottleKey> source;  // from where; absent: the caller named no address
    domain::GuessLimit limit;
};

// A login by this user name (as a key). The same for a name that nobody has: `user_id` 0. Where the
// user has logged in before, the failures of other places do not count. Refused: rate_limited.
Result<Attempt> reserve_login(Context& context, std::string_view username_key,
                              std::int64_t user_id);
// A logged-in user's own password, asked for once more.
Result<Attempt> reserve_password(Context& context, std::int64_t user_id);
// A code of this user's second factor; limited by the defaults where the settings limit nothing,
// since six digits can be tried through.
Result<Attempt> reserve_second_factor(Context& context, std::int64_t user_id);
// True: this failure is the one from which on the next tries wait.
bool settle(Context& context, const Attempt& attempt, domain::Guess outcome);

// The user has logged in from the call's address.
void make_familiar(Context& context, std::int64_t user_id);

// Plain rates. `check_*` asks without counting, before work that would be in vain.
Result<void> check_registration(Context& context);
Result<void> charge_registration(Context& context);
// Another name that a user wants to have: one more question whether a name is taken, of the same
// allowance as registrations.
Result<void> charge_rename(Context& context, std::int64_t user_id);
// A mail of this kind that anybody may ask for, to an address (as a key) that may be nobody's.
Result<void> charge_mail(Context& context, std::string_view kind, std::string_view email_key);
// The same of a mail that somebody causes by the way: false, uncounted, when the address has had
// enough of them.
bool may_mail(Context& context, std::string_view kind, std::string_view email_key);

}  // namespace till::core
