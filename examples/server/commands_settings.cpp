// SPDX-License-Identifier: MIT
// The command about the shop's settings.
#include "commands.hpp"
#include "refusal.hpp"

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

int set_settings(till::store_ref store, const std::vector<std::string>& words) {
    std::vector<till::param> values;
    for (size_t i = 1; i < words.size(); ++i) {
        const std::string_view word = words[i];
        const size_t equals = word.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            throw Refusal("Write settings set NAME=VALUE, not \"" + words[i] + "\".", exit_usage);
        }
        values.push_back({word.substr(0, equals), word.substr(equals + 1)});
    }
    if (values.empty()) throw Refusal("Write settings set NAME=VALUE.", exit_usage);
    const till::setting_page page =
        require(store.try_setting_update(command_call(), values), "Nothing was changed");
    for (const till::setting_view setting : page) {
        for (const till::param& value : values) {
            if (setting.name() == value.name) print_setting(setting, false);
        }
    }
    return 0;
}

int run_settings(const Options& options) {
    const std::vector<std::string>& words = options.words();
    const std::string verb = words.empty() ? "list" : words[0];
    const till::store store = open_store(options, IfMissing::refuse, nullptr);
    if (verb == "set") return set_settings(store, words);
    if (verb == "get" && words.size() == 2) {
        std::cout << read_setting(store, words[1]) << "\n";
        return 0;
    }
    if (verb != "list" || words.size() > 1) {
        throw Refusal("Write settings list, settings get NAME or settings set NAME=VALUE.",
                      exit_usage);
    }
    const till::setting_page page = store.setting_list(command_call());
    for (const till::setting_view setting : page) print_setting(setting, true);
    return 0;
}

}  // namespace

std::string read_setting(till::store_ref store, const std::string& name) {
    const till::setting_page page = store.setting_list(command_call());
    const std::string_view value = page.value(name);
    if (value.data() != nullptr) return std::string(value);
    throw Refusal("There is no setting \"" + name + "\". See till-server settings --db FILE list.",
                  exit_usage);
}

CommandSet settings_commands() {
    return {{},
            {{"settings",
              "--db FILE [list | get NAME | set NAME=VALUE...]",
              "Show or change the shop's settings.",
              run_settings,
              {"db", "config"},
              true}}};
}

}  // namespace till_server
