// SPDX-License-Identifier: MIT
#include "io_thread.hpp"

#include "connection.hpp"
#include "core.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <ctime>
#include <new>
#include <sys/random.h>

namespace till_server {

namespace net = boost::asio;

namespace {

// Log lines are written once a tick, or when this much has gathered: a write() a line would cost a
// tenth of a small request.
constexpr size_t log_lines_max = size_t{32} * 1024;

// Deadlines are checked by one timer a thread, since a timer a connection and request costs more
// than all deadlines are worth. A tenth of the shortest one is precise enough.
std::chrono::milliseconds tick_for(const Deadlines& deadlines) {
    using std::chrono::milliseconds;
    const milliseconds shortest = std::min(
        {deadlines.header, deadlines.body, deadlines.idle, deadlines.write, deadlines.linger});
    return std::clamp(shortest / 10, milliseconds(5), milliseconds(250));
}

}  // namespace

IoThread::IoThread(Core& core)
    : core_(core),
      guard_(net::make_work_guard(context_)),
      tick_(context_),
      tick_interval_(tick_for(core.config.deadlines)) {
    // Request ids need to be unlikely to collide, not secret. If the system has no randomness yet,
    // the clock does.
    if (getrandom(&random_state_, sizeof random_state_, GRND_NONBLOCK) !=
        ssize_t{sizeof random_state_}) {
        random_state_ = static_cast<uint64_t>(now_us());
    }
}

void IoThread::start() {
    schedule_tick();
    thread_ = std::thread([this] { run(); });
}

std::vector<std::shared_ptr<Connection>> IoThread::snapshot() const {
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [raw, connection] : connections_) all.push_back(connection);
    return all;
}

void IoThread::run() {
    while (true) {
        try {
            context_.run();
            flush_log();
            return;
        } catch (const std::bad_alloc&) {
            // The connection that ran out of memory meets its deadline; the others go on.
            core_.warn("Out of memory while serving a request.");
        }
    }
}

void IoThread::adopt(int descriptor, const Peer& peer) {
    load_.fetch_add(1, std::memory_order_relaxed);
    net::post(context_, [this, descriptor, peer] {
        auto connection = std::make_shared<Connection>(core_, *this, descriptor, peer);
        connections_.emplace(connection.get(), connection);
        connection->start();
    });
}

void IoThread::remove(Connection& connection) {
    if (connections_.erase(&connection) > 0) load_.fetch_sub(1, std::memory_order_relaxed);
}

void IoThread::finish(std::vector<Work> work) {
    net::post(context_, [work = std::move(work)] {
        for (const Work& connection : work) connection->on_response();
    });
}

void IoThread::queue_write(Work work) {
    // Posted behind every handler of this poll round: what they add goes along.
    if (writes_.empty()) net::post(context_, [this] { core_.writer.push(writes_); });
    writes_.push_back(std::move(work));
}

void IoThread::drain() {
    net::post(context_, [this] {
        for (const auto& connection : snapshot()) connection->on_drain();
    });
}

void IoThread::close_all() {
    net::post(context_, [this] {
        for (const auto& connection : snapshot()) connection->close();
        tick_.cancel();
        guard_.reset();
        context_.stop();
    });
}

void IoThread::join() {
    if (thread_.joinable()) thread_.join();
}

void IoThread::schedule_tick() {
    tick_.expires_after(tick_interval_);
    tick_.async_wait([this](boost::system::error_code code) {
        if (!code) on_tick();
    });
}

void IoThread::on_tick() {
    const Clock::time_point now = Clock::now();
    std::vector<std::shared_ptr<Connection>> late;
    for (const auto& [raw, connection] : connections_) {
        if (connection->deadline() <= now) late.push_back(connection);
    }
    for (const auto& connection : late) connection->on_deadline();
    flush_log();
    schedule_tick();
}

bool IoThread::wants_log() const {
    return core_.config.log != nullptr && core_.config.log->wants_access();
}

void IoThread::log(const AccessEntry& entry) {
    core_.config.log->format(entry, log_lines_);
    if (log_lines_.size() > log_lines_max) flush_log();
}

void IoThread::flush_log() {
    if (log_lines_.empty()) return;
    core_.config.log->write(log_lines_);
    log_lines_.clear();
}

std::string_view IoThread::date_line(std::time_t second) {
    if (second != date_second_) {
        std::tm parts{};
        gmtime_r(&second, &parts);
        char buffer[64];
        const size_t length =
            std::strftime(buffer, sizeof buffer, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
        date_.assign(buffer, length);
        date_second_ = second;
    }
    return date_;
}

void IoThread::new_request_id(std::string& id) {
    // splitmix64.
    uint64_t z = (random_state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    static const char digits[] = "0123456789abcdef";
    id.resize(16);
    for (size_t i = 0; i < 16; ++i) id[i] = digits[(z >> (60 - 4 * i)) & 15];
}

}  // namespace till_server
