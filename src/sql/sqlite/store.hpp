// SPDX-License-Identifier: MIT
#pragma once

#include "sql/database.hpp"
#include "sql/sqlite/engine.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

namespace till::sqlite {

// One opening of a store: the calls in flight on it, and the engine it shares with other openings
// of the same file. Thread-safe.
class Opening {
public:
    Opening(std::shared_ptr<Engine> engine, LogHook log);
    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;
    ~Opening();

    // A call in flight. Construction throws Failure(forked) or Failure(closed).
    class Call {
    public:
        explicit Call(Opening& opening);
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;
        ~Call() { opening_.leave(); }
        Engine* operator->() const noexcept { return opening_.engine_.get(); }
        Engine& engine() const noexcept { return *opening_.engine_; }

    private:
        Opening& opening_;
    };

    // Refuses further calls, waits for those in flight, gives the engine back.
    void close() noexcept;
    const std::atomic<bool>& closed() const noexcept { return closed_; }
    std::shared_ptr<Engine> share_engine(const Call&) const noexcept { return engine_; }
    bool same_process() const noexcept { return generation_ == os::process_generation(); }

private:
    void leave() noexcept;

    const std::uint64_t generation_ = os::process_generation();
    std::shared_ptr<Engine> engine_;  // given back by close(), once no call is left
    LogHub::Handle log_;
    std::atomic<bool> closed_{false};
    std::atomic<std::int64_t> calls_{0};
    std::mutex idle_mutex_;
    std::condition_variable idle_;
};

class Store final : public sql::Database {
public:
    Store(std::shared_ptr<Engine> engine, LogHook log)
        : opening_(std::make_shared<Opening>(std::move(engine), std::move(log))) {}
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    ~Store() override { opening_->close(); }

    void write(std::int64_t deadline_us, sql::WriteOperation operation) override;
    void read(std::int64_t deadline_us, sql::ReadOperation operation) override;
    std::unique_ptr<sql::Batch> begin_batch(std::int64_t deadline_us) override;
    std::unique_ptr<sql::Batch> begin_read_batch(std::int64_t deadline_us) override;
    sql::BackupReport backup(const std::string& path, std::int64_t deadline_us) override;
    sql::CheckReport check(std::int64_t deadline_us) override;
    sql::MaintainReport maintain(std::int64_t budget_us) override;
    bool empty_log(std::int64_t deadline_us) override;
    std::int64_t wait_for_change(std::int64_t after, std::int64_t deadline_us) override;
    sql::Counters counters() const override;
    void close() noexcept override { opening_->close(); }

    Opening& opening() noexcept { return *opening_; }

private:
    const std::shared_ptr<Opening> opening_;
};

}  // namespace till::sqlite
