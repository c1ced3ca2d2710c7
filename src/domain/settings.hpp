// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace till::domain {

enum class Prices : std::uint8_t { open, trusted };
enum class EmailVerification : std::uint8_t { off, optional, mandatory };
enum class SecondFactorStaff : std::uint8_t { off, required };

// The shop's policy, as read in a call's snapshot. Durations in seconds.
struct Settings {
    std::string currency;
    std::string time_zone;
    std::string shop_name;
    std::string locale;
    Prices prices = Prices::open;
    bool ship_unpaid = false;
    EmailVerification email_verification = EmailVerification::optional;
    bool reveal_accounts = true;
    SecondFactorStaff second_factor_staff = SecondFactorStaff::off;
    std::int64_t access_token_lifetime = 0;
    std::int64_t refresh_idle_lifetime = 0;
    std::int64_t session_lifetime = 0;
    bool strict_rotation = false;
    std::int64_t idempotency_retention = 0;
    std::int64_t password_reset_lifetime = 0;
    std::int64_t email_verification_lifetime = 0;
    std::int64_t outbox_lifetime = 0;
    std::int64_t throttle_login_failures = 0;
    std::int64_t throttle_login_delay = 0;
    std::int64_t throttle_login_source = 0;
    std::int64_t throttle_registration_source = 0;
    std::int64_t throttle_rename_user = 0;
    std::int64_t throttle_mail_address = 0;
    std::int64_t throttle_mail_source = 0;
    std::string public_url;
    std::string password_reset_link;
    std::string email_verification_link;
};

struct SettingDefinition {
    // The numbers are the C ABI's (include/till/setting.h).
    enum class Type : std::int32_t { text = 1, boolean = 2, integer = 3, choice = 4, duration = 5 };

    const char* name;
    Type type;
    const char* default_value;
    std::int64_t min;  // integer, duration: value; text: code points
    std::int64_t max;
    const char* choices;  // choice: separated by blanks
    const char* description;
    void (*assign)(Settings&, std::string_view value);  // of a value that was checked
    // text: what it has to look like beyond its length (domain/setting_rules.hpp)
    void (*check)(std::vector<Violation>&, const std::string& path,
                  std::string_view value) = nullptr;
};

std::span<const SettingDefinition> setting_definitions() noexcept;
const SettingDefinition* find_setting(std::string_view name) noexcept;

// Every setting at its default.
Settings default_settings();

// Appends a violation "/<name>" when the value breaks the definition.
void check_setting(const SettingDefinition& definition, std::string_view value,
                   std::vector<Violation>& violations);

}  // namespace till::domain
