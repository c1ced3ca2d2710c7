// SPDX-License-Identifier: MIT
#pragma once

#include "sql/database.hpp"
#include "sql/sqlite/connection.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace till::sqlite {

// Runs a reading operation in the transaction that the connection has open.
void read_on(Connection& connection, sql::ReadOperation operation);

// Read-only connections with their cached statements, grown on demand. Thread-safe; each call has
// one connection to itself. Readers never wait for the writer and cannot checkpoint.
class Readers {
    struct Slot {
        std::unique_ptr<Connection> connection;
        std::uint64_t generation = 0;
    };

public:
    // A connection checked out, and its read transaction: every operation sees the snapshot that
    // the first one found. Used by one thread at a time.
    class Visit {
    public:
        // Failure(busy) when every connection stays taken.
        Visit(Readers& readers, std::int64_t deadline_us);
        Visit(const Visit&) = delete;
        Visit& operator=(const Visit&) = delete;
        ~Visit();

        void read(sql::ReadOperation operation);
        // False: the engine gave it up, which an I/O error or want of memory may bring about.
        bool in_transaction() const noexcept { return slot_.connection->in_transaction(); }
        void abandon() noexcept;  // after a fork

    private:
        Readers& readers_;
        Slot slot_;
    };

    Readers(std::string path, ConnectionOptions options, int count_max)
        : path_(std::move(path)), options_(options), count_max_(count_max) {
        free_.reserve(static_cast<std::size_t>(count_max));  // giving back must not allocate
    }

    // A connection of its own for something long (backup, check); outside the count.
    std::unique_ptr<Connection> open_private(std::int64_t deadline_us) const;

    // Connections opened so far are closed when they come back.
    void retire_all();
    int count() const noexcept { return count_.load(std::memory_order_relaxed); }
    void abandon() noexcept;  // after a fork

private:
    Slot take(std::int64_t deadline_us);
    void give_back(Slot slot) noexcept;

    const std::string path_;
    const ConnectionOptions options_;
    const int count_max_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<Slot> free_;  // last used first: its cache is warm
    std::uint64_t generation_ = 0;
    std::atomic<int> count_{0};  // taken and free; changes under mutex_
};

}  // namespace till::sqlite
