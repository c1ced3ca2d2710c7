// SPDX-License-Identifier: MIT
#include "crypto/hmac.hpp"

#include "base/error.hpp"
#include "crypto/openssl.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

namespace till::crypto {
namespace {

struct MacFreed {
    void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, MacFreed>;

MacContext keyed_context(std::span<const std::byte> key, const char* digest_name = "SHA2-256") {
    MacContext context(EVP_MAC_CTX_new(hmac_method()));
    if (!context) throw_crypto_failed("a signature");
    // OpenSSL takes a plain char* and only reads it.
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest_name), 0),
        OSSL_PARAM_construct_end()};
    // A null key would mean "keep the present one".
    static const unsigned char none = 0;
    const auto* bytes = key.empty() ? &none : reinterpret_cast<const unsigned char*>(key.data());
    if (EVP_MAC_init(context.get(), bytes, key.size(), params) != 1) {
        throw_crypto_failed("a signature");
    }
    return context;
}

template <class Mac = Digest>
Mac finish(EVP_MAC_CTX* context, std::span<const std::byte> bytes) {
    Mac digest;
    std::size_t size = 0;
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    if (EVP_MAC_update(context, data, bytes.size()) != 1 ||
        EVP_MAC_final(context, reinterpret_cast<unsigned char*>(digest.data()), &size,
                      digest.size()) != 1) {
        throw_crypto_failed("a signature");
    }
    return digest;
}

}  // namespace

struct HmacKey::State {
    MacContext master;  // Only ever copied, so threads may share it.
    ContextPool<EVP_MAC_CTX, EVP_MAC_CTX_free, 16> pool;
};

HmacKey::HmacKey(std::span<const std::byte, size> key) : state_(std::make_unique<State>()) {
    state_->master = keyed_context(key);
}
HmacKey::HmacKey(HmacKey&&) noexcept = default;
HmacKey& HmacKey::operator=(HmacKey&&) noexcept = default;
HmacKey::~HmacKey() = default;

Digest HmacKey::sign(std::span<const std::byte> bytes) const {
    TILL_ASSERT(state_ != nullptr);
    MacContext context(state_->pool.take());
    if (!context) context.reset(EVP_MAC_CTX_dup(state_->master.get()));
    // Null: begin again with the present key, whose pads are already hashed.
    if (!context || EVP_MAC_init(context.get(), nullptr, 0, nullptr) != 1) {
        throw_crypto_failed("a signature");
    }
    const Digest digest = finish(context.get(), bytes);
    state_->pool.put(context.release());
    return digest;
}

Digest hmac_sha256(std::span<const std::byte> key, std::span<const std::byte> bytes) {
    const MacContext context = keyed_context(key);
    return finish(context.get(), bytes);
}

Sha1Mac hmac_sha1(std::span<const std::byte> key, std::span<const std::byte> bytes) {
    const MacContext context = keyed_context(key, "SHA1");
    return finish<Sha1Mac>(context.get(), bytes);
}

}  // namespace till::crypto
