// SPDX-License-Identifier: MIT
#include "fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <poll.h>
#include <thread>

using namespace till_server_test;
using namespace std::chrono_literals;

TEST_CASE("a connection serves one request after the other") {
    Fixture fixture;
    fixture.start();
    RawClient client(fixture.port());
    for (int i = 0; i < 3; ++i) {
        client.send(get("/a" + std::to_string(i)));
        const RawResponse response = client.read();
        CHECK(response.status == 200);
        CHECK(response.body == "/a" + std::to_string(i));
        CHECK(response.head.find("\r\nDate: ") != std::string::npos);
        CHECK(response.head.find("Connection:") == std::string::npos);
    }
}

TEST_CASE("answers keep the order of pipelined requests whatever thread makes them") {
    Fixture fixture;
    fixture.start();
    RawClient client(fixture.port());
    std::string requests;
    const std::vector<std::string> targets = {"/r1",     "/write1", "/r2",    "/slow1",
                                              "/write2", "/r3",     "/slow2", "/r4"};
    for (const std::string& target : targets) requests += post(target, "x");
    client.send(requests);
    for (const std::string& target : targets) CHECK(client.read().body == target);
}

TEST_CASE("a request may trickle in byte by byte") {
    Fixture fixture;
    fixture.start();
    RawClient client(fixture.port());
    const std::string bytes = post("/echo", "hello") + get("/next");
    for (const char byte : bytes) client.send(std::string(1, byte));
    CHECK(client.read().body == "hello");
    CHECK(client.read().body == "/next");
}

TEST_CASE(
    "[HT-2] chunks are put together, extensions and trailers dropped, and the next request "
    "follows") {
    Fixture fixture;
    fixture.start();
    RawClient client(fixture.port());
    const std::string bytes =
        "POST /echo HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "5;name=\"value\"\r\nhello\r\n00A\r\n, world...\r\n0\r\nX-Trailer: secret\r\n\r\n";
    client.send(bytes + get("/next"));
    CHECK(client.read().body == "hello, world...");
    CHECK(client.read().body == "/next");
    const Seen seen = fixture.handler->seen().front();
    for (const auto& [name, value] : seen.headers) {
        CHECK(name != "X-Trailer");
    }
    // The same in pieces of one byte.
    RawClient slow(fixture.port());
    for (const char byte : bytes) slow.send(std::string(1, byte));
    CHECK(slow.read().body == "hello, world...");
}

TEST_CASE("a client that waits for 100 Continue is told to go on") {
    Fixture fixture;
    fixture.start();
    RawClient client(fixture.port());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read().status == 100);
    client.send("hello");
    CHECK(client.read().body == "hello");
    // Who is refused is not asked for the body.
    client.send(
        "POST /echo HTTP/1.1\r\nHost: shop\r\nContent-Length: 999999\r\nExpect: "
        "100-continue\r\n\r\n");
    CHECK(client.read().status == 413);
}

TEST_CASE("HTTP/1.0 is closed after the answer unless it asks to stay") {
    Fixture fixture;
    fixture.start();
    RawClient once(fixture.port());
    once.send("GET /a HTTP/1.0\r\n\r\n");
    CHECK(once.read().has("Connection: close"));
    CHECK(once.at_end());
    RawClient stays(fixture.port());
    for (int i = 0; i < 2; ++i) {
        stays.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        CHECK(stays.read().has("Connection: keep-alive"));
    }
}

TEST_CASE("Connection: close is answered and obeyed") {
    Fixture fixture;
    fixture.start();
    RawClient client(fixture.port());
    client.send(get("/a", "Connection: close\r\n") + get("/never"));
    CHECK(client.read().has("Connection: close"));
    CHECK(client.at_end());
    CHECK(fixture.handler->seen().size() == 1);
}

TEST_CASE("HEAD has the length of GET and no body, 204 neither") {
    Fixture fixture;
    fixture.start();
    RawClient client(fixture.port());
    client.send("HEAD /abc HTTP/1.1\r\nHost: shop\r\n\r\n" + get("/next"));
    CHECK(client.read(true).has("Content-Length: 4"));
    CHECK(client.read().body == "/next");
    client.send("OPTIONS * HTTP/1.1\r\nHost: shop\r\n\r\n" + get("/next"));
    const RawResponse options = client.read();
    CHECK(options.status == 204);
    CHECK(options.head.find("Content-Length") == std::string::npos);
    CHECK(options.head.find("\r\nAllow: GET") != std::string::npos);
    CHECK(client.read().body == "/next");
}

TEST_CASE("the absolute form is served as a path when it names this host") {
    Fixture fixture;
    fixture.start();
    RawClient client(fixture.port());
    client.send("GET http://SHOP/a?b=c HTTP/1.1\r\nHost: shop\r\n\r\n");
    CHECK(client.read().body == "/a?b=c");
    client.send("GET http://shop HTTP/1.1\r\nHost: shop\r\n\r\n");
    CHECK(client.read().body == "/");
}

