// SPDX-License-Identifier: MIT
// Who the client is: proxies, unix sockets, guarded routes, and what the log says.
#include "fixture.hpp"
#include "log.hpp"
#include "refusal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace till_server_test;
using till_server::Log;
using till_server::LogFormat;

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

const std::string forwarded =
    "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\nX-Forwarded-For: 10.1.2.3\r\n"
    "X-Forwarded-Proto: https\r\nX-Request-Id: from-proxy.1\r\n";

}  // namespace

TEST_CASE("[HT-6] forwarded headers are ignored unless the peer is a trusted proxy") {
    Fixture fixture;
    fixture.start();
    RawClient client(fixture.port());
    client.send(get("/a", forwarded));
    CHECK(client.read().status == 200);
    const Seen seen = fixture.handler->seen().at(0);
    CHECK(seen.client == "127.0.0.1");
    CHECK_FALSE(seen.tls);
    CHECK(seen.request_id != "from-proxy.1");
    CHECK(seen.request_id.size() == 16);
}

TEST_CASE(
    "[HT-6] behind trusted proxies the client is the right-most address that is none of them") {
    Fixture fixture;
    fixture.config.trusted_proxies.blocks = {*till_server::parse_cidr("127.0.0.0/8"),
                                             *till_server::parse_cidr("10.0.0.0/8")};
    fixture.start();
    RawClient client(fixture.port());
    client.send(get("/a", forwarded));
    CHECK(client.read().status == 200);
    const Seen seen = fixture.handler->seen().at(0);
    CHECK(seen.client == "203.0.113.9");
    CHECK(seen.tls);
    CHECK(seen.request_id == "from-proxy.1");

    client.send(get("/a", "X-Forwarded-For: 203.0.113.9, unknown\r\nX-Request-Id: a\"b\r\n"));
    CHECK(client.read().status == 200);
    CHECK(fixture.handler->seen().at(1).client == "127.0.0.1");
    CHECK(fixture.handler->seen().at(1).request_id != "a\"b");
}

TEST_CASE("[WB-4] an operator sits at this machine, unless a proxy speaks for him") {
    const auto is_operator = [](Fixture& fixture, const std::string& headers) {
        RawClient client(fixture.port());
        client.send(get("/a", headers));
        CHECK(client.read().status == 200);
        return fixture.handler->seen().back().is_operator;
    };
    Fixture plain;
    plain.start();
    CHECK(is_operator(plain, ""));
    for (const char* mark :
         {"X-Forwarded-For: 6.6.6.6", "X-Forwarded-Host: a", "Via: 1.1 p", "Forwarded: for=6.6.6.6",
          "X-Real-IP: 6.6.6.6", "X-Forwarded-Proto: https"}) {
        CAPTURE(mark);
        CHECK_FALSE(is_operator(plain, std::string(mark) + "\r\n"));
    }
    Fixture proxied;
    proxied.config.trusted_proxies.blocks = {*till_server::parse_cidr("127.0.0.0/8")};
    proxied.start();
    CHECK_FALSE(is_operator(proxied, ""));
    Fixture open;
    open.config.trusted_proxies = proxied.config.trusted_proxies;
    open.config.admin_open = true;
    open.start();
    CHECK(is_operator(open, forwarded));
}

TEST_CASE("[WB-4] whoever comes by the operators' own address is one") {
    TemporaryDirectory directory;
    const std::string path = directory.file("desk.sock");
    Fixture fixture;
    fixture.config.admin_listen = {*till_server::parse_listen("unix:" + path)};
    fixture.start();
    RawClient client(path);
    client.send(get("/a", forwarded));
    CHECK(client.read().status == 200);
    CHECK(fixture.handler->seen().back().is_operator);
}

TEST_CASE("[HT-6] addresses, blocks and forwarded lists are read strictly") {
    using namespace till_server;
    CHECK(parse_ip("::ffff:10.0.0.1") == parse_ip("10.0.0.1"));
    CHECK_FALSE(parse_ip("010.0.0.1"));
    CHECK_FALSE(parse_cidr("10.0.0.1/8"));
    CHECK_FALSE(parse_cidr("10.0.0.0/33"));
    CHECK_FALSE(parse_cidr("10.0.0.0/"));
    CHECK(parse_cidr("fd00::/8")->contains(*parse_ip("fd12::1")));
    CHECK_FALSE(parse_cidr("fd00::/8")->contains(*parse_ip("fe80::1")));
    CHECK_FALSE(parse_cidr("10.0.0.0/8")->contains(*parse_ip("11.0.0.1")));
    CHECK(parse_ip("2001:db8::1")->source_key() == parse_ip("2001:db8::2")->source_key());

    TrustedProxies proxies;
    proxies.blocks = {*parse_cidr("10.0.0.0/8")};
    const auto peer = parse_ip("10.0.0.1");
    CHECK(forwarded_client("", peer, proxies) == peer);
    CHECK(forwarded_client("1.2.3.4:5678", peer, proxies) == parse_ip("1.2.3.4"));
    CHECK(forwarded_client("[2001:db8::1]:80 ", peer, proxies) == parse_ip("2001:db8::1"));
    CHECK(forwarded_client("1.2.3.4, 10.0.0.2", peer, proxies) == parse_ip("1.2.3.4"));
    CHECK(forwarded_client("10.0.0.9", peer, proxies) == parse_ip("10.0.0.9"));
    CHECK(forwarded_client("1.2.3.4", parse_ip("1.1.1.1"), proxies) == parse_ip("1.1.1.1"));

    CHECK(parse_listen("127.0.0.1:8000")->to_string() == "127.0.0.1:8000");
    CHECK(parse_listen("[::1]:0")->to_string() == "[::1]:0");
    CHECK(parse_listen("localhost:1")->ip.is_loopback());
    for (const char* bad : {"", "8000", ":8000", "::1:80", "127.0.0.1:", "127.0.0.1:65536",
                            "unix:", "shop.example:80", "127.0.0.1:8 "}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_listen(bad));
    }
}

