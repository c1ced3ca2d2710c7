// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"
#include "sql/database.hpp"
#include "sql/sqlite/readers.hpp"
#include "sql/sqlite/store.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace till::sqlite {

// The writer held by one thread, with one transaction open. Only that thread may call it; any may
// destroy it. Overdue and idle it is rolled back by the first thread that waits for the writer.
class WriterBatch final : public sql::Batch {
public:
    WriterBatch(std::shared_ptr<Opening> opening, std::shared_ptr<Engine> engine,
                std::int64_t deadline_us);
    WriterBatch(const WriterBatch&) = delete;
    WriterBatch& operator=(const WriterBatch&) = delete;
    ~WriterBatch() override;

    void run(sql::WriteOperation operation) override;
    void read(sql::ReadOperation operation) override;
    void commit() override;

private:
    // What a thread that waits for the writer may take away. The writer's connection is used under
    // the mutex alone, so a call of the batch and such a thread take turns. Outlives the batch
    // while a waiter looks at it; the engine it names does, too, since waiters are calls of the
    // engine.
    class Hold final : public Writer::Holder {
    public:
        Hold(Writer& held, std::unique_ptr<Writer::Turn> taken);
        void let_go_if_overdue() noexcept override;

        // Under the mutex, each:
        bool overdue() const noexcept;
        void end() noexcept;  // rolls back what is not committed and lets the writer go
        void lose(Failure (*why)()) noexcept;
        void abandon() noexcept;  // without it, after a fork

        std::mutex mutex;
        Writer& writer;
        std::unique_ptr<Writer::Turn> turn;  // null once ended
        // Why it ended before its commit; made when it is told: memory may be what was wanting.
        Failure (*lost)() = nullptr;

    private:
        const std::int64_t expires_at_us_;
    };

    // Failure: misuse (another thread), closed, forked.
    std::unique_lock<std::mutex> enter();
    // Failure: misuse (already ended), busy (overdue: the batch is rolled back), or what ended it
    // earlier.
    void require_open();

    const std::shared_ptr<Opening> opening_;
    const std::shared_ptr<Engine> engine_;
    const std::thread::id owner_ = std::this_thread::get_id();
    std::shared_ptr<Hold> hold_;
};

// A reader's connection held by one thread, with one snapshot. Only that thread may call it; any
// may destroy it. Overdue it is ended by its own next call alone: it keeps nobody waiting, but the
// log is not used again before it ends, nor can it be renewed after a failed sync.
class ReaderBatch final : public sql::Batch {
public:
    ReaderBatch(std::shared_ptr<Opening> opening, std::shared_ptr<Engine> engine,
                std::int64_t deadline_us);
    ReaderBatch(const ReaderBatch&) = delete;
    ReaderBatch& operator=(const ReaderBatch&) = delete;
    ~ReaderBatch() override;

    void run(sql::WriteOperation operation) override;
    void read(sql::ReadOperation operation) override;
    void commit() override;

private:
    // Failure: misuse (another thread, already ended), busy (overdue), or what ended it earlier.
    void require_open();
    void lose(Failure (*why)()) noexcept;

    const std::shared_ptr<Opening> opening_;
    const std::shared_ptr<Engine> engine_;  // owns what the visit is to
    const std::thread::id owner_ = std::this_thread::get_id();
    std::optional<Readers::Visit> visit_;  // absent once ended
    std::int64_t expires_at_us_ = 0;
    Failure (*lost_)() = nullptr;  // why it ended before its time
};

}  // namespace till::sqlite
