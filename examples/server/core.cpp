// SPDX-License-Identifier: MIT
#include "core.hpp"

#include "log.hpp"
#include "server.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <future>
#include <thread>

namespace till_server {

namespace {

unsigned cores() { return std::max(1u, std::thread::hardware_concurrency()); }

}  // namespace

Admission::Answer Admission::enter(const Peer& peer) {
    const std::lock_guard lock(mutex_);
    if (count_.load() >= connections_max_) return Answer::server_full;
    if (peer.ip && !peer.trusted) {
        const auto key = peer.ip->source_key();
        size_t& source = sources_[key];
        if (source >= per_source_max_) {
            if (source == 0) sources_.erase(key);
            return Answer::source_full;
        }
        ++source;
    }
    count_.fetch_add(1);
    return Answer::welcome;
}

void Admission::leave(const Peer& peer) {
    const std::lock_guard lock(mutex_);
    if (peer.ip && !peer.trusted) {
        const auto source = sources_.find(peer.ip->source_key());
        if (--source->second == 0) sources_.erase(source);
    }
    if (count_.fetch_sub(1) == 1) emptied_.notify_all();
}

bool Admission::wait_until_empty(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return emptied_.wait_until(lock, deadline, [this] { return count_.load() == 0; });
}

Core::Core(std::unique_ptr<Handler> the_handler, ServerConfig the_config)
    : config(std::move(the_config)),
      handler(std::move(the_handler)),
      admission(config.connections_max, config.connections_per_source) {
    if (config.tls.enabled()) tls = std::make_unique<Tls>(config.tls);
}

Core::~Core() { stop(); }

void Core::start() {
    const unsigned count = std::min(config.threads == 0 ? cores() : config.threads, io_threads_max);
    for (unsigned i = 0; i < count; ++i) threads.push_back(std::make_unique<IoThread>(*this));
    auto& context = threads.front()->context();
    for (const ListenAddress& address : config.listen) {
        listeners.push_back(std::make_unique<Listener>(*this, context, address, false));
    }
    for (const ListenAddress& address : config.admin_listen) {
        listeners.push_back(std::make_unique<Listener>(*this, context, address, true));
    }
    const unsigned slow_threads = config.slow_threads == 0 ? cores() : config.slow_threads;
    writer.start(*handler);
    slow.start(*handler, slow_threads,
               config.slow_queue == 0 ? size_t{32} * slow_threads : config.slow_queue);
    for (const auto& listener : listeners) listener->accept();
    for (const auto& thread : threads) thread->start();
    started_ = true;
}

bool Core::stop() {
    if (!started_) return true;
    started_ = false;
    draining = true;
    std::promise<void> closed;
    boost::asio::post(threads.front()->context(), [&] {
        for (const auto& listener : listeners) listener->close();
        closed.set_value();
    });
    closed.get_future().wait();
    // Connections accepted before are behind this in their threads' queues or already there.
    for (const auto& thread : threads) thread->drain();
    const auto deadline = std::chrono::steady_clock::now() + config.deadlines.drain;
    const bool drained = admission.wait_until_empty(deadline);
    writer.stop();
    slow.stop();
    for (const auto& thread : threads) thread->close_all();
    for (const auto& thread : threads) thread->join();
    listeners.clear();
    threads.clear();
    return drained;
}

void Core::adopt(int descriptor, const Peer& peer) {
    const auto least = std::min_element(threads.begin(), threads.end(),
                                        [](auto& a, auto& b) { return a->load() < b->load(); });
    (*least)->adopt(descriptor, peer);
}

void Core::warn(std::string_view text) const {
    if (config.log != nullptr) config.log->message(TILL_LOG_WARNING, "server", text);
}

Server::Server(till::store_ref store, ServerConfig config)
    : Server(make_app_handler(store, config.app), config) {}

Server::Server(std::unique_ptr<Handler> handler, ServerConfig config)
    : core_(std::make_unique<Core>(std::move(handler), std::move(config))) {}

Server::~Server() = default;

void Server::start() { core_->start(); }

uint16_t Server::port() const {
    for (const auto& listener : core_->listeners) {
        if (!listener->address().is_unix()) return listener->address().port;
    }
    return 0;
}

bool Server::stop() { return core_->stop(); }

void Server::reload_certificate() {
    if (core_->tls) core_->tls->reload();
}

size_t Server::connections() const { return core_->admission.connections(); }

}  // namespace till_server
