// SPDX-License-Identifier: MIT
// Addresses: peers, CIDR blocks of trusted proxies, and what --listen accepts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace till_server {

// An IPv6 address; IPv4 is kept in its mapped form, so that "::ffff:10.0.0.1" and "10.0.0.1" are
// the same source.
struct IpAddress {
    std::array<uint8_t, 16> bytes{};

    bool is_v4() const;
    bool is_loopback() const;
    std::string to_string() const;
    // What the cap per source counts: an IPv4 address, or the /64 of an IPv6 one, since a single
    // subscriber commands all of a /64.
    std::array<uint8_t, 16> source_key() const;
    bool operator==(const IpAddress&) const = default;
};

std::optional<IpAddress> parse_ip(std::string_view text);
std::optional<IpAddress> from_sockaddr(const sockaddr* address);

struct Cidr {
    IpAddress network;
    unsigned prefix = 128;  // in bits of the mapped form

    bool contains(const IpAddress& address) const;
};

// "10.0.0.0/8", "fd00::/8" or a single address. Bits beyond the prefix must be zero.
std::optional<Cidr> parse_cidr(std::string_view text);

// Which peers may speak for others.
struct TrustedProxies {
    std::vector<Cidr> blocks;
    bool unix_peers = false;  // "unix": whoever may open the socket file

    bool trusts(const IpAddress& address) const;
    bool empty() const { return blocks.empty() && !unix_peers; }
};

// The right-most address in the joined X-Forwarded-For lines that is not a trusted proxy. An entry
// that is no address ends the walk: what stands left of it was not written by a proxy of ours.
// `peer` is absent for a unix socket.
std::optional<IpAddress> forwarded_client(std::string_view forwarded_for,
                                          const std::optional<IpAddress>& peer,
                                          const TrustedProxies& proxies);

struct ListenAddress {
    std::string unix_path;  // empty: TCP
    IpAddress ip;
    uint16_t port = 0;  // 0: any free one

    bool is_unix() const { return !unix_path.empty(); }
    std::string to_string() const;
};

// "127.0.0.1:8000", "[::1]:8000", "localhost:8000", "*:8000" or "unix:PATH".
std::optional<ListenAddress> parse_listen(std::string_view text);

}  // namespace till_server
