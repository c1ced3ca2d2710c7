// SPDX-License-Identifier: MIT
#include "options.hpp"

#include "refusal.hpp"
#include "system_text.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <fstream>

namespace till_server {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Refusal(message, exit_usage); }

const Option* find_option(std::string_view name) {
    for (const Option& option : all_options()) {
        if (name == option.name) return &option;
    }
    return nullptr;
}

bool takes(const Command& command, std::string_view name) {
    return std::any_of(command.options.begin(), command.options.end(),
                       [&](const char* option) { return name == option; });
}

// What --flag, the environment and the file accept for a toggle.
std::string read_toggle(const std::string& value, const std::string& where) {
    if (value == "true" || value == "yes" || value == "on" || value == "1") return "true";
    if (value == "false" || value == "no" || value == "off" || value == "0") return "false";
    refuse(where + ": say true or false, not \"" + value + "\".");
}

std::string_view trim(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const size_t end = std::min(text.find(separator), text.size());
        const std::string_view part = trim(text.substr(0, end));
        if (!part.empty()) parts.emplace_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

}  // namespace

Options::Options(const Command& command, const std::vector<std::string>& arguments,
                 const char* const* environment) {
    read_flags(command, arguments);
    if (help_) return;
    const Values flags = values_;
    values_.clear();
    read_environment(environment);
    std::string path = get("config");
    if (const auto flag = flags.find("config"); flag != flags.end()) path = flag->second.back();
    Values from_environment = std::move(values_);
    values_.clear();
    if (!path.empty()) read_file(path);
    for (auto& [name, value] : from_environment) values_[name] = std::move(value);
    for (const auto& [name, value] : flags) values_[name] = value;
}

void Options::read_flags(const Command& command, const std::vector<std::string>& arguments) {
    const std::string hint =
        " See till-server " + std::string(command.name) + " --help for what it takes.";
    for (size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (argument == "--help" || argument == "-h") {
            help_ = true;
            return;
        }
        if (!argument.starts_with("--")) {
            if (!command.takes_words) refuse("What is \"" + argument + "\"?" + hint);
            words_.push_back(argument);
            continue;
        }
        const size_t equals = argument.find('=');
        const std::string name =
            argument.substr(2, equals == std::string::npos ? equals : equals - 2);
        const Option* option = find_option(name);
        if (option == nullptr || !takes(command, name)) {
            refuse("There is no flag --" + name + "." + hint);
        }
        std::string value;
        if (equals != std::string::npos) {
            value = argument.substr(equals + 1);
        } else if (option->kind == OptionKind::toggle) {
            value = "true";
        } else if (i + 1 < arguments.size() && !arguments[i + 1].starts_with("--")) {
            value = arguments[++i];
        } else {
            refuse("--" + name + " needs a value: --" + name + " " + option->argument + ".");
        }
        if (option->kind == OptionKind::toggle) value = read_toggle(value, "--" + name);
        if (option->kind != OptionKind::list && values_.contains(name)) {
            refuse("--" + name + " is given twice.");
        }
        values_[name].push_back(value);
    }
}

void Options::read_environment(const char* const* environment) {
    for (const char* const* entry = environment; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const size_t equals = text.find('=');
        if (!text.starts_with("TILL_") || equals == std::string_view::npos) continue;
        std::string name(text.substr(5, equals - 5));
        std::transform(name.begin(), name.end(), name.begin(), [](char c) {
            return c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        });
        // Other programs' variables may begin with TILL_ too: unknown ones are left alone.
        const Option* option = find_option(name);
        const std::string value(text.substr(equals + 1));
        if (option == nullptr || option->flag_only || value.empty()) continue;
        switch (option->kind) {
            case OptionKind::list:
                values_[name] = split(value, ',');
                break;
            case OptionKind::toggle:
                values_[name] = {read_toggle(value, std::string(text.substr(0, equals)))};
                break;
            case OptionKind::value:
                values_[name] = {value};
                break;
        }
    }
}

void Options::read_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        refuse("Cannot read the configuration file " + path + ": " + system_text(errno) + ".");
    }
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        const std::string where = path + ", line " + std::to_string(number);
        const std::string_view text = trim(line);
        if (text.empty() || text.front() == '#') continue;
        const size_t equals = text.find('=');
        if (equals == std::string_view::npos) refuse(where + ": write name = value.");
        std::string name(trim(text.substr(0, equals)));
        std::replace(name.begin(), name.end(), '_', '-');
        const std::string value(trim(text.substr(equals + 1)));
        const Option* option = find_option(name);
        if (option == nullptr || option->flag_only || name == "config") {
            refuse(where + ": there is no option \"" + name +
                   "\". The names are those of the flags in till-server serve --help.");
        }
        if (value.empty()) refuse(where + ": " + name + " has no value.");
        if (option->kind != OptionKind::list && values_.contains(name)) {
            refuse(where + ": " + name + " stands there twice.");
        }
        values_[name].push_back(option->kind == OptionKind::toggle ? read_toggle(value, where)
                                                                   : value);
    }
    if (file.bad()) refuse("Cannot read the configuration file " + path + ".");
}

bool Options::has(std::string_view name) const { return values_.find(name) != values_.end(); }

std::string Options::get(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : found->second.back();
}

std::string Options::require(std::string_view name) const {
    const std::string value = get(name);
    if (value.empty()) {
        const Option* option = find_option(name);
        refuse("Say --" + std::string(name) + " " + option->argument + ": " + option->help);
    }
    return value;
}

std::vector<std::string> Options::list(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::vector<std::string>() : found->second;
}

bool Options::toggle(std::string_view name) const { return get(name) == "true"; }

std::optional<uint64_t> Options::number(std::string_view name, uint64_t min, uint64_t max) const {
    if (!has(name)) return std::nullopt;
    const std::string value = get(name);
    uint64_t result = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (error != std::errc() || end != value.data() + value.size() || result < min ||
        result > max) {
        refuse("--" + std::string(name) + " takes a whole number from " + std::to_string(min) +
               " to " + std::to_string(max) + ", not \"" + value + "\".");
    }
    return result;
}

}  // namespace till_server
