// SPDX-License-Identifier: MIT
#include "base/testing.hpp"

namespace till::testing {
namespace {

// splitmix64 (Steele, Lea, Flood 2014).
std::uint64_t next(std::uint64_t& state) noexcept {
    state += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

}  // namespace

void SeededRandom::fill(std::span<std::byte> out) {
    const std::lock_guard lock(mutex_);
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (i % 8 == 0) word = next(state_);
        out[i] = static_cast<std::byte>(word >> (i % 8 * 8));
    }
}

}  // namespace till::testing
