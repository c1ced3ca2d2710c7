// SPDX-License-Identifier: MIT
#include "serve_config.hpp"

#include "refusal.hpp"

#include <fstream>

namespace till_server {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Refusal(message, exit_usage); }

std::vector<ListenAddress> addresses(const Options& options, const char* name) {
    std::vector<ListenAddress> result;
    for (const std::string& text : options.list(name)) {
        const auto address = parse_listen(text);
        if (!address) {
            refuse("--" + std::string(name) + " " + text +
                   ": say HOST:PORT with a numeric host (127.0.0.1:8000, [::1]:8000, *:8000) or "
                   "unix:PATH.");
        }
        result.push_back(*address);
    }
    return result;
}

void require_private(const ServerConfig& config, bool allow_plain) {
    if (config.tls.enabled() || allow_plain) return;
    std::vector<ListenAddress> all = config.listen;
    all.insert(all.end(), config.admin_listen.begin(), config.admin_listen.end());
    for (const ListenAddress& address : all) {
        if (address.is_unix() || address.ip.is_loopback()) continue;
        refuse("Plain HTTP on " + address.to_string() +
               " would show passwords and tokens to the network. Give --tls-cert and --tls-key, or "
               "listen on 127.0.0.1 behind a proxy that speaks TLS. If such a proxy is on another "
               "machine, say --allow-plain-http.");
    }
}

std::chrono::milliseconds seconds(const Options& options, const char* name,
                                  std::chrono::milliseconds otherwise) {
    const auto given = options.number(name, 1, 3600);
    return given ? std::chrono::milliseconds(*given * 1000) : otherwise;
}

TrustedProxies trusted_proxies(const Options& options) {
    TrustedProxies result;
    for (const std::string& text : options.list("trusted-proxy")) {
        if (text == "unix") {
            result.unix_peers = true;
            continue;
        }
        const auto block = parse_cidr(text);
        if (!block) {
            refuse("--trusted-proxy " + text +
                   ": say an address, a block such as 10.0.0.0/8 without bits beyond its prefix, "
                   "or unix.");
        }
        result.blocks.push_back(*block);
    }
    return result;
}

std::string first_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line) || line.empty()) {
        refuse("Cannot read a password from the first line of " + path + ".");
    }
    return line;
}

}  // namespace

ServerConfig server_config(const Options& options) {
    ServerConfig config;
    config.listen = addresses(options, "listen");
    if (config.listen.empty()) config.listen.push_back(*parse_listen("127.0.0.1:8000"));
    config.admin_listen = addresses(options, "admin-listen");
    config.admin_open = options.toggle("admin-open");
    config.shared_socket = options.toggle("shared-socket");
    config.tls = {options.get("tls-cert"), options.get("tls-key")};
    if (config.tls.certificate.empty() != config.tls.key.empty()) {
        refuse("--tls-cert and --tls-key belong together: give both.");
    }
    require_private(config, options.toggle("allow-plain-http"));
    config.trusted_proxies = trusted_proxies(options);

    config.app.mount = options.get("mount");
    config.app.auth_mount = options.get("auth-mount");
    config.app.public_url = options.get("public-url");
    config.app.cors_origins = options.list("cors-origin");
    config.app.body_max = options.number("body-max", 1024, 64u << 20).value_or(0);
    const std::string style = options.get("list-style");
    if (!style.empty() && style != "array" && style != "pages") {
        refuse("--list-style is array or pages, not \"" + style + "\".");
    }
    config.app.list_pages = style == "pages";

    config.threads =
        static_cast<unsigned>(options.number("threads", 1, io_threads_max).value_or(0));
    config.slow_threads = static_cast<unsigned>(options.number("slow-threads", 1, 64).value_or(0));
    config.connections_max =
        options.number("connections-max", 1, 1'000'000).value_or(config.connections_max);
    config.connections_per_source = options.number("connections-per-source", 1, 1'000'000)
                                        .value_or(config.connections_per_source);
    Deadlines& deadlines = config.deadlines;
    deadlines.header = seconds(options, "header-timeout", deadlines.header);
    deadlines.body = seconds(options, "body-timeout", deadlines.body);
    deadlines.idle = seconds(options, "idle-timeout", deadlines.idle);
    deadlines.write = seconds(options, "write-timeout", deadlines.write);
    deadlines.drain = seconds(options, "drain-timeout", deadlines.drain);
    return config;
}

LogFormat log_format(const Options& options) {
    const std::string format = options.get("log-format");
    if (format.empty() || format == "text") return LogFormat::text;
    if (format != "json") refuse("--log-format is text or json, not \"" + format + "\".");
    return LogFormat::json;
}

MailConfig mail_config(const Options& options) {
    MailConfig config;
    config.directory = options.get("mail-dir");
    config.templates = options.get("mail-templates");
    config.smtp_url = options.get("smtp");
    config.from = options.get("mail-from");
    config.smtp_user = options.get("smtp-user");
    config.smtp_password = options.get("smtp-password");
    config.smtp_plain = options.toggle("smtp-plain");
    if (options.has("smtp-password-file")) {
        if (!config.smtp_password.empty()) {
            refuse(
                "The SMTP password is given twice: by --smtp-password-file and "
                "TILL_SMTP_PASSWORD.");
        }
        config.smtp_password = first_line(options.get("smtp-password-file"));
    }
    if (!config.directory.empty() && !config.smtp_url.empty()) {
        refuse("--mail-dir and --smtp exclude each other: choose one.");
    }
    if (!config.enabled()) {
        for (const char* name :
             {"mail-from", "mail-templates", "smtp-user", "smtp-password-file", "smtp-plain"}) {
            if (options.has(name)) {
                refuse("--" + std::string(name) +
                       " sends no mail alone: add --smtp URL or --mail-dir DIR.");
            }
        }
        return config;
    }
    if (config.from.empty() && !config.smtp_url.empty()) {
        refuse("Mails need a sender: add --mail-from ADDRESS to --smtp.");
    }
    if (!config.from.empty() && !parse_mailbox(config.from)) {
        refuse("--mail-from " + config.from + ": say shop@example.com or Name <shop@example.com>.");
    }
    const bool smtp = config.smtp_url.starts_with("smtp://");
    if (!config.smtp_url.empty() && !smtp && !config.smtp_url.starts_with("smtps://")) {
        refuse("--smtp " + config.smtp_url + ": say smtps://HOST:PORT or smtp://HOST:PORT.");
    }
    if (config.smtp_user.empty() != config.smtp_password.empty()) {
        refuse(
            "--smtp-user and its password (TILL_SMTP_PASSWORD or --smtp-password-file) belong "
            "together: give both.");
    }
    return config;
}

}  // namespace till_server
