// SPDX-License-Identifier: MIT
#include "bench/load.hpp"

#include "bench/bench.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {
namespace {

constexpr std::size_t read_size = 16'384;
constexpr int events_max = 64;
constexpr int patience_ms = 30'000;

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

[[noreturn]] void fail_answer(std::string_view answer) {
    std::fprintf(stderr, "an answer that no benchmark wants: %.*s\n",
                 static_cast<int>(std::min<std::size_t>(answer.size(), 1000)), answer.data());
    std::exit(1);
}

int connect_to(std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) fail("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail("connect");
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

void send_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) fail("send");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

// Where the body begins and how long it is; false until the head is whole.
bool find_body(std::string_view answer, std::size_t& begin, std::size_t& size) {
    const std::size_t end = answer.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    if (!answer.starts_with("HTTP/1.1 2")) fail_answer(answer);
    constexpr std::string_view name = "\r\nContent-Length: ";
    const std::size_t at = answer.substr(0, end).find(name);
    begin = end + 4;
    size = 0;
    if (at == std::string_view::npos) fail_answer(answer);
    std::from_chars(answer.data() + at + name.size(), answer.data() + end, size);
    return true;
}

// Appends what has come; ends the program when the server hung up.
void read_some(int descriptor, std::string& input) {
    char buffer[read_size];
    const ssize_t got = ::recv(descriptor, buffer, sizeof buffer, 0);
    if (got < 0) fail("recv");
    if (got == 0) fail_answer(input.empty() ? "(the server hung up)" : input);
    input.append(buffer, static_cast<std::size_t>(got));
}

}  // namespace

Load::Load(std::uint16_t port, int connections, NextRequest next)
    : next_(std::move(next)),
      loop_(::epoll_create1(EPOLL_CLOEXEC)),
      connections_(static_cast<std::size_t>(connections)) {
    if (loop_ < 0) fail("epoll_create1");
    for (Connection& each : connections_) {
        each.descriptor = connect_to(port);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &each;
        if (::epoll_ctl(loop_, EPOLL_CTL_ADD, each.descriptor, &event) != 0) fail("epoll_ctl");
    }
}

Load::~Load() {
    for (const Connection& each : connections_) ::close(each.descriptor);
    ::close(loop_);
}

void Load::send_next(Connection& connection) {
    request_.clear();
    next_(request_);
    connection.input.clear();
    connection.busy = true;
    connection.sent_s = seconds();
    // Sockets block: a request is smaller than any send buffer, and the server reads it whole.
    send_all(connection.descriptor, request_);
}

bool Load::receive(Connection& connection) {
    read_some(connection.descriptor, connection.input);
    std::size_t begin = 0, size = 0;
    if (!find_body(connection.input, begin, size)) return false;
    return connection.input.size() >= begin + size;
}

LoadResult Load::run(double for_s) {
    return run_while([for_s](double since_s) { return since_s < for_s; });
}

LoadResult Load::run_until(const std::atomic<bool>& stop) {
    return run_while([&stop](double) { return !stop.load(); });
}

LoadResult Load::run_while(const std::function<bool(double)>& going) {
    std::vector<double> times;
    times.reserve(1 << 18);
    const double begin = seconds();
    for (Connection& each : connections_) send_next(each);
    std::size_t due = connections_.size();
    double now = begin;
    epoll_event events[events_max];
    while (due > 0) {
        const int count = ::epoll_wait(loop_, events, events_max, patience_ms);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("epoll_wait");
        if (count == 0) fail_answer("(none within half a minute)");
        for (int i = 0; i < count; ++i) {
            auto& connection = *static_cast<Connection*>(events[i].data.ptr);
            if (!connection.busy) fail_answer("(one that nobody asked for)");
            if (!receive(connection)) continue;
            now = seconds();
            times.push_back(now - connection.sent_s);
            connection.busy = false;
            if (going(now - begin)) {
                send_next(connection);
            } else {
                --due;
            }
        }
    }
    LoadResult result;
    result.requests = static_cast<std::int64_t>(times.size());
    result.seconds = now - begin;
    const auto p99 = times.begin() + static_cast<std::ptrdiff_t>(times.size() * 99 / 100);
    std::nth_element(times.begin(), p99, times.end());
    result.p99_s = *p99;
    return result;
}

Load::NextRequest same(std::string request) {
    return [request = std::move(request)](std::string& out) { out = request; };
}

std::string fetch(std::uint16_t port, const std::string& request) {
    const int descriptor = connect_to(port);
    send_all(descriptor, request);
    std::string answer;
    std::size_t begin = 0, size = 0;
    do read_some(descriptor, answer);
    while (!find_body(answer, begin, size) || answer.size() < begin + size);
    ::close(descriptor);
    return answer.substr(begin, size);
}

}  // namespace bench
