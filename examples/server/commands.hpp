// SPDX-License-Identifier: MIT
// The commands of the program. Each returns the exit code or throws Refusal.
#pragma once

#include "handles.hpp"
#include "log.hpp"
#include "options.hpp"

#include <string>

namespace till_server {

enum class IfMissing { create, refuse };

// The store of --db. `log` may be NULL.
Store open_store(const Options& options, IfMissing if_missing, Log* log);

// The value of a setting. Throws Refusal for an unknown name.
std::string read_setting(till_store* store, const std::string& name);

int run_serve(const Options& options);
int run_create_superuser(const Options& options);
int run_settings(const Options& options);
int run_backup(const Options& options);
int run_restore(const Options& options);
int run_check(const Options& options);
int run_maintain(const Options& options);
int run_demo(const Options& options);
int run_version();

// Finds and runs the command. Throws Refusal.
int run_command(const std::vector<std::string>& arguments, const char* const* environment);

}  // namespace till_server
