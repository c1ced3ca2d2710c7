// SPDX-License-Identifier: MIT
#include "sql/sqlite/readers.hpp"

#include "base/on_exit.hpp"
#include "sql/sqlite/errors.hpp"

#include <sqlite3.h>

#include <chrono>
#include <utility>

namespace till::sqlite {

Readers::Visit::Visit(Readers& readers, std::int64_t deadline_us)
    : readers_(readers), slot_(readers.take(deadline_us)) {
    Connection& connection = *slot_.connection;
    OnExit undo([this] { readers_.give_back(std::move(slot_)); });
    connection.set_deadline(deadline_us);
    if (const int code = connection.run(begin_read); code != SQLITE_OK) {
        throw engine_failure(code, "begin to read");
    }
    undo.cancel();
}

Readers::Visit::~Visit() {
    if (slot_.connection == nullptr) return;  // abandoned
    Connection& connection = *slot_.connection;
    // Nothing was written: ending the transaction only gives the snapshot up.
    if (connection.in_transaction() && connection.run(commit) != SQLITE_OK) {
        connection.roll_back();
    }
    readers_.give_back(std::move(slot_));
}

void read_on(Connection& connection, sql::ReadOperation operation) {
    const OnExit reset([&] { connection.reset_statements(); });
    ConnectionTransaction transaction(connection, false);
    operation(transaction);
    connection.finish_statements();
}

void Readers::Visit::read(sql::ReadOperation operation) { read_on(*slot_.connection, operation); }

void Readers::Visit::abandon() noexcept { static_cast<void>(slot_.connection.release()); }

std::unique_ptr<Connection> Readers::open_private(std::int64_t deadline_us) const {
    return std::make_unique<Connection>(path_, Connection::Role::reader, options_, deadline_us);
}

Readers::Slot Readers::take(std::int64_t deadline_us) {
    std::uint64_t generation = 0;
    {
        std::unique_lock hold(mutex_);
        // steady_clock is CLOCK_MONOTONIC, the clock of deadlines.
        const std::chrono::steady_clock::time_point until{std::chrono::microseconds(deadline_us)};
        while (free_.empty() && count_ >= count_max_) {
            if (returned_.wait_until(hold, until) == std::cv_status::timeout && free_.empty() &&
                count_ >= count_max_) {
                throw make_failure(Status::busy, "readers_busy",
                                   "Every reading connection is taken. Try again.", true);
            }
        }
        if (!free_.empty()) {
            Slot slot = std::move(free_.back());
            free_.pop_back();
            return slot;
        }
        count_.store(count_ + 1, std::memory_order_relaxed);
        generation = generation_;
    }
    Slot slot{nullptr, generation};
    OnExit undo([&] { give_back(std::move(slot)); });
    slot.connection = open_private(deadline_us);
    // Prepared now, where that may fail: ending a visit may not.
    if (const int code = slot.connection->run(begin_read); code != SQLITE_OK) {
        throw engine_failure(code, "begin to read");
    }
    if (const int code = slot.connection->run(commit); code != SQLITE_OK) {
        throw engine_failure(code, "end a read");
    }
    undo.cancel();
    return slot;
}

void Readers::give_back(Slot slot) noexcept {
    {
        const std::lock_guard hold(mutex_);
        if (slot.connection != nullptr && slot.generation == generation_ &&
            free_.size() < free_.capacity()) {
            free_.push_back(std::move(slot));
        } else {
            count_.store(count_ - 1, std::memory_order_relaxed);
        }
    }
    returned_.notify_one();
    // A connection left in `slot` closes here, outside the mutex.
}

void Readers::retire_all() {
    std::vector<Slot> closing;
    closing.reserve(free_.capacity());
    const std::lock_guard hold(mutex_);
    ++generation_;
    count_.store(count_ - static_cast<int>(free_.size()), std::memory_order_relaxed);
    closing.swap(free_);
}

void Readers::abandon() noexcept {
    // No lock: after a fork there is no other thread, and the mutex may be held by a lost one.
    for (Slot& slot : free_) slot.connection->abandon();
}

}  // namespace till::sqlite
