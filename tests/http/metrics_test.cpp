// SPDX-License-Identifier: MIT
//
// /metrics after known traffic, and what /healthz says while the shop comes and goes. That the text
// is Prometheus's is promtool's to say: tests/server/deploy.py.
#include "http/metrics.hpp"

#include "client.hpp"

#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace till::http_test;
using nlohmann::json;

namespace {

// Each line that is no comment: name with labels, value.
std::map<std::string, double> figures(Shop& shop) {
    const Response response = shop.send({"GET", "/metrics", {}, "", TILL_HTTP_OPERATOR});
    REQUIRE(response.status == 200);
    CHECK(response.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
    std::map<std::string, double> out;
    std::istringstream lines(response.body);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("#")) continue;
        const std::size_t blank = line.rfind(' ');
        CAPTURE(line);
        CHECK(out.emplace(line.substr(0, blank), std::stod(line.substr(blank + 1))).second);
    }
    return out;
}

std::string answers(std::string_view route, std::string_view method, int status) {
    return "till_http_requests_total{route=\"" + std::string(route) + "\",method=\"" +
           std::string(method) + "\",status=\"" + std::to_string(status) + "\"}";
}

}  // namespace

TEST_CASE("/metrics is there for operators alone") {
    Shop shop;
    CHECK(shop.get("/metrics").status == 404);
    CHECK(shop.send({"GET", "/metrics", {}, "", TILL_HTTP_TLS}).status == 404);
    CHECK(shop.send({"POST", "/metrics", {}, "", TILL_HTTP_OPERATOR}).status == 405);
    const auto found = figures(shop);
    CHECK(found.at(answers("none", "GET", 404)) == 2);
    CHECK(found.at(answers("/metrics", "POST", 405)) == 1);
}

TEST_CASE("what the host refused by itself counts by status") {
    Shop shop;
    CHECK(till_http_count_refusal(shop.app(), 431) == TILL_OK);
    CHECK(till_http_count_refusal(shop.app(), 431) == TILL_OK);
    CHECK(till_http_count_refusal(shop.app(), 599) == TILL_OK);
    for (const std::int32_t status : {399, 600, -1, 0}) {
        CHECK(till_http_count_refusal(shop.app(), status) == TILL_E_VALIDATION);
    }
    const auto found = figures(shop);
    CHECK(found.at("till_http_refusals_total{status=\"431\"}") == 2);
    CHECK(found.at("till_http_refusals_total{status=\"599\"}") == 1);
    CHECK(found.count("till_http_refusals_total{status=\"400\"}") == 0);
}

TEST_CASE("each answer counts under its route, its method and its status") {
    Shop shop;
    shop.create_user("alice");
    const std::string alice = shop.login("alice").access;
    const auto before = figures(shop);
    const std::int64_t order = shop.place_order(alice);
    for (int i = 0; i < 3; ++i) CHECK(shop.get(path("/orders/", order), alice).status == 200);
    CHECK(shop.get("/orders/999/", alice).status == 404);
    CHECK(shop.get("/orders/").status == 401);
    CHECK(shop.get("/nowhere/a").status == 404);
    CHECK(shop.get("/nowhere/b").status == 404);
    CHECK(shop.send({"BREW", "/orders/", {}, "", 0}).status == 401);
    const auto after = figures(shop);
    CHECK(after.at(answers("/orders/", "POST", 201)) == 1);
    CHECK(after.at(answers("/orders/ID/", "GET", 200)) == 3);
    CHECK(after.at(answers("/orders/ID/", "GET", 404)) == 1);
    CHECK(after.at(answers("/orders/", "GET", 401)) == 1);
    CHECK(after.at(answers("none", "GET", 404)) == 2);
    CHECK(after.at(answers("/orders/", "other", 401)) == 1);
    const std::string time = "till_http_request_duration_seconds";
    CHECK(after.at(time + "_count{route=\"/orders/ID/\"}") == 4);
    CHECK(after.at(time + "_bucket{route=\"/orders/ID/\",le=\"+Inf\"}") == 4);
    CHECK(after.at(time + "_bucket{route=\"/orders/ID/\",le=\"0.000500\"}") <= 4);
    CHECK(after.at(time + "_sum{route=\"/orders/ID/\"}") > 0);
    CHECK(after.at("till_commits_total") >= before.at("till_commits_total") + 1);
    CHECK(after.at("till_commit_writes_sum") >= before.at("till_commit_writes_sum") + 1);
    CHECK(after.at("till_sessions") == 1);
    CHECK(after.at("till_password_hashes_total") >= 1);
    CHECK(after.at("till_outbox_messages") == before.at("till_outbox_messages"));
    CHECK(after.at("till_store_bytes") > 0);
}

TEST_CASE("the requests of a batch count one by one") {
    Shop shop;
    shop.create_user("alice");
    const std::string alice = shop.login("alice").access;
    const json tea{{"product_name", "Tea"}, {"quantity", 1}, {"price", "1.25"}};
    const std::vector<Request> requests(5, json_request("POST", "/orders/", tea, alice));
    for (const Response& response : shop.send_batch(requests)) CHECK(response.status == 201);
    CHECK(figures(shop).at(answers("/orders/", "POST", 201)) == 5);
}

TEST_CASE("answers beyond the pairs that a route keeps count as others") {
    till::http::Metrics metrics;
    constexpr int statuses = 40;
    for (int i = 0; i < statuses; ++i) {
        metrics.count(nullptr, till::http::Method::get, 200 + i, 1);
        metrics.count(nullptr, till::http::Method::get, 200, 1);
    }
    std::string text;
    metrics.write(text);
    CHECK(text.find(answers("none", "GET", 200) + " 41\n") != std::string::npos);
    CHECK(text.find(R"({route="none",method="other",status="other"} 8)") != std::string::npos);
    CHECK(text.find(R"(_count{route="none"} 80)") != std::string::npos);
}

TEST_CASE("no answer of many threads is lost") {
    Shop shop;
    constexpr int threads = 8;
    constexpr int rounds = 200;
    std::vector<std::thread> askers;
    for (int i = 0; i < threads; ++i) {
        askers.emplace_back([&, i] {
            for (int n = 0; n < rounds; ++n) shop.get(n % 2 == i % 2 ? "/healthz" : "/orders/");
        });
    }
    for (std::thread& each : askers) each.join();
    const auto found = figures(shop);
    CHECK(found.at(answers("/healthz", "GET", 200)) == threads * rounds / 2);
    CHECK(found.at(answers("/orders/", "GET", 401)) == threads * rounds / 2);
}

TEST_CASE("/healthz is ready while the store reads and the host stays") {
    Shop shop;
    const json ready{{"status", "ok"}, {"live", true}, {"ready", true}};
    const json not_ready{{"status", "unavailable"}, {"live", true}, {"ready", false}};
    CHECK(shop.get("/healthz").json() == ready);
    const Response draining = shop.send({"GET", "/healthz", {}, "", TILL_HTTP_DRAINING});
    CHECK(draining.status == 503);
    CHECK(draining.json() == not_ready);
    CHECK(shop.get("/healthz").status == 200);
    REQUIRE(till_store_close(shop.store()) == TILL_OK);
    const Response closed = shop.get("/healthz");
    CHECK(closed.status == 503);
    CHECK(closed.json() == not_ready);
}
