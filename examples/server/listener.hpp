// SPDX-License-Identifier: MIT
#pragma once

#include "address.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace till_server {

class Core;

// A listening socket. One accepts for all I/O threads and hands connections to the least loaded:
// SO_REUSEPORT would spread them by hash, unevenly when they are few, and would let a second server
// take half of a port without a word.
class Listener {
public:
    // Binds. Throws Refusal.
    Listener(Core& core, boost::asio::io_context& context, ListenAddress address,
             bool for_operators);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    const ListenAddress& address() const { return address_; }  // with the port the system chose
    // On the thread of its io_context, as close().
    void accept();
    void close();

private:
    int open_tcp();
    int open_unix();
    void accept_ready();
    void refuse(int descriptor, bool source);
    void warn_now_and_then(int64_t& last_us, std::string_view text);

    Core& core_;
    ListenAddress address_;
    bool tls_;
    bool for_operators_;
    boost::asio::posix::stream_descriptor socket_;
    boost::asio::steady_timer pause_;
    int64_t refusal_told_us_ = 0;
    int64_t shortage_told_us_ = 0;
};

}  // namespace till_server
