// SPDX-License-Identifier: MIT
#include "till/store.h"

#include "base/os.hpp"
#include "base/text.hpp"
#include "c_api/guard.hpp"
#include "core/care.hpp"
#include "core/metrics.hpp"
#include "sql/sqlite/migrations.hpp"
#include "sql/sqlite/open.hpp"
#include "sql/sqlite/restore.hpp"

#include <algorithm>
#include <cstddef>

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::uint32_t default_budget_ms = 50;
constexpr std::uint32_t longest_budget_ms = 60'000;

// A path that cannot be meant; one that merely does not work is the file system's to refuse.
void check_path(std::vector<Violation>& violations, const char* field, std::string_view path) {
    if (path.empty()) {
        violations.push_back({field, "required", "Give the path of a file.", {}});
    } else if (path == ":memory:" || has_nul(path) || !valid_utf8(path)) {
        violations.push_back({field, "invalid", "Give the path of a file, as UTF-8.", {}});
    }
}

const till_report* make_report(bool sound, std::int64_t bytes, std::int64_t swept,
                               std::string_view text) {
    BlockBuilder block(256 + text.size());
    const std::size_t at = block.add<till_report>();
    auto& report = block.at<till_report>(at);
    report.sound = sound ? 1 : 0;
    report.bytes = bytes;
    report.swept = swept;
    block.text(at + offsetof(till_report, text), text);
    return block.finish<till_report>(Kind::report);
}

const till_store_info* to_info(const core::Identity& identity, const std::string& path) {
    BlockBuilder block;
    const std::size_t at = block.add<till_store_info>();
    auto& info = block.at<till_store_info>(at);
    info.epoch = identity.epoch;
    info.schema_version = sqlite::shipped_migrations().back().version;
    info.testing = identity.testing ? 1 : 0;
    info.created_us = identity.created_at;
    info.commits = identity.counters.commits;
    info.writes = identity.counters.operations;
    info.readers = identity.counters.readers;
    info.last_event = identity.last_event;
    block.text(at + offsetof(till_store_info, store_id), identity.store_id);
    block.text(at + offsetof(till_store_info, path), path);
    return block.finish<till_store_info>(Kind::info);
}

template <std::size_t N>
void fill(const HistogramFigures<N>& figures, std::int64_t (&bounds)[N],
          std::int64_t (&counts)[N + 1]) {
    std::copy(figures.bounds.begin(), figures.bounds.end(), bounds);
    std::copy(figures.counts.begin(), figures.counts.end(), counts);
}

const till_store_metrics* to_metrics(const core::Metrics& metrics) {
    BlockBuilder block(sizeof(till_store_metrics));
    auto& out = block.at<till_store_metrics>(block.add<till_store_metrics>());
    const sql::Counters& engine = metrics.engine;
    out.commits = engine.commits;
    out.writes = engine.operations;
    out.checkpoints = engine.checkpoints;
    out.readers = engine.readers;
    out.commit_us = engine.commit_us.sum;
    fill(engine.commit_us, out.commit_us_bounds, out.commit_us_counts);
    fill(engine.groups, out.group_bounds, out.group_counts);
    out.group_writes = engine.groups.sum;
    out.hashes = metrics.hashing.done;
    out.hashes_refused = metrics.hashing.refused;
    out.hashes_running = metrics.hashing.running;
    out.hashes_waiting = metrics.hashing.waiting;
    out.sessions = metrics.sessions;
    out.outbox = metrics.outbox;
    out.outbox_oldest_us = metrics.outbox == 0 ? TILL_TIME_NONE : metrics.outbox_oldest_at;
    out.file_bytes = engine.file_bytes;
    out.log_bytes = engine.log_bytes;
    return block.finish<till_store_metrics>(Kind::metrics);
}

}  // namespace

