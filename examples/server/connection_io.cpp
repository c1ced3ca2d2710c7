// SPDX-License-Identifier: MIT
// A connection's bytes: reading, writing, closing.
#include "connection.hpp"
#include "core.hpp"
#include "wipe.hpp"

#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <cerrno>
#include <sys/socket.h>

namespace till_server {

namespace net = boost::asio;
using boost::system::error_code;

namespace {

constexpr size_t read_size = 4096;
constexpr size_t body_read_size = size_t{32} * 1024;
// A client that still sends after a refusal is heard this long, then cut off.
constexpr size_t linger_bytes_max = size_t{4} * 1024 * 1024;
constexpr size_t buffer_kept = size_t{16} * 1024;

std::chrono::milliseconds at_rate(uint64_t bytes, uint64_t rate) {
    return std::chrono::milliseconds(rate == 0 ? 0 : bytes * 1000 / rate);
}

}  // namespace

Connection::Connection(Core& core, IoThread& thread, int descriptor, const Peer& peer)
    : core_(core),
      thread_(thread),
      peer_(peer),
      socket_(thread.context(),
              net::generic::stream_protocol(peer.ip ? AF_INET : AF_UNIX, SOCK_STREAM), descriptor),
      peer_name_(peer.ip ? peer.ip->to_string() : "unix") {}

Connection::~Connection() {
    if (phase_ != Phase::closed) core_.admission.leave(peer_);
    for (std::string* text : {&head_bytes_, &body_, &output_}) wipe(*text);
}

void Connection::start() {
    now_ = head_began_ = Clock::now();
    deadline_ = head_began_ + core_.config.deadlines.header;
    if (!peer_.tls) {
        read();
        return;
    }
    phase_ = Phase::handshake;
    tls_context_ = core_.tls->current();
    tls_ = std::make_unique<net::ssl::stream<Socket&>>(socket_, *tls_context_);
    tls_->async_handshake(net::ssl::stream_base::server,
                          [self = shared_from_this()](error_code code) {
                              if (self->phase_ == Phase::closed) return;
                              if (code) return self->close();
                              self->phase_ = Phase::reading;
                              self->now_ = Clock::now();
                              self->read();
                          });
}

void Connection::close() {
    if (phase_ == Phase::closed) return;
    const auto self = shared_from_this();
    phase_ = Phase::closed;
    error_code ignored;
    socket_.close(ignored);
    core_.admission.leave(peer_);
    thread_.remove(*this);
}

void Connection::set_reading_deadline() {
    const Deadlines& limits = core_.config.deadlines;
    if (stage_ == Stage::body) {
        deadline_ = body_began_ + limits.body + at_rate(body_received_, limits.rate_min);
    } else if (input_.empty() && head_began_ == Clock::time_point()) {
        deadline_ = now_ + limits.idle;
    } else {
        if (head_began_ == Clock::time_point()) head_began_ = now_;
        deadline_ = head_began_ + limits.header;
    }
}

void Connection::read() {
    set_reading_deadline();
    if (stage_ == Stage::head) input_.shrink(buffer_kept);
    input_.reserve(stage_ == Stage::body ? body_read_size : read_size);
    const auto buffer = net::buffer(input_.space(), input_.space_size());
    read_pending_ = true;
    auto done = [self = shared_from_this()](error_code code, size_t count) {
        self->read_pending_ = false;
        if (self->phase_ == Phase::closed) return;
        // Also the end of the stream: a request that is not complete by now never will be.
        if (code) return self->close();
        self->on_read(count);
    };
    if (tls_) {
        tls_->async_read_some(buffer, std::move(done));
    } else {
        socket_.async_read_some(buffer, std::move(done));
    }
}

void Connection::on_read(size_t count) {
    // A deadline may have answered meanwhile: then nothing is parsed any more.
    if (phase_ == Phase::lingering) return discard();
    if (phase_ != Phase::reading) return;
    input_.add(count);
    now_ = Clock::now();
    if (head_began_ == Clock::time_point()) head_began_ = now_;
    process();
    resume();
}

void Connection::resume() {
    if (phase_ == Phase::reading) read();
}

// True when all output is out. Otherwise on_written() goes on later.
bool Connection::flush() {
    if (output_.empty()) return true;
    write_began_ = now_;
    if (tls_) {
        phase_ = Phase::writing;
        deadline_ = write_began_ + core_.config.deadlines.write +
                    at_rate(output_.size(), core_.config.deadlines.rate_min);
        net::async_write(*tls_, net::buffer(output_),
                         [self = shared_from_this()](error_code code, size_t) {
                             if (self->phase_ == Phase::closed) return;
                             if (code) return self->close();
                             self->output_sent_ = self->output_.size();
                             self->on_written();
                         });
        return false;
    }
    // Nearly every answer fits the socket's buffer: send at once, without a turn of the loop.
    while (output_sent_ < output_.size()) {
        const ssize_t sent = ::send(socket_.native_handle(), output_.data() + output_sent_,
                                    output_.size() - output_sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            output_sent_ += static_cast<size_t>(sent);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            phase_ = Phase::writing;
            wait_writable();
            return false;
        } else if (errno != EINTR) {
            close();
            return false;
        }
    }
    wipe(output_);
    output_sent_ = 0;
    if (output_.capacity() > buffer_kept) output_.shrink_to_fit();
    return true;
}

void Connection::wait_writable() {
    deadline_ = write_began_ + core_.config.deadlines.write +
                at_rate(output_sent_, core_.config.deadlines.rate_min);
    socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code code) {
        if (self->phase_ == Phase::closed) return;
        if (code) return self->close();
        self->on_written();
    });
}

