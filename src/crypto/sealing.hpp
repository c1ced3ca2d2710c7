// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/secret.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

// Secrets that must come back as they were (a TOTP secret is needed in plain at every login), under
// a key: XChaCha20-Poly1305, whose 192-bit nonce may be drawn at random for ever.
namespace till::crypto {

inline constexpr std::size_t sealing_key_size = 32;
using SealingKey = Secret<sealing_key_size>;
using Nonce = std::array<std::byte, 24>;

// Nonce and authentication tag before and after the plain bytes.
inline constexpr std::size_t sealing_overhead = 24 + 16;

// `bound_to` is authenticated, not stored: what was sealed for one place opens in no other.
std::vector<std::byte> seal(std::span<const std::byte, sealing_key_size> key, const Nonce& nonce,
                            std::string_view bound_to, std::span<const std::byte> plain);

// False, with `plain` zeroed, when the key, the place or the bytes are not those of the sealing.
// `sealed` must be sealing_overhead longer than `plain`, or it is false.
bool unseal(std::span<const std::byte, sealing_key_size> key, std::string_view bound_to,
            std::span<const std::byte> sealed, std::span<std::byte> plain);

// A key that stays for as long as a store is open: in memory that is kept out of swap and core
// dumps where the system lets us, and wiped when it goes. Throws Failure(no_memory).
class LockedKey {
public:
    explicit LockedKey(std::span<const std::byte, sealing_key_size> key);
    LockedKey(const LockedKey&) = delete;
    LockedKey& operator=(const LockedKey&) = delete;
    ~LockedKey();

    std::span<const std::byte, sealing_key_size> bytes() const noexcept {
        return std::span<const std::byte, sealing_key_size>(bytes_, sealing_key_size);
    }

private:
    std::byte* bytes_;
};

}  // namespace till::crypto
