// SPDX-License-Identifier: MIT
// The threads that requests run on when they may not run on the I/O thread that read them.
//
// WRITE requests end in a sync of the disk: 0.1 ms on a good one, 10 ms on a bad one. On the I/O
// thread that would stall every READ of that thread's connections, so one writer thread takes them
// all. While it commits, the I/O threads collect the next ones: the batch grows with the load by
// itself, as in the library's own group commit, but without a thread per caller. The price is two
// thread hops (some 20 us) on a request that costs a sync anyway. More than one writer thread gains
// nothing: there is one writer in the store.
//
// SLOW requests hash a password (15 ms of CPU) or move megabytes. They get a pool of their own with
// a bounded queue, at a lower priority than the I/O threads, so that a burst of logins leaves the
// others' latency alone.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace till_server {

class Connection;
class Handler;
using Work = std::shared_ptr<Connection>;

// How many WRITEs share a commit: what a batch of the store's writer takes.
constexpr size_t write_batch_max = 64;

class WriteWorker {
public:
    void start(Handler& handler);
    // Drops what has not begun. Waits for what has.
    void stop();
    // Moves all of `work` away, or none of it where there is no memory.
    void push(std::span<Work> work);

private:
    void run(Handler& handler);

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Work> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

class SlowPool {
public:
    void start(Handler& handler, unsigned threads, size_t queue_max);
    void stop();
    // False: the queue is full.
    bool push(Work work);

private:
    void run(Handler& handler);

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Work> queue_;
    size_t queue_max_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace till_server
