// SPDX-License-Identifier: MIT
#pragma once

#include "address.hpp"
#include "handler.hpp"
#include "request_head.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace till_server {

class Log;

struct TlsConfig {
    std::string certificate;  // PEM chain; empty: no TLS
    std::string key;

    bool enabled() const { return !certificate.empty(); }
};

// How long a client may take. A body or an answer gets its base time plus what it needs at
// `rate_min`, so that a large one over a slow line passes and a trickle does not.
struct Deadlines {
    std::chrono::milliseconds header{10'000};  // TLS handshake included
    std::chrono::milliseconds body{30'000};
    std::chrono::milliseconds idle{60'000};
    std::chrono::milliseconds write{30'000};
    std::chrono::milliseconds linger{2'000};  // for the client to read a refusal and hang up
    std::chrono::milliseconds drain{10'000};  // for requests in flight when the server stops
    uint64_t rate_min = 1024;                 // bytes a second
};

struct ServerConfig {
    std::vector<ListenAddress> listen;
    std::vector<ListenAddress> admin_listen;  // whoever comes here is an operator
    bool admin_open = false;                  // everybody is
    bool shared_socket = false;               // unix sockets: mode 0660 in place of 0600
    TlsConfig tls;
    TrustedProxies trusted_proxies;
    AppConfig app;

    unsigned threads = 0;       // 0: one a core, at most io_threads_max
    unsigned slow_threads = 0;  // 0: one a core
    size_t slow_queue = 0;      // waiting SLOW requests; 0: 32 a thread, about a second of logins
    size_t connections_max = 4096;
    size_t connections_per_source = 512;
    HeadLimits head;
    Deadlines deadlines;
    Log* log = nullptr;  // outlives the server; NULL: silence
};

constexpr unsigned io_threads_max = 64;

}  // namespace till_server
