// SPDX-License-Identifier: MIT
#pragma once

#include "base/function_ref.hpp"
#include "sql/sqlite/engine.hpp"

#include <cstdint>
#include <memory>

namespace till::sqlite {

// The process's open files, keyed by device and inode: a file opened twice is one engine, and its
// lock file has one descriptor (the close of a second one would drop the locks of the first).

// Makes an engine under a lock that nobody else of this process uses meanwhile.
using MakeEngine = FunctionRef<std::unique_ptr<Engine>(ProcessLock&)>;

// The engine of the file, made if this process has none. The last owner's release closes it.
// Failure(busy) when another thread opens or closes the same file past the deadline;
// Failure(forked) when a parent of this process had it open at the fork. `precheck` runs before
// anything is made, also the lock file, while this process surely has the file closed.
std::shared_ptr<Engine> acquire_engine(const StorePath& path, std::int64_t deadline_us,
                                       FunctionRef<void()> precheck, MakeEngine make);

// Runs something on a file that no store of this process may have open, under its lock.
// Failure(busy) when one has.
void with_closed_file(const StorePath& path, std::int64_t deadline_us,
                      FunctionRef<void(ProcessLock&)> body);

}  // namespace till::sqlite
