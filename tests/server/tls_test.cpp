// SPDX-License-Identifier: MIT
#include "fixture.hpp"
#include "refusal.hpp"
#include "tls_client.hpp"

#include <doctest/doctest.h>

using namespace till_server_test;

namespace {

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

TEST_CASE("[CF-1] TLS below 1.2 and plain text on a TLS port are refused") {
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

TEST_CASE("[HT-5] a handshake that is not finished in time is cut off") {
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
