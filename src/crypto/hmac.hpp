// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/digest.hpp"
#include "crypto/secret.hpp"

#include <memory>
#include <span>

namespace till::crypto {

// HMAC-SHA256 (RFC 2104) under one 256-bit key. Safe from any thread: a call borrows a context that
// already holds the key's two hashed pads. The key's memory is wiped at the end. Throws
// Failure(no_memory).
class HmacKey {
public:
    static constexpr std::size_t size = 32;

    explicit HmacKey(std::span<const std::byte, size> key);
    HmacKey(HmacKey&&) noexcept;
    HmacKey(const HmacKey&) = delete;
    HmacKey& operator=(const HmacKey&) = delete;
    HmacKey& operator=(HmacKey&&) noexcept;
    ~HmacKey();

    Digest sign(std::span<const std::byte> bytes) const;
    Digest sign(std::string_view text) const { return sign(bytes_of(text)); }

    // Compares in constant time.
    bool verify(std::span<const std::byte> bytes, std::span<const std::byte> signature) const {
        return equal(sign(bytes), signature);
    }

private:
    struct State;
    std::unique_ptr<State> state_;
};

// For a key that is used once, of any length.
Digest hmac_sha256(std::span<const std::byte> key, std::span<const std::byte> bytes);

// The same with SHA-1, for the codes of authenticator apps alone (RFC 4226; what breaks SHA-1,
// collisions, does not touch HMAC).
using Sha1Mac = std::array<std::byte, 20>;
Sha1Mac hmac_sha1(std::span<const std::byte> key, std::span<const std::byte> bytes);

}  // namespace till::crypto
