// SPDX-License-Identifier: MIT
//
// libtill_http in C++: till/http.h tells the rules. Link till_http.
#pragma once

#include <till/http.h>
#include <till/till.hpp>

#include <chrono>

namespace till {
inline namespace v1 {

enum class http_list_style : till_http_list_style {
    array = TILL_HTTP_LIST_ARRAY,
    pages = TILL_HTTP_LIST_PAGES,
};
// Where a request belongs.
enum class http_plan : till_http_plan_kind {
    read = TILL_HTTP_READ,    // microseconds: answer inline
    write = TILL_HTTP_WRITE,  // one short transaction: may share a durable batch with others
    slow = TILL_HTTP_SLOW,    // hashes, counts or moves much: run it on a pool of its own
};

struct http_header {
    std::string_view name = {};
    std::string_view value = {};
};

struct http_app_in {
    std::string_view mount = {};       // path prefix of every route: "/api"
    std::string_view auth_mount = {};  // in place of "/auth", below mount
    std::string_view public_url = {};  // for links and image URLs; absent: from Host
    http_list_style list_style = http_list_style::array;
    std::vector<std::string_view> cors_origins = {};
    std::uint64_t body_max = 0;       // bytes; 0: 65536
    till_log_function log = nullptr;  // NULL: silence
    std::uintptr_t log_userdata = 0;

    // Logs to sink(till::log_record_view), as store_open_in::log_to() does.
    template <class Sink>
    void log_to(Sink &sink) noexcept {
        log = &detail::log_into<Sink>;
        log_userdata = reinterpret_cast<std::uintptr_t>(&sink);
    }
};

// A request as parsed by the host. Its strings are borrowed during the call.
struct http_request {
    std::string_view method = {};
    std::string_view target = {};  // path and query, as received
    std::vector<http_header> headers = {};
    std::string_view body = {};
    std::string_view client_address = {};
    std::string_view request_id = {};
    bool tls = false;  // the client's connection is encrypted
    bool for_operator = false;  // the client may see /admin/ and /metrics
    bool draining = false;      // the host is stopping: /healthz says so
    std::chrono::steady_clock::time_point received = {};  // unset: now
};

namespace detail {

// A request as the C ABI takes it, with pointers into itself and the request.
class http_request_input {
public:
    explicit http_request_input(const http_request &request) {
        headers_.reserve(request.headers.size());
        for (const http_header &header : request.headers) {
            headers_.push_back({str(header.name), str(header.value)});
        }
        raw_.flags = (request.tls ? TILL_HTTP_TLS : 0u) |
                     (request.for_operator ? TILL_HTTP_OPERATOR : 0u) |
                     (request.draining ? TILL_HTTP_DRAINING : 0u);
        raw_.method = str(request.method);
        raw_.target = str(request.target);
        raw_.headers = headers_.data();
        raw_.header_count = headers_.size();
        raw_.body = str(request.body);
        raw_.client_address = str(request.client_address);
        raw_.request_id = str(request.request_id);
        raw_.received_us = std::chrono::duration_cast<std::chrono::microseconds>(
                               request.received.time_since_epoch())
                               .count();
    }
    const till_http_request *get() const noexcept { return &raw_; }

private:
    std::vector<till_http_header> headers_;
    till_http_request raw_ = TILL_HTTP_REQUEST_INIT;
};

}  // namespace detail

// A response. Its headers are complete but for Connection, Date and Content-Length.
class http_response_view : public detail::pointer_to<till_http_response> {
public:
    using pointer_to::pointer_to;

    std::int32_t status() const noexcept { return raw_->status; }
    // The host should close the connection.
    bool close() const noexcept { return raw_->close != 0; }
    std::size_t header_count() const noexcept { return raw_->header_count; }
    http_header header(std::size_t index) const noexcept {
        assert(index < raw_->header_count);
        const till_http_header &at = raw_->headers[index];
        return {detail::view(at.name), detail::view(at.value)};
    }
    std::string_view body() const noexcept { return detail::view(raw_->body); }
    // "/orders/ID/": for logs and metrics.
    std::string_view route() const noexcept { return detail::view(raw_->route); }
    std::int64_t user_id() const noexcept { return raw_->user_id; }  // 0: nobody
};
using http_response = owned<http_response_view>;

// The REST adapter on a store, which it keeps a reference to. Members may be called from any
// thread; it goes when no call is in flight.
class http_app {
public:
    http_app() noexcept = default;
    // Takes over what till_http_app_create() handed out.
    explicit http_app(till_http_app *raw) noexcept : raw_(raw) {}
    http_app(http_app &&other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    http_app &operator=(http_app &&other) noexcept {
        if (this != &other) {
            till_http_app_release(raw_);
            raw_ = std::exchange(other.raw_, nullptr);
        }
        return *this;
    }
    http_app(const http_app &) = delete;
    http_app &operator=(const http_app &) = delete;
    ~http_app() { till_http_app_release(raw_); }

    // Makes an app on a store.
    static result<http_app> try_create(store_ref store, const http_app_in &in = {}) {
        std::vector<till_str> origins;
        origins.reserve(in.cors_origins.size());
        for (const std::string_view origin : in.cors_origins) {
            origins.push_back(detail::str(origin));
        }
        till_http_app_in c = TILL_HTTP_APP_IN_INIT;
        c.mount = detail::str(in.mount);
        c.auth_mount = detail::str(in.auth_mount);
        c.public_url = detail::str(in.public_url);
        c.list_style = static_cast<till_http_list_style>(in.list_style);
        c.cors_origins = origins.data();
        c.cors_origin_count = origins.size();
        c.body_max = in.body_max;
        c.log = in.log;
        c.log_userdata = in.log_userdata;
        till_http_app *out = nullptr;
        const till_error *err = nullptr;
        const till_status status = till_http_app_create(store.get(), &c, &out, &err);
        if (status != TILL_OK) return error(status, err);
        return http_app(out);
    }

    explicit operator bool() const noexcept { return raw_ != nullptr; }
    till_http_app *get() const noexcept { return raw_; }

    // Where a request belongs, from its method, target and headers.
    http_plan plan(const http_request &request) const {
        const detail::http_request_input input(request);
        return static_cast<http_plan>(till_http_plan(raw_, input.get()));
    }
    // Counts a refusal that the host answered itself, with a status from 400 to 599.
    result<void> try_count_refusal(std::int32_t status) const {
        const till_status done = till_http_count_refusal(raw_, status);
        if (done != TILL_OK) return error(done, nullptr);
        return {};
    }
    // How large a body this request may have, in bytes.
    std::uint64_t body_max(const http_request &request) const {
        const detail::http_request_input input(request);
        return till_http_body_max(raw_, input.get());
    }
    // Answers a request. Every refusal of what a client did is a response.
    result<http_response> try_handle(const http_request &request) const {
        const detail::http_request_input input(request);
        const till_http_response *out = nullptr;
        const till_status status = till_http_handle(raw_, input.get(), &out);
        if (status != TILL_OK) return error(status, nullptr);
        return http_response(out);
    }
    // Answers requests planned as `write`, each on its own, with one durable commit.
    result<std::vector<http_response>> try_handle_batch(
        const std::vector<http_request> &requests) const {
        std::vector<detail::http_request_input> inputs;
        std::vector<const till_http_request *> pointers;
        inputs.reserve(requests.size());
        pointers.reserve(requests.size());
        for (const http_request &request : requests) {
            pointers.push_back(inputs.emplace_back(request).get());
        }
        std::vector<const till_http_response *> out(requests.size());
        std::vector<http_response> responses;
        responses.reserve(requests.size());
        const till_status status =
            till_http_handle_batch(raw_, pointers.data(), pointers.size(), out.data());
        if (status != TILL_OK) return error(status, nullptr);
        for (const till_http_response *response : out) responses.emplace_back(response);
        return responses;
    }

    // The same for a host whose parser fills the structs of the C header: nothing is copied.
    http_plan plan(const till_http_request &request) const noexcept {
        return static_cast<http_plan>(till_http_plan(raw_, &request));
    }
    std::uint64_t body_max(const till_http_request &request) const noexcept {
        return till_http_body_max(raw_, &request);
    }
    result<http_response> try_handle(const till_http_request &request) const noexcept {
        const till_http_response *out = nullptr;
        const till_status status = till_http_handle(raw_, &request, &out);
        if (status != TILL_OK) return error(status, nullptr);
        return http_response(out);
    }
    // `responses` has room for `count` of them, each for an http_response to take over.
    result<void> try_handle_batch(const till_http_request *const *requests, std::size_t count,
                                  const till_http_response **responses) const noexcept {
        const till_status status = till_http_handle_batch(raw_, requests, count, responses);
        if (status != TILL_OK) return error(status, nullptr);
        return {};
    }

#if TILL_CPP_EXCEPTIONS
    static http_app create(store_ref store, const http_app_in &in = {}) {
        return try_create(store, in).value();
    }
    http_response handle(const http_request &request) const { return try_handle(request).value(); }
    std::vector<http_response> handle_batch(const std::vector<http_request> &requests) const {
        return try_handle_batch(requests).value();
    }
    http_response handle(const till_http_request &request) const {
        return try_handle(request).value();
    }
    void handle_batch(const till_http_request *const *requests, std::size_t count,
                      const till_http_response **responses) const {
        try_handle_batch(requests, count, responses).value();
    }
    void count_refusal(std::int32_t status) const { try_count_refusal(status).value(); }
#endif

private:
    till_http_app *raw_ = nullptr;
};

}  // namespace v1
}  // namespace till
