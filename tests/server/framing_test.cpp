// SPDX-License-Identifier: MIT
// Goal: no client can make the server and a proxy disagree about where a request ends (security
// rows HT-1 to HT-4). Method: raw bytes on a socket, each hostile request followed by a second one
// that must never be answered.
#include "fixture.hpp"

#include <doctest/doctest.h>

using namespace till_server_test;

namespace {

struct Hostile {
    const char* name;
    std::string bytes;
    int status;
};

const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: shop\r\n\r\n";

std::string post_with(const std::string& fields, const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: shop\r\n" + fields + "\r\n" + body;
}
std::string chunked(const std::string& body) {
    return post_with("Transfer-Encoding: chunked\r\n", body);
}
std::string request_line(const std::string& line) { return line + "\r\nHost: shop\r\n\r\n"; }

void expect_refused(const std::vector<Hostile>& cases) {
    Fixture fixture;
    fixture.start();
    for (const Hostile& hostile : cases) {
        CAPTURE(hostile.name);
        RawClient client(fixture.port());
        client.send(hostile.bytes + smuggled);
        const RawResponse response = client.read();
        CHECK(response.status == hostile.status);
        CHECK(response.has("Connection: close"));
        CHECK(client.at_end());
    }
    for (const Seen& seen : fixture.handler->seen()) CHECK(seen.target != "/smuggled");
}

}  // namespace

