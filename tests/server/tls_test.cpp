// SPDX-License-Identifier: MIT
#include "fixture.hpp"
#include "refusal.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>

using namespace till_server_test;

namespace {

// Writes a self-signed certificate for "shop" and its key.
void write_certificate(const std::string& certificate, const std::string& key, long serial) {
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

struct TlsFixture : Fixture {
    TemporaryDirectory directory;
    TlsFixture() {
        config.tls = {directory.file("cert.pem"), directory.file("key.pem")};
        write_certificate(config.tls.certificate, config.tls.key, 1);
    }
};

}  // namespace

TEST_CASE("requests over TLS are served, marked as such and closed cleanly") {
    TlsFixture fixture;
    fixture.start();
    TlsClient client(fixture.port());
    REQUIRE(client.connected());
    const std::string pipelined =
        client.exchange(get("/a") + post("/write", "x") + get("/last"), "/last");
    CHECK(pipelined.find("/write") != std::string::npos);
    CHECK(pipelined.find("Strict-Transport-Security: max-age=31536000") != std::string::npos);
    CHECK(fixture.handler->seen().at(0).tls);
    client.exchange(get("/end", "Connection: close\r\n"), "/end");
    CHECK(client.ended_cleanly());
}

TEST_CASE("an answer of megabytes passes TLS whole") {
    TlsFixture fixture;
    fixture.handler->answer = [](const till_http_request&) {
        return make_reply(200, std::string(2 * 1024 * 1024, 'x') + "END");
    };
    fixture.start();
    TlsClient client(fixture.port());
    CHECK(client.exchange(get("/a"), "END").size() > 2u * 1024 * 1024);
}

TEST_CASE("a refusal over TLS arrives while the client still sends") {
    TlsFixture fixture;
    fixture.handler->body_limit = 10;
    fixture.start();
    TlsClient client(fixture.port());
    CHECK(client.exchange(post("/echo", std::string(100000, 'x')), "}").find("413") !=
          std::string::npos);
}

TEST_CASE("TLS below 1.2 and plain text on a TLS port are refused") {
    TlsFixture fixture;
    fixture.start();
    CHECK_FALSE(TlsClient(fixture.port(), TLS1_1_VERSION).connected());
    CHECK(TlsClient(fixture.port(), TLS1_2_VERSION).connected());
    RawClient plain(fixture.port());
    plain.send(get("/a"));
    CHECK(plain.read().status == 0);
    CHECK(fixture.handler->seen().empty());
}

TEST_CASE("a reload gives new connections the new certificate and keeps the old one if it is bad") {
    TlsFixture fixture;
    fixture.start();
    TlsClient before(fixture.port());
    CHECK(before.serial() == 1);
    write_certificate(fixture.config.tls.certificate, fixture.config.tls.key, 2);
    fixture.server->reload_certificate();
    CHECK(TlsClient(fixture.port()).serial() == 2);
    CHECK(before.exchange(get("/old"), "/old").ends_with("/old"));

    write_certificate(fixture.config.tls.certificate, fixture.directory.file("other.pem"), 3);
    CHECK_THROWS_AS(fixture.server->reload_certificate(), till_server::Refusal);
    CHECK(TlsClient(fixture.port()).serial() == 2);
}

TEST_CASE("a handshake that is not finished in time is cut off") {
    TlsFixture fixture;
    fixture.config.deadlines.header = std::chrono::milliseconds(100);
    fixture.start();
    RawClient silent(fixture.port());
    CHECK(silent.at_end());
}

TEST_CASE("files that make no certificate are refused with their names") {
    TlsFixture fixture;
    fixture.config.tls.certificate = fixture.directory.file("missing.pem");
    CHECK_THROWS_WITH_AS(fixture.start(), doctest::Contains("missing.pem"), till_server::Refusal);
}
