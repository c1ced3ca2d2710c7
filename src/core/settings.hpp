// SPDX-License-Identifier: MIT
#pragma once

#include "core/store.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace till::core {

struct SettingValue {
    const domain::SettingDefinition* definition;
    std::string value;
};

struct SettingList {
    std::vector<SettingValue> values;
    std::int64_t version;  // of all of them: goes up with every change
};

// Nothing in place of a value means the default.
using SettingChange = std::pair<std::string_view, std::optional<std::string_view>>;

struct Currency {
    std::string code;
    std::int32_t exponent;
};

Result<SettingList> list_settings(Store& store, const Call& call);
Result<SettingList> update_settings(Store& store, const Call& call,
                                    std::span<const SettingChange> changes,
                                    std::int64_t if_version = 0);
Result<std::vector<Currency>> list_currencies(Store& store, const Call& call);
Result<void> add_currency(Store& store, const Call& call, std::string_view code,
                          std::int32_t exponent);

}  // namespace till::core
