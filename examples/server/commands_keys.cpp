// SPDX-License-Identifier: MIT
// The command about API keys.
#include "desk.hpp"

#include <chrono>
#include <iostream>

namespace till_server {

namespace {

constexpr uint64_t days_max = 36'500;

const Columns columns{"id",      "name",    "scopes",    "created_by",
                      "created", "expires", "last_used", "revoked"};

Row row_of(const till::key_view& key) {
    return {key.id(),      key.name(),    key.scopes(),    Cell::id(key.created_by()),
            key.created(), key.expires(), key.last_used(), key.revoked()};
}

int list(Desk& desk) { return print_list(desk, columns, desk.store.keys(desk.call), row_of); }

// The secret alone goes to standard output, so that a script can keep it: it is never shown again.
int create(Desk& desk) {
    std::string scopes;
    for (size_t i = 1; i < desk.words.size(); ++i) scopes += desk.words[i] + " ";
    till::key_create_in in;
    in.name = desk.words[0];
    in.scopes = scopes;
    if (const auto days = desk.options.number("expires-in", 1, days_max)) {
        const auto now = std::chrono::time_point_cast<std::chrono::microseconds>(
            std::chrono::system_clock::now());
        in.expires = now + std::chrono::hours(24 * *days);
    }
    const till::key key = require(desk.store.try_key_create(desk.call, in), "No key was made");
    std::cerr << "Key " << key.id() << " (" << key.name() << ") may: " << key.scopes() << "\n";
    std::cout << key.secret() << "\n";
    return 0;
}

int revoke(Desk& desk) {
    return act_on_each(
        desk, columns, "key", [&](int64_t id) { return desk.store.try_key_revoke(desk.call, id); },
        row_of);
}

constexpr Verb verbs[] = {
    {"list", "", 0, 0, list},
    {"create", "NAME SCOPE...", 2, any_number, create},
    {"revoke", "ID...", 1, any_number, revoke},
};

int run_keys(const Options& options) { return run_verb(options, "keys", verbs); }

}  // namespace

CommandSet key_commands() {
    using enum OptionKind;
    return {{{"expires-in", value, "DAYS", "When the new key ends; without it never.", true}},
            {{"keys",
              "--db FILE [list | create NAME SCOPE... | revoke ID...]\n"
              "Scopes: orders:place orders:read orders:fulfil prices:set payments:read\n"
              "        payments:write users:read events:read outbox:work reports:read",
              "Make, list and revoke API keys for workers and tills.", run_keys,
              with_desk_options({"limit", "expires-in"}), true}}};
}

}  // namespace till_server
