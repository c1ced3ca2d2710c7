// SPDX-License-Identifier: MIT
// Commands about users.
#include "commands.hpp"
#include "refusal.hpp"

#include <cstdio>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace till_server {

namespace {

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

int run_create_superuser(const Options& options) {
    const std::string username = options.require("username");
    const std::string email = options.get("email");
    const till::store store = open_store(options, IfMissing::create, nullptr);
    const std::string password = read_password();
    till::user_create_in in;
    in.username = username;
    if (!email.empty()) in.email = email;
    in.password = password;
    in.is_staff = true;
    in.is_superuser = true;
    in.email_verified = !email.empty();  // whoever may run this vouches for it
    const till::user user =
        require(store.try_user_create(command_call(), in), "The superuser was not made");
    std::cout << "Superuser " << user.username() << " has id " << user.id() << ".\n";
    return 0;
}

}  // namespace

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

CommandSet user_commands() {
    using enum OptionKind;
    return {{{"username", value, "NAME", "User name of the new superuser."},
             {"email", value, "ADDRESS", "E-mail address of the new superuser."}},
            {{"create-superuser",
              "--db FILE --username NAME [--email ADDRESS]",
              "Make a superuser; the password comes from a prompt or standard input.",
              run_create_superuser,
              {"db", "username", "email", "config"}}}};
}

}  // namespace till_server
