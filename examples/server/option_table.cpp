// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <algorithm>

namespace till_server {

const std::vector<Option>& all_options() {
    using enum OptionKind;
    static const std::vector<Option> options = {
        {"db", value, "FILE", "The store: one SQLite file, made when it is missing."},
        {"listen", list, "ADDRESS",
         "HOST:PORT, [::1]:PORT, *:PORT or unix:PATH. Default 127.0.0.1:8000."},
        {"shared-socket", toggle, nullptr,
         "Unix sockets get mode 0660, for the group, in place of 0600."},
        {"tls-cert", value, "FILE", "PEM chain. TCP addresses then speak TLS 1.2 and 1.3."},
        {"tls-key", value, "FILE", "PEM key of the certificate."},
        {"allow-plain-http", toggle, nullptr,
         "Allow plain HTTP beyond loopback: a proxy before it speaks TLS."},
        {"trusted-proxy", list, "CIDR",
         "Whose X-Forwarded-For and -Proto are believed; \"unix\": unix socket peers."},
        {"public-url", value, "URL",
         "https://shop.example, for links in answers. Default: the setting public_url."},
        {"mount", value, "PATH", "Prefix of every route, such as /api."},
        {"auth-mount", value, "PATH", "In place of /auth, such as /dj-rest-auth."},
        {"list-style", value, "STYLE",
         "array (default) or pages: {count, next, previous, results}."},
        {"cors-origin", list, "ORIGIN",
         "A site that browsers may call from, such as https://shop.example."},
        {"body-max", value, "BYTES", "Largest body but for image uploads. Default 65536."},
        {"mail-dir", value, "DIR", "Write mails as .eml files into this directory."},
        {"smtp", value, "URL",
         "Send mails: smtps://HOST:465, or smtp://HOST:587 (STARTTLS is demanded)."},
        {"smtp-user", value, "NAME",
         "For SMTP login; the password is in TILL_SMTP_PASSWORD or a file."},
        {"smtp-password", value, "SECRET", "Only from the environment or the configuration file."},
        {"smtp-password-file", value, "FILE", "Its first line is the SMTP password."},
        {"smtp-plain", toggle, nullptr, "Allow smtp:// without TLS, to a relay on this machine."},
        {"mail-from", value, "ADDRESS",
         "Sender of mails: shop@example.com or Name <shop@example.com>."},
        {"threads", value, "N", "I/O threads. Default: one a core."},
        {"slow-threads", value, "N", "Threads for logins and uploads. Default: one a core."},
        {"connections-max", value, "N", "Connections in all. Default 4096."},
        {"connections-per-source", value, "N",
         "Connections of one address (IPv6: /64). Default 512."},
        {"header-timeout", value, "SECONDS", "For a request's header. Default 10."},
        {"body-timeout", value, "SECONDS",
         "For its body, plus what it needs at 1 KiB/s. Default 30."},
        {"idle-timeout", value, "SECONDS", "Between requests. Default 60."},
        {"write-timeout", value, "SECONDS",
         "For an answer, plus what it needs at 1 KiB/s. Default 30."},
        {"drain-timeout", value, "SECONDS",
         "For requests in flight when the server stops. Default 10."},
        {"log", value, "FILE", "Log file; \"none\": no access lines. Default: standard error."},
        {"log-format", value, "FORMAT", "text (default) or json."},
        {"allow-network-fs", toggle, nullptr,
         "Allow a store on a network file system whose locks you trust."},
        {"config", value, "FILE", "Lines of name = value, with these names."},
        {"username", value, "NAME", "User name of the new superuser."},
        {"email", value, "ADDRESS", "E-mail address of the new superuser."},
        {"to", value, "FILE", "Where the copy goes; must not exist."},
        {"from", value, "FILE", "The backup to restore."},
        {"budget", value, "MS", "How long to work at most. Default 10000."},
    };
    return options;
}

const std::vector<Command>& all_commands() {
    static const std::vector<Command> commands = [] {
        std::vector<const char*> serve;
        for (const Option& option : all_options()) {
            if (std::string_view(option.name) == "username") break;
            serve.push_back(option.name);
        }
        std::erase_if(serve, [](const char* name) {
            return std::string_view(name) == "smtp-password";  // would show in the process list
        });
        return std::vector<Command>{
            {"serve", "--db FILE [flags]", "Serve the store over HTTP.", serve},
            {"create-superuser",
             "--db FILE --username NAME [--email ADDRESS]",
             "Make a superuser; the password comes from a prompt or standard input.",
             {"db", "username", "email", "config"}},
            {"settings",
             "--db FILE [list | get NAME | set NAME=VALUE...]",
             "Show or change the shop's settings.",
             {"db", "config"},
             true},
            {"backup",
             "--db FILE --to FILE",
             "Copy the store while it is in use.",
             {"db", "to", "config"}},
            {"restore",
             "--from FILE --db FILE",
             "Put a backup in the store's place; what was there is kept beside it.",
             {"from", "db", "config"}},
            {"check", "--db FILE", "Read everything and report what is wrong.", {"db", "config"}},
            {"maintain",
             "--db FILE [--budget MS]",
             "Checkpoint, sweep and optimise now.",
             {"db", "budget", "config"}},
            {"demo",
             "--db FILE",
             "Fill a new store with demo users, orders and payments.",
             {"db", "config"}},
            {"version", "", "Print the versions of this program and its libraries.", {}},
            {"help", "[COMMAND]", "Print this.", {}, true},
        };
    }();
    return commands;
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
        "\ntill-server COMMAND --help lists its flags. Each may also stand in the environment\n"
        "(TILL_TLS_CERT for --tls-cert; several values separated by commas) or in the file of\n"
        "--config (tls-cert = FILE). Flags win over the environment, the environment over the\n"
        "file. Exit codes: 0 done, 1 failed, 2 the command line or configuration is wrong.\n\n"
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
