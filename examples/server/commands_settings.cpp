// SPDX-License-Identifier: MIT
// The command about the shop's settings.
#include "desk.hpp"

#include <algorithm>
#include <iostream>

namespace till_server {

namespace {

void print_setting(till::setting_view setting, bool with_description) {
    std::cout << setting.name() << " = " << setting.value() << "\n";
    if (!with_description) return;
    std::cout << "    " << setting.description();
    if (setting.choices().data() != nullptr) std::cout << " One of: " << setting.choices() << ".";
    if (setting.value() != setting.default_value()) {
        std::cout << " Default: " << setting.default_value() << ".";
    }
    std::cout << "\n";
}

const char* type_name(till::setting_type type) {
    switch (type) {
        case till::setting_type::text:
            return "text";
        case till::setting_type::boolean:
            return "boolean";
        case till::setting_type::integer:
            return "integer";
        case till::setting_type::choice:
            return "choice";
        case till::setting_type::duration:
            return "duration";
    }
    return "unknown";  // a later library's
}

// Those that `wanted` says, for people as lines, with --format as a sheet.
template <typename Wanted>
void print_settings(const Desk& desk, const till::setting_page& page, bool with_description,
                    Wanted wanted) {
    if (!desk.options.has("format")) {
        for (const till::setting_view setting : page) {
            if (wanted(setting)) print_setting(setting, with_description);
        }
        return;
    }
    RowPrinter printer(std::cout, desk.format,
                       {"name", "value", "default", "type", "choices", "description"});
    for (const till::setting_view setting : page) {
        if (!wanted(setting)) continue;
        printer.add({setting.name(), setting.value(), setting.default_value(),
                     type_name(setting.type()), setting.choices(), setting.description()});
    }
    printer.finish();
}

int list(Desk& desk) {
    print_settings(desk, desk.store.setting_list(desk.call), true,
                   [](till::setting_view) { return true; });
    return 0;
}

[[noreturn]] void refuse_unknown(const std::string& name) {
    throw Refusal("There is no setting \"" + name + "\". See till-server settings --db FILE list.",
                  exit_usage);
}

int get(Desk& desk) {
    const till::setting_page page = desk.store.setting_list(desk.call);
    const std::string_view value = page.value(desk.words[0]);
    if (value.data() == nullptr) refuse_unknown(desk.words[0]);
    if (!desk.options.has("format")) {
        std::cout << value << "\n";
        return 0;
    }
    print_settings(desk, page, false,
                   [&](till::setting_view setting) { return setting.name() == desk.words[0]; });
    return 0;
}

// Of all of them, for --if-version.
int version(Desk& desk) {
    std::cout << desk.store.setting_list(desk.call).version() << "\n";
    return 0;
}

int set(Desk& desk) {
    std::vector<till::param> values;
    for (const std::string& text : desk.words) {
        const std::string_view word = text;
        const size_t equals = word.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            throw Refusal("Write settings set NAME=VALUE, not \"" + text + "\".", exit_usage);
        }
        values.push_back({word.substr(0, equals), word.substr(equals + 1)});
    }
    const till::setting_page page = require(
        desk.store.try_setting_update(desk.call, values, id_option(desk.options, "if-version")),
        "Nothing was changed");
    print_settings(desk, page, false, [&](till::setting_view setting) {
        return std::any_of(values.begin(), values.end(),
                           [&](const till::param& value) { return value.name == setting.name(); });
    });
    return 0;
}

constexpr Verb verbs[] = {
    {"list", "", 0, 0, list},
    {"get", "NAME", 1, 1, get},
    {"version", "", 0, 0, version},
    {"set", "NAME=VALUE...", 1, any_number, set},
};

int run_settings(const Options& options) { return run_verb(options, "settings", verbs); }

}  // namespace

std::string read_setting(till::store_ref store, const std::string& name) {
    const till::setting_page page = store.setting_list(command_call());
    const std::string_view value = page.value(name);
    if (value.data() != nullptr) return std::string(value);
    refuse_unknown(name);
}

CommandSet settings_commands() {
    return {{},
            {{"settings", "--db FILE [list | get NAME | version | set NAME=VALUE...]",
              "Show or change the shop's settings.", run_settings,
              with_desk_options({"if-version"}), true}}};
}

}  // namespace till_server
