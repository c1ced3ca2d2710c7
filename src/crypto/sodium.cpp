// SPDX-License-Identifier: MIT
#include "crypto/sodium.hpp"

#include "crypto/openssl.hpp"

#include <sodium.h>

namespace till::crypto {

void prepare_sodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready) throw_crypto_failed("cryptography");
}

}  // namespace till::crypto
