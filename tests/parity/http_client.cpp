// SPDX-License-Identifier: MIT
#include "http_client.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace till_parity {
namespace {

constexpr int patience_seconds = 20;  // a hung server fails the run instead of stopping it

class Socket {
public:
    explicit Socket(std::uint16_t port)
        : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        if (descriptor_ < 0) throw std::runtime_error("socket: " + error_text());
        const timeval patience{patience_seconds, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr generic{};
        std::memcpy(&generic, &address, sizeof generic);
        if (::connect(descriptor_, &generic, sizeof address) != 0) {
            const std::string reason = error_text();
            ::close(descriptor_);
            throw std::runtime_error("connect: " + reason);
        }
    }
    ~Socket() { ::close(descriptor_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    // A server may refuse and close before it has read everything: what it said still counts.
    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return;
            if (sent < 0) throw std::runtime_error("send: " + error_text());
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    // False at the end.
    bool receive(std::string& into) const {
        char buffer[16384];
        for (;;) {
            const ssize_t got = ::recv(descriptor_, buffer, sizeof buffer, 0);
            if (got > 0) {
                into.append(buffer, static_cast<std::size_t>(got));
                return true;
            }
            if (got == 0) return false;
            if (errno != EINTR) throw std::runtime_error("receive: " + error_text());
        }
    }

private:
    static std::string error_text() { return std::strerror(errno); }

    int descriptor_;
};

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

std::string serialise(const Request& request) {
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
    bool has_host = false;
    for (const auto& [name, value] : request.headers) {
        has_host = has_host || same_name(name, "host");
        text += name + ": " + value + "\r\n";
    }
    if (!has_host) text += "Host: testserver\r\n";
    if (request.has_body) text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    text += "Connection: close\r\n\r\n";
    return text + request.body;
}

void parse_head(std::string_view head, Response& response) {
    // "HTTP/1.1 200 OK"
    if (!head.starts_with("HTTP/1.") || head.size() < 12)
        throw std::runtime_error("not an HTTP answer: " + std::string(head.substr(0, 40)));
    const std::string_view digits = head.substr(9, 3);
    const auto parsed =
        std::from_chars(digits.data(), digits.data() + digits.size(), response.status);
    if (parsed.ec != std::errc()) throw std::runtime_error("no status in the answer");
    std::size_t at = head.find("\r\n");
    while (at != std::string_view::npos && at + 2 < head.size()) {
        const std::size_t end = head.find("\r\n", at + 2);
        const std::string_view line = head.substr(at + 2, end - at - 2);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) throw std::runtime_error("a header without a colon");
        std::string_view value = line.substr(colon + 1);
        while (value.starts_with(' ')) value.remove_prefix(1);
        while (value.ends_with(' ')) value.remove_suffix(1);
        response.headers.emplace_back(line.substr(0, colon), value);
        at = end;
    }
}

std::string unchunk(std::string_view raw) {
    std::string body;
    for (;;) {
        const std::size_t line_end = raw.find("\r\n");
        if (line_end == std::string_view::npos) throw std::runtime_error("a chunk without a size");
        std::size_t size = 0;
        std::from_chars(raw.data(), raw.data() + line_end, size, 16);
        raw.remove_prefix(line_end + 2);
        if (size == 0) return body;
        if (raw.size() < size + 2) throw std::runtime_error("a chunk is cut short");
        body.append(raw.substr(0, size));
        raw.remove_prefix(size + 2);
    }
}

}  // namespace

std::string_view Response::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (same_name(key, name)) return value;
    return {};
}

bool Response::has_header(std::string_view name) const {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const auto& header) { return same_name(header.first, name); });
}

Response exchange(std::uint16_t port, const Request& request) {
    const Socket socket(port);
    socket.send(serialise(request));
    std::string received;
    Response response;
    for (;;) {
        std::size_t head_end = received.find("\r\n\r\n");
        while (head_end == std::string::npos && socket.receive(received))
            head_end = received.find("\r\n\r\n");
        if (head_end == std::string::npos)
            throw std::runtime_error("the server hung up without an answer");
        response = Response();
        parse_head(std::string_view(received).substr(0, head_end + 2), response);
        received.erase(0, head_end + 4);
        if (response.status >= 200) break;  // skips 100 Continue
    }
    while (socket.receive(received)) {
    }
    if (request.method == "HEAD") {
        if (!received.empty()) throw std::runtime_error("an answer to HEAD has a body");
        return response;
    }
    if (response.header("Transfer-Encoding") == "chunked") {
        response.body = unchunk(received);
        return response;
    }
    if (response.has_header("Content-Length") &&
        response.header("Content-Length") != std::to_string(received.size()))
        throw std::runtime_error("the body is not as long as its Content-Length says");
    response.body = std::move(received);
    return response;
}

}  // namespace till_parity
