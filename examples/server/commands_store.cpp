// SPDX-License-Identifier: MIT
// Commands about the store as a whole.
#include "backup.hpp"
#include "commands.hpp"
#include "refusal.hpp"

#include <iostream>

namespace till_server {

namespace {

int run_backup(const Options& options) {
    const std::string to = options.get("to");
    const std::string directory = options.get("backup-dir");
    // Who names a file wants that one, whatever the configuration says.
    if (to.empty() && directory.empty()) {
        throw Refusal("Say --to FILE, or --backup-dir DIR for dated copies of which old ones go.",
                      exit_usage);
    }
    const auto keep = options.number("backup-keep", 1, 100'000);
    const till::store store = open_store(options, IfMissing::refuse, nullptr);
    if (to.empty()) return back_up_dated(store, options.get("db"), directory, keep.value_or(14));
    const till::report report =
        require(store.try_backup(backup_call(), to), "The backup was not made");
    std::cout << to << ": " << report.bytes() << " bytes.\n";
    return 0;
}

int run_restore(const Options& options) {
    const std::string from = options.require("from");
    const std::string to = options.require("db");
    require(till::store::try_restore(from, to), "Nothing was restored");
    std::cout << to << " is restored from " << from
              << ". What was there before is kept beside it.\n";
    return 0;
}

int run_check(const Options& options) {
    const till::store store = open_store(options, IfMissing::refuse, nullptr);
    const till::report report =
        require(store.try_check(command_call()), "The check could not finish");
    if (!report.text().empty()) {
        std::cout << report.text();
        if (report.text().back() != '\n') std::cout << "\n";
    }
    std::cout << (report.sound() ? "The store is sound.\n" : "The store has problems.\n");
    return report.sound() ? 0 : exit_failed;
}

int run_maintain(const Options& options) {
    const till::store store = open_store(options, IfMissing::refuse, nullptr);
    const auto budget =
        std::chrono::milliseconds(options.number("budget", 1, 3'600'000).value_or(10'000));
    const till::report report =
        require(store.try_maintain(command_call(), budget), "Maintenance could not finish");
    std::cout << report.swept() << " expired rows removed"
              << (report.sound() ? ".\n" : "; there is more: run it again.\n");
    return 0;
}

}  // namespace

till::store open_store(const Options& options, IfMissing if_missing, Log* log,
                       std::string_view secret_key) {
    const std::string path = options.require("db");
    till::store_open_in in;
    in.path = path;
    in.must_exist = if_missing == IfMissing::refuse;
    in.allow_network = options.toggle("allow-network-fs");
    if (log != nullptr) in.log_to(*log);
    if (!secret_key.empty()) in.secret_key = secret_key;
    return require(till::store::try_open(in), "Cannot open " + path);
}

CommandSet store_commands() {
    using enum OptionKind;
    return {{{"to", value, "PATH",
              "A copy's new file, which must not exist; for texts of mails a directory."},
             {"backup-dir", value, "DIR",
              "Without --to: make NAME-20260131T123456Z.db here, and let the oldest of them go."},
             {"backup-keep", value, "N", "How many dated copies stay. Default 14."},
             {"from", value, "FILE", "The backup to restore."},
             {"budget", value, "MS", "How long to work at most. Default 10000."}},
            {{"backup",
              "--db FILE (--to FILE | --backup-dir DIR [--backup-keep N])",
              "Copy the store while it is in use.",
              run_backup,
              {"db", "to", "backup-dir", "backup-keep", "config"}},
             {"restore",
              "--from FILE --db FILE",
              "Put a backup in the store's place; what was there is kept beside it.",
              run_restore,
              {"from", "db", "config"}},
             {"check",
              "--db FILE",
              "Read everything and report what is wrong.",
              run_check,
              {"db", "config"}},
             {"maintain",
              "--db FILE [--budget MS]",
              "Checkpoint, sweep and optimise now.",
              run_maintain,
              {"db", "budget", "config"}},
             {"demo",
              "--db FILE",
              "Fill a new store with demo users, orders and payments.",
              run_demo,
              {"db", "config"}}}};
}

}  // namespace till_server
