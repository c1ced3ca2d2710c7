// SPDX-License-Identifier: MIT
#include "crypto/digest.hpp"

#include "base/error.hpp"
#include "crypto/openssl.hpp"

namespace till::crypto {
namespace {

using DigestPool =
    ContextPool<EVP_MD_CTX, EVP_MD_CTX_free, 64>;  // 64: more threads than we expect.

// Never destroyed, as the library context.
DigestPool& pool() {
    static DigestPool* const made = new DigestPool;
    return *made;
}

EVP_MD_CTX* begin() {
    EVP_MD_CTX* context = pool().take();
    if (context == nullptr) {
        EVP_MD* const method = sha256_method();
        context = EVP_MD_CTX_new();
        if (context == nullptr) throw_crypto_failed("a digest");
        if (EVP_DigestInit_ex2(context, method, nullptr) == 1) return context;
    } else if (EVP_DigestInit_ex2(context, nullptr, nullptr) == 1) {
        return context;
    }
    EVP_MD_CTX_free(context);
    throw_crypto_failed("a digest");
}

}  // namespace

Sha256::Sha256() : context_(begin()) {}

Sha256::~Sha256() {
    // Abandoned half-way, the context still holds input: do not keep that in the list.
    EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_));
}

void Sha256::update(std::span<const std::byte> bytes) {
    TILL_ASSERT(context_ != nullptr);
    if (EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) != 1) {
        throw_crypto_failed("a digest");
    }
}

Digest Sha256::finish() {
    TILL_ASSERT(context_ != nullptr);
    Digest digest;
    auto* const context = static_cast<EVP_MD_CTX*>(context_);
    if (EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(digest.data()), nullptr) !=
        1) {
        throw_crypto_failed("a digest");
    }
    context_ = nullptr;
    pool().put(context);
    return digest;
}

Digest sha256(std::span<const std::byte> bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

}  // namespace till::crypto
