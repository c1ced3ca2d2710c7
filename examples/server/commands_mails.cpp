// SPDX-License-Identifier: MIT
// Commands about mails.
#include "commands.hpp"
#include "mail_templates.hpp"

#include <iostream>

namespace till_server {

namespace {

int run_mail_templates(const Options& options) {
    const std::string to = options.require("to");
    MailTemplates::write_defaults(to);
    std::cout << "The texts of all mails are in " << to
              << ", one a file KIND.LOCALE.txt. Change them, "
              << "add languages, and serve with --mail-templates " << to << ".\n";
    return 0;
}

}  // namespace

CommandSet mail_commands() {
    return {{},
            {{"mail-templates",
              "--to DIR",
              "Write the texts of all mails into a directory, to be changed and translated.",
              run_mail_templates,
              {"to", "config"}}}};
}

}  // namespace till_server
