// SPDX-License-Identifier: MIT
#pragma once

#include "sql/database.hpp"
#include "sql/sqlite/store.hpp"

#include <cstdint>
#include <exception>
#include <memory>
#include <thread>

namespace till::sqlite {

// The writer held by one thread, with one transaction open. Only that thread may call it; any may
// destroy it.
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
    // Failure: misuse (another thread, already ended), closed, forked, busy (overdue: the
    // batch is rolled back), or what ended it earlier.
    void require_open();
    void end() noexcept;  // rolls back what is not committed and lets the writer go

    const std::shared_ptr<Opening> opening_;
    const std::shared_ptr<Engine> engine_;
    const std::thread::id owner_ = std::this_thread::get_id();
    std::unique_ptr<Writer::Turn> turn_;
    std::int64_t expires_at_us_ = 0;
    std::exception_ptr lost_;  // why it ended before its commit
};

}  // namespace till::sqlite
