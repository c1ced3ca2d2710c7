// SPDX-License-Identifier: MIT
#include "workers.hpp"

#include "connection.hpp"
#include "io_thread.hpp"

#include <algorithm>
#include <map>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace till_server {

namespace {

// Low enough to yield to I/O threads, high enough that a login which leads a group commit, with
// others waiting behind it, is not starved: a tenth of the time beside a thread that never rests,
// where the lowest priorities get a hundredth or less.
constexpr int slow_nice = 10;

// On Linux these set the calling thread alone. A refusal (none is known for lowering) would only
// cost latency.
void yield_to_others() {
    // A thread that computes for milliseconds gains nothing from preempting one that just answers.
    const sched_param none{};
    static_cast<void>(::sched_setscheduler(0, SCHED_BATCH, &none));
    static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), slow_nice));
}

}  // namespace

void WriteWorker::start(Handler& handler) {
    thread_ = std::thread([this, &handler] { run(handler); });
}

void WriteWorker::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    queue_.clear();
}

void WriteWorker::push(std::span<Work> work) {
    {
        const std::lock_guard lock(mutex_);
        queue_.insert(queue_.end(), std::make_move_iterator(work.begin()),
                      std::make_move_iterator(work.end()));
    }
    wake_.notify_one();
}

void WriteWorker::run(Handler& handler) {
    std::vector<Work> batch;
    std::vector<const till_http_request*> requests;
    std::vector<Response> responses;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (stopping_) return;
            const size_t count = std::min(queue_.size(), write_batch_max);
            const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
            batch.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
            queue_.erase(queue_.begin(), end);
        }
        requests.clear();
        for (const Work& work : batch) requests.push_back(&work->request());
        responses.clear();
        responses.resize(batch.size());
        handler.handle_batch(requests, responses);
        // One message to each I/O thread, not one to each connection.
        std::map<IoThread*, std::vector<Work>> finished;
        for (size_t i = 0; i < batch.size(); ++i) {
            batch[i]->set_response(std::move(responses[i]));
            IoThread* thread = &batch[i]->thread();
            finished[thread].push_back(std::move(batch[i]));
        }
        batch.clear();
        for (auto& [thread, works] : finished) thread->finish(std::move(works));
    }
}

void SlowPool::start(Handler& handler, unsigned threads, size_t queue_max) {
    queue_max_ = queue_max;
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this, &handler] {
            yield_to_others();
            run(handler);
        });
    }
}

void SlowPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    queue_.clear();
}

bool SlowPool::push(Work work) {
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() >= queue_max_) return false;
        queue_.push_back(std::move(work));
    }
    wake_.notify_one();
    return true;
}

void SlowPool::run(Handler& handler) {
    while (true) {
        Work work;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (stopping_) return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        work->set_response(handler.handle(work->request()));
        IoThread& thread = work->thread();
        std::vector<Work> finished;
        finished.push_back(std::move(work));
        thread.finish(std::move(finished));
    }
}

}  // namespace till_server
