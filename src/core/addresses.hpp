// SPDX-License-Identifier: MIT
//
// Whose an e-mail address is. With verification on, several accounts may hold an address that none
// has proved; who proves it keeps it, and the others lose it. With verification off nobody proves
// anything, so an address is the first one's. Every function runs in the caller's transaction.
#pragma once

#include "core/store.hpp"
#include "core/user_table.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace till::core {

bool verifies(const Context& context) noexcept;

// Who keeps another from holding an address. Where the setting reveal_accounts is off, nobody whom
// the refusal would give away to an actor who may not look for users. `proved`: the address is to
// be held as proved, which one account may.
Exclusion exclusion_of(const Context& context, bool proved) noexcept;

// The one account that an address means: who has proved it, else the active one that has held it
// for longest. So a latecomer cannot draw the mails of an account that lives with the address.
std::optional<User> account_of_address(Context& context, std::string_view key);

// The user has proved the address: whoever else holds it, or waits for it, loses it.
void take_from_others(Context& context, std::int64_t user_id, std::string_view key);

// A user has taken an address that is to be proved: mails the link there, or tells its owner when
// there is one, who learns of it in place of the answer. Not more often than the address may get
// such mails; the mail is then left out.
void mail_unproved(Context& context, std::int64_t user_id, std::string_view kind,
                   std::string_view key);

// An address that waited is forgotten, with its token.
void drop_waiting(Context& context, const User& user);

// The token of a mail came back: the address is its user's.
Result<void> confirm_address(Context& context, std::string_view token);

// Mails the links once more to whoever waits for one.
void resend_links(Context& context, std::string_view key);

}  // namespace till::core
