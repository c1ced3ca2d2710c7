// SPDX-License-Identifier: MIT
// The HTTP server: sockets, TLS, framing, deadlines and limits around a Handler.
//
//     Server server(store, config);
//     server.start();              // listens; serves on threads of its own
//     ... server.port() ...
//     server.stop();               // drains
#pragma once

#include "config.hpp"
#include "handler.hpp"

#include <memory>

namespace till_server {

class Core;

class Server {
public:
    // Serves libtill_http on `store`, which it retains. Throws Refusal.
    Server(till::store_ref store, ServerConfig config);
    Server(std::unique_ptr<Handler> handler, ServerConfig config);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Binds every address, then serves. Throws Refusal and listens on none when one fails.
    void start();
    // Of the first TCP address; what the system chose for port 0. 0 without one.
    uint16_t port() const;
    // Stops accepting, lets requests in flight finish within the drain deadline, joins all threads.
    // True when nothing had to be cut off. Any number of times.
    bool stop();
    // Throws Refusal and goes on with the old certificate when the new one is bad.
    void reload_certificate();
    size_t connections() const;

private:
    std::unique_ptr<Core> core_;
};

}  // namespace till_server
