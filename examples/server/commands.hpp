// SPDX-License-Identifier: MIT
// The commands of the program. Each returns the exit code, or throws Refusal or till::exception.
//
// A noun's commands are one file, commands_<noun>.cpp, with the options that they alone take. To
// add one: write the file, declare its set below, name it in commands.cpp and CMakeLists.txt.
#pragma once

#include "log.hpp"
#include "options.hpp"
#include "till/till.hpp"

#include <string>
#include <vector>

namespace till_server {

struct CommandSet {
    std::vector<Option> options;  // in the order of --help; names are unique among all sets
    std::vector<Command> commands;
};

CommandSet serve_commands();
CommandSet user_commands();
CommandSet order_commands();
CommandSet payment_commands();
CommandSet event_commands();
CommandSet report_commands();
CommandSet key_commands();
CommandSet settings_commands();
CommandSet signing_commands();
CommandSet store_commands();
CommandSet mail_commands();

enum class IfMissing { create, refuse };

// The store of --db. `log` may be NULL; `secret_key` is 32 bytes, or empty: none.
till::store open_store(const Options& options, IfMissing if_missing, Log* log,
                       std::string_view secret_key = {});

// On whose behalf commands act: the system, with time to wait for a busy writer.
constexpr std::chrono::seconds command_timeout{30};
till::call command_call();

// The value of a setting. Throws Refusal for an unknown name.
std::string read_setting(till::store_ref store, const std::string& name);

// A new password: from a prompt, twice, or the first line of standard input.
std::string read_password();

int run_serve(const Options& options);
int run_demo(const Options& options);

// Finds and runs the command.
int run_command(const std::vector<std::string>& arguments, const char* const* environment);

}  // namespace till_server
