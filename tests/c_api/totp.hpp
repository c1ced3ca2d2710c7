// SPDX-License-Identifier: MIT
//
// An authenticator app for the tests: TOTP (RFC 6238) written anew, so that the library's codes are
// held against somebody else's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace abi {

using Sha1Digest = std::array<std::uint8_t, 20>;

// FIPS 180-4, section 6.1.
inline Sha1Digest sha1(std::string message) {
    const auto rotl = [](std::uint32_t x, unsigned by) { return x << by | x >> (32U - by); };
    const std::uint64_t bits = std::uint64_t{message.size()} * 8;
    message += '\x80';
    while (message.size() % 64 != 56) message += '\0';
    for (unsigned i = 0; i < 8; ++i) message += static_cast<char>(bits >> (56U - 8U * i) & 0xFFU);
    std::array<std::uint32_t, 5> h{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    for (std::size_t block = 0; block < message.size(); block += 64) {
        std::array<std::uint32_t, 80> w{};
        for (std::size_t i = 0; i < 64; ++i) {
            w[i / 4] = w[i / 4] << 8U | static_cast<std::uint8_t>(message[block + i]);
        }
        for (std::size_t i = 16; i < 80; ++i) {
            w[i] = rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        }
        auto [a, b, c, d, e] = h;
        for (std::size_t i = 0; i < 80; ++i) {
            const std::uint32_t f = i < 20   ? (b & c) | (~b & d)
                                    : i < 40 ? b ^ c ^ d
                                    : i < 60 ? (b & c) | (b & d) | (c & d)
                                             : b ^ c ^ d;
            constexpr std::array<std::uint32_t, 4> k{0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC,
                                                     0xCA62C1D6};
            const std::uint32_t next = rotl(a, 5) + f + e + k[i / 20] + w[i];
            e = d;
            d = c;
            c = rotl(b, 30);
            b = a;
            a = next;
        }
        h = {h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e};
    }
    Sha1Digest digest{};
    for (std::size_t i = 0; i < digest.size(); ++i) {
        digest[i] = static_cast<std::uint8_t>(h[i / 4] >> (24U - 8U * (i % 4)));
    }
    return digest;
}

// RFC 2104, for keys of at most a block.
inline Sha1Digest hmac_sha1(const std::string& key, const std::string& message) {
    std::string inner(64, '\x36');
    std::string outer(64, '\x5C');
    for (std::size_t i = 0; i < key.size(); ++i) {
        inner[i] = static_cast<char>(inner[i] ^ key[i]);
        outer[i] = static_cast<char>(outer[i] ^ key[i]);
    }
    const Sha1Digest first = sha1(inner + message);
    return sha1(outer + std::string(first.begin(), first.end()));
}

// RFC 4648, section 6.
inline std::string from_base32(std::string_view text) {
    std::string bytes;
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const char letter : text) {
        const char zero = letter >= 'A' ? 'A' : '2' - 26;
        buffer = buffer << 5U | static_cast<std::uint32_t>(letter - zero);
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(buffer >> bits & 0xFFU);
    }
    return bytes;
}

// What the app shows at this moment, `steps` of 30 seconds away from it.
inline std::string totp(std::string_view secret, std::int64_t now_us, std::int64_t steps = 0) {
    auto step = static_cast<std::uint64_t>(now_us / 30'000'000 + steps);
    std::string message(8, '\0');
    for (std::size_t i = 8; i-- > 0; step >>= 8U) message[i] = static_cast<char>(step & 0xFFU);
    const Sha1Digest mac = hmac_sha1(from_base32(secret), message);
    const std::size_t at = mac[19] & 0xFU;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = number << 8U | mac[at + i];
    std::string digits = std::to_string((number & 0x7FFF'FFFFU) % 1'000'000);
    return std::string(6 - digits.size(), '0') + digits;
}

}  // namespace abi
