// SPDX-License-Identifier: MIT
#include "till/setting.h"

#include "c_api/guard.hpp"
#include "core/settings.hpp"

#include <cstddef>
#include <cstring>

namespace till::c_api {
namespace {

const till_setting_page* to_page(const core::SettingList& list) {
    const std::vector<core::SettingValue>& values = list.values;
    BlockBuilder block(8192);
    const std::size_t page = block.add<till_setting_page>();
    block.at<till_setting_page>(page).count = values.size();
    block.at<till_setting_page>(page).version = list.version;
    const std::size_t items =
        block.pointers(page + offsetof(till_setting_page, items), values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& [definition, value] = values[i];
        const std::size_t item = block.add<till_setting>();
        block.link(items + i * sizeof(void*), item);
        auto& setting = block.at<till_setting>(item);
        setting.type = static_cast<till_setting_type>(definition->type);
        setting.min = definition->min;
        setting.max = definition->max;
        block.text(item + offsetof(till_setting, name), definition->name);
        block.text(item + offsetof(till_setting, value), value);
        block.text(item + offsetof(till_setting, default_value), definition->default_value);
        block.text(item + offsetof(till_setting, description), definition->description);
        if (definition->choices != nullptr) {
            block.text(item + offsetof(till_setting, choices), definition->choices);
        }
    }
    return block.finish<till_setting_page>(Kind::settings);
}

Result<std::vector<core::SettingChange>> read_changes(const till_setting_update_in& in) {
    TILL_CHECK(check_flags(in.flags, 0, "till_setting_update_in.flags"));
    if (in.values == nullptr && in.count != 0)
        return null_argument("till_setting_update_in.values");
    std::vector<core::SettingChange> changes;
    for (std::size_t i = 0; i < std::min<std::size_t>(in.count, 101); ++i) {
        TILL_TRY(const std::string_view name, read_text(in.values[i].name, "values.name"));
        TILL_TRY(const std::string_view value, read_text(in.values[i].value, "values.value"));
        const bool absent = in.values[i].value.data == nullptr;
        changes.emplace_back(name, absent ? std::nullopt : std::optional(value));
    }
    return changes;
}

}  // namespace
}  // namespace till::c_api

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

extern "C" {

TILL_API till_status till_setting_list(till_store* store, const till_call* call,
                                       const till_setting_page** out, const till_error** err) {
    return run(
        store, call, out, err,
        [](core::Store& core, const core::Call& context) -> Result<const till_setting_page*> {
            TILL_TRY(const auto list, core::list_settings(core, context));
            return to_page(list);
        });
}

TILL_API till_status till_setting_update(till_store* store, const till_call* call,
                                         const till_setting_update_in* in,
                                         const till_setting_page** out, const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_setting_page*> {
            TILL_TRY(const auto input, read_input(in, "till_setting_update_in"));
            TILL_TRY(const auto changes, read_changes(input));
            TILL_TRY(const auto list,
                     core::update_settings(core, context, changes, input.if_version));
            return to_page(list);
        });
}

TILL_API till_status till_currency_list(till_store* store, const till_call* call,
                                        const till_currency_page** out, const till_error** err) {
    return run(
        store, call, out, err,
        [](core::Store& core, const core::Call& context) -> Result<const till_currency_page*> {
            TILL_TRY(const auto currencies, core::list_currencies(core, context));
            BlockBuilder block(8192);
            const std::size_t page = block.add<till_currency_page>();
            block.at<till_currency_page>(page).count = currencies.size();
            const std::size_t items =
                block.pointers(page + offsetof(till_currency_page, items), currencies.size());
            for (std::size_t i = 0; i < currencies.size(); ++i) {
                const std::size_t item = block.add<till_currency>();
                block.link(items + i * sizeof(void*), item);
                auto& currency = block.at<till_currency>(item);
                currency.exponent = currencies[i].exponent;
                std::memcpy(currency.code, currencies[i].code.data(), 3);
            }
            return block.finish<till_currency_page>(Kind::currencies);
        });
}

TILL_API till_status till_currency_add(till_store* store, const till_call* call,
                                       const till_currency_add_in* in, const till_error** err) {
    return run(store, call, err, [&](core::Store& core, const core::Call& context) -> Result<void> {
        TILL_TRY(const auto input, read_input(in, "till_currency_add_in"));
        TILL_CHECK(check_flags(input.flags, 0, "till_currency_add_in.flags"));
        TILL_CHECK(check_reserved(input.reserved0, "till_currency_add_in.reserved0"));
        TILL_TRY(const std::string_view code, read_text(input.code, "till_currency_add_in.code"));
        return core::add_currency(core, context, code, input.exponent);
    });
}

}  // extern "C"
