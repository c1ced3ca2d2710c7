// SPDX-License-Identifier: MIT
#pragma once

#include "base/encoding.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace till::crypto {

using Digest = std::array<std::byte, 32>;

// SHA-256 (FIPS 180-4) of bytes that come in pieces. One object is one digest and one thread's; it
// borrows a context from a free list, so making one is cheap. Throws Failure(no_memory).
class Sha256 {
public:
    Sha256();
    Sha256(Sha256&& other) noexcept : context_(other.context_) { other.context_ = nullptr; }
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    Sha256& operator=(Sha256&&) = delete;
    ~Sha256();

    void update(std::span<const std::byte> bytes);
    void update(std::string_view text) { update(bytes_of(text)); }

    // The digest. The object then is spent: a further call is a defect.
    Digest finish();

private:
    void* context_;  // EVP_MD_CTX; null once spent.
};

// About 0.1 us for a short input. Safe from any thread.
Digest sha256(std::span<const std::byte> bytes);
inline Digest sha256(std::string_view text) { return sha256(bytes_of(text)); }

}  // namespace till::crypto
