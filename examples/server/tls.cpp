// SPDX-License-Identifier: MIT
#include "tls.hpp"

#include "refusal.hpp"

#include <boost/asio/ssl.hpp>

namespace till_server {

namespace {

namespace ssl = boost::asio::ssl;

std::shared_ptr<ssl::context> load(const TlsConfig& config) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX* raw = context->native_handle();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    // TLS 1.2 with forward secrecy and AEAD only; TLS 1.3's suites are all of that kind.
    SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // Idle connections then hold no 16 KiB record buffers.
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
    // Browsers and curl that offer HTTP/2 as well must hear that it is HTTP/1.1.
    SSL_CTX_set_alpn_select_cb(
        raw,
        [](SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
           unsigned int offered_length, void*) {
            static const unsigned char ours[] = "\x08http/1.1";
            unsigned char* found = nullptr;
            const int result = SSL_select_next_proto(&found, length, ours, sizeof ours - 1, offered,
                                                     offered_length);
            *chosen = found;
            return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
        },
        nullptr);
    boost::system::error_code code;
    context->use_certificate_chain_file(config.certificate, code);
    if (code) {
        throw Refusal("Cannot use the certificate " + config.certificate + ": " + code.message() +
                      ". Give a PEM chain with --tls-cert.");
    }
    context->use_private_key_file(config.key, ssl::context::pem, code);
    if (code || SSL_CTX_check_private_key(raw) != 1) {
        throw Refusal("Cannot use the key " + config.key + (code ? ": " + code.message() : "") +
                      ". Give the unencrypted PEM key of the certificate with --tls-key.");
    }
    return context;
}

}  // namespace

Tls::Tls(TlsConfig config) : config_(std::move(config)), context_(load(config_)) {}

std::shared_ptr<ssl::context> Tls::current() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

void Tls::reload() {
    auto fresh = load(config_);
    const std::lock_guard lock(mutex_);
    context_ = std::move(fresh);
}

}  // namespace till_server
