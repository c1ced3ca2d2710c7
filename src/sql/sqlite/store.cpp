// SPDX-License-Identifier: MIT
#include "sql/sqlite/store.hpp"

#include "base/os.hpp"
#include "base/os_files.hpp"
#include "sql/sqlite/batch.hpp"
#include "sql/sqlite/check.hpp"
#include "sql/sqlite/copy.hpp"
#include "sql/sqlite/errors.hpp"
#include "sql/sqlite/fault_vfs.hpp"
#include "sql/sqlite/open.hpp"

#include <sqlite3.h>

#include <utility>

namespace till::sqlite {

Opening::Opening(std::shared_ptr<Engine> engine, LogHook log)
    : engine_(std::move(engine)), log_(engine_->logs().add(std::move(log))) {}

Opening::~Opening() { close(); }

Opening::Call::Call(Opening& opening) : opening_(opening) {
    // In a forked child not even the count may be trusted.
    if (!opening_.same_process()) throw forked();
    // Counted before the look at `closed_`: close() waits for this call, or this call sees it.
    opening_.calls_.fetch_add(1);
    if (!opening_.closed_.load()) return;
    opening_.leave();
    throw make_failure(Status::closed, "store_closed", "The store was closed.");
}

void Opening::leave() noexcept {
    if (calls_.fetch_sub(1) != 1 || !closed_.load()) return;
    const std::lock_guard hold(idle_mutex_);
    idle_.notify_all();
}

void Opening::close() noexcept {
    if (!same_process() || closed_.exchange(true)) return;
    engine_->wake_waiters();
    {
        std::unique_lock hold(idle_mutex_);
        idle_.wait(hold, [this] { return calls_.load() == 0; });
    }
    engine_->logs().remove(log_);
    engine_.reset();
}

void Store::write(std::int64_t deadline_us, sql::WriteOperation operation) {
    const Opening::Call call(*opening_);
    call->writer().write(deadline_us, operation);
}

void Store::read(std::int64_t deadline_us, sql::ReadOperation operation) {
    const Opening::Call call(*opening_);
    Readers::Visit(call->readers(), deadline_us).read(operation);
}

std::unique_ptr<sql::Batch> Store::begin_batch(std::int64_t deadline_us) {
    const Opening::Call call(*opening_);
    return std::make_unique<WriterBatch>(opening_, opening_->share_engine(call), deadline_us);
}

std::unique_ptr<sql::Batch> Store::begin_read_batch(std::int64_t deadline_us) {
    const Opening::Call call(*opening_);
    return std::make_unique<ReaderBatch>(opening_, opening_->share_engine(call), deadline_us);
}

sql::BackupReport Store::backup(const std::string& path, std::int64_t deadline_us) {
    const Opening::Call call(*opening_);
    const std::unique_ptr<Connection> source = call->readers().open_private(deadline_us);
    return {copy_database(*source, os::real_path(path), deadline_us)};
}

sql::CheckReport Store::check(std::int64_t deadline_us) {
    const Opening::Call call(*opening_);
    const std::unique_ptr<Connection> reader = call->readers().open_private(deadline_us);
    return check_database(*reader, deadline_us);
}

sql::MaintainReport Store::maintain(std::int64_t budget_us) {
    const Opening::Call call(*opening_);
    return maintain_database(call->writer(), os::monotonic_us() + budget_us);
}

bool Store::empty_log(std::int64_t deadline_us) {
    const Opening::Call call(*opening_);
    return sqlite::empty_log(call->writer(), deadline_us);
}

std::int64_t Store::wait_for_change(std::int64_t after, std::int64_t deadline_us) {
    const Opening::Call call(*opening_);
    return call->wait_for_change(after, deadline_us, opening_->closed());
}

sql::Counters Store::counters() const {
    const Opening::Call call(*opening_);
    Writer& writer = call->writer();
    sql::Counters out{writer.commits(),        writer.operations(), writer.checkpoints(),
                      call->readers().count(), writer.commit_us(),  writer.groups()};
    const auto size = [](const std::string& path) {
        const auto info = os::look_at(path);
        return info ? static_cast<std::int64_t>(info->size) : std::int64_t{0};
    };
    out.file_bytes = size(call->path().file);
    out.log_bytes = size(call->path().wal());
    return out;
}

namespace {

Opening& opening_of(sql::Database& database) {
    auto* store = dynamic_cast<Store*>(&database);
    TILL_ASSERT(store != nullptr);
    return store->opening();
}

FaultState& faults_of(const Opening::Call& call) {
    FaultState* state = call->faults();
    if (state != nullptr) return *state;
    throw make_failure(Status::permission, "not_a_testing_store",
                       "This needs a store made with TILL_OPEN_TESTING.");
}

}  // namespace

std::string explain(sql::Database& database, const sql::Sql& sql) {
    const Opening::Call call(opening_of(database));
    return explain_statement(*call->readers().open_private(os::monotonic_us() + us_per_second),
                             sql);
}

void set_fault(sql::Database& database, const FaultPlan& plan) {
    const Opening::Call call(opening_of(database));
    faults_of(call).set(plan);
}

std::int64_t faults_hit(sql::Database& database) {
    const Opening::Call call(opening_of(database));
    return faults_of(call).hits();
}

}  // namespace till::sqlite
