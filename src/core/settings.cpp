// SPDX-License-Identifier: MIT
#include "core/settings.hpp"

#include "base/os_files.hpp"
#include "core/answer.hpp"
#include "core/event_log.hpp"
#include "core/policy_table.hpp"
#include "core/signing_keys.hpp"

#include <algorithm>

namespace till::core {
namespace {

constexpr std::size_t most_changes = 100;
constexpr std::string_view changed_event = "setting.changed";
constexpr std::int32_t largest_exponent = 8;

std::vector<SettingValue> values_of(const Policy& policy) {
    std::vector<SettingValue> values;
    for (const auto& definition : domain::setting_definitions()) {
        const auto found = policy.changed_settings.find(std::string_view(definition.name));
        const bool is_default = found == policy.changed_settings.end();
        values.push_back({&definition, is_default ? definition.default_value : found->second});
    }
    return values;
}

// Each change is an event, so the newest one names what they are. Above 0, which asks for none.
std::int64_t version_of(Context& context) { return last_event_of(context.tx, changed_event) + 1; }

// Every violation at once. The currency must be one of the store's and the time zone one of the
// machine's: no other setting refers to data.
std::vector<Violation> check(const Policy& policy, std::span<const SettingChange> changes) {
    std::vector<Violation> violations;
    for (const auto& [name, value] : changes) {
        const auto* definition = domain::find_setting(name);
        const std::string path = "/" + std::string(name);
        if (definition == nullptr) {
            violations.push_back({path, "unknown_setting", "There is no such setting.", {}});
        } else if (value) {
            const std::size_t before = violations.size();
            check_setting(*definition, *value, violations);
            if (name == "currency" && before == violations.size() && !policy.exponent_of(*value)) {
                violations.push_back({path,
                                      "unknown_currency",
                                      "The store has no such currency; add it first.",
                                      {}});
            }
            if (name == "time_zone" && before == violations.size() &&
                !os::may_be_time_zone(*value)) {
                violations.push_back(
                    {path, "unknown_time_zone", "This machine knows no such time zone.", {}});
            }
        }
    }
    return violations;
}

// A setting's event names it and its new value: values are policy, never secrets.
std::string event_data(const domain::SettingDefinition& definition, std::string_view value) {
    std::string data = R"({"name":")";
    data += definition.name;
    data += R"(","value":")";
    for (const char c : value) {
        if (c == '"' || c == '\\') data += '\\';
        data += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    data += "\"}";
    return data;
}

}  // namespace

Result<SettingList> list_settings(Store& store, const Call& call) {
    return store.read(call, [](Context& context) -> Result<SettingList> {
        TILL_CHECK(authorise(domain::Action::setting_read, context.actor));
        return SettingList{values_of(context.policy), version_of(context)};
    });
}

Result<SettingList> update_settings(Store& store, const Call& call,
                                    std::span<const SettingChange> changes,
                                    std::int64_t if_version) {
    TILL_CHECK(Store::refuse_key(call));
    return store.write(call, [&](Context& context) -> Result<SettingList> {
        TILL_CHECK(authorise(domain::Action::setting_write, context.actor));
        if (if_version != 0) TILL_CHECK(check_version(if_version, version_of(context)));
        if (changes.empty() || changes.size() > most_changes) {
            return invalid({{"/values", "count", "Change 1 to 100 settings at once.", {}}});
        }
        auto violations = check(context.policy, changes);
        if (!violations.empty()) return invalid(std::move(violations));
        for (const auto& [name, value] : changes) {
            const auto& definition = *domain::find_setting(name);
            const std::string_view wanted = value.value_or(definition.default_value);
            if (wanted == definition.default_value) {
                PolicyTable::unset(context.tx, name);
            } else {
                PolicyTable::set(context.tx, name, wanted, context.now);
            }
            if (name == "access_token_lifetime") keep_tokens_until(context);
            append_event(context, changed_event, 1, 0, event_data(definition, wanted));
        }
        PolicyTable::renew_version(context.tx, context.store.random());
        return SettingList{values_of(load_policy(context.tx)), version_of(context)};
    });
}

Result<std::vector<Currency>> list_currencies(Store& store, const Call& call) {
    return store.read(call, [](Context& context) -> Result<std::vector<Currency>> {
        std::vector<Currency> currencies;
        for (const auto& [code, exponent] : context.policy.exponents) {
            currencies.push_back({code, exponent});
        }
        return currencies;
    });
}

Result<void> add_currency(Store& store, const Call& call, std::string_view code,
                          std::int32_t exponent) {
    TILL_CHECK(Store::refuse_key(call));
    return store.write(call, [&](Context& context) -> Result<void> {
        TILL_CHECK(authorise(domain::Action::setting_write, context.actor));
        std::vector<Violation> violations;
        const bool letters = code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) {
                                 return c >= 'A' && c <= 'Z';
                             });
        if (!letters) violations.push_back({"/code", "invalid", "Give three letters A-Z.", {}});
        if (exponent < 0 || exponent > largest_exponent) {
            violations.push_back({"/exponent", "out_of_range", "Give 0 to 8 digits.", {}});
        }
        if (!violations.empty()) return invalid(std::move(violations));
        std::int32_t stored = exponent;
        if (PolicyTable::add_currency(context.tx, code, stored)) {
            append_event(context, "currency.added", 1, 0,
                         R"({"code":")" + std::string(code) + "\"}");
            PolicyTable::renew_version(context.tx, context.store.random());
            return ok();
        }
        if (stored == exponent) return ok();
        return make_error(Status::already_exists, "currency_exists",
                          "The currency is known with another exponent, which never changes.");
    });
}

}  // namespace till::core