extern "C" {

TILL_API int32_t till_version(void) {
    return TILL_VERSION_MAJOR * 1'000'000 + TILL_VERSION_MINOR * 1'000 + TILL_VERSION_PATCH;
}

TILL_API const char* till_build_info(void) {
    // Built once; never destroyed, so that a late caller finds it whole.
    static const std::string& text =
        *new std::string("0.1.0 (sqlite " + std::string(sqlite::engine_version()) + ", schema " +
                         std::to_string(sqlite::shipped_migrations().back().version) + ")");
    return text.c_str();
}

TILL_API till_status till_store_info_get(till_store* store, const till_call* call,
                                         const till_store_info** out, const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_store_info*> {
                   TILL_TRY(const auto identity, core::identify(core, context));
                   return to_info(identity, store->path);
               });
}

TILL_API till_status till_store_metrics_get(till_store* store, const till_call* call,
                                            const till_store_metrics** out,
                                            const till_error** err) {
    return run(
        store, call, out, err,
        [](core::Store& core, const core::Call& context) -> Result<const till_store_metrics*> {
            TILL_TRY(const auto metrics, core::measure(core, context));
            return to_metrics(metrics);
        });
}

TILL_API till_status till_store_backup(till_store* store, const till_call* call,
                                       const till_backup_in* in, const till_report** out,
                                       const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_report*> {
                   TILL_TRY(const auto input, read_input(in, "till_backup_in"));
                   TILL_CHECK(check_flags(input.flags, 0, "till_backup_in.flags"));
                   TILL_TRY(const auto path, read_text(input.path, "till_backup_in.path"));
                   TILL_TRY(const auto report, core::back_up(core, context, std::string(path)));
                   return make_report(true, report.bytes, 0, {});
               });
}

TILL_API till_status till_store_restore(const till_restore_in* in, const till_error** err) {
    clear(err);
    if (in == nullptr) return report_static(TILL_E_MISUSE, err);
    return guarded(err, [&]() -> till_status {
        const auto restored = [&]() -> Result<void> {
            TILL_TRY(const auto input, read_input(in, "till_restore_in"));
            TILL_CHECK(check_flags(input.flags, TILL_OPEN_ALLOW_NETWORK, "till_restore_in.flags"));
            TILL_TRY(const auto from, read_text(input.from, "till_restore_in.from"));
            TILL_TRY(const auto to, read_text(input.to, "till_restore_in.to"));
            std::vector<Violation> violations;
            check_path(violations, "/from", from);
            check_path(violations, "/to", to);
            if (!violations.empty()) return invalid(std::move(violations));
            sqlite::RestoreOptions options;
            options.from = std::string(from);
            options.to = std::string(to);
            options.allow_network_fs = (input.flags & TILL_OPEN_ALLOW_NETWORK) != 0;
            sqlite::restore_store(options, os::SystemClock());
            return ok();
        }();
        return restored.has_value() ? TILL_OK : report(restored.error(), err);
    });
}

TILL_API till_status till_store_check(till_store* store, const till_call* call,
                                      const till_report** out, const till_error** err) {
    return run(store, call, out, err,
               [](core::Store& core, const core::Call& context) -> Result<const till_report*> {
                   TILL_TRY(const auto findings, core::check(core, context));
                   return make_report(findings.sound, 0, 0, findings.text);
               });
}

TILL_API till_status till_store_maintain(till_store* store, const till_call* call,
                                         const till_maintain_in* in, const till_report** out,
                                         const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_report*> {
                   TILL_TRY(const auto input, read_optional_input(in, "till_maintain_in"));
                   TILL_CHECK(check_flags(input.flags, 0, "till_maintain_in.flags"));
                   TILL_CHECK(check_reserved(input.reserved0, "till_maintain_in.reserved0"));
                   if (input.budget_ms > longest_budget_ms) {
                       return invalid({{"/budget_ms", "too_large", "Give at most 60000 ms.", {}}});
                   }
                   const std::uint32_t budget_ms =
                       input.budget_ms == 0 ? default_budget_ms : input.budget_ms;
                   TILL_TRY(const auto done, core::maintain(core, context, budget_ms * us_per_ms));
                   return make_report(done.finished, 0, done.swept, {});
               });
}

}  // extern "C"
