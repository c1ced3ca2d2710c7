// SPDX-License-Identifier: MIT
// The command about the keys that sign access tokens.
#include "commands.hpp"
#include "refusal.hpp"

#include <ctime>
#include <iostream>

namespace till_server {

namespace {

std::string utc(till::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[32];
    const size_t size = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
    return {text, size};
}

int run_rotate_keys(const Options& options) {
    const till::store store = open_store(options, IfMissing::refuse, nullptr);
    const till::signing_key key =
        require(store.try_signing_key_rotate(command_call()), "The key was not changed");
    std::cout << "Access tokens are signed with key " << key.kid() << " from now on.\nKey "
              << key.previous_kid() << " verifies until " << utc(key.previous_expires())
              << " and is then destroyed. Nobody has to log in again.\n";
    return 0;
}

}  // namespace

CommandSet signing_commands() {
    return {{},
            {{"rotate-keys",
              "--db FILE",
              "Sign access tokens with a new key; the old one verifies until they have run out.",
              run_rotate_keys,
              {"db", "config"}}}};
}

}  // namespace till_server
