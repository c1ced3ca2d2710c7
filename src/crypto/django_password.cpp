// SPDX-License-Identifier: MIT
#include "crypto/django_password.hpp"

#include "base/encoding.hpp"
#include "crypto/openssl.hpp"
#include "crypto/secret.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <span>

namespace till::crypto {
namespace {

constexpr std::uint64_t rounds_max = 4'000'000;
constexpr std::uint64_t scrypt_memory_max = 256u << 20;
constexpr std::uint64_t scrypt_work_max = 1u << 22;
constexpr std::size_t salt_size_max = 128;

struct KdfFreed {
    void operator()(EVP_KDF* method) const noexcept { EVP_KDF_free(method); }
    void operator()(EVP_KDF_CTX* context) const noexcept { EVP_KDF_CTX_free(context); }
};

// Cuts `text` at dollars into exactly N fields.
template <std::size_t N>
bool split(std::string_view text, std::array<std::string_view, N>& fields) noexcept {
    for (std::size_t i = 0; i + 1 < N; ++i) {
        const std::size_t dollar = text.find('$');
        if (dollar == std::string_view::npos) return false;
        fields[i] = text.substr(0, dollar);
        text.remove_prefix(dollar + 1);
    }
    fields[N - 1] = text;
    return text.find('$') == std::string_view::npos;
}

std::optional<std::uint64_t> number(std::string_view text, std::uint64_t max) noexcept {
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || stop != text.data() + text.size() || value == 0 || value > max) {
        return std::nullopt;
    }
    return value;
}

// OSSL_PARAM takes mutable pointers and only reads them.
OSSL_PARAM octets(const char* name, std::string_view bytes) noexcept {
    static const char none = 0;
    const char* data = bytes.empty() ? &none : bytes.data();
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(data), bytes.size());
}

void derive(const char* algorithm, const OSSL_PARAM* params, std::span<std::byte> out) {
    const std::unique_ptr<EVP_KDF, KdfFreed> method(
        EVP_KDF_fetch(library_context(), algorithm, nullptr));
    const std::unique_ptr<EVP_KDF_CTX, KdfFreed> context(method ? EVP_KDF_CTX_new(method.get())
                                                                : nullptr);
    if (!context || EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(out.data()),
                                   out.size(), params) != 1) {
        throw_crypto_failed("password hashing");
    }
}

std::optional<bool> pbkdf2_matches(std::string_view rest, std::string_view password) {
    std::array<std::string_view, 3> fields;
    if (!split(rest, fields)) return std::nullopt;
    const auto rounds = number(fields[0], rounds_max);
    std::array<std::byte, 32> stored;
    if (!rounds || fields[1].empty() || fields[1].size() > salt_size_max ||
        parse_base64(fields[2], Base64::standard, stored) != stored.size()) {
        return std::nullopt;
    }
    std::uint64_t iterations = *rounds;
    int no_minimum = 1;  // PKCS #5 mode: Django's shorter salts are taken as they are.
    char digest[] = "SHA2-256";
    const OSSL_PARAM params[] = {octets(OSSL_KDF_PARAM_PASSWORD, password),
                                 octets(OSSL_KDF_PARAM_SALT, fields[1]),
                                 OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_ITER, &iterations),
                                 OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &no_minimum),
                                 OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    Secret<32> computed;
    derive("PBKDF2", params, computed.bytes());
    return equal(computed.bytes(), stored);
}

std::optional<bool> scrypt_matches(std::string_view rest, std::string_view password) {
    std::array<std::string_view, 5> fields;
    if (!split(rest, fields)) return std::nullopt;
    const auto n = number(fields[0], scrypt_work_max);
    const auto r = number(fields[2], 1024);
    const auto p = number(fields[3], 1024);
    std::array<std::byte, 64> stored;
    if (!n || !r || !p || *n < 2 || (*n & (*n - 1)) != 0 || *n * *r * *p > scrypt_work_max ||
        128 * *n * *r > scrypt_memory_max || fields[1].empty() ||
        fields[1].size() > salt_size_max ||
        parse_base64(fields[4], Base64::standard, stored) != stored.size()) {
        return std::nullopt;
    }
    std::uint64_t cost = *n;
    std::uint64_t block = *r;
    std::uint64_t lanes = *p;
    std::uint64_t memory = 2 * scrypt_memory_max;  // OpenSSL counts its working space too.
    const OSSL_PARAM params[] = {octets(OSSL_KDF_PARAM_PASSWORD, password),
                                 octets(OSSL_KDF_PARAM_SALT, fields[1]),
                                 OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &cost),
                                 OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_R, &block),
                                 OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_P, &lanes),
                                 OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
                                 OSSL_PARAM_construct_end()};
    Secret<64> computed;
    derive("SCRYPT", params, computed.bytes());
    return equal(computed.bytes(), stored);
}

}  // namespace

std::optional<bool> django_password_matches(std::string_view encoded, std::string_view password) {
    constexpr std::string_view pbkdf2 = "pbkdf2_sha256$";
    constexpr std::string_view scrypt = "scrypt$";
    if (encoded.starts_with(pbkdf2)) return pbkdf2_matches(encoded.substr(pbkdf2.size()), password);
    if (encoded.starts_with(scrypt)) return scrypt_matches(encoded.substr(scrypt.size()), password);
    return std::nullopt;
}

}  // namespace till::crypto
