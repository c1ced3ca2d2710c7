// SPDX-License-Identifier: MIT
// A connection's requests: framing, dispatch, answers.
#include "connection.hpp"

#include "c_text.hpp"
#include "core.hpp"
#include "reply.hpp"
#include "wipe.hpp"

#include <algorithm>
#include <ctime>

namespace till_server {

namespace {

// Answers of pipelined requests are gathered up to this before they are sent.
constexpr size_t output_gathered = size_t{64} * 1024;
constexpr size_t body_kept = size_t{16} * 1024;
constexpr size_t head_room = 2048;  // of an answer; a longer one only grows once more
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

// What a trusted proxy may pass on as a request id.
bool is_sane_id(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_' || c == '.';
    });
}

}  // namespace

// Serves what has been received until more is needed (then the phase is still `reading`), the
// answer must wait, or the output does not fit the socket.
void Connection::process() {
    while (phase_ == Phase::reading) {
        if (output_.size() > output_gathered && !flush()) return;
        if (closing_) {
            if (flush()) linger();
            return;
        }
        const Step step = stage_ == Stage::ready ? Step::ready : take_request();
        if (step == Step::need_more) {
            static_cast<void>(flush());
            return;
        }
        if (step == Step::ready && !dispatch()) return;
    }
}

Connection::Step Connection::take_request() {
    if (stage_ == Stage::head) {
        const Step step = take_head();
        if (step != Step::ready) return step;
    }
    return stage_ == Stage::body ? take_body() : Step::ready;
}

Connection::Step Connection::take_head() {
    // RFC 9112, 2.2: one empty line before a request is forgiven, since old clients send it.
    if (!blank_line_skipped_ && input_.view().starts_with("\r\n")) {
        input_.consume(2);
        blank_line_skipped_ = true;
    }
    const std::string_view received = input_.view();
    if (received.empty()) return Step::need_more;
    const HeadLimits& limits = core_.config.head;
    const size_t size = find_head_end(received, head_searched_);
    request_began_ = now_;
    HeadProblem problem;
    if (size == std::string_view::npos) {
        problem = check_partial_head(received, limits);
        if (!problem) return Step::need_more;
        head_.clear();
    } else {
        head_bytes_.assign(received.data(), size);
        problem = parse_head(head_bytes_, limits, head_);
        input_.consume(size);
    }
    head_searched_ = 0;
    identify_client();
    if (problem) {
        closing_ = true;  // where the next request would begin is anybody's guess
        respond_simple(problem.status, problem.detail, problem.status == 405 ? allow_line : "");
        return Step::refused;
    }
    return begin_request();
}

Connection::Step Connection::begin_request() {
    request_ = TILL_HTTP_REQUEST_INIT;
    request_.flags = (client_tls_ ? TILL_HTTP_TLS : 0U) |
                     (is_operator() ? TILL_HTTP_OPERATOR : 0U) |
                     (core_.draining.load(std::memory_order_relaxed) ? TILL_HTTP_DRAINING : 0U);
    request_.received_us =
        std::chrono::duration_cast<std::chrono::microseconds>(request_began_.time_since_epoch())
            .count();
    request_.method = borrow(head_.method);
    request_.target = borrow(head_.target);
    request_.headers = head_.fields.data();
    request_.header_count = head_.fields.size();
    request_.client_address = borrow(client_);
    request_.request_id = borrow(request_id_);
    stage_ = Stage::ready;
    body_in_input_ = 0;
    if (!head_.chunked && head_.content_length == 0) return Step::ready;

    const uint64_t body_max = head_.server_wide ? 0 : core_.handler->body_max(request_);
    if (head_.content_length > body_max) {
        closing_ = true;
        respond_simple(413, "The body is too large.");
        return Step::refused;
    }
    if (!head_.chunked && input_.view().size() >= head_.content_length) {
        body_in_input_ = static_cast<size_t>(head_.content_length);
        request_.body = borrow(input_.view().substr(0, body_in_input_));
        return Step::ready;
    }
    stage_ = Stage::body;
    body_.clear();
    body_received_ = 0;
    body_began_ = request_began_;
    chunks_.begin(body_max);
    if (head_.expects_continue && input_.empty()) output_ += continue_line;
    return Step::ready;
}

Connection::Step Connection::take_body() {
    std::string_view received = input_.view();
    const size_t before = received.size();
    bool complete = false;
    if (head_.chunked) {
        make_room(body_, received.size());
        const ChunkedDecoder::State state = chunks_.take(received, body_);
        if (state == ChunkedDecoder::State::malformed ||
            state == ChunkedDecoder::State::too_large) {
            closing_ = true;
            const bool large = state == ChunkedDecoder::State::too_large;
            respond_simple(large ? 413 : 400,
                           large ? "The body is too large." : "The chunked body is malformed.");
            return Step::refused;
        }
        complete = state == ChunkedDecoder::State::done;
    } else {
        const size_t missing = static_cast<size_t>(head_.content_length) - body_.size();
        const size_t count = std::min(missing, received.size());
        make_room(body_, count);
        body_.append(received.data(), count);
        received.remove_prefix(count);
        complete = count == missing;
    }
    body_received_ += before - received.size();
    input_.consume(before - received.size());
    if (!complete) return Step::need_more;
    request_.body = borrow(body_);
    stage_ = Stage::ready;
    return Step::ready;
}