TEST_CASE("[DA-1] a unix socket serves, is private, replaces a stale file and leaves none behind") {
    TemporaryDirectory directory;
    const std::string path = directory.file("till.sock");
    for (int round = 0; round < 2; ++round) {
        Fixture fixture;
        fixture.config.listen = {*till_server::parse_listen("unix:" + path)};
        fixture.start();
        struct stat status {};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
        RawClient client(path);
        client.send(get("/a"));
        CHECK(client.read().body == "/a");
        CHECK(fixture.handler->seen().at(0).client == "unix");

        Fixture second;
        second.config.listen = fixture.config.listen;
        CHECK_THROWS_AS(second.start(), till_server::Refusal);
        fixture.server->stop();
        CHECK(::stat(path.c_str(), &status) != 0);
        // A socket file whose server died.
        const int orphan = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        path.copy(name.sun_path, sizeof name.sun_path - 1);
        REQUIRE(::bind(orphan, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
        ::close(orphan);
    }
    std::ofstream(directory.file("file")) << "precious";
    Fixture fixture;
    fixture.config.listen = {*till_server::parse_listen("unix:" + directory.file("file"))};
    CHECK_THROWS_AS(fixture.start(), till_server::Refusal);
    CHECK(read_file(directory.file("file")) == "precious");
}

TEST_CASE("a port that is taken is refused with advice") {
    Fixture first;
    first.start();
    Fixture second;
    second.config.listen[0].port = first.port();
    CHECK_THROWS_WITH_AS(second.start(), doctest::Contains("choose another port"),
                         till_server::Refusal);
}

TEST_CASE(
    "[IN-5] [DA-2] the log has one line a request, without query, tokens or control characters") {
    TemporaryDirectory directory;
    for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
        const std::string path = directory.file(format == LogFormat::text ? "text" : "json");
        {
            Log log(path, format);
            Fixture fixture;
            fixture.handler->answer = [](const till_http_request& request) {
                Response response = make_reply(200, "hello");
                auto* raw = const_cast<till_http_response*>(response.get());
                raw->user_id = 7;
                if (till_server::view(request.target).starts_with("/unknown")) raw->route = {};
                return response;
            };
            fixture.config.log = &log;
            fixture.start();
            RawClient client(fixture.port());
            client.send(get("/orders/1/?token=canary-query",
                            "Authorization: Bearer canary-header\r\nCookie: canary-cookie\r\n"));
            client.read();
            client.send(get("/unknown/canary-canary-canary-canary/x\"y/?canary"));
            client.read();
            client.send(post("/login", "canary-body"));
            client.read();
            RawClient broken(fixture.port());
            broken.send("GET /canary\x1b\n HTTP/1.1\r\nHost: shop\r\n\r\n");
            broken.read();
            fixture.server->stop();
        }
        const std::string text = read_file(path);
        CAPTURE(text);
        CHECK(std::count(text.begin(), text.end(), '\n') == 4);
        CHECK(text.find("canary") == std::string::npos);
        CHECK(text.find('\x1b') == std::string::npos);
        CHECK(text.find("127.0.0.1") != std::string::npos);
        CHECK(text.find("/fake/") != std::string::npos);
        CHECK(text.find(format == LogFormat::text ? "user=7" : "\"user\":7") != std::string::npos);
        CHECK(text.find(format == LogFormat::text ? " 400 " : "\"status\":400") !=
              std::string::npos);
        struct stat status {};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
}

TEST_CASE("what the library logs of a request has the request's id") {
    TemporaryDirectory directory;
    for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
        const std::string path = directory.file(format == LogFormat::text ? "text" : "json");
        Log log(path, format);
        till_log_record record{};
        record.level = TILL_LOG_WARNING;
        record.category = till_server::borrow("account");
        record.message = till_server::borrow("A session has ended.");
        log(till::log_record_view(&record));
        CHECK(read_file(path).find("id") == std::string::npos);
        record.trace_id = till_server::borrow("request-17");
        log(till::log_record_view(&record));
        const std::string_view expected = format == LogFormat::text
                                              ? "ended. id=request-17\n"
                                              : "\"request_id\":\"request-17\"}\n";
        CHECK(read_file(path).find(expected) != std::string::npos);
    }
}

TEST_CASE("a log that was moved away is begun anew on reopen") {
    TemporaryDirectory directory;
    Log log(directory.file("log"), LogFormat::text);
    log.message(TILL_LOG_INFO, "test", "first\nline");
    std::filesystem::rename(directory.file("log"), directory.file("old"));
    CHECK(log.reopen());
    log.message(TILL_LOG_INFO, "test", "second");
    CHECK(read_file(directory.file("old")).find("first\\u000aline") != std::string::npos);
    CHECK(read_file(directory.file("log")).find("second") != std::string::npos);
    CHECK_THROWS_AS(Log(directory.file("none/such"), LogFormat::text), till_server::Refusal);
}
