// SPDX-License-Identifier: MIT
// One client connection.
//
// Lives on one I/O thread; only request() and set_response() are used elsewhere, by the worker that
// has the connection's one request in flight. While it has, nothing is read, so that answers keep
// the order of the requests and a client cannot pile up work.
#pragma once

#include "chunked.hpp"
#include "handler.hpp"
#include "input_buffer.hpp"
#include "io_thread.hpp"
#include "request_head.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <string>

namespace till_server {

class Connection : public std::enable_shared_from_this<Connection> {
public:
    using Clock = IoThread::Clock;

    Connection(Core& core, IoThread& thread, int descriptor, const Peer& peer);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    void start();
    void close();
    void on_deadline();
    void on_drain();
    // The answer is there: sends it. resume() then reads on.
    void on_response();
    void resume();
    Clock::time_point deadline() const { return deadline_; }
    IoThread& thread() { return thread_; }

    // The worker's part.
    const till_http_request& request() const { return request_; }
    void set_response(Response response) { response_ = std::move(response); }

private:
    using Socket = boost::asio::generic::stream_protocol::socket;
    enum class Phase { handshake, reading, working, writing, lingering, closed };
    enum class Stage { head, body, ready };  // of the request being read
    enum class Step { need_more, ready, refused };

    // connection_io.cpp: bytes in and out.
    void read();
    void on_read(size_t count);
    bool flush();
    void wait_writable();
    void on_written();
    void linger();
    void discard();

    // connection.cpp: requests.
    void process();
    Step take_request();
    Step take_head();
    Step begin_request();
    Step take_body();
    void identify_client();
    bool is_operator() const;
    bool dispatch();
    void respond();
    void respond_simple(int status, std::string_view detail, std::string_view extra_headers = {});
    void append_head(int status, size_t body_size, const till_http_response* response,
                     std::string_view extra_headers);
    void log_request(int status, uint64_t bytes, const till_http_response* response);
    void end_request();
    void set_reading_deadline();

    Core& core_;
    IoThread& thread_;
    Peer peer_;
    Socket socket_;
    std::shared_ptr<boost::asio::ssl::context> tls_context_;
    std::unique_ptr<boost::asio::ssl::stream<Socket&>> tls_;

    Phase phase_ = Phase::reading;
    Stage stage_ = Stage::head;
    bool closing_ = false;  // after the output is written
    bool read_pending_ = false;
    Clock::time_point now_;  // when this turn of the loop began: what deadlines are counted from
    Clock::time_point deadline_;
    Clock::time_point head_began_;
    Clock::time_point body_began_;
    Clock::time_point write_began_;
    Clock::time_point request_began_;

    InputBuffer input_;
    std::string output_;
    size_t output_sent_ = 0;
    size_t lingered_ = 0;

    std::string head_bytes_;
    size_t head_searched_ = 0;
    bool blank_line_skipped_ = false;
    RequestHead head_;
    std::string body_;
    size_t body_in_input_ = 0;  // the request's body is this much of input_, not body_
    uint64_t body_received_ = 0;
    ChunkedDecoder chunks_;
    std::string peer_name_;
    std::string client_;
    std::string request_id_;
    bool client_tls_ = false;
    till_http_request request_ = TILL_HTTP_REQUEST_INIT;
    Response response_;
};

}  // namespace till_server
