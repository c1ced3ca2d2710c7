// SPDX-License-Identifier: MIT
#include "raw_client.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace till_server_test {

namespace {

// Far beyond every deadline a test sets: only a server that hangs gets here.
constexpr timeval patience{10, 0};

int connect_to(int family, const void* address, socklen_t length) {
    const int descriptor = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(descriptor >= 0);
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    REQUIRE(::connect(descriptor, static_cast<const sockaddr*>(address), length) == 0);
    return descriptor;
}

}  // namespace

bool RawResponse::has(std::string_view header_line) const {
    return head.find("\r\n" + std::string(header_line) + "\r\n") != std::string::npos;
}

RawClient::RawClient(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    descriptor_ = connect_to(AF_INET, &address, sizeof address);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RawClient::RawClient(const std::string& unix_path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(unix_path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, unix_path.c_str(), unix_path.size() + 1);
    descriptor_ = connect_to(AF_UNIX, &address, sizeof address);
}

RawClient::~RawClient() { ::close(descriptor_); }

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
}

bool RawClient::fill() {
    char buffer[65536];
    const ssize_t count = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (count < 0) REQUIRE_MESSAGE(errno == ECONNRESET, "the server neither answered nor closed");
    if (count <= 0) return false;
    received_.append(buffer, static_cast<size_t>(count));
    return true;
}

RawResponse RawClient::read(bool head_only) {
    RawResponse response;
    size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return response;
    }
    response.head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    response.status = std::atoi(response.head.c_str() + 9);
    const size_t length_at = response.head.find("\r\nContent-Length: ");
    if (length_at == std::string::npos || head_only) return response;
    const size_t length = std::strtoul(response.head.c_str() + length_at + 18, nullptr, 10);
    while (received_.size() < length) {
        if (!fill()) return response;
    }
    response.body = received_.substr(0, length);
    received_.erase(0, length);
    return response;
}

std::string RawClient::read_to_end() {
    while (fill()) {
    }
    return std::move(received_);
}

bool RawClient::at_end() { return received_.empty() && !fill(); }

void RawClient::shut_sending() { ::shutdown(descriptor_, SHUT_WR); }

std::string get(std::string_view path, std::string_view extra) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: shop\r\n" + std::string(extra) + "\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view extra) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: shop\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(extra) + "\r\n" + std::string(body);
}

}  // namespace till_server_test
