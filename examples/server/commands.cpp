// SPDX-License-Identifier: MIT
#include "commands.hpp"

#include "refusal.hpp"

#include <cstdio>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace till_server {

namespace {

// Settings, checks and backups may wait for a busy writer longer than a request would.
constexpr uint32_t command_timeout_ms = 30'000;

till_call command_call() {
    till_call call = system_call();
    call.timeout_ms = command_timeout_ms;
    return call;
}

// Reads a line without showing it, when standard input is a terminal.
std::string read_hidden(const char* prompt) {
    std::fputs(prompt, stderr);
    termios shown{};
    tcgetattr(STDIN_FILENO, &shown);
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    std::string line;
    std::getline(std::cin, line);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    std::fputs("\n", stderr);
    return line;
}

std::string read_password() {
    if (isatty(STDIN_FILENO) == 0) {
        std::string line;
        if (!std::getline(std::cin, line)) {
            throw Refusal("No password came in on standard input.");
        }
        return line;
    }
    const std::string first = read_hidden("Password: ");
    if (first != read_hidden("Again: ")) throw Refusal("The two passwords differ. Try again.");
    return first;
}

void print_setting(const till_setting& setting, bool with_description) {
    std::cout << view(setting.name) << " = " << view(setting.value) << "\n";
    if (!with_description) return;
    std::cout << "    " << view(setting.description);
    if (setting.choices.data != nullptr) std::cout << " One of: " << view(setting.choices) << ".";
    if (view(setting.value) != view(setting.default_value)) {
        std::cout << " Default: " << view(setting.default_value) << ".";
    }
    std::cout << "\n";
}

int set_settings(till_store* store, const std::vector<std::string>& words) {
    std::vector<till_param> values;
    for (size_t i = 1; i < words.size(); ++i) {
        const std::string_view word = words[i];
        const size_t equals = word.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            throw Refusal("Write settings set NAME=VALUE, not \"" + words[i] + "\".", exit_usage);
        }
        values.push_back({borrow(word.substr(0, equals)), borrow(word.substr(equals + 1))});
    }
    if (values.empty()) throw Refusal("Write settings set NAME=VALUE.", exit_usage);
    till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
    in.values = values.data();
    in.count = values.size();
    const till_call call = command_call();
    Owned<till_setting_page> page;
    Error error;
    require_ok(till_setting_update(store, &call, &in, out(page), out(error)), error,
               "Nothing was changed");
    for (size_t i = 0; i < page->count; ++i) {
        for (const till_param& value : values) {
            if (view(page->items[i]->name) == view(value.name)) {
                print_setting(*page->items[i], false);
            }
        }
    }
    return 0;
}

Owned<till_setting_page> list_settings(till_store* store) {
    const till_call call = command_call();
    Owned<till_setting_page> page;
    Error error;
    require_ok(till_setting_list(store, &call, out(page), out(error)), error,
               "Cannot read the settings");
    return page;
}

}  // namespace

Store open_store(const Options& options, IfMissing if_missing, Log* log) {
    const std::string path = options.require("db");
    till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
    in.path = borrow(path);
    in.api_version = TILL_API_VERSION;
    if (if_missing == IfMissing::refuse) in.flags |= TILL_OPEN_MUST_EXIST;
    if (options.toggle("allow-network-fs")) in.flags |= TILL_OPEN_ALLOW_NETWORK;
    if (log != nullptr) {
        in.log = &Log::from_library;
        in.log_userdata = reinterpret_cast<uintptr_t>(log);
    }
    Store store;
    Error error;
    require_ok(till_store_open(&in, out(store), out(error)), error, "Cannot open " + path);
    return store;
}

std::string read_setting(till_store* store, const std::string& name) {
    const auto page = list_settings(store);
    for (size_t i = 0; i < page->count; ++i) {
        if (view(page->items[i]->name) == name) return text(page->items[i]->value);
    }
    throw Refusal("There is no setting \"" + name + "\". See till-server settings --db FILE list.",
                  exit_usage);
}

int run_create_superuser(const Options& options) {
    const std::string username = options.require("username");
    const std::string email = options.get("email");
    const Store store = open_store(options, IfMissing::create, nullptr);
    const std::string password = read_password();
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = borrow(username);
    if (!email.empty()) in.email = borrow(email);
    in.password = borrow(password);
    in.is_staff = 1;
    in.is_superuser = 1;
    in.email_verified = email.empty() ? 0 : 1;  // whoever may run this vouches for it
    const till_call call = command_call();
    Owned<till_user> user;
    Error error;
    require_ok(till_user_create(store.get(), &call, &in, out(user), out(error)), error,
               "The superuser was not made");
    std::cout << "Superuser " << view(user->username) << " has id " << user->id << ".\n";
    return 0;
}

