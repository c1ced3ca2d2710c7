// SPDX-License-Identifier: MIT
//
// What a fuzz target has: bytes that steer it, and a way to say what broke. A target is one file
// that defines LLVMFuzzerTestOneInput(); libFuzzer drives it, or replay.cpp over the committed
// corpus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

// The input as decisions. When it is used up every decision is 0.
class Bytes {
public:
    Bytes(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}
    bool empty() const { return at_ == end_; }
    std::uint8_t byte() { return empty() ? std::uint8_t{0} : *at_++; }
    std::size_t pick(std::size_t below) { return byte() % below; }
    bool chance(std::size_t one_in) { return pick(one_in) == one_in - 1; }
    std::string text(std::size_t longest) {
        std::string made;
        for (std::size_t left = pick(longest + 1); left > 0; --left) {
            made += static_cast<char>(byte());
        }
        return made;
    }

private:
    const std::uint8_t* at_;
    const std::uint8_t* end_;
};

// Ends the process where libFuzzer and a debugger see it.
inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "fuzz: %s\n", what);
    std::abort();
}

}  // namespace fuzz
