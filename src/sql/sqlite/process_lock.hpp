// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"
#include "base/os_files.hpp"

#include <cstdint>
#include <string>

namespace till::sqlite {

// The lock between processes: `<db>-lock`, three bytes. It covers every write and checkpoint, since
// SQLite before 3.51.3 can lose data when a checkpoint races with a writer of another connection.
//   gate      held while waiting for the writer byte: who waits there is next, so nobody starves
//   writer    held by the process that writes
//   presence  shared by every process that has the store open; migration and restore need it alone
// One per file and process (see registry.hpp); within the process, the Writer's queue and the
// registry decide who uses it.
class ProcessLock {
public:
    explicit ProcessLock(os::LockFile file) noexcept : file_(std::move(file)) {}

    os::FileId id() const noexcept { return file_.id(); }

    // Waits by polling, since a blocking record lock knows no deadline. Failure(busy) names the
    // holder.
    void lock_writer(std::int64_t deadline_us);
    void unlock_writer() noexcept;

    void share_presence(std::int64_t deadline_us);
    // Gives the shared hold up first: two processes that both want it alone would wait for ever.
    void take_presence_alone(std::int64_t deadline_us);
    void drop_presence() noexcept;

private:
    os::LockFile file_;
};

}  // namespace till::sqlite
