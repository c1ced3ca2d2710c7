// SPDX-License-Identifier: MIT
#include "io_thread.hpp"

#include "connection.hpp"
#include "core.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <new>
#include <sys/random.h>
#include <utility>

namespace till_server {

namespace net = boost::asio;

namespace {

// Log lines are written once a tick, or when this much has gathered: a write() a line would cost a
// tenth of a small request.
constexpr size_t log_lines_max = size_t{32} * 1024;

// READs of one poll round share a snapshot, and their answers go out together: opening a snapshot
// costs half a small read, and an answer sent alone wakes a client that then waits for the next.
// More than this many would keep the first one waiting without getting any cheaper.
constexpr size_t read_batch_max = 16;

// Connections that wait for their answers, which come in their order. No deadline ends one that
// does: those that cannot go on, since there is no memory, are closed. Others may be moved away.
class Waiting {
public:
    explicit Waiting(std::span<const Work> connections) : left_(connections), open_(connections) {}
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() {
        for (const Work& connection : open_) {
            if (connection != nullptr) connection->close();
        }
    }
    // Those without an answer.
    std::span<const Work> left() const { return left_; }
    void respond(size_t count) {
        for (; count > 0; --count) {
            left_.front()->on_response();
            left_ = left_.subspan(1);
        }
    }
    // Only when all answers are out: by then the first clients have often asked again, and reading
    // finds it without a turn of the loop.
    void resume() {
        for (; !open_.empty(); open_ = open_.subspan(1)) open_.front()->resume();
    }

private:
    std::span<const Work> left_;
    std::span<const Work> open_;  // not resumed yet, with or without an answer
};

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
            // The connection that ran out of memory meets its deadline or is closed; the others go
            // on.
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
        Waiting waiting(work);
        waiting.respond(work.size());
        waiting.resume();
    });
}

void IoThread::queue_read(Work work) {
    // Posted behind every handler of this poll round: what they add goes along.
    if (reads_.empty()) net::post(context_, [this] { serve_reads(); });
    reads_.push_back(std::move(work));
}

void IoThread::serve_reads() {
    const std::vector<Work> reads = std::exchange(reads_, {});
    Waiting waiting(reads);
    while (!waiting.left().empty()) {
        const auto batch = waiting.left().first(std::min(waiting.left().size(), read_batch_max));
        answer_reads(batch);
        waiting.respond(batch.size());
    }
    waiting.resume();
}

void IoThread::answer_reads(std::span<const Work> batch) {
    std::array<const till_http_request*, read_batch_max> requests{};
    std::array<Response, read_batch_max> responses;
    for (size_t i = 0; i < batch.size(); ++i) requests[i] = &batch[i]->request();
    core_.handler->handle_batch(std::span(requests).first(batch.size()),
                                std::span(responses).first(batch.size()));
    for (size_t i = 0; i < batch.size(); ++i) batch[i]->set_response(std::move(responses[i]));
}

void IoThread::queue_write(Work work) {
    // As a read.
    if (writes_.empty()) {
        net::post(context_, [this] {
            std::vector<Work> writes = std::exchange(writes_, {});
            const Waiting waiting(writes);
            core_.writer.push(writes);
        });
    }
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
