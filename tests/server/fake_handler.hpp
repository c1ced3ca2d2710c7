// SPDX-License-Identifier: MIT
// A handler that shows what the transport delivered, and blocks when told to.
#pragma once

#include "c_text.hpp"
#include "handler.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace till_server_test {

using till_server::Handler;
using till_server::Response;
using till_server::ResponseDeleter;

// A request as it arrived, copied.
struct Seen {
    std::string method, target, body, client, request_id;
    bool tls = false;
    bool is_operator = false;
    std::vector<std::pair<std::string, std::string>> headers;
};

struct Reply {
    till_http_response response{};
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<till_http_header> raw_headers;
};

inline Response make_reply(int status, std::string body,
                           std::vector<std::pair<std::string, std::string>> headers = {}) {
    auto* reply = new Reply;
    reply->body = std::move(body);
    reply->headers = std::move(headers);
    for (const auto& [name, value] : reply->headers) {
        reply->raw_headers.push_back({till_server::borrow(name), till_server::borrow(value)});
    }
    reply->response.status = status;
    reply->response.body = till_server::borrow(reply->body);
    reply->response.headers = reply->raw_headers.data();
    reply->response.header_count = reply->raw_headers.size();
    reply->response.route = TILL_STR("/fake/");
    // The response is the first member: its address is the reply's.
    return Response(&reply->response, ResponseDeleter{[](const void* response) {
        delete static_cast<const Reply*>(response);
    }});
}

// A gate that is shut until opened; whoever waits says so first.
class Gate {
public:
    void wait() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void until_waiting(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    bool open_ = false;
};

// Targets: /write…, /slow… by plan; /echo answers the body; /gate… waits at the gate.
class FakeHandler : public Handler {
public:
    uint64_t body_limit = 65536;
    Gate gate;
    std::function<Response(const till_http_request&)> answer;

    std::vector<Seen> seen() {
        const std::lock_guard lock(mutex_);
        return seen_;
    }
    // How many requests came together, where the first one's target holds `word`.
    std::vector<size_t> batches(std::string_view word) {
        const std::lock_guard lock(mutex_);
        std::vector<size_t> found;
        for (const auto& [target, count] : batches_) {
            if (target.find(word) != std::string::npos) found.push_back(count);
        }
        return found;
    }

    till_http_plan_kind plan(const till_http_request& request) override {
        const std::string_view target = till_server::view(request.target);
        if (target.find("write") != std::string_view::npos) return TILL_HTTP_WRITE;
        if (target.find("slow") != std::string_view::npos) return TILL_HTTP_SLOW;
        return TILL_HTTP_READ;
    }
    uint64_t body_max(const till_http_request&) override { return body_limit; }
    Response handle(const till_http_request& request) override {
        record(request);
        const std::string target = till_server::text(request.target);
        if (target.find("gate") != std::string::npos) gate.wait();
        if (answer) return answer(request);
        return make_reply(200, target == "/echo" ? till_server::text(request.body) : target,
                          {{"Content-Type", "text/plain"}});
    }
    void handle_batch(std::span<const till_http_request* const> requests,
                      std::span<Response> responses) override {
        {
            const std::lock_guard lock(mutex_);
            batches_.emplace_back(till_server::text(requests[0]->target), requests.size());
        }
        for (size_t i = 0; i < requests.size(); ++i) responses[i] = handle(*requests[i]);
    }
    void count_refusal(int status) override {
        const std::lock_guard lock(mutex_);
        refusals_.push_back(status);
    }
    std::vector<int> refusals() {
        const std::lock_guard lock(mutex_);
        return refusals_;
    }

private:
    void record(const till_http_request& request) {
        Seen seen;
        seen.method = till_server::text(request.method);
        seen.target = till_server::text(request.target);
        seen.body = till_server::text(request.body);
        seen.client = till_server::text(request.client_address);
        seen.request_id = till_server::text(request.request_id);
        seen.tls = (request.flags & TILL_HTTP_TLS) != 0;
        seen.is_operator = (request.flags & TILL_HTTP_OPERATOR) != 0;
        for (size_t i = 0; i < request.header_count; ++i) {
            seen.headers.emplace_back(till_server::text(request.headers[i].name),
                                      till_server::text(request.headers[i].value));
        }
        const std::lock_guard lock(mutex_);
        seen_.push_back(std::move(seen));
    }

    std::mutex mutex_;
    std::vector<Seen> seen_;
    std::vector<std::pair<std::string, size_t>> batches_;
    std::vector<int> refusals_;
};

}  // namespace till_server_test