TEST_CASE("[HT-1] a body length that can be read in two ways is refused and ends the connection") {
    expect_refused({
        {"TE with CL",
         post_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        {"CL after TE",
         post_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400},
        {"CL twice, equal", post_with("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
        {"CL twice, different", post_with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
         400},
        {"CL +1", post_with("Content-Length: +5\r\n", "hello"), 400},
        {"CL -1", post_with("Content-Length: -5\r\n", "hello"), 400},
        {"CL hex", post_with("Content-Length: 0x5\r\n", "hello"), 400},
        {"CL 1_0", post_with("Content-Length: 1_0\r\n", "helloworld"), 400},
        {"CL with leading zero", post_with("Content-Length: 05\r\n", "hello"), 400},
        {"CL empty", post_with("Content-Length: \r\n", "hello"), 400},
        {"CL list", post_with("Content-Length: 5, 5\r\n", "hello"), 400},
        {"CL with blank inside", post_with("Content-Length: 5 5\r\n", "hello"), 400},
        {"CL overflow", post_with("Content-Length: 18446744073709551621\r\n", "hello"), 400},
        {"CL fraction", post_with("Content-Length: 5.0\r\n", "hello"), 400},
        {"TE twice",
         post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
         400},
        {"TE identity", post_with("Transfer-Encoding: identity\r\n", "hello"), 400},
        {"TE not last", post_with("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400},
        {"TE list", post_with("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400},
        {"TE with parameter", post_with("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), 400},
        {"TE quoted", post_with("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 400},
        {"TE misspelt", post_with("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400},
        {"TE vertical tab",
         post_with("Transfer-Encoding: \x0b"
                   "chunked\r\n",
                   "0\r\n\r\n"),
         400},
        {"TE empty", post_with("Transfer-Encoding:\r\n", "0\r\n\r\n"), 400},
        {"TE in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"TE space before colon", post_with("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
        {"CL space before colon", post_with("Content-Length : 5\r\n", "hello"), 400},
    });
}

TEST_CASE("[HT-2] a chunked body that is not exactly RFC 9112 is refused and ends the connection") {
    expect_refused({
        {"no digits", chunked("\r\nhello\r\n0\r\n\r\n"), 400},
        {"sign", chunked("+5\r\nhello\r\n0\r\n\r\n"), 400},
        {"0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400},
        {"seventeen digits", chunked("00000000000000005\r\nhello\r\n0\r\n\r\n"), 400},
        {"blank after size", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400},
        {"blank before size", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400},
        {"bare LF after size", chunked("5\nhello\r\n0\r\n\r\n"), 400},
        {"bare LF in extension", chunked("5;a\nhello\r\n0\r\n\r\n"), 400},
        {"CR in extension", chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"), 400},
        {"NUL in extension", chunked(std::string("5;a\0b\r\nhello\r\n0\r\n\r\n", 20)), 400},
        {"long extension", chunked("5;" + std::string(300, 'x') + "\r\nhello\r\n0\r\n\r\n"), 400},
        {"data longer than size", chunked("4\r\nhello\r\n0\r\n\r\n"), 400},
        {"bare LF after data", chunked("5\r\nhello\n0\r\n\r\n"), 400},
        {"trailer without name", chunked("0\r\n: x\r\n\r\n"), 400},
        {"trailer folded", chunked("0\r\na: b\r\n c\r\n\r\n"), 400},
        {"size beyond the cap", chunked("fffffffff\r\n"), 413},
        {"size fills 64 bits", chunked("ffffffffffffffff\r\n"), 413},
    });
}

TEST_CASE("[HT-2] extensions of all chunks together are bounded") {
    Fixture fixture;
    fixture.start();
    std::string body;
    for (int i = 0; i < 60; ++i) body += "1;" + std::string(200, 'x') + "\r\na\r\n";
    RawClient client(fixture.port());
    client.send(chunked(body + "0\r\n\r\n") + smuggled);
    CHECK(client.read().status == 400);
    CHECK(client.at_end());
}

TEST_CASE("[HT-3] a head that breaks RFC 9112 is refused and ends the connection") {
    const std::string start = "GET /echo HTTP/1.1\r\n";
    expect_refused({
        {"space before colon", start + "Host : shop\r\n\r\n", 400},
        {"folded line", start + "Host: shop\r\nA: b\r\n c\r\n\r\n", 400},
        {"folded first line", start + " Host: shop\r\n\r\n", 400},
        {"bare LF", "GET /echo HTTP/1.1\nHost: shop\n\n", 400},
        {"bare LF in fields", start + "Host: shop\r\nA: b\nC: d\r\n\r\n", 400},
        {"bare CR", start + "Host: shop\r\nA: b\rC: d\r\n\r\n", 400},
        {"NUL in value", start + "Host: shop\r\nA: b" + std::string(1, '\0') + "c\r\n\r\n", 400},
        {"NUL in name", start + "Host: shop\r\nA" + std::string(1, '\0') + ": c\r\n\r\n", 400},
        {"control in value", start + "Host: shop\r\nA: \x01\r\n\r\n", 400},
        {"no colon", start + "Host: shop\r\nA\r\n\r\n", 400},
        {"empty name", start + "Host: shop\r\n: a\r\n\r\n", 400},
        {"no Host", start + "A: b\r\n\r\n", 400},
        {"two Hosts", start + "Host: shop\r\nHost: shop\r\n\r\n", 400},
        {"empty Host", start + "Host:\r\n\r\n", 400},
        {"Host with path", start + "Host: shop/x\r\n\r\n", 400},
        {"Host with user", start + "Host: a@shop\r\n\r\n", 400},
        {"Host list", start + "Host: shop, evil\r\n\r\n", 400},
        {"Host bad port", start + "Host: shop:80x\r\n\r\n", 400},
        {"two blank lines first", "\r\n\r\n" + start + "Host: shop\r\n\r\n", 400},
        {"no version", request_line("GET /echo"), 400},
        {"lower-case version", request_line("GET /echo http/1.1"), 400},
        {"two spaces", request_line("GET  /echo HTTP/1.1"), 400},
        {"trailing space", request_line("GET /echo HTTP/1.1 "), 400},
        {"leading space", request_line(" GET /echo HTTP/1.1"), 400},
        {"tab as separator", request_line("GET\t/echo HTTP/1.1"), 400},
        {"method no token", request_line("G(T /echo HTTP/1.1"), 400},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"HTTP/0.9", request_line("GET /echo HTTP/0.9"), 505},
        {"HTTP/1.2", request_line("GET /echo HTTP/1.2"), 505},
        {"TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n",
         400},
        {"TRACE", request_line("TRACE /echo HTTP/1.1"), 405},
        {"CONNECT", "CONNECT shop:443 HTTP/1.1\r\nHost: shop:443\r\n\r\n", 405},
        {"unknown expectation", start + "Host: shop\r\nExpect: 200-ok\r\n\r\n", 417},
    });
}

TEST_CASE("[HT-4] a target that programs resolve differently is refused") {
    expect_refused({
        {"dot segments", request_line("GET /a/../echo HTTP/1.1"), 400},
        {"dot segment at the end", request_line("GET /a/.. HTTP/1.1"), 400},
        {"single dot", request_line("GET /./echo HTTP/1.1"), 400},
        {"encoded dots", request_line("GET /a/%2e%2E/echo HTTP/1.1"), 400},
        {"half encoded dots", request_line("GET /a/.%2e/echo HTTP/1.1"), 400},
        {"encoded NUL", request_line("GET /echo%00 HTTP/1.1"), 400},
        {"encoded slash", request_line("GET /a%2fecho HTTP/1.1"), 400},
        {"encoded back slash", request_line("GET /a%5cecho HTTP/1.1"), 400},
        {"back slash", request_line("GET /a\\echo HTTP/1.1"), 400},
        {"encoded newline", request_line("GET /a%0d%0aecho HTTP/1.1"), 400},
        {"broken escape", request_line("GET /a%2 HTTP/1.1"), 400},
        {"fragment", request_line("GET /echo#x HTTP/1.1"), 400},
        {"raw UTF-8", request_line("GET /\xc3\xa9 HTTP/1.1"), 400},
        {"no slash", request_line("GET echo HTTP/1.1"), 400},
        {"other scheme", request_line("GET ftp://shop/echo HTTP/1.1"), 400},
        {"other host", request_line("GET http://evil/echo HTTP/1.1"), 400},
        {"user in host", request_line("GET http://a@shop/echo HTTP/1.1"), 400},
        {"star for GET", request_line("GET * HTTP/1.1"), 400},
    });
}

TEST_CASE("[HT-4] sizes at the limit pass and one more is refused") {
    Fixture fixture;
    fixture.start();
    const auto status = [&](const std::string& bytes) {
        RawClient client(fixture.port());
        client.send(bytes);
        return client.read().status;
    };
    const std::string around = "GET / HTTP/1.1";
    const std::string path = "/" + std::string(8000 - around.size(), 'a');
    CHECK(status(request_line("GET " + path + " HTTP/1.1")) == 200);
    CHECK(status(request_line("GET " + path + "a HTTP/1.1")) == 414);
    CHECK(status("GET /" + std::string(20000, 'a')) == 414);

    const std::string start = "GET / HTTP/1.1\r\nHost: shop\r\n";
    std::string fields;
    for (int i = 0; i < 99; ++i) fields += "A: b\r\n";
    CHECK(status(start + fields + "\r\n") == 200);
    CHECK(status(start + fields + "A: b\r\n\r\n") == 431);
    CHECK(status(start + "A: " + std::string(16000, 'x') + "\r\n\r\n") == 200);
    CHECK(status(start + "A: " + std::string(17000, 'x') + "\r\n\r\n") == 431);
    CHECK(status(start + "A: " + std::string(40000, 'x')) == 431);
}

TEST_CASE("[IN-1] a body over the cap is refused before it is read") {
    Fixture fixture;
    fixture.handler->body_limit = 10;
    fixture.start();
    RawClient exact(fixture.port());
    exact.send(post("/echo", "0123456789"));
    CHECK(exact.read().body == "0123456789");

    RawClient over(fixture.port());
    over.send("POST /echo HTTP/1.1\r\nHost: shop\r\nContent-Length: 11\r\n\r\n");
    const RawResponse refused = over.read();
    CHECK(refused.status == 413);
    CHECK(refused.has("Connection: close"));

    RawClient many(fixture.port());
    many.send(chunked("5\r\nhello\r\n5\r\nworld\r\n1\r\n!\r\n0\r\n\r\n") + smuggled);
    CHECK(many.read().status == 413);
    CHECK(many.at_end());
    CHECK(fixture.handler->seen().size() == 1);
    CHECK(fixture.handler->refusals() == std::vector<int>{413, 413});
}
