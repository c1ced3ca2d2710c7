// SPDX-License-Identifier: MIT
//
// A closed-loop HTTP client: so many keep-alive connections, each with one request in flight, in
// one thread's epoll loop. It parses no more of an answer than it needs to find its end.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

struct LoadResult {
    std::int64_t requests = 0;
    double seconds = 0;
    double p99_s = 0;  // of a request's time, from sending it to having its answer whole

    double rate() const { return static_cast<double>(requests) / seconds; }
};

class Load {
public:
    // Writes the next request, head and body, into the emptied string.
    using NextRequest = std::function<void(std::string&)>;

    // Connects to 127.0.0.1.
    Load(std::uint16_t port, int connections, NextRequest next);
    ~Load();
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    // Runs for `for_s` seconds, then waits for the answers that are due: every connection makes at
    // least one request. Ends the program at an answer that is not 2xx: a benchmark of errors is
    // none. Any number of times.
    LoadResult run(double for_s);
    // The same until another thread sets the flag.
    LoadResult run_until(const std::atomic<bool>& stop);

private:
    struct Connection {
        int descriptor = -1;
        bool busy = false;
        double sent_s = 0;
        std::string input;
    };
    // `going` is asked after each answer, with the time since the beginning.
    LoadResult run_while(const std::function<bool(double)>& going);
    void send_next(Connection& connection);
    // True when the answer is whole.
    bool receive(Connection& connection);

    NextRequest next_;
    int loop_ = -1;
    std::vector<Connection> connections_;
    std::string request_;
};

// The next request is always the same.
Load::NextRequest same(std::string request);

// One request on a connection of its own; the body of its answer.
std::string fetch(std::uint16_t port, const std::string& request);

}  // namespace bench
