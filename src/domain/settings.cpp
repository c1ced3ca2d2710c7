// SPDX-License-Identifier: MIT
#include "domain/settings.hpp"

#include "base/text.hpp"
#include "domain/setting_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace till::domain {
namespace {

using Type = SettingDefinition::Type;

std::int64_t to_integer(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

template <std::string Settings::*member>
void assign_text(Settings& settings, std::string_view value) {
    settings.*member = std::string(value);
}
template <bool Settings::*member>
void assign_bool(Settings& settings, std::string_view value) {
    settings.*member = value == "true";
}
template <std::int64_t Settings::*member>
void assign_integer(Settings& settings, std::string_view value) {
    settings.*member = to_integer(value);
}
void assign_prices(Settings& settings, std::string_view value) {
    settings.prices = value == "trusted" ? Prices::trusted : Prices::open;
}
void assign_email_verification(Settings& settings, std::string_view value) {
    settings.email_verification = value == "mandatory"  ? EmailVerification::mandatory
                                  : value == "optional" ? EmailVerification::optional
                                                        : EmailVerification::off;
}
void assign_second_factor_staff(Settings& settings, std::string_view value) {
    settings.second_factor_staff =
        value == "required" ? SecondFactorStaff::required : SecondFactorStaff::off;
}

// Lifetimes: access 5 minutes and refresh 1 day idle as simplejwt; 30 days absolute as NIST
// SP 800-63B AAL1; mailed tokens 10 minutes as ASVS 5.0 row 6.5.5, of which a new
// one can be asked for.
// clang-format off
constexpr std::array definitions{
    SettingDefinition{"currency", Type::text, "USD", 3, 3, nullptr,
        "Currency of orders that name none: an ISO 4217 code of the store's table.", assign_text<&Settings::currency>},
    SettingDefinition{"time_zone", Type::text, "UTC", 1, 64, nullptr,
        "Time zone of the shop's day, as an IANA name.", assign_text<&Settings::time_zone>, check_time_zone},
    SettingDefinition{"shop_name", Type::text, "Shop", 1, 100, nullptr,
        "Name of the shop in mails.", assign_text<&Settings::shop_name>},
    SettingDefinition{"locale", Type::text, "en", 2, 35, nullptr,
        "Language of mails to users who have none, as a BCP 47 tag.", assign_text<&Settings::locale>, check_default_locale},
    SettingDefinition{"prices", Type::choice, "open", 0, 0, "open trusted",
        "Whether prices claimed by plain users count: open (staff confirm them before shipping) or trusted.", assign_prices},
    SettingDefinition{"ship_unpaid", Type::boolean, "false", 0, 0, nullptr,
        "Whether an order may be shipped or handed over before it is paid.", assign_bool<&Settings::ship_unpaid>},
    SettingDefinition{"email_verification", Type::choice, "optional", 0, 0, "off optional mandatory",
        "Whether new addresses are mailed a link and wait for it (optional), and whether login needs one (mandatory).", assign_email_verification},
    SettingDefinition{"reveal_accounts", Type::boolean, "true", 0, 0, nullptr,
        "Whether a visitor is told that an address has an account; if not, its owner is mailed instead.", assign_bool<&Settings::reveal_accounts>},
    SettingDefinition{"second_factor_staff", Type::choice, "off", 0, 0, "off required",
        "Whether staff and superusers without a second factor may do more than set one up: off or required (they may not).", assign_second_factor_staff},
    SettingDefinition{"access_token_lifetime", Type::duration, "300", 60, 604800, nullptr,
        "Seconds an access token is good for, 60 to 604800; its session is checked at every call anyway.", assign_integer<&Settings::access_token_lifetime>},
    SettingDefinition{"refresh_idle_lifetime", Type::duration, "86400", 300, 31536000, nullptr,
        "Seconds a session lives without a refresh, 300 to 31536000.", assign_integer<&Settings::refresh_idle_lifetime>},
    SettingDefinition{"session_lifetime", Type::duration, "2592000", 300, 31536000, nullptr,
        "Seconds a session lives at most, 300 to 31536000.", assign_integer<&Settings::session_lifetime>},
    SettingDefinition{"strict_rotation", Type::boolean, "false", 0, 0, nullptr,
        "Whether a login's refresh token works once only, also for clients that never rotate.", assign_bool<&Settings::strict_rotation>},
    SettingDefinition{"idempotency_retention", Type::duration, "604800", 86400, 31536000, nullptr,
        "Seconds an idempotency key is remembered, 86400 to 31536000.", assign_integer<&Settings::idempotency_retention>},
    SettingDefinition{"password_reset_lifetime", Type::duration, "600", 60, 259200, nullptr,
        "Seconds a password reset token is good for after it was mailed, 60 to 259200.", assign_integer<&Settings::password_reset_lifetime>},
    SettingDefinition{"email_verification_lifetime", Type::duration, "600", 60, 2592000, nullptr,
        "Seconds an e-mail verification token is good for after it was mailed, 60 to 2592000.", assign_integer<&Settings::email_verification_lifetime>},
    SettingDefinition{"outbox_lifetime", Type::duration, "259200", 60, 2592000, nullptr,
        "Seconds an unsent mail is kept, 60 to 2592000.", assign_integer<&Settings::outbox_lifetime>},
    SettingDefinition{"throttle_login_failures", Type::integer, "5", 0, 100, nullptr,
        "Wrong passwords of an account before each next try waits, 0 to 100; 0: never.", assign_integer<&Settings::throttle_login_failures>},
    SettingDefinition{"throttle_login_delay", Type::duration, "900", 1, 86400, nullptr,
        "Seconds the wait, which doubles from 1, may grow to, 1 to 86400.", assign_integer<&Settings::throttle_login_delay>},
    SettingDefinition{"throttle_login_source", Type::integer, "100", 0, 1000000, nullptr,
        "Failed logins from one client address in 10 minutes, 0 to 1000000; 0: no limit.", assign_integer<&Settings::throttle_login_source>},
    SettingDefinition{"throttle_registration_source", Type::integer, "100", 0, 1000000, nullptr,
        "Registrations from one client address in an hour, 0 to 1000000; 0: no limit.", assign_integer<&Settings::throttle_registration_source>},
    SettingDefinition{"throttle_rename_user", Type::integer, "10", 0, 1000000, nullptr,
        "Other names a user may ask for in an hour, since each answer tells whether one is taken, 0 to 1000000; 0: no limit.", assign_integer<&Settings::throttle_rename_user>},
    SettingDefinition{"throttle_mail_address", Type::integer, "5", 0, 1000000, nullptr,
        "Reset and verification mails to one address in an hour, of each kind, 0 to 1000000; 0: no limit.", assign_integer<&Settings::throttle_mail_address>},
    SettingDefinition{"throttle_mail_source", Type::integer, "60", 0, 1000000, nullptr,
        "Such mails asked for from one client address in an hour, 0 to 1000000; 0: no limit.", assign_integer<&Settings::throttle_mail_source>},
    SettingDefinition{"public_url", Type::text, "", 0, 200, nullptr,
        "Address of the shop's site: scheme and host without a final slash, the start of links in mails.", assign_text<&Settings::public_url>, check_public_url},
    SettingDefinition{"password_reset_link", Type::text, "{public_url}/password/reset/confirm/{uid}/{token}/", 1, 500, nullptr,
        "Link in reset mails; {public_url}, {uid} and {token} are filled in.", assign_text<&Settings::password_reset_link>, check_password_reset_link},
    SettingDefinition{"email_verification_link", Type::text, "{public_url}/verify-email/{key}/", 1, 500, nullptr,
        "Link in verification mails; {public_url} and {key} are filled in.", assign_text<&Settings::email_verification_link>, check_email_verification_link},
};
// clang-format on

void add(std::vector<Violation>& violations, const SettingDefinition& definition, const char* code,
         std::string message) {
    violations.push_back({std::string("/") + definition.name, code, std::move(message), {}});
}

void check_number(const SettingDefinition& definition, std::string_view value,
                  std::vector<Violation>& violations) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size()) {
        add(violations, definition, "invalid", "Give a whole number.");
        return;
    }
    if (number < definition.min) {
        add(violations, definition, "too_small", "The number is below the least allowed.");
        violations.back().params = {{"min", std::to_string(definition.min)}};
    }
    if (number > definition.max) {
        add(violations, definition, "too_large", "The number is above the most allowed.");
        violations.back().params = {{"max", std::to_string(definition.max)}};
    }
}

