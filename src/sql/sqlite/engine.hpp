// SPDX-License-Identifier: MIT
#pragma once

#include "base/fork_guard.hpp"
#include "sql/database.hpp"
#include "sql/sqlite/log.hpp"
#include "sql/sqlite/process_lock.hpp"
#include "sql/sqlite/readers.hpp"
#include "sql/sqlite/store_file.hpp"
#include "sql/sqlite/writer.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace till::sqlite {

class FaultState;

struct EngineOptions {
    ConnectionOptions connection;
    int readers_max = 64;
    bool testing = false;
    bool fault_injection = false;
};

// Everything this process has of one open file: the writer, the readers, the lock. Shared by all
// handles of the file. Thread-safe.
class Engine {
public:
    Engine(StorePath path, const EngineOptions& options, ProcessLock& lock,
           std::int64_t deadline_us);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine();

    bool same_process() const noexcept { return generation_ == os::process_generation(); }
    // After a fork: keeps the destructors from touching what belongs to the parent.
    void abandon() noexcept;

    const StorePath& path() const noexcept { return path_; }
    bool testing() const noexcept { return testing_; }
    Writer& writer() noexcept { return writer_; }
    Readers& readers() noexcept { return readers_; }
    LogHub& logs() noexcept { return logs_; }
    FaultState* faults() noexcept { return faults_.get(); }  // null unless opened for it

    std::int64_t last_event(std::int64_t deadline_us);
    std::int64_t wait_for_change(std::int64_t after, std::int64_t deadline_us,
                                 const std::atomic<bool>& closed);
    void wake_waiters();

private:
    const StorePath path_;
    const bool testing_;
    const std::uint64_t generation_ = os::process_generation();
    ProcessLock& lock_;
    LogHub logs_;
    std::shared_ptr<FaultState> faults_;  // before the connections that ask it
    Readers readers_;
    Writer writer_;

    std::mutex change_mutex_;
    std::condition_variable changed_;
    std::uint64_t change_count_ = 0;
    std::atomic<int> waiters_{0};
};

}  // namespace till::sqlite
