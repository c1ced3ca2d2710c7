// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace till_server {

// Runs a function every so often on a thread of its own, until it is destroyed.
class Periodic {
public:
    Periodic(std::chrono::milliseconds interval, std::function<void()> work)
        : thread_([this, interval, work = std::move(work)] { run(interval, work); }) {}
    ~Periodic() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }
    Periodic(const Periodic&) = delete;
    Periodic& operator=(const Periodic&) = delete;

private:
    void run(std::chrono::milliseconds interval, const std::function<void()>& work) {
        std::unique_lock lock(mutex_);
        while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
            lock.unlock();
            work();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;  // last: begins when the rest is there
};

}  // namespace till_server