bool is_choice(std::string_view choices, std::string_view value) {
    while (!choices.empty()) {
        const std::size_t end = std::min(choices.find(' '), choices.size());
        if (choices.substr(0, end) == value) return true;
        choices.remove_prefix(std::min(end + 1, choices.size()));
    }
    return false;
}

}  // namespace

std::span<const SettingDefinition> setting_definitions() noexcept { return definitions; }

const SettingDefinition* find_setting(std::string_view name) noexcept {
    const auto* found = std::find_if(definitions.begin(), definitions.end(),
                                     [&](const auto& each) { return name == each.name; });
    return found == definitions.end() ? nullptr : found;
}

Settings default_settings() {
    Settings settings;
    for (const SettingDefinition& each : definitions) each.assign(settings, each.default_value);
    return settings;
}

void check_setting(const SettingDefinition& definition, std::string_view value,
                   std::vector<Violation>& violations) {
    switch (definition.type) {
        case Type::text:
            check_text(violations, std::string("/") + definition.name, value,
                       static_cast<std::size_t>(definition.min),
                       static_cast<std::size_t>(definition.max));
            if (definition.check != nullptr && !value.empty()) {
                definition.check(violations, std::string("/") + definition.name, value);
            }
            break;
        case Type::boolean:
            if (value != "true" && value != "false") {
                add(violations, definition, "invalid", "Give true or false.");
            }
            break;
        case Type::integer:
        case Type::duration:
            check_number(definition, value, violations);
            break;
        case Type::choice:
            if (!is_choice(definition.choices, value)) {
                add(violations, definition, "invalid_choice", "Give one of the choices.");
                violations.back().params = {{"choices", definition.choices}};
            }
            break;
    }
}

}  // namespace till::domain
