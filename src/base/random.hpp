// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

namespace till {

// A source of unpredictable bytes, injected so that tests seed it. Thread-safe. `fill` throws
// Failure when the operating system gives none: there is no weaker fallback.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> out) = 0;
};

}  // namespace till
