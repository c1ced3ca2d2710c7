// SPDX-License-Identifier: MIT
#include "core/care.hpp"

#include "base/os.hpp"
#include "base/text.hpp"
#include "core/event_log.hpp"
#include "core/idempotency.hpp"
#include "core/signing_keys.hpp"
#include "core/sweep.hpp"

#include <algorithm>

namespace till::core {
namespace {

// Long enough that a sweep is worth its commit, short enough that writers hardly wait for it.
constexpr int sweep_rounds_per_commit = 50;
constexpr std::int64_t accounts_per_round = 10;

}  // namespace

Result<Identity> identify(Store& store, const Call& call) {
    auto identity = store.read(call, [](Context& context) -> Result<Identity> {
        Identity found;
        found.store_id = context.policy.store_id;
        found.epoch = context.policy.epoch;
        found.testing = context.policy.testing;
        found.created_at = context.policy.created_at;
        found.last_event = last_event(context.tx);
        return found;
    });
    if (identity.has_value()) identity->counters = store.database().counters();
    return identity;
}

Result<sql::BackupReport> back_up(Store& store, const Call& call, const std::string& path) {
    TILL_CHECK(Store::refuse_batch(call));
    TILL_CHECK(store.read(call, [](Context& context) {
        return authorise(domain::Action::store_backup, context.actor);
    }));
    if (path.empty()) {
        return invalid({{"/path", "required", "Name the file to write the backup to.", {}}});
    }
    // Behind a NUL the name would end for the file system, and another file would be written.
    if (path == ":memory:" || has_nul(path) || !valid_utf8(path)) {
        return invalid({{"/path", "invalid", "Give the path of a file, as UTF-8.", {}}});
    }
    return store.database().backup(path, call.deadline_us);
}

Result<CheckFindings> check(Store& store, const Call& call) {
    TILL_CHECK(Store::refuse_batch(call));
    CheckFindings findings;
    TILL_CHECK(store.read(call, [&](Context& context) -> Result<void> {
        TILL_CHECK(authorise(domain::Action::store_check, context.actor));
        if (context.policy.settings.prices == domain::Prices::trusted) {
            findings.text =
                "warning: the setting prices is \"trusted\": plain users choose what they pay\n";
        }
        return ok();
    }));
    const sql::CheckReport report = store.database().check(call.deadline_us);
    findings.sound = report.problems.empty();
    for (std::size_t begin = 0; begin < report.problems.size();) {
        const std::size_t end = std::min(report.problems.find('\n', begin), report.problems.size());
        findings.text += "problem: " + report.problems.substr(begin, end - begin) + "\n";
        begin = end + 1;
    }
    return findings;
}

Result<Maintenance> maintain(Store& store, const Call& call, std::int64_t budget_us) {
    TILL_CHECK(Store::refuse_batch(call));
    TILL_CHECK(store.read(call, [](Context& context) {
        return authorise(domain::Action::store_maintain, context.actor);
    }));
    const std::int64_t end_us = os::monotonic_us() + budget_us;
    Maintenance done;
    while (os::monotonic_us() < end_us) {
        TILL_TRY(const std::int64_t swept,
                 store.write(call, [](Context& context) -> Result<std::int64_t> {
                     std::int64_t rows = destroy_expired_keys(context);
                     for (int round = 0; round < sweep_rounds_per_commit; ++round) {
                         const std::int64_t more =
                             sweep_idempotency(context) +
                             sweep_accounts(context.tx, context.now, accounts_per_round);
                         rows += more;
                         if (more == 0) break;
                     }
                     return rows;
                 }));
        done.swept += swept;
        if (swept == 0) break;
    }
    done.finished =
        store.database().maintain(std::max<std::int64_t>(1, end_us - os::monotonic_us())).finished;
    return done;
}

}  // namespace till::core
