// SPDX-License-Identifier: MIT
#include "sql/sqlite/writer.hpp"

#include "base/on_exit.hpp"
#include "base/os.hpp"
#include "sql/sqlite/errors.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <utility>

namespace till::sqlite {

namespace {

// The design's bound on callers per commit; at 64 the sync no longer dominates.
constexpr std::size_t group_max = 64;
// How often a group is run: without savepoints, with them, and without who failed in that.
constexpr int runs_max = 3;
// 40 MB of log. Measured: 4,000 to 10,000 pages give 1.6 to 1.9 times the throughput of SQLite's
// 1,000, and the log is reused from its start afterwards.
constexpr int checkpoint_pages = 10'000;
// After a checkpoint that a reader cut short: not before the log grew by so much again.
constexpr int checkpoint_retry_pages = 1'000;

// How often who waits for the writer asks an idle holder to let it go: a tenth of a batch's second.
constexpr std::int64_t ask_holder_us = 100 * us_per_ms;

constexpr std::uint32_t signal_done = 1;
constexpr std::uint32_t signal_lead = 2;

// After these a commit is known to have failed: SQLite gave up before the commit record was whole.
// Any other failure may have come when or after it was written, and a recovery could find it.
bool surely_failed(int code) noexcept {
    const int primary = code & 0xff;
    return primary == SQLITE_FULL || primary == SQLITE_BUSY || primary == SQLITE_CONSTRAINT ||
           primary == SQLITE_READONLY;
}

Failure transaction_lost() {
    return make_failure(
        Status::io, "transaction_lost",
        "The storage engine gave the transaction up. Nothing was changed; try again.", true);
}

Failure held_here(Writer::Purpose purpose) {
    const char* holder = "other calls";
    if (purpose == Writer::Purpose::batch) holder = "a batch";
    if (purpose == Writer::Purpose::upkeep) holder = "upkeep";
    return make_failure(Status::busy, "store_busy",
                        std::string("The store is busy: the writer is held by ") + holder +
                            " of this process. Try again.",
                        true);
}

// Each caller gets an exception object of its own: threads that share one would share what they do
// to it.
std::exception_ptr copy_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const Failure& one) {
        return std::make_exception_ptr(one);
    } catch (...) {
        return failure;
    }
}

}  // namespace

// One caller's place in the queue, on its stack. An exclusive one has no operation.
struct Writer::Ticket {
    const sql::WriteOperation* operation = nullptr;
    std::int64_t deadline_us = 0;
    std::exception_ptr failure;
    os::WakeFlag flag;
};

struct Writer::Group {
    std::array<Ticket*, group_max> tickets;
    std::size_t size = 0;

    void remove(std::size_t index) {
        std::copy(tickets.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                  tickets.begin() + static_cast<std::ptrdiff_t>(size),
                  tickets.begin() + static_cast<std::ptrdiff_t>(index));
        --size;
    }
    void fail_all(const std::exception_ptr& failure) {
        for (std::size_t index = 0; index < size; ++index) {
            // What an operation itself threw says more.
            if (!tickets[index]->failure) tickets[index]->failure = copy_of(failure);
        }
    }
};

Writer::Turn::Turn(Writer& writer, std::int64_t deadline_us, Purpose purpose) : writer_(writer) {
    writer_.leader_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    OnExit undo([this] { end(); });
    writer_.lock_.lock_writer(deadline_us);
    locked_ = true;
    writer_.reopen_if_needed(deadline_us);
    writer_.connection_->set_deadline(deadline_us);
    writer_.purpose_.store(purpose, std::memory_order_relaxed);
    undo.cancel();
}

void Writer::Turn::end() noexcept {
    if (locked_) writer_.lock_.unlock_writer();
    writer_.purpose_.store(Purpose::calls, std::memory_order_relaxed);
    writer_.leader_.store(std::thread::id(), std::memory_order_relaxed);
    writer_.pass_on();
}

std::unique_ptr<Writer::Turn> Writer::take_turn(std::int64_t deadline_us, Purpose purpose) {
    refuse_recursion();
    Ticket ticket;
    ticket.deadline_us = deadline_us;
    queue_for_turn(ticket);
    return std::make_unique<Turn>(*this, deadline_us, purpose);
}

Writer::Writer(std::string path, ConnectionOptions options, ProcessLock& lock,
               WriterServices services, std::int64_t deadline_us)
    : path_(std::move(path)),
      options_(options),
      lock_(lock),
      services_(std::move(services)),
      checkpoint_at_(checkpoint_pages) {
    open_connection(deadline_us);
}

Writer::~Writer() = default;

void Writer::open_connection(std::int64_t deadline_us) {
    ConnectionOptions options = options_;
    options.mmap_bytes = 0;
    connection_ =
        std::make_unique<Connection>(path_, Connection::Role::writer, options, deadline_us);
    connection_->set_step_hook(step_hook_);
}

