// SPDX-License-Identifier: MIT
// The command line, the environment and the configuration file as one set of values.
//
// A value is looked for among the flags (--tls-cert F), then in the environment (TILL_TLS_CERT),
// then in the file of --config (tls-cert = F); the first place that has it wins as a whole.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace till_server {

enum class OptionKind { value, list, toggle };

struct Option {
    const char* name;
    OptionKind kind;
    const char* argument;  // shown in --help; NULL for a toggle
    const char* help;
    bool flag_only = false;  // what a single command is asked, never what a machine is set up with
};

class Options;

struct Command {
    const char* name;
    const char* usage;  // what follows the name in --help
    const char* summary;
    int (*run)(const Options&);             // returns the exit code
    std::vector<const char*> options = {};  // by name
    bool takes_words = false;               // `settings set NAME=VALUE`
};

// Of all command sets: see commands.hpp.

const std::vector<Option>& all_options();
const std::vector<Command>& all_commands();

class Options {
public:
    // Throws Refusal with exit_usage: unknown names, missing values, bad lines of the file.
    Options(const Command& command, const std::vector<std::string>& arguments,
            const char* const* environment);

    bool has(std::string_view name) const;
    // Empty when not given.
    std::string get(std::string_view name) const;
    std::string require(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const;
    bool toggle(std::string_view name) const;
    // Throws Refusal unless it is a whole number between min and max.
    std::optional<uint64_t> number(std::string_view name, uint64_t min, uint64_t max) const;
    const std::vector<std::string>& words() const { return words_; }
    bool wants_help() const { return help_; }

private:
    using Values = std::map<std::string, std::vector<std::string>, std::less<>>;
    void read_flags(const Command& command, const std::vector<std::string>& arguments);
    void read_environment(const char* const* environment);
    void read_file(const std::string& path);

    Values values_;
    std::vector<std::string> words_;
    bool help_ = false;
};

std::string help_text();
std::string help_text(const Command& command);

}  // namespace till_server
