// SPDX-License-Identifier: MIT
// Which commands there are, how one is found, and --help.
#include "commands.hpp"

#include "desk.hpp"

#include <algorithm>
#include <iostream>

namespace till_server {

namespace {

int run_version(const Options&) {
    std::cout << "till-server, libtill " << till::build_info() << "\n";
    return 0;
}

int run_help(const Options& options) {
    if (!options.words().empty()) return run_command({options.words()[0], "--help"}, nullptr);
    std::cout << help_text();
    return 0;
}

// What more than one noun takes.
CommandSet common_commands() {
    using enum OptionKind;
    CommandSet set = desk_options();
    const std::vector<Option> first{
        {"db", value, "FILE", "The store: one SQLite file, made when it is missing."},
        {"config", value, "FILE",
         "Lines of name = value; the names are those of the flags of serve and backup."}};
    set.options.insert(set.options.begin(), first.begin(), first.end());
    return set;
}

CommandSet about_commands() {
    return {{},
            {{"version", "", "Print the versions of this program and its libraries.", run_version},
             {"help", "[COMMAND]", "Print this.", run_help, {}, true}}};
}

// In the order of --help.
const CommandSet& all() {
    static const CommandSet whole = [] {
        CommandSet result;
        for (CommandSet set :
             {common_commands(), serve_commands(), user_commands(), order_commands(),
              payment_commands(), event_commands(), report_commands(), key_commands(),
              settings_commands(), signing_commands(), store_commands(), mail_commands(),
              about_commands()}) {
            std::move(set.options.begin(), set.options.end(), std::back_inserter(result.options));
            std::move(set.commands.begin(), set.commands.end(),
                      std::back_inserter(result.commands));
        }
        return result;
    }();
    return whole;
}

}  // namespace

const std::vector<Option>& all_options() { return all().options; }
const std::vector<Command>& all_commands() { return all().commands; }

till::call command_call() { return till::call::as_system().with_timeout(command_timeout); }

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
        if (!options.wants_help()) return command.run(options);
        std::cout << help_text(command);
        return 0;
    }
    throw Refusal("There is no command \"" + name + "\". See till-server --help.", exit_usage);
}

std::string help_text() {
    std::string text =
        "till-server: the till store over HTTP\n\n"
        "usage: till-server COMMAND [flags]\n\n";
    for (const Command& command : all_commands()) {
        std::string name = command.name;
        name.resize(18, ' ');
        text += "  " + name + command.summary + "\n";
    }
    text +=
        "\ntill-server COMMAND --help lists its flags. Those that say which store is meant, how "
        "it\n"
        "is served and backed up may also stand in the environment (TILL_TLS_CERT for --tls-cert;\n"
        "several values separated by commas) or in the file of --config (tls-cert = FILE). Flags\n"
        "win over the environment, the environment over the file. What to list, whom to act as\n"
        "and what to change is said by flags alone.\n"
        "Exit codes: 0 done, 1 failed, 2 the command line or configuration is wrong.\n\n"
        "  till-server demo --db shop.db\n"
        "  till-server serve --db shop.db --listen 127.0.0.1:8000\n";
    return text;
}

std::string help_text(const Command& command) {
    std::string text = command.summary + std::string("\n\nusage: till-server ") + command.name +
                       (*command.usage == '\0' ? "" : " ") + command.usage + "\n";
    if (command.options.empty()) return text;
    text += "\n";
    for (const Option& option : all_options()) {
        const bool takes =
            std::any_of(command.options.begin(), command.options.end(),
                        [&](const char* name) { return std::string_view(name) == option.name; });
        if (!takes) continue;
        std::string flag = "--" + std::string(option.name);
        if (option.argument != nullptr) flag += " " + std::string(option.argument);
        if (option.kind == OptionKind::list) flag += " ...";
        if (flag.size() < 30) flag.resize(30, ' ');
        text += "  " + flag + " " + option.help + "\n";
    }
    return text;
}

}  // namespace till_server
