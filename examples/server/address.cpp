// SPDX-License-Identifier: MIT
#include "address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace till_server {

namespace {

constexpr std::array<uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

IpAddress from_v4(const void* four_bytes) {
    IpAddress result;
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), result.bytes.begin());
    std::memcpy(result.bytes.data() + 12, four_bytes, 4);
    return result;
}

std::optional<unsigned> parse_number(std::string_view text, unsigned max) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || value > max) {
        return std::nullopt;
    }
    return value;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Proxies write "1.2.3.4", "1.2.3.4:5678", "::1" or "[::1]:5678".
std::optional<IpAddress> parse_forwarded_entry(std::string_view entry) {
    entry = trim(entry);
    if (!entry.empty() && entry.front() == '[') {
        const size_t close = entry.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        return parse_ip(entry.substr(1, close - 1));
    }
    if (std::count(entry.begin(), entry.end(), ':') == 1) {
        entry = entry.substr(0, entry.find(':'));
    }
    return parse_ip(entry);
}

}  // namespace

bool IpAddress::is_v4() const {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
}

bool IpAddress::is_loopback() const {
    if (is_v4()) return bytes[12] == 127;
    return std::all_of(bytes.begin(), bytes.end() - 1, [](uint8_t byte) { return byte == 0; }) &&
           bytes[15] == 1;
}

std::string IpAddress::to_string() const {
    char buffer[INET6_ADDRSTRLEN] = {};
    const bool v4 = is_v4();
    inet_ntop(v4 ? AF_INET : AF_INET6, bytes.data() + (v4 ? 12 : 0), buffer, sizeof buffer);
    return buffer;
}

std::array<uint8_t, 16> IpAddress::source_key() const {
    std::array<uint8_t, 16> key = bytes;
    if (!is_v4()) std::fill(key.begin() + 8, key.end(), uint8_t{0});
    return key;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
    const std::string terminated(text);
    if (terminated.size() != std::strlen(terminated.c_str())) return std::nullopt;
    in_addr v4{};
    if (inet_pton(AF_INET, terminated.c_str(), &v4) == 1) return from_v4(&v4);
    IpAddress result;
    if (inet_pton(AF_INET6, terminated.c_str(), result.bytes.data()) == 1) return result;
    return std::nullopt;
}

std::optional<IpAddress> from_sockaddr(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        return from_v4(&v4.sin_addr);
    }
    if (address->sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, address, sizeof v6);
        IpAddress result;
        std::memcpy(result.bytes.data(), &v6.sin6_addr, 16);
        return result;
    }
    return std::nullopt;
}

bool Cidr::contains(const IpAddress& address) const {
    const unsigned whole = prefix / 8;
    if (!std::equal(network.bytes.begin(), network.bytes.begin() + whole, address.bytes.begin())) {
        return false;
    }
    const unsigned rest = prefix % 8;
    if (rest == 0) return true;
    const unsigned differing = unsigned{network.bytes[whole]} ^ unsigned { address.bytes[whole] };
    return differing >> (8 - rest) == 0;
}

std::optional<Cidr> parse_cidr(std::string_view text) {
    const size_t slash = text.find('/');
    const auto network = parse_ip(text.substr(0, slash));
    if (!network) return std::nullopt;
    const unsigned width = network->is_v4() ? 32 : 128;
    unsigned prefix = width;
    if (slash != std::string_view::npos) {
        const auto given = parse_number(text.substr(slash + 1), width);
        if (!given) return std::nullopt;
        prefix = *given;
    }
    const Cidr result{*network, prefix + (128 - width)};
    for (unsigned bit = result.prefix; bit < 128; ++bit) {
        if ((unsigned{network->bytes[bit / 8]} >> (7 - bit % 8) & 1u) != 0) return std::nullopt;
    }
    return result;
}

bool TrustedProxies::trusts(const IpAddress& address) const {
    return std::any_of(blocks.begin(), blocks.end(),
                       [&](const Cidr& block) { return block.contains(address); });
}

std::optional<IpAddress> forwarded_client(std::string_view forwarded_for,
                                          const std::optional<IpAddress>& peer,
                                          const TrustedProxies& proxies) {
    if (peer ? !proxies.trusts(*peer) : !proxies.unix_peers) return peer;
    std::optional<IpAddress> client = peer;
    while (!forwarded_for.empty()) {
        const size_t comma = forwarded_for.rfind(',');
        const size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
        const auto entry = parse_forwarded_entry(forwarded_for.substr(begin));
        if (!entry) break;
        client = entry;
        if (!proxies.trusts(*entry)) break;
        forwarded_for = forwarded_for.substr(0, begin == 0 ? 0 : comma);
    }
    return client;
}

std::string ListenAddress::to_string() const {
    if (is_unix()) return "unix:" + unix_path;
    const std::string host = ip.is_v4() ? ip.to_string() : "[" + ip.to_string() + "]";
    return host + ":" + std::to_string(port);
}

std::optional<ListenAddress> parse_listen(std::string_view text) {
    ListenAddress result;
    if (text.starts_with("unix:")) {
        result.unix_path = text.substr(5);
        const bool fits = !result.unix_path.empty() &&
                          result.unix_path.size() < sizeof(sockaddr_un{}.sun_path) &&
                          result.unix_path.find('\0') == std::string::npos;
        return fits ? std::optional(result) : std::nullopt;
    }
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = parse_number(text.substr(colon + 1), 65535);
    std::string_view host = text.substr(0, colon);
    if (host == "localhost") host = "127.0.0.1";
    if (host == "*") host = "0.0.0.0";
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto ip = parse_ip(host);
    if (!port || !ip || bracketed == (host.find(':') == std::string_view::npos)) {
        return std::nullopt;
    }
    result.ip = *ip;
    result.port = static_cast<uint16_t>(*port);
    return result;
}

}  // namespace till_server