// After a sync failed the kernel may believe pages clean that never reached the disk, so the log's
// tail must not be built upon. Reopening forgets what we believed of it, and a full checkpoint with
// restart puts every page into the database anew (with a sync of its own) and begins a fresh log.
void Writer::reopen_if_needed(std::int64_t deadline_us) {
    if (!reopen_ && connection_ != nullptr) return;
    services_.retire_readers();
    reopen_ = true;
    connection_.reset();
    open_connection(deadline_us);
    connection_->set_deadline(deadline_us);
    const Checkpoint result = checkpoint(SQLITE_CHECKPOINT_RESTART);
    if (result.done_pages < result.log_pages) {
        throw make_failure(
            Status::busy, "store_busy",
            "After a failed sync the log must be renewed, and a reader is in the way: "
            "a batch begun for reading, or another program. Try again.",
            true);
    }
    reopen_ = false;
    services_.warn("The store was reopened after a failed sync.");
}

void Writer::refuse_recursion() const {
    if (leader_.load(std::memory_order_relaxed) != std::this_thread::get_id()) return;
    if (purpose_.load(std::memory_order_relaxed) == Purpose::batch) {
        throw make_failure(Status::misuse, "batch_open",
                           "This thread has a batch open: pass the batch, or commit it first.");
    }
    throw make_failure(Status::misuse, "nested_write",
                       "A write was called from within a write of the same store.");
}

// Returns when the caller leads or, for a ticket with an operation, when a leader has served it.
void Writer::queue_for_turn(Ticket& ticket) {
    {
        const std::lock_guard hold(queue_mutex_);
        if (!led_) {
            led_ = true;
            ticket.flag.preset(signal_lead);
            return;
        }
        queue_.push_back(&ticket);
    }
    for (std::int64_t until = 0; until < ticket.deadline_us; ask_holder()) {
        until = std::min(ticket.deadline_us, os::monotonic_us() + ask_holder_us);
        if (ticket.flag.wait_until(until) != os::WakeFlag::waiting) return;
    }
    // An answer may have come of the last question.
    if (ticket.flag.wait_until(0) != os::WakeFlag::waiting) return;
    {
        const std::lock_guard hold(queue_mutex_);
        const auto place = std::find(queue_.begin(), queue_.end(), &ticket);
        if (place != queue_.end()) {
            queue_.erase(place);
            throw held_here(purpose_.load(std::memory_order_relaxed));
        }
    }
    // A leader has taken it up: its outcome comes, and must be waited for.
    ticket.flag.wait();
}

void Writer::set_holder(const std::shared_ptr<Holder>& holder) {
    const std::lock_guard hold(queue_mutex_);
    holder_ = holder;
}

void Writer::ask_holder() {
    std::shared_ptr<Holder> holder;
    {
        const std::lock_guard hold(queue_mutex_);
        holder = holder_.lock();
    }
    // Without the queue's mutex: letting go names the next leader.
    if (holder != nullptr) holder->let_go_if_overdue();
}

void Writer::pass_on() noexcept {
    const std::lock_guard hold(queue_mutex_);
    if (queue_.empty()) {
        led_ = false;
        return;
    }
    Ticket* next = queue_.front();
    queue_.pop_front();
    next->flag.wake(signal_lead);
}

void Writer::write(std::int64_t deadline_us, sql::WriteOperation operation) {
    refuse_recursion();
    Ticket ticket;
    ticket.operation = &operation;
    ticket.deadline_us = deadline_us;
    queue_for_turn(ticket);
    if (ticket.flag.wait() == signal_lead) lead(ticket);
    if (ticket.failure) std::rethrow_exception(ticket.failure);
}

void Writer::lead(Ticket& own) {
    const Turn turn(*this, own.deadline_us, Purpose::calls);
    Group group;
    collect(group, own);
    // run_group takes out those that have their outcome early, so keep everybody here.
    const Group served = group;
    run_group(group);
    for (std::size_t index = 1; index < served.size; ++index) {
        served.tickets[index]->flag.wake(signal_done);
    }
    checkpoint_if_due();
}

void Writer::collect(Group& group, Ticket& own) {
    group.tickets[group.size++] = &own;
    const std::lock_guard hold(queue_mutex_);
    while (group.size < group_max && !queue_.empty() && queue_.front()->operation != nullptr) {
        group.tickets[group.size++] = queue_.front();
        queue_.pop_front();
    }
}

// The writer queue's catch: what an operation throws goes back to its own caller.
void Writer::run_group(Group& group) {
    try {
        // Nearly every group needs no savepoints.
        Undo undo = group.size == 1 ? Undo::own_transaction : Undo::none;
        int given_up = 0;
        for (int runs = 1; run_once(group, undo) == Run::again && group.size > 0; ++runs) {
            if (gave_up_ != nullptr) ++given_up;
            if (given_up == 2 || runs == runs_max) {
                // Everybody who is left hears why; nothing of theirs happened.
                group.fail_all(gave_up_ != nullptr ? gave_up_
                                                   : std::make_exception_ptr(transaction_lost()));
                return;
            }
            undo = group.size == 1 ? Undo::own_transaction : Undo::own_savepoint;
        }
    } catch (...) {
        connection_->roll_back();
        group.fail_all(std::current_exception());
    }
}

