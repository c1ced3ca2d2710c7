// SPDX-License-Identifier: MIT
// What a server's threads share.
#pragma once

#include "config.hpp"
#include "io_thread.hpp"
#include "listener.hpp"
#include "tls.hpp"
#include "workers.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace till_server {

// Counts connections in all and per source. Any thread.
class Admission {
public:
    Admission(size_t connections_max, size_t per_source_max)
        : connections_max_(connections_max), per_source_max_(per_source_max) {}

    enum class Answer { welcome, server_full, source_full };
    // `counted` sources share a cap; trusted proxies and unix sockets, which speak for many, do
    // not.
    Answer enter(const Peer& peer);
    void leave(const Peer& peer);
    size_t connections() const { return count_.load(); }
    bool wait_until_empty(std::chrono::steady_clock::time_point deadline);

private:
    size_t connections_max_;
    size_t per_source_max_;
    std::atomic<size_t> count_{0};
    std::mutex mutex_;
    std::condition_variable emptied_;
    std::map<std::array<uint8_t, 16>, size_t> sources_;
};

class Core {
public:
    Core(std::unique_ptr<Handler> handler, ServerConfig config);
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;
    ~Core();

    void start();
    bool stop();
    // Hands a new connection to the thread that has fewest. Runs on the first I/O thread.
    void adopt(int descriptor, const Peer& peer);
    void warn(std::string_view text) const;

    const ServerConfig config;
    const std::unique_ptr<Handler> handler;
    std::unique_ptr<Tls> tls;  // NULL: plain
    Admission admission;
    std::atomic<bool> draining{false};
    std::vector<std::unique_ptr<IoThread>> threads;
    std::vector<std::unique_ptr<Listener>> listeners;
    WriteWorker writer;
    SlowPool slow;

private:
    bool started_ = false;
};

}  // namespace till_server
