// SPDX-License-Identifier: MIT
#pragma once

#include "raw_client.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdint>
#include <cstdio>
#include <string>

namespace till_server_test {

// Writes a self-signed certificate for "shop" and its key.
inline void write_certificate(const std::string& certificate, const std::string& key, long serial) {
    EVP_PKEY* pair = EVP_EC_gen("P-256");
    REQUIRE(pair != nullptr);
    X509* x509 = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(x509), serial);
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, pair);
    X509_NAME* name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("shop"), -1, -1, 0);
    X509_set_issuer_name(x509, name);
    REQUIRE(X509_sign(x509, pair, EVP_sha256()) > 0);
    FILE* file = std::fopen(certificate.c_str(), "w");
    PEM_write_X509(file, x509);
    std::fclose(file);
    file = std::fopen(key.c_str(), "w");
    PEM_write_PrivateKey(file, pair, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(x509);
    EVP_PKEY_free(pair);
}

// A blocking TLS client over a RawClient's socket.
class TlsClient {
public:
    explicit TlsClient(uint16_t port, int version = 0) : raw_(port) {
        context_ = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_security_level(context_, 0);
        if (version != 0) SSL_CTX_set_max_proto_version(context_, version);
        ssl_ = SSL_new(context_);
        SSL_set_fd(ssl_, raw_.descriptor());
        connected_ = SSL_connect(ssl_) == 1;
    }
    ~TlsClient() {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
    }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    bool connected() const { return connected_; }
    long serial() const {
        X509* peer = SSL_get1_peer_certificate(ssl_);
        const long result = ASN1_INTEGER_get(X509_get_serialNumber(peer));
        X509_free(peer);
        return result;
    }
    std::string exchange(const std::string& bytes, const std::string& until) {
        SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
        std::string received;
        char buffer[16384];
        while (received.find(until) == std::string::npos) {
            const int count = SSL_read(ssl_, buffer, sizeof buffer);
            if (count <= 0) break;
            received.append(buffer, static_cast<size_t>(count));
        }
        return received;
    }
    bool ended_cleanly() {
        char byte = 0;
        const int count = SSL_read(ssl_, &byte, 1);
        return SSL_get_error(ssl_, count) == SSL_ERROR_ZERO_RETURN;
    }

private:
    RawClient raw_;
    SSL_CTX* context_;
    SSL* ssl_;
    bool connected_ = false;
};

}  // namespace till_server_test
