// SPDX-License-Identifier: MIT
//
// Looking for secrets: their spellings, and the bytes that must not hold them.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace abi {

inline std::string to_hex(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
        text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

inline std::string from_base64url(std::string_view text) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        bits = bits << 6 | static_cast<unsigned>(alphabet.find(c));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xFFu);
    }
    return bytes;
}

// Each spelling in which a token's bytes could be lying around.
inline std::vector<std::string> spellings(std::string_view token) {
    const std::string bytes = from_base64url(token);
    return {std::string(token), bytes, to_hex(bytes)};
}

// The bytes of a store's database and log, copied by another process: a close() of the file in this
// one would drop the store's locks.
inline std::string bytes_of_store(const std::string& path) {
    std::string all;
    for (const char* suffix : {"", "-wal"}) {
        const std::string command = "cp '" + path + suffix + "' '" + path + ".copy'";
        REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)
        std::ifstream in(path + ".copy", std::ios::binary);
        all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
}

}  // namespace abi
