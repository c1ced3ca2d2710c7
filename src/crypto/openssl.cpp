// SPDX-License-Identifier: MIT
#include "crypto/openssl.hpp"

#include "base/error.hpp"

#include <openssl/crypto.h>

#include <string>

namespace till::crypto {

void throw_crypto_failed(const char* what) {
    Error error = make_error(Status::no_memory, "no_memory",
                             std::string("There is not enough memory for ") + what + ".");
    error.retryable = true;
    throw Failure(std::move(error));
}

OSSL_LIB_CTX* library_context() {
    static OSSL_LIB_CTX* const context = [] {
        OSSL_LIB_CTX* made = OSSL_LIB_CTX_new();
        if (made == nullptr) throw_crypto_failed("cryptography");
        return made;
    }();
    return context;
}

EVP_MD* sha256_method() {
    static EVP_MD* const method = [] {
        EVP_MD* fetched = EVP_MD_fetch(library_context(), "SHA2-256", nullptr);
        if (fetched == nullptr) throw_crypto_failed("a digest");
        return fetched;
    }();
    return method;
}

EVP_MAC* hmac_method() {
    static EVP_MAC* const method = [] {
        EVP_MAC* fetched = EVP_MAC_fetch(library_context(), "HMAC", nullptr);
        if (fetched == nullptr) throw_crypto_failed("a signature");
        return fetched;
    }();
    return method;
}

std::size_t thread_slot() noexcept {
    static std::atomic<std::size_t> next{1};
    static thread_local std::size_t slot = 0;
    if (slot == 0) slot = next.fetch_add(1, std::memory_order_relaxed);
    return slot;
}

}  // namespace till::crypto
