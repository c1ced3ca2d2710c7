// SPDX-License-Identifier: MIT
#include "bench/process.hpp"

#include "bench/raw_epoll.h"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace bench {
namespace {

constexpr int backlog = 1024;

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

int listen_anywhere(std::uint16_t& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) fail("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(listener, generic, size) != 0 || ::listen(listener, backlog) != 0 ||
        ::getsockname(listener, generic, &size) != 0)
        fail("listen");
    port = ntohs(address.sin_port);
    return listener;
}

// "Serving FILE on http://127.0.0.1:PORT"; the server says it once it listens.
std::uint16_t read_port(int output, const std::string& log) {
    std::string line;
    char byte = 0;
    while (::read(output, &byte, 1) == 1 && byte != '\n') line += byte;
    const std::size_t colon = line.rfind(':');
    std::uint16_t port = 0;
    if (colon != std::string::npos)
        std::from_chars(line.data() + colon + 1, line.data() + line.size(), port);
    if (port == 0) {
        const std::ifstream messages(log);
        std::cerr << "till-server did not start: " << line << "\n" << messages.rdbuf();
        std::exit(1);
    }
    return port;
}

}  // namespace

ServerProcess ServerProcess::till(const std::string& store, const std::vector<std::string>& flags) {
    std::vector<std::string> words = {TILL_BENCH_SERVER, "serve",       "--db",  store,
                                      "--listen",        "127.0.0.1:0", "--log", "none"};
    words.insert(words.end(), flags.begin(), flags.end());
    std::vector<char*> arguments;
    for (std::string& each : words) arguments.push_back(each.data());
    arguments.push_back(nullptr);
    const std::string log = store + ".log";
    const int messages = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (messages < 0) fail("the server's log");
    int output[2];
    if (::pipe(output) != 0) fail("pipe");
    const pid_t pid = ::fork();
    if (pid < 0) fail("fork");
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(output[1], STDOUT_FILENO);
        ::dup2(messages, STDERR_FILENO);
        ::close(output[0]);
        ::close(output[1]);
        ::execv(arguments[0], arguments.data());
        std::perror(arguments[0]);
        ::_exit(1);
    }
    ::close(output[1]);
    ::close(messages);
    const std::uint16_t port = read_port(output[0], log);
    ::close(output[0]);
    return {pid, port};
}

ServerProcess ServerProcess::raw() {
    std::uint16_t port = 0;
    const int listener = listen_anywhere(port);
    const pid_t pid = ::fork();
    if (pid < 0) fail("fork");
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        raw_epoll_serve(listener);
    }
    ::close(listener);
    return {pid, port};
}

ServerProcess::ServerProcess(ServerProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), port_(other.port_) {}

ServerProcess::~ServerProcess() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGTERM);
    int status = 0;
    ::waitpid(pid_, &status, 0);
}

double ServerProcess::cpu_s() const {
    // The same sum as in /proc/PID/stat, in nanoseconds in place of ticks of 10 ms.
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
        fail("the server's CPU clock");
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::int64_t ServerProcess::rss_kib() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    for (std::string word; status >> word;) {
        std::int64_t kib = 0;
        if (word == "VmRSS:" && status >> kib) return kib;
    }
    fail("the server's VmRSS");
}

}  // namespace bench
