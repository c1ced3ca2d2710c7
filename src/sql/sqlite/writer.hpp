// SPDX-License-Identifier: MIT
#pragma once

#include "base/os_wait.hpp"
#include "sql/database.hpp"
#include "sql/sqlite/connection.hpp"
#include "sql/sqlite/process_lock.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace till::sqlite {

// What the writer needs from the rest of the engine.
struct WriterServices {
    std::function<void()> committed;       // after every durable commit
    std::function<void()> retire_readers;  // before the connections reopen
    std::function<void(const char* message)> warn;
};

// The one writing connection and the queue before it. Thread-safe.
//
// Group commit: who finds nobody leading leads. The leader takes the lock between processes, runs
// up to 64 queued operations in one transaction, each in a savepoint of its own unless it is alone,
// commits once, wakes their callers, checkpoints if that is due, lets the lock go, and only then
// names the next leader: woken callers queue again in time, so the next group is larger (measured:
// 10 to 15 % more throughput).
class Writer {
public:
    Writer(std::string path, ConnectionOptions options, ProcessLock& lock, WriterServices services,
           std::int64_t deadline_us);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer();

    void write(std::int64_t deadline_us, sql::WriteOperation operation);

    enum class Purpose : std::uint8_t { calls, batch, upkeep };

    // The time between being named leader and naming the next one, with the lock between processes.
    class Turn {
    public:
        Turn(Writer& writer, std::int64_t deadline_us, Purpose purpose);
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() { end(); }

    private:
        void end() noexcept;
        Writer& writer_;
        bool locked_ = false;
    };

    // Queues for a turn without an operation to run: the whole writer for one thread, no
    // transaction open, for batches and upkeep. Others queue until the turn is destroyed, on any
    // thread.
    std::unique_ptr<Turn> take_turn(std::int64_t deadline_us, Purpose purpose);
    Connection& connection() noexcept { return *connection_; }

    // Who holds a turn between calls of its own. Whoever queues behind it asks now and then, on his
    // own thread; a holder that is at work, or not overdue, does nothing.
    class Holder {
    public:
        virtual ~Holder() = default;
        virtual void let_go_if_overdue() noexcept = 0;
    };
    void set_holder(const std::shared_ptr<Holder>& holder);

    // For the leader and for whoever holds a turn.
    void begin();
    // Failure(outcome_unknown) when the log could not be made durable: the transaction may or may
    // not come back after a crash. The connections then reopen before the next write.
    void commit_transaction();
    // What an operation that is refused or fails takes back. A savepoint costs a twelfth of a
    // placed order, since SQLite keeps a copy of each page that changes in it.
    enum class Undo : std::uint8_t {
        own_savepoint,
        own_transaction,  // which it has to itself
        none,             // the caller sees whether anything changed, and rolls all of it back
    };
    // Applies one operation. False: refused, without effect. What the operation throws is thrown on
    // after its effect is undone, or after the engine gave up the transaction: then
    // connection().in_transaction() is false.
    bool apply(sql::WriteOperation operation, Undo undo);
    void checkpoint_if_due() noexcept;
    struct Checkpoint {
        int log_pages = 0;
        int done_pages = 0;
    };
    Checkpoint checkpoint(int mode);

    std::int64_t commits() const noexcept { return commits_.load(std::memory_order_relaxed); }
    std::int64_t operations() const noexcept { return operations_.load(std::memory_order_relaxed); }
    std::int64_t checkpoints() const noexcept {
        return checkpoints_.load(std::memory_order_relaxed);
    }
    auto commit_us() const noexcept { return commit_us_.figures(); }
    auto groups() const noexcept { return groups_.figures(); }
    void count_operation() noexcept { operations_.fetch_add(1, std::memory_order_relaxed); }

    void set_step_hook(StepHook* hook) noexcept;    // while holding a turn
    void close() noexcept { connection_.reset(); }  // nobody writes any more
    void abandon() noexcept;                        // after a fork

private:
    struct Ticket;
    struct Group;

    void refuse_recursion() const;
    void queue_for_turn(Ticket& ticket);
    void ask_holder();
    void pass_on() noexcept;
    void open_connection(std::int64_t deadline_us);
    void reopen_if_needed(std::int64_t deadline_us);
    void lead(Ticket& own);
    void collect(Group& group, Ticket& own);
    void run_group(Group& group);
    // `again`: nothing of the group happened, and it is now what has to run again, with savepoints;
    // without whoever failed, whose error is in gave_up_.
    enum class Run : std::uint8_t { done, again };
    Run run_once(Group& group, Undo undo);

    const std::string path_;
    const ConnectionOptions options_;
    ProcessLock& lock_;
    WriterServices services_;

    std::mutex queue_mutex_;
    std::deque<Ticket*> queue_;
    bool led_ = false;  // somebody leads or holds the writer
    std::weak_ptr<Holder> holder_;

    // Owned by whoever leads.
    std::unique_ptr<Connection> connection_;
    StepHook* step_hook_ = nullptr;
    bool reopen_ = false;
    int checkpoint_at_;
    std::int64_t applied_ = 0;    // operations that the open transaction keeps
    std::exception_ptr gave_up_;  // why the last run of a group has to be repeated without one

    std::atomic<std::thread::id> leader_{};
    std::atomic<Purpose> purpose_{Purpose::calls};  // why the writer is held, for messages
    std::atomic<std::int64_t> commits_{0};
    std::atomic<std::int64_t> operations_{0};
    std::atomic<std::int64_t> checkpoints_{0};
    Histogram<sql::commit_bounds_us.size()> commit_us_{sql::commit_bounds_us};
    Histogram<sql::group_bounds.size()> groups_{sql::group_bounds};
};

}  // namespace till::sqlite