TEST_CASE("a large answer arrives whole") {
    Fixture fixture;
    const std::string large(3 * 1024 * 1024, 'x');
    fixture.handler->answer = [&](const till_http_request&) { return make_reply(200, large); };
    fixture.start();
    RawClient client(fixture.port());
    client.send(get("/a") + get("/b"));
    CHECK(client.read().body == large);
    CHECK(client.read().body == large);
}

TEST_CASE("[HT-6] a header that would split the response is never sent") {
    Fixture fixture;
    fixture.handler->answer = [](const till_http_request&) {
        return make_reply(200, "x", {{"Location", "/a\r\nSet-Cookie: stolen"}});
    };
    fixture.start();
    RawClient client(fixture.port());
    client.send(get("/a"));
    const RawResponse response = client.read();
    CHECK(response.status == 500);
    CHECK(response.head.find("stolen") == std::string::npos);
}

TEST_CASE("writes that wait together share a batch, and reads do not wait for them") {
    Fixture fixture;
    fixture.start();
    RawClient first(fixture.port());
    first.send(post("/gate/write", ""));
    fixture.handler->gate.until_waiting(1);  // the writer is busy
    std::vector<std::unique_ptr<RawClient>> writers;
    for (int i = 0; i < 8; ++i) {
        writers.push_back(std::make_unique<RawClient>(fixture.port()));
        writers.back()->send(post("/write", ""));
        // A read on the same connection's thread, answered while the writer is stuck.
        RawClient reader(fixture.port());
        reader.send(get("/read"));
        CHECK(reader.read().status == 200);
    }
    fixture.handler->gate.open();
    CHECK(first.read().status == 200);
    for (auto& writer : writers) CHECK(writer->read().status == 200);
    std::vector<size_t> batches = fixture.handler->batches("/write");
    CHECK(std::accumulate(batches.begin(), batches.end(), size_t{0}) == 9);
    CHECK(batches.size() < 9);
}

TEST_CASE("reads that came while their thread was busy are answered together, in batches") {
    constexpr size_t readers = 40;
    Fixture fixture;
    fixture.config.threads = 1;
    fixture.start();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (size_t i = 0; i < readers; ++i) {
        clients.push_back(std::make_unique<RawClient>(fixture.port()));
        clients.back()->send(get("/hello"));
        CHECK(clients.back()->read().status == 200);
    }
    RawClient first(fixture.port());
    first.send(get("/gate"));
    fixture.handler->gate.until_waiting(1);  // on the I/O thread
    for (size_t i = 0; i < readers; ++i)
        clients[i]->send(get("/read/" + std::to_string(i)) + get("/read/more"));
    fixture.handler->gate.open();
    CHECK(first.read().status == 200);
    for (size_t i = 0; i < readers; ++i) {
        CHECK(clients[i]->read().body == "/read/" + std::to_string(i));
        CHECK(clients[i]->read().body == "/read/more");
    }
    std::vector<size_t> batches = fixture.handler->batches("/read/");
    CHECK(std::accumulate(batches.begin(), batches.end(), size_t{0}) == 2 * readers);
    CHECK(*std::max_element(batches.begin(), batches.end()) == 16);
}