void Connection::identify_client() {
    client_ = peer_name_;
    client_tls_ = peer_.tls;
    if (!peer_.trusted) {
        thread_.new_request_id(request_id_);
        return;
    }
    const auto client =
        forwarded_client(head_.forwarded_for, peer_.ip, core_.config.trusted_proxies);
    if (client) client_ = client->to_string();
    if (!head_.forwarded_proto.empty()) client_tls_ = head_.forwarded_proto == "https";
    if (is_sane_id(head_.request_id)) {
        request_id_ = head_.request_id;
    } else {
        thread_.new_request_id(request_id_);
    }
}

// Whoever sits at this machine, or comes by an address kept for operators. A proxy's client is
// somebody else, even where nobody named the proxy.
bool Connection::is_operator() const {
    if (peer_.is_operator || core_.config.admin_open) return true;
    const bool is_direct = !peer_.trusted && !head_.forwarded;
    return is_direct && peer_.ip && peer_.ip->is_loopback();
}

// True when the request is answered (into the output), false when its answer comes later.
bool Connection::dispatch() {
    if (head_.server_wide) {
        respond_simple(204, "", allow_line);
        return true;
    }
    const till_http_plan_kind plan = core_.handler->plan(request_);
    // Answers of earlier requests do not wait for this one's commit.
    if (plan != TILL_HTTP_READ && !output_.empty() && !flush()) return false;
    if (plan == TILL_HTTP_READ) {
        thread_.queue_read(shared_from_this());
    } else if (plan == TILL_HTTP_WRITE) {
        thread_.queue_write(shared_from_this());
    } else if (!core_.slow.push(shared_from_this())) {
        respond_simple(503, "Too many logins and uploads at once. Try again in a few seconds.",
                       "Retry-After: 2\r\n");
        return true;
    }
    phase_ = Phase::working;
    deadline_ = Clock::time_point::max();  // the call's own timeout bounds it
    return false;
}

void Connection::on_response() {
    if (phase_ == Phase::closed) return;
    phase_ = Phase::reading;
    now_ = Clock::now();
    respond();
    process();
}

void Connection::respond() {
    const Response response = std::move(response_);
    if (response == nullptr || !is_clean(*response)) {
        closing_ = true;
        respond_simple(response == nullptr ? 503 : 500, "The request could not be answered.");
        return;
    }
    if (response->close || core_.draining.load(std::memory_order_relaxed)) closing_ = true;
    const bool bodiless = has_no_body(response->status);
    append_head(response->status, response->body.len, response.get(), "");
    if (!bodiless && head_.method != "HEAD") {
        output_.append(response->body.data == nullptr ? "" : response->body.data,
                       response->body.len);
    }
    log_request(response->status, response->body.len, response.get());
    end_request();
}

// An answer of the transport itself, in the adapter's grammar.
void Connection::respond_simple(int status, std::string_view detail,
                                std::string_view extra_headers) {
    if (core_.draining.load(std::memory_order_relaxed)) closing_ = true;
    const std::string body = has_no_body(status) ? "" : error_body(status, detail);
    std::string headers(extra_headers);
    if (!body.empty()) headers += "Content-Type: application/json\r\n";
    headers += "X-Request-Id: " + request_id_ + "\r\n";
    append_head(status, body.size(), nullptr, headers);
    if (head_.method != "HEAD") output_ += body;
    log_request(status, body.size(), nullptr);
    if (status >= 400) core_.handler->count_refusal(status);
    end_request();
}

void Connection::append_head(int status, size_t body_size, const till_http_response* response,
                             std::string_view extra_headers) {
    if (!head_.keep_alive) closing_ = true;
    make_room(output_, body_size + head_room);
    append_status_line(output_, status);
    output_ += thread_.date_line(std::time(nullptr));
    // A handler may leave the body of an answer to HEAD out: then its length is not known here.
    const bool unknown_length = head_.method == "HEAD" && body_size == 0;
    if (!has_no_body(status) && !unknown_length) append_content_length(output_, body_size);
    if (closing_) {
        output_ += "Connection: close\r\n";
    } else if (head_.http_1_0) {
        output_ += "Connection: keep-alive\r\n";
    }
    if (peer_.tls) output_ += hsts_line;
    if (response != nullptr) append_headers(output_, *response);
    output_ += extra_headers;
    output_ += "\r\n";
}

void Connection::log_request(int status, uint64_t bytes, const till_http_response* response) {
    if (!thread_.wants_log()) return;
    const auto spent = Clock::now() - request_began_;
    AccessEntry entry;
    entry.at_us = now_us();
    entry.method = head_.method.empty() ? "-" : head_.method;
    entry.target = head_.target.empty() ? "-" : std::string_view(head_.target);
    entry.client = client_;
    entry.request_id = request_id_;
    entry.status = status;
    entry.bytes = bytes;
    entry.micros = std::chrono::duration_cast<std::chrono::microseconds>(spent).count();
    if (response != nullptr) {
        entry.route = view(response->route);
        entry.user_id = response->user_id;
    }
    thread_.log(entry);
}

void Connection::end_request() {
    input_.consume(body_in_input_);
    body_in_input_ = 0;
    wipe(head_bytes_);
    wipe(head_.target);
    wipe(body_);
    if (body_.capacity() > body_kept) std::string().swap(body_);
    stage_ = Stage::head;
    blank_line_skipped_ = false;
    head_searched_ = 0;
    // The next head's time starts now if some of it is here already, else with its first byte.
    head_began_ = input_.empty() ? Clock::time_point() : now_;
}

}  // namespace till_server
