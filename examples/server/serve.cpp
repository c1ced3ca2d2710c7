// SPDX-License-Identifier: MIT
// till-server serve: the store, the server and the housekeeping around it, until a signal.
#include "commands.hpp"
#include "mailer.hpp"
#include "periodic.hpp"
#include "refusal.hpp"
#include "secret_key.hpp"
#include "serve_config.hpp"
#include "server.hpp"

#include <csignal>
#include <iostream>
#include <optional>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace till_server {

namespace {

constexpr std::chrono::milliseconds maintain_interval{60'000};
constexpr std::chrono::milliseconds maintain_budget{200};
// Mails are rarely waited for longer than people wait for their phone.
constexpr std::chrono::milliseconds mail_interval{1'000};

sigset_t handled_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

void prepare_process(const sigset_t& signals) {
    // Threads inherit the mask: only the main thread takes these, by sigwait().
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    // Sockets send with MSG_NOSIGNAL; this is for a log that is a pipe whose reader has gone.
    std::signal(SIGPIPE, SIG_IGN);
    ::umask(077);
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    // A core file would hold passwords and keys.
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
}

void maintain(till::store_ref store, Log& log) {
    const auto report = store.try_maintain(till::call::as_system(), maintain_budget);
    // Busy is no news: it comes again in a minute.
    if (report || report.error().status() == till::status::busy) return;
    log.message(TILL_LOG_WARNING, "storage", "Maintenance: " + report.error().describe());
}

void reload(Server& server, Log& log) {
    if (!log.reopen()) {
        log.message(TILL_LOG_ERROR, "server",
                    "The log cannot be opened again; the old file goes on.");
    }
    try {
        server.reload_certificate();
        log.message(TILL_LOG_INFO, "server", "Reloaded the certificate and reopened the log.");
    } catch (const Refusal& refusal) {
        log.message(TILL_LOG_ERROR, "server",
                    std::string(refusal.what()) + " The old certificate stays.");
    }
}

void announce(const ServerConfig& config, const Server& server, const std::string& db) {
    std::cout << "Serving " << db << " on";
    bool first_tcp = true;
    for (ListenAddress address : config.listen) {
        if (!address.is_unix() && first_tcp) {
            address.port = server.port();
            first_tcp = false;
        }
        const char* scheme = config.tls.enabled() ? "https://" : "http://";
        std::cout << " " << (address.is_unix() ? "" : scheme) << address.to_string();
    }
    std::cout << std::endl;
}

till::store open_with_key(const Options& options, Log& log) {
    if (!options.has("secret-key-file")) return open_store(options, IfMissing::create, &log);
    const SecretKey key(options.get("secret-key-file"));
    return open_store(options, IfMissing::create, &log, key.bytes());
}

}  // namespace

int run_serve(const Options& options) {
    ServerConfig config = server_config(options);
    const MailConfig mail = mail_config(options);
    const sigset_t signals = handled_signals();
    prepare_process(signals);
    Log log(options.get("log"), log_format(options));
    const till::store store = open_with_key(options, log);

    if (config.app.public_url.empty()) config.app.public_url = read_setting(store, "public_url");
    if (read_setting(store, "prices") == "trusted") {
        log.message(
            TILL_LOG_WARNING, "server",
            "The setting prices is \"trusted\": what a client says a thing costs is charged.");
    }
    std::optional<Mailer> mailer;
    if (mail.enabled()) {
        mailer.emplace(store, mail, &log);
    } else {
        log.message(TILL_LOG_WARNING, "mail",
                    "Mails stay in the outbox: neither --mail-dir nor --smtp is given.");
    }

    config.log = &log;
    config.app.log = &log;
    Server server(store, config);
    server.start();
    announce(config, server, options.get("db"));

    bool drained = true;
    {
        const Periodic housekeeping(maintain_interval, [&] { maintain(store, log); });
        std::optional<Periodic> mails;
        if (mailer) mails.emplace(mail_interval, [&] { mailer->send_due(); });
        int signal = 0;
        while (sigwait(&signals, &signal) == 0 && signal == SIGHUP) reload(server, log);
        log.message(TILL_LOG_INFO, "server", "Stopping: finishing the requests in flight.");
        drained = server.stop();
    }
    store.close();
    log.message(TILL_LOG_INFO, "server",
                drained ? "Stopped." : "Stopped; some requests were cut off at the drain timeout.");
    return 0;
}

}  // namespace till_server