Writer::Run Writer::run_once(Group& group, Undo undo) {
    gave_up_ = nullptr;
    begin();
    std::size_t applied = 0;
    for (std::size_t index = 0; index < group.size; ++index) {
        Ticket& ticket = *group.tickets[index];
        ticket.failure = nullptr;
        const std::int64_t changes = connection_->total_changes();
        try {
            if (apply(*ticket.operation, undo)) {
                ++applied;
                continue;
            }
        } catch (...) {
            ticket.failure = std::current_exception();
        }
        if (undo == Undo::own_transaction) continue;  // undone, and alone
        const bool left_nothing =
            undo == Undo::own_savepoint || connection_->total_changes() == changes;
        if (connection_->in_transaction() && left_nothing) continue;
        // Nothing of the group happens. Who failed has his error; the others run again, also those
        // that were refused or failed: they may have seen what is now undone.
        connection_->roll_back();
        if (ticket.failure != nullptr) {
            gave_up_ = ticket.failure;
            group.remove(index);
            count_operation();
        }
        for (std::size_t rest = 0; rest < group.size; ++rest) {
            group.tickets[rest]->failure = nullptr;
        }
        return Run::again;
    }
    if (applied > 0) {
        commit_transaction();
    } else {
        connection_->roll_back();
    }
    operations_.fetch_add(static_cast<std::int64_t>(group.size), std::memory_order_relaxed);
    return Run::done;
}

void Writer::begin() {
    const int code = connection_->run(begin_write);
    if (code != SQLITE_OK) throw engine_failure(code, "begin to write");
    applied_ = 0;
}

bool Writer::apply(sql::WriteOperation operation, Undo undo) {
    if (undo == Undo::own_savepoint) {
        if (const int code = connection_->run(savepoint); code != SQLITE_OK) {
            connection_->roll_back();
            throw engine_failure(code, "begin an operation");
        }
    }
    // Undoes the operation unless it is kept; gives the whole transaction up if that fails.
    OnExit take_back([&] {
        connection_->reset_statements();
        if (undo == Undo::none || !connection_->in_transaction()) return;
        if (undo == Undo::own_transaction || connection_->run(undo_savepoint) != SQLITE_OK ||
            connection_->run(release_savepoint) != SQLITE_OK) {
            connection_->roll_back();
        }
    });
    connection_->count_operation();
    ConnectionTransaction transaction(*connection_, true);
    const bool keep = operation(transaction);
    connection_->finish_statements();
    if (!connection_->in_transaction()) throw transaction_lost();
    if (!keep) return false;
    if (undo == Undo::own_savepoint) {
        const int code = connection_->run(release_savepoint);
        if (code != SQLITE_OK) throw engine_failure(code, "end an operation");
    }
    take_back.cancel();
    ++applied_;
    return true;
}

void Writer::commit_transaction() {
    const std::int64_t begin_us = os::monotonic_us();
    const int code = connection_->run(sqlite::commit);
    if (code == SQLITE_OK) {
        commit_us_.add(os::monotonic_us() - begin_us);
        if (applied_ > 0) groups_.add(applied_);
        commits_.fetch_add(1, std::memory_order_relaxed);
        services_.committed();
        return;
    }
    connection_->roll_back();
    if (surely_failed(code)) throw engine_failure(code, "commit");
    reopen_ = true;
    Error error =
        make_error(Status::outcome_unknown, "outcome_unknown",
                   "The change may or may not have been stored (SQLite code " +
                       std::to_string(code) + "). Repeat the call with the same idempotency key.");
    error.retryable = true;
    error.source_code = code;
    throw Failure(std::move(error));
}

Writer::Checkpoint Writer::checkpoint(int mode) {
    Checkpoint result;
    const int code = sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, mode,
                                               &result.log_pages, &result.done_pages);
    // A reader in the way is no failure: the log only lives on.
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
        reopen_ = true;
        throw engine_failure(code, "checkpoint");
    }
    checkpoints_.fetch_add(1, std::memory_order_relaxed);
    return result;
}

void Writer::checkpoint_if_due() noexcept {
    const int pages = connection_->wal_pages();
    if (pages < checkpoint_at_) {
        if (pages < checkpoint_pages) checkpoint_at_ = checkpoint_pages;
        return;
    }
    int log_pages = 0;
    int done_pages = 0;
    const int code = sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr,
                                               SQLITE_CHECKPOINT_PASSIVE, &log_pages, &done_pages);
    checkpoints_.fetch_add(1, std::memory_order_relaxed);
    const bool whole = code == SQLITE_OK && done_pages >= log_pages;
    checkpoint_at_ = whole ? checkpoint_pages : pages + checkpoint_retry_pages;
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
        // The callers have been answered: their changes are durable in the log.
        reopen_ = true;
        services_.warn("A checkpoint failed; the log is kept and the store reopens.");
    }
}

void Writer::set_step_hook(StepHook* hook) noexcept {
    step_hook_ = hook;
    connection_->set_step_hook(hook);
}

void Writer::abandon() noexcept {
    if (connection_ != nullptr) connection_->abandon();
}

}  // namespace till::sqlite
