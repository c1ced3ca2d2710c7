// SPDX-License-Identifier: MIT
//
// The outbox: work for the outside world, written in the transaction that causes it. The library
// calls no network: a host claims messages, sends them and settles them.
#pragma once

#include "core/outbox_table.hpp"
#include "core/store.hpp"
#include "core/user_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace till::core {

namespace mail {
inline constexpr std::string_view email_verification = "mail.email_verification";
inline constexpr std::string_view password_reset = "mail.password_reset";
inline constexpr std::string_view password_changed = "mail.password_changed";
inline constexpr std::string_view email_change = "mail.email_change";  // to the new address
// To the address that is to be given up, and to the one that was.
inline constexpr std::string_view email_change_requested = "mail.email_change_requested";
inline constexpr std::string_view email_changed = "mail.email_changed";
// Somebody else has given this user's address.
inline constexpr std::string_view address_in_use = "mail.address_in_use";
inline constexpr std::string_view second_factor_enabled = "mail.second_factor_enabled";
inline constexpr std::string_view second_factor_removed = "mail.second_factor_removed";
// Somebody with this user's password gave wrong codes.
inline constexpr std::string_view second_factor_refused = "mail.second_factor_refused";
inline constexpr std::string_view recovery_codes_renewed = "mail.recovery_codes_renewed";
inline constexpr std::string_view recovery_code_used = "mail.recovery_code_used";
}  // namespace mail

// Puts a mail to this user into the outbox; one of the same kind that waits unclaimed is renewed
// instead. User 0 is nobody: the row costs the same and is dropped when it is claimed, so that an
// answer in time says nothing about who exists.
void enqueue_mail(Context& context, std::string_view kind, std::int64_t user_id);

// The same of what has become of an account: who has no address is not told.
void tell_user(Context& context, std::string_view kind, const User& user);

// Forgets what waits for a user.
void drop_mails(Context& context, std::int64_t user_id);

// Drops expired messages, looking at the oldest `limit`; gives their number.
std::int64_t sweep_outbox(sql::Transaction& tx, Time now, std::int64_t limit);

// A claimed message. Holds a secret: wiped when it goes.
struct Message {
    Message() = default;
    Message(Message&&) noexcept = default;
    Message& operator=(Message&&) noexcept = default;
    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;
    ~Message();

    OutboxRow row;
    std::string lease;  // hex
    std::string to;
    std::string username;
    std::string locale;
    std::string link;   // empty: none
    std::string token;  // empty: none
    std::string shop_name;
    std::int64_t recovery_codes_left = 0;  // of mail::recovery_code_used
};

struct OutboxClaim {
    std::uint32_t limit = 0;     // 0: 16; at most 100
    std::uint32_t lease_ms = 0;  // 0: a minute; at most an hour
};

struct OutboxSettlement {
    std::int64_t id = 0;
    std::string_view lease;
    std::uint32_t retry_after_ms = 0;  // 0: a minute, doubling with each attempt, at most an hour
};

Result<std::vector<Message>> claim_outbox(Store& store, const Call& call, const OutboxClaim& claim);
Result<void> acknowledge_outbox(Store& store, const Call& call, const OutboxSettlement& done);
Result<void> fail_outbox(Store& store, const Call& call, const OutboxSettlement& failed);

}  // namespace till::core