void Connection::on_written() {
    while (output_sent_ < output_.size()) {
        const ssize_t sent = ::send(socket_.native_handle(), output_.data() + output_sent_,
                                    output_.size() - output_sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            output_sent_ += static_cast<size_t>(sent);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return wait_writable();
        } else if (errno != EINTR) {
            return close();
        }
    }
    wipe(output_);
    output_sent_ = 0;
    if (output_.capacity() > buffer_kept) output_.shrink_to_fit();
    phase_ = Phase::reading;
    now_ = Clock::now();
    process();
    resume();
}

// The answer is written and the connection ends. Closing with bytes unread makes the kernel reset
// the connection, and the client may then never see the answer. So: end our side, and read on
// without looking until the client has ended his.
void Connection::linger() {
    phase_ = Phase::lingering;
    deadline_ = now_ + core_.config.deadlines.linger;
    if (tls_ && read_pending_) return close();  // one operation a direction
    if (tls_) {
        tls_->async_shutdown([self = shared_from_this()](error_code) {
            if (self->phase_ == Phase::closed) return;
            error_code ignored;
            self->socket_.shutdown(Socket::shutdown_send, ignored);
            self->discard();
        });
        return;
    }
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    discard();
}

void Connection::discard() {
    if (read_pending_) return;  // its handler comes back here
    input_.consume(input_.view().size());
    input_.reserve(read_size);
    socket_.async_read_some(net::buffer(input_.space(), input_.space_size()),
                            [self = shared_from_this()](error_code code, size_t count) {
                                if (self->phase_ == Phase::closed) return;
                                self->lingered_ += count;
                                if (code || self->lingered_ > linger_bytes_max) {
                                    return self->close();
                                }
                                self->discard();
                            });
}

void Connection::on_deadline() {
    now_ = Clock::now();
    switch (phase_) {
        case Phase::reading:
            // An idle client just finds the connection closed; one that began a request is told.
            if (stage_ == Stage::head && input_.empty()) return close();
            closing_ = true;
            respond_simple(408, "The request took too long to arrive.");
            if (flush()) linger();
            return;
        case Phase::working:
            return;
        case Phase::handshake:
        case Phase::writing:
        case Phase::lingering:
        case Phase::closed:
            return close();
    }
}

void Connection::on_drain() {
    const bool idle = phase_ == Phase::reading && stage_ == Stage::head && input_.empty();
    if (idle || phase_ == Phase::handshake) close();
}

}  // namespace till_server
