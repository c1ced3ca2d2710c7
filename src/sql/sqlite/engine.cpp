// SPDX-License-Identifier: MIT
#include "sql/sqlite/engine.hpp"

#include "base/clock.hpp"
#include "base/on_exit.hpp"
#include "base/os.hpp"
#include "sql/sqlite/fault_vfs.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace till::sqlite {

namespace {

const sql::Sql select_last_event{"select_last_event", R"(
    SELECT MAX(sequence)
    FROM events)"};

// How late a waiter may notice what another process committed.
constexpr std::int64_t poll_us = 25 * us_per_ms;
// How long closing waits for its turn to fold the log into the file; without it the next opener
// does.
constexpr std::int64_t close_wait_us = 2 * us_per_second;

}  // namespace

Engine::Engine(StorePath path, const EngineOptions& options, ProcessLock& lock,
               std::int64_t deadline_us)
    : path_(std::move(path)),
      testing_(options.testing),
      lock_(lock),
      faults_(options.fault_injection ? make_fault_state(path_.file) : nullptr),
      readers_(path_.file, options.connection, options.readers_max),
      writer_(
          path_.file, options.connection, lock,
          WriterServices{[this] { wake_waiters(); }, [this] { readers_.retire_all(); },
                         [this](const char* message) { logs_.log(LogLevel::warning, message); }},
          deadline_us) {
    if (faults_ != nullptr) writer_.set_step_hook(faults_.get());
}

Engine::~Engine() {
    if (!same_process()) {
        abandon();
        return;
    }
    // SQLite folds the log into the file when its last connection closes: a checkpoint, so under
    // the lock if it can be had.
    bool locked = false;
    try {
        lock_.lock_writer(os::monotonic_us() + close_wait_us);
        locked = true;
        readers_.retire_all();
        writer_.close();
    } catch (const std::exception&) {
        // A destructor: whoever opens the file next recovers from the log.
        logs_.log(LogLevel::warning, "The store was closed without folding in its log.");
    }
    if (locked) lock_.unlock_writer();
}

void Engine::abandon() noexcept {
    writer_.abandon();
    readers_.abandon();
}

std::int64_t Engine::last_event(std::int64_t deadline_us) {
    std::int64_t last = 0;
    Readers::Visit(readers_, deadline_us).read([&](sql::Transaction& transaction) {
        sql::Rows rows = transaction.query(select_last_event);
        if (rows.next()) last = rows.integer(0);
    });
    return last;
}

void Engine::wake_waiters() {
    // Sequentially consistent on both sides: either the waiter counts first and is woken, or it
    // reads the store after this commit.
    if (waiters_.load() == 0) return;
    {
        const std::lock_guard hold(change_mutex_);
        ++change_count_;
    }
    changed_.notify_all();
}

std::int64_t Engine::wait_for_change(std::int64_t after, std::int64_t deadline_us,
                                     const std::atomic<bool>& closed) {
    ++waiters_;
    const OnExit gone([this] { --waiters_; });
    for (;;) {
        std::uint64_t seen = 0;
        {
            const std::lock_guard hold(change_mutex_);
            seen = change_count_;
        }
        const std::int64_t now = os::monotonic_us();
        const std::int64_t last = last_event(std::max(deadline_us, now + us_per_second));
        if (last > after || now >= deadline_us || closed.load()) return last;
        std::unique_lock hold(change_mutex_);
        const std::chrono::steady_clock::time_point until{
            std::chrono::microseconds(std::min(deadline_us, now + poll_us))};
        changed_.wait_until(hold, until, [&] { return change_count_ != seen; });
    }
}

}  // namespace till::sqlite
