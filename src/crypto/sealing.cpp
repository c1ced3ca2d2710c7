// SPDX-License-Identifier: MIT
#include "crypto/sealing.hpp"

#include "base/error.hpp"
#include "crypto/openssl.hpp"
#include "crypto/sodium.hpp"

#include <sodium.h>

#include <algorithm>

namespace till::crypto {
namespace {

static_assert(sealing_key_size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(std::tuple_size_v<Nonce> == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(sealing_overhead == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES +
                                      crypto_aead_xchacha20poly1305_ietf_ABYTES);

const unsigned char* unsigned_of(std::span<const std::byte> bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* unsigned_of(std::span<std::byte> bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}
const unsigned char* unsigned_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::vector<std::byte> seal(std::span<const std::byte, sealing_key_size> key, const Nonce& nonce,
                            std::string_view bound_to, std::span<const std::byte> plain) {
    prepare_sodium();
    std::vector<std::byte> sealed(plain.size() + sealing_overhead);
    std::copy(nonce.begin(), nonce.end(), sealed.begin());
    // It cannot fail: the plain bytes are few.
    crypto_aead_xchacha20poly1305_ietf_encrypt(unsigned_of(std::span(sealed).subspan(nonce.size())),
                                               nullptr, unsigned_of(plain), plain.size(),
                                               unsigned_of(bound_to), bound_to.size(), nullptr,
                                               unsigned_of(nonce), unsigned_of(key));
    return sealed;
}

bool unseal(std::span<const std::byte, sealing_key_size> key, std::string_view bound_to,
            std::span<const std::byte> sealed, std::span<std::byte> plain) {
    prepare_sodium();
    wipe(plain);
    if (sealed.size() != plain.size() + sealing_overhead) return false;
    const auto nonce = sealed.first(std::tuple_size_v<Nonce>);
    const auto rest = sealed.subspan(nonce.size());
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               unsigned_of(plain), nullptr, nullptr, unsigned_of(rest), rest.size(),
               unsigned_of(bound_to), bound_to.size(), unsigned_of(nonce), unsigned_of(key)) == 0;
}

LockedKey::LockedKey(std::span<const std::byte, sealing_key_size> key) {
    prepare_sodium();
    // Pages of its own between guards, locked, left out of dumps; wiped by sodium_free().
    bytes_ = static_cast<std::byte*>(sodium_malloc(sealing_key_size));
    if (bytes_ == nullptr) throw_crypto_failed("a key");
    std::copy(key.begin(), key.end(), bytes_);
    sodium_mprotect_readonly(bytes_);
}

LockedKey::~LockedKey() { sodium_free(bytes_); }

}  // namespace till::crypto
