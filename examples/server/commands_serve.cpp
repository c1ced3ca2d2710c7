// SPDX-License-Identifier: MIT
// The command that serves, and its flags.
#include "commands.hpp"

#include <string_view>

namespace till_server {

CommandSet serve_commands() {
    using enum OptionKind;
    CommandSet set;
    set.options = {
        {"listen", list, "ADDRESS",
         "HOST:PORT, [::1]:PORT, *:PORT or unix:PATH. Default 127.0.0.1:8000."},
        {"admin-listen", list, "ADDRESS",
         "Another address; whoever comes by it sees /admin/, beside those who are on this "
         "machine."},
        {"admin-open", toggle, nullptr,
         "Show /admin/ on every address. It still asks for a login."},
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
        {"mail-templates", value, "DIR", "Texts of mails; the command mail-templates writes some."},
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
        {"secret-key-file", value, "FILE",
         "64 hex digits (openssl rand -hex 32), mode 0600, kept apart from the store and its "
         "backups: seals the secrets of second factors from the first start on."},
        {"log", value, "FILE", "Log file; \"none\": no access lines. Default: standard error."},
        {"log-format", value, "FORMAT", "text (default) or json."},
        {"allow-network-fs", toggle, nullptr,
         "Allow a store on a network file system whose locks you trust."},
    };
    std::vector<const char*> taken{"db", "config"};
    for (const Option& option : set.options) {
        // It would show in the process list.
        if (std::string_view(option.name) != "smtp-password") taken.push_back(option.name);
    }
    set.commands = {
        {"serve", "--db FILE [flags]", "Serve the store over HTTP.", run_serve, taken},
    };
    return set;
}

}  // namespace till_server
