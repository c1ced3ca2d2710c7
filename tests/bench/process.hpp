// SPDX-License-Identifier: MIT
//
// Servers as processes of their own, so that their CPU time and memory can be told from ours.
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace bench {

// Ends with the object, and with this process should that end first.
class ServerProcess {
public:
    // till-server `serve` on the store, on a port of the system's choice; returns when it listens.
    // It writes no access log, and its messages into a file beside the store.
    static ServerProcess till(const std::string& store, const std::vector<std::string>& flags);
    // raw_epoll_serve().
    static ServerProcess raw();

    ServerProcess(ServerProcess&& other) noexcept;
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;
    ServerProcess& operator=(ServerProcess&&) = delete;
    ~ServerProcess();

    std::uint16_t port() const { return port_; }
    double cpu_s() const;          // of all its threads, since it began
    std::int64_t rss_kib() const;  // VmRSS: anonymous, file and shared pages that are in memory

private:
    ServerProcess(pid_t pid, std::uint16_t port) : pid_(pid), port_(port) {}

    pid_t pid_;
    std::uint16_t port_;
};

}  // namespace bench