TEST_CASE(
    "[PW-8] a full queue of slow requests answers 503 with Retry-After and stalls nobody else") {
    Fixture fixture;
    fixture.config.slow_queue = 1;
    fixture.start();
    RawClient running(fixture.port());
    running.send(post("/gate/slow", ""));
    fixture.handler->gate.until_waiting(1);
    // One of the two waits in the queue and the other is refused; they may race for it.
    RawClient one(fixture.port());
    RawClient other(fixture.port());
    one.send(post("/slow", ""));
    other.send(post("/slow", ""));
    pollfd both[] = {{one.descriptor(), POLLIN, 0}, {other.descriptor(), POLLIN, 0}};
    REQUIRE(::poll(both, 2, 10'000) == 1);
    RawClient& refused = both[0].revents != 0 ? one : other;
    RawClient& queued = both[0].revents != 0 ? other : one;
    const RawResponse refusal = refused.read();
    CHECK(refusal.status == 503);
    CHECK(refusal.head.find("\r\nRetry-After: ") != std::string::npos);
    refused.send(get("/read"));
    CHECK(refused.read().status == 200);
    fixture.handler->gate.open();
    CHECK(running.read().status == 200);
    CHECK(queued.read().status == 200);
}

TEST_CASE("[HT-5] a slow client is told so and let go") {
    Fixture fixture;
    fixture.config.deadlines.header = 150ms;
    fixture.config.deadlines.body = 150ms;
    fixture.config.deadlines.idle = 150ms;
    fixture.config.deadlines.linger = 100ms;
    fixture.config.deadlines.rate_min = 0;
    fixture.start();

    SUBCASE("who sends nothing is closed without a word") {
        RawClient client(fixture.port());
        CHECK(client.read_to_end().empty());
    }
    SUBCASE("who does not finish the header gets 408, however busily it trickles") {
        RawClient client(fixture.port());
        client.send("GET / HTTP/1.1\r\nHost: shop\r\n");
        const auto began = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - began < 5s && client.send("A: b\r\n")) {
            if (fixture.server->connections() == 0) break;
            std::this_thread::yield();
        }
        CHECK(std::chrono::steady_clock::now() - began < 5s);
    }
    SUBCASE("who stops in the header gets 408") {
        RawClient client(fixture.port());
        client.send("GET / HTTP/1.1\r\nHost: shop\r\n");
        CHECK(client.read().status == 408);
        CHECK(client.at_end());
    }
    SUBCASE("who stops in the body gets 408") {
        RawClient client(fixture.port());
        client.send("POST /echo HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\nhell");
        CHECK(client.read().status == 408);
        CHECK(client.at_end());
        CHECK(fixture.handler->seen().empty());
        CHECK(fixture.handler->refusals() == std::vector<int>{408});
    }
    SUBCASE("who stays idle after an answer is closed") {
        RawClient client(fixture.port());
        client.send(get("/a"));
        CHECK(client.read().status == 200);
        CHECK(client.at_end());
    }
}

TEST_CASE("[HT-5] a client that does not read its answer is cut off") {
    Fixture fixture;
    fixture.config.deadlines.write = 150ms;
    fixture.config.deadlines.rate_min = 1u << 30;
    fixture.handler->answer = [](const till_http_request&) {
        return make_reply(200, std::string(16 * 1024 * 1024, 'x'));
    };
    fixture.start();
    RawClient client(fixture.port());
    client.send(get("/a"));
    const auto began = std::chrono::steady_clock::now();
    while (fixture.handler->seen().empty() || fixture.server->connections() > 0) {
        REQUIRE(std::chrono::steady_clock::now() - began < 8s);
        std::this_thread::yield();
    }
    CHECK(client.read_to_end().size() < 16u * 1024 * 1024);
}

TEST_CASE("[HT-5] four hundred clients that dawdle delay nobody else") {
    Fixture fixture;
    fixture.config.connections_per_source = 1000;
    fixture.start();
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < 400; ++i) {
        slow.push_back(std::make_unique<RawClient>(fixture.port()));
        if (i % 4 == 0) slow.back()->send("GET /a HTTP/1.1\r\nHo");
        if (i % 4 == 1)
            slow.back()->send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx");
        if (i % 4 == 2)
            slow.back()->send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1");
    }
    std::vector<std::chrono::steady_clock::duration> spent;
    for (int i = 0; i < 200; ++i) {
        const auto began = std::chrono::steady_clock::now();
        RawClient probe(fixture.port());
        probe.send(get("/a"));
        CHECK(probe.read().status == 200);
        spent.push_back(std::chrono::steady_clock::now() - began);
    }
    std::sort(spent.begin(), spent.end());
    CHECK(spent[197] < 500ms);
}

TEST_CASE("[HT-5] a source has a cap of connections and frees it by closing") {
    Fixture fixture;
    fixture.config.connections_per_source = 2;
    fixture.start();
    auto first = std::make_unique<RawClient>(fixture.port());
    RawClient second(fixture.port());
    first->send(get("/a"));
    second.send(get("/a"));
    CHECK(first->read().status == 200);
    CHECK(second.read().status == 200);
    RawClient third(fixture.port());
    const RawResponse refused = third.read();
    CHECK(refused.status == 503);
    CHECK(refused.head.find("Retry-After") != std::string::npos);
    CHECK(third.at_end());
    CHECK(fixture.handler->refusals() == std::vector<int>{503});
    first.reset();
    int status = 0;
    for (int i = 0; i < 1000 && status != 200; ++i) {
        RawClient again(fixture.port());
        again.send(get("/a"));
        status = again.read().status;
    }
    CHECK(status == 200);
}

TEST_CASE("[HT-5] the cap of all connections holds for every source") {
    Fixture fixture;
    fixture.config.connections_max = 1;
    fixture.start();
    RawClient first(fixture.port());
    first.send(get("/a"));
    CHECK(first.read().status == 200);
    RawClient second(fixture.port());
    CHECK(second.read().status == 503);
    CHECK(fixture.handler->refusals() == std::vector<int>{503});
}

TEST_CASE("stopping finishes the requests in flight and refuses new ones") {
    Fixture fixture;
    fixture.start();
    const uint16_t port = fixture.port();
    RawClient idle(port);
    idle.send(get("/a"));
    CHECK(idle.read().status == 200);
    RawClient busy(port);
    busy.send(post("/gate/write", ""));
    fixture.handler->gate.until_waiting(1);
    bool drained = false;
    std::thread stopper([&] { drained = fixture.server->stop(); });
    CHECK(idle.at_end());
    fixture.handler->gate.open();
    const RawResponse last = busy.read();
    CHECK(last.status == 200);
    CHECK(last.has("Connection: close"));
    CHECK(busy.at_end());
    stopper.join();
    CHECK(drained);
}

TEST_CASE("stopping cuts off who does not finish in time") {
    Fixture fixture;
    fixture.config.deadlines.drain = 100ms;
    fixture.start();
    RawClient client(fixture.port());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read().status == 100);
    CHECK_FALSE(fixture.server->stop());
    CHECK(client.at_end());
}
