// SPDX-License-Identifier: MIT
#include "listener.hpp"

#include "core.hpp"
#include "refusal.hpp"
#include "system_text.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace till_server {

namespace net = boost::asio;

namespace {

constexpr int backlog = 1024;
// How many connections one wake-up may accept before the thread's other work gets a turn.
constexpr int accepts_per_turn = 32;
// When descriptors or memory ran out: the time in which others may be given back.
constexpr std::chrono::milliseconds accept_pause{100};
constexpr int64_t warning_interval_us = 60'000'000;

[[noreturn]] void refuse_listen(const ListenAddress& address, const char* what) {
    const int error = errno;
    std::string advice = ".";
    if (error == EADDRINUSE) advice = ". Another server is there: stop it or choose another port.";
    if (error == EACCES) advice = ". Choose a port of 1024 or more, or a directory you may write.";
    throw Refusal("Cannot " + std::string(what) + " " + address.to_string() + ": " +
                  system_text(error) + advice);
}

sockaddr_un unix_address(const std::string& path) {
    sockaddr_un result{};
    result.sun_family = AF_UNIX;
    std::memcpy(result.sun_path, path.c_str(), path.size() + 1);
    return result;
}

// A socket file whose server is gone refuses connections. Anything else at that path is not ours.
void remove_stale_socket(const ListenAddress& address) {
    struct stat status {};
    if (::lstat(address.unix_path.c_str(), &status) != 0) return;
    if (!S_ISSOCK(status.st_mode)) {
        throw Refusal("Cannot listen on " + address.to_string() +
                      ": a file that is no socket is there. Choose another path.");
    }
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un name = unix_address(address.unix_path);
    const int result = ::connect(probe, reinterpret_cast<const sockaddr*>(&name), sizeof name);
    const int error = errno;
    ::close(probe);
    if (result == 0 || error != ECONNREFUSED) {
        errno = EADDRINUSE;
        refuse_listen(address, "listen on");
    }
    ::unlink(address.unix_path.c_str());
}

}  // namespace

Listener::Listener(Core& core, net::io_context& context, ListenAddress address, bool for_operators)
    : core_(core),
      address_(std::move(address)),
      tls_(core.tls != nullptr && !address_.is_unix()),
      for_operators_(for_operators),
      socket_(context),
      pause_(context) {
    socket_.assign(address_.is_unix() ? open_unix() : open_tcp());
}

Listener::~Listener() {
    if (address_.is_unix()) ::unlink(address_.unix_path.c_str());
}

int Listener::open_tcp() {
    const bool v4 = address_.ip.is_v4();
    const int descriptor =
        ::socket(v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) refuse_listen(address_, "open a socket for");
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_storage name{};
    socklen_t length = 0;
    if (v4) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(address_.port);
        std::memcpy(&in.sin_addr, address_.ip.bytes.data() + 12, 4);
        std::memcpy(&name, &in, length = sizeof in);
    } else {
        // "[::]" means IPv6 alone, so that "0.0.0.0" beside it does not collide.
        ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
        sockaddr_in6 in{};
        in.sin6_family = AF_INET6;
        in.sin6_port = htons(address_.port);
        std::memcpy(&in.sin6_addr, address_.ip.bytes.data(), 16);
        std::memcpy(&name, &in, length = sizeof in);
    }
    sockaddr* generic = reinterpret_cast<sockaddr*>(&name);
    if (::bind(descriptor, generic, length) != 0 || ::listen(descriptor, backlog) != 0) {
        const int error = errno;
        ::close(descriptor);
        errno = error;
        refuse_listen(address_, "listen on");
    }
    length = sizeof name;
    ::getsockname(descriptor, generic, &length);
    // The port stands at the same offset in both families.
    address_.port = ntohs(reinterpret_cast<sockaddr_in*>(&name)->sin_port);
    return descriptor;
}

int Listener::open_unix() {
    remove_stale_socket(address_);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) refuse_listen(address_, "open a socket for");
    const sockaddr_un name = unix_address(address_.unix_path);
    // bind() creates the file with the umask's mode; nobody can connect before listen(), and by
    // then the mode is right.
    const mode_t mode = core_.config.shared_socket ? 0660 : 0600;
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
        ::chmod(address_.unix_path.c_str(), mode) != 0 || ::listen(descriptor, backlog) != 0) {
        const int error = errno;
        ::close(descriptor);
        errno = error;
        refuse_listen(address_, "listen on");
    }
    return descriptor;
}

void Listener::accept() {
    socket_.async_wait(net::posix::stream_descriptor::wait_read,
                       [this](boost::system::error_code code) {
                           if (!code) accept_ready();
                       });
}

void Listener::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    pause_.cancel();
}

void Listener::accept_ready() {
    for (int i = 0; i < accepts_per_turn; ++i) {
        sockaddr_storage name{};
        socklen_t length = sizeof name;
        sockaddr* generic = reinterpret_cast<sockaddr*>(&name);
        const int descriptor =
            ::accept4(socket_.native_handle(), generic, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                warn_now_and_then(shortage_told_us_,
                                  "Cannot accept: " + system_text(errno) +
                                      ". Raise the limit of open files (ulimit -n).");
                pause_.expires_after(accept_pause);
                pause_.async_wait([this](boost::system::error_code code) {
                    if (!code) accept();
                });
                return;
            }
            // Nothing left, or the client was gone before we came (ECONNABORTED and its kin).
            if (errno == EAGAIN || errno == EWOULDBLOCK) break;
            continue;
        }
        Peer peer;
        peer.ip = from_sockaddr(generic);
        peer.trusted = peer.ip ? core_.config.trusted_proxies.trusts(*peer.ip)
                               : core_.config.trusted_proxies.unix_peers;
        peer.tls = tls_;
        peer.is_operator = for_operators_;
        const Admission::Answer answer = core_.admission.enter(peer);
        if (answer != Admission::Answer::welcome) {
            refuse(descriptor, answer == Admission::Answer::source_full);
            continue;
        }
        const int on = 1;
        if (peer.ip) ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        core_.adopt(descriptor, peer);
    }
    accept();
}

void Listener::refuse(int descriptor, bool source) {
    // Best effort: a new socket's buffer takes these few bytes at once or the client gets none.
    static constexpr std::string_view busy =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n";
    core_.handler->count_refusal(503);
    if (!tls_) ::send(descriptor, busy.data(), busy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::close(descriptor);
    warn_now_and_then(refusal_told_us_,
                      source ? "A source reached its cap of connections (--connections-per-source)."
                             : "The cap of connections is reached (--connections-max).");
}

void Listener::warn_now_and_then(int64_t& last_us, std::string_view text) {
    const int64_t now = now_us();
    if (now - last_us < warning_interval_us) return;
    last_us = now;
    core_.warn(text);
}

}  // namespace till_server
