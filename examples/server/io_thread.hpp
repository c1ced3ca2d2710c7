// SPDX-License-Identifier: MIT
// One I/O thread: an io_context, its connections, and what they share.
#pragma once

#include "address.hpp"
#include "log.hpp"
#include "workers.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace till_server {

class Core;

struct Peer {
    std::optional<IpAddress> ip;  // absent: a unix socket
    bool trusted = false;         // may speak for others
    bool is_operator = false;     // came by --admin-listen
    bool tls = false;
};

class IoThread {
public:
    using Clock = std::chrono::steady_clock;

    explicit IoThread(Core& core);

    // Any thread.
    void start();
    void adopt(int descriptor, const Peer& peer);
    void finish(std::vector<Work> work);
    void drain();
    void close_all();
    void join();
    boost::asio::io_context& context() { return context_; }
    size_t load() const { return load_.load(std::memory_order_relaxed); }

    // This thread alone.
    void remove(Connection& connection);
    void queue_read(Work work);
    void queue_write(Work work);
    bool wants_log() const;
    void log(const AccessEntry& entry);
    // "Date: …\r\n", made once a second.
    std::string_view date_line(std::time_t second);
    void new_request_id(std::string& id);

private:
    std::vector<std::shared_ptr<Connection>> snapshot() const;
    void run();
    void serve_reads();
    void answer_reads(std::span<const Work> batch);
    void schedule_tick();
    void on_tick();
    void flush_log();

    Core& core_;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
    boost::asio::steady_timer tick_;
    std::chrono::milliseconds tick_interval_;
    std::thread thread_;
    std::atomic<size_t> load_{0};
    std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
    std::vector<Work> reads_;
    std::vector<Work> writes_;
    std::string log_lines_;
    std::string date_;
    std::time_t date_second_ = -1;
    uint64_t random_state_;
};

}  // namespace till_server
