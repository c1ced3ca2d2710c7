// SPDX-License-Identifier: MIT
//
// What a writer that is to be killed does, one deed after the other. Everything about a deed
// follows from its seed, writer and number, so that who comes after the kill can tell what must be
// there.
#pragma once

#include <cstdint>
#include <string>

namespace faults {

enum class Kind : std::uint8_t { place, pay, refresh };

struct Deed {
    Kind kind = Kind::place;
    std::string key;
    std::int64_t price_minor = 0;  // place
    std::int64_t quantity = 0;
    int lines = 0;
};

// splitmix64: spreads neighbouring numbers.
inline std::uint64_t mixed(std::uint64_t value) noexcept {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

// Numbers count from 1: a place, its payment, a refresh, and so on.
inline Deed deed_of(std::uint64_t seed, int writer, std::int64_t number) {
    const std::uint64_t random = mixed(seed ^ mixed(static_cast<std::uint64_t>(writer) << 32U |
                                                    static_cast<std::uint64_t>(number)));
    Deed deed;
    deed.kind = static_cast<Kind>((number - 1) % 3);
    deed.key = "w" + std::to_string(writer) + "-" + std::to_string(number);
    deed.price_minor = 1 + static_cast<std::int64_t>(random % 10'000);
    deed.quantity = 1 + static_cast<std::int64_t>(random / 10'000 % 9);
    deed.lines = 1 + static_cast<int>(random / 100'000 % 4);
    return deed;
}

inline std::string writer_name(int writer) { return "writer" + std::to_string(writer); }

}  // namespace faults