int run_settings(const Options& options) {
    const std::vector<std::string>& words = options.words();
    const std::string verb = words.empty() ? "list" : words[0];
    const Store store = open_store(options, IfMissing::refuse, nullptr);
    if (verb == "set") return set_settings(store.get(), words);
    if (verb == "get" && words.size() == 2) {
        std::cout << read_setting(store.get(), words[1]) << "\n";
        return 0;
    }
    if (verb != "list" || words.size() > 1) {
        throw Refusal("Write settings list, settings get NAME or settings set NAME=VALUE.",
                      exit_usage);
    }
    const auto page = list_settings(store.get());
    for (size_t i = 0; i < page->count; ++i) print_setting(*page->items[i], true);
    return 0;
}

int run_backup(const Options& options) {
    const std::string to = options.require("to");
    const Store store = open_store(options, IfMissing::refuse, nullptr);
    till_backup_in in = TILL_BACKUP_IN_INIT;
    in.path = borrow(to);
    const till_call call = command_call();
    Owned<till_report> report;
    Error error;
    require_ok(till_store_backup(store.get(), &call, &in, out(report), out(error)), error,
               "The backup was not made");
    std::cout << to << ": " << report->bytes << " bytes.\n";
    return 0;
}

int run_restore(const Options& options) {
    const std::string from = options.require("from");
    const std::string to = options.require("db");
    till_restore_in in = TILL_RESTORE_IN_INIT;
    in.from = borrow(from);
    in.to = borrow(to);
    Error error;
    require_ok(till_store_restore(&in, out(error)), error, "Nothing was restored");
    std::cout << to << " is restored from " << from
              << ". What was there before is kept beside it.\n";
    return 0;
}

int run_check(const Options& options) {
    const Store store = open_store(options, IfMissing::refuse, nullptr);
    const till_call call = command_call();
    Owned<till_report> report;
    Error error;
    require_ok(till_store_check(store.get(), &call, out(report), out(error)), error,
               "The check could not finish");
    if (!view(report->text).empty()) {
        std::cout << view(report->text);
        if (view(report->text).back() != '\n') std::cout << "\n";
    }
    std::cout << (report->sound ? "The store is sound.\n" : "The store has problems.\n");
    return report->sound ? 0 : exit_failed;
}

int run_maintain(const Options& options) {
    const Store store = open_store(options, IfMissing::refuse, nullptr);
    till_maintain_in in = TILL_MAINTAIN_IN_INIT;
    in.budget_ms = static_cast<uint32_t>(options.number("budget", 1, 3'600'000).value_or(10'000));
    const till_call call = command_call();
    Owned<till_report> report;
    Error error;
    require_ok(till_store_maintain(store.get(), &call, &in, out(report), out(error)), error,
               "Maintenance could not finish");
    std::cout << report->swept << " expired rows removed"
              << (report->sound ? ".\n" : "; there is more: run it again.\n");
    return 0;
}

int run_version() {
    std::cout << "till-server, libtill " << till_build_info() << "\n";
    return 0;
}

int run_command(const std::vector<std::string>& arguments, const char* const* environment) {
    const std::string name = arguments.empty() ? "" : arguments[0];
    if (name.empty() || name == "--help" || name == "-h") {
        (name.empty() ? std::cerr : std::cout) << help_text();
        return name.empty() ? exit_usage : 0;
    }
    const std::string wanted = name == "--version" ? "version" : name;
    for (const Command& command : all_commands()) {
        if (wanted != command.name) continue;
        const Options options(command, {arguments.begin() + 1, arguments.end()}, environment);
        if (options.wants_help()) {
            std::cout << help_text(command);
            return 0;
        }
        if (wanted == "help" && options.words().empty()) {
            std::cout << help_text();
            return 0;
        }
        if (wanted == "help") return run_command({options.words()[0], "--help"}, environment);
        if (wanted == "serve") return run_serve(options);
        if (wanted == "create-superuser") return run_create_superuser(options);
        if (wanted == "settings") return run_settings(options);
        if (wanted == "backup") return run_backup(options);
        if (wanted == "restore") return run_restore(options);
        if (wanted == "check") return run_check(options);
        if (wanted == "maintain") return run_maintain(options);
        if (wanted == "demo") return run_demo(options);
        return run_version();
    }
    throw Refusal("There is no command \"" + name + "\". See till-server --help.", exit_usage);
}

}  // namespace till_server
