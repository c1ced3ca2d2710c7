// SPDX-License-Identifier: MIT
#include "client.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace till::http_test;
using nlohmann::json;

namespace {

std::int64_t commits(const Shop& shop) {
    const till_store_info* info = nullptr;
    REQUIRE(till_store_info_get(shop.store(), nullptr, &info, nullptr) == TILL_OK);
    const std::int64_t count = info->commits;
    till_free(info);
    return count;
}

const json widget{{"product_name", "Widget"}, {"quantity", 2}, {"price", "19.99"}};

}  // namespace

TEST_CASE("the writes of a batch are answered in order with one commit, each on its own") {
    Shop shop;
    shop.create_user("alice");
    const std::string alice = shop.login("alice").access;
    std::vector<Request> requests;
    for (int i = 0; i < 8; ++i) requests.push_back(json_request("POST", "/orders/", widget, alice));
    requests.push_back(json_request("POST", "/orders/", json::object(), alice));
    requests.push_back(json_request("POST", "/orders/", widget, "bad"));
    const std::int64_t before = commits(shop);
    const std::vector<Response> responses = shop.send_batch(requests);
    CHECK(commits(shop) == before + 1);
    std::int64_t last = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        CHECK(responses[i].status == 201);
        const std::int64_t id = responses[i].json()["id"];
        CHECK(id > last);
        last = id;
    }
    CHECK(responses[8].status == 400);
    CHECK(responses[9].status == 401);
    CHECK(shop.get("/orders/", alice).json().size() == 8);
}

TEST_CASE("a request of a batch sees what those before it wrote") {
    Shop shop;
    shop.create_user("alice");
    shop.create_user("clerk", true);
    const std::string alice = shop.login("alice").access;
    const std::string clerk = shop.login("clerk").access;
    const std::int64_t order = shop.place_order(alice);
    const Headers key{{"Idempotency-Key", "pay"}};
    const std::vector<Response> responses = shop.send_batch({
        json_request("POST", "/payments/",
                     {{"order", order}, {"amount", "39.98"}, {"status", "completed"}}, clerk, key),
        json_request("POST", "/payments/",
                     {{"order", order}, {"amount", "39.98"}, {"status", "completed"}}, clerk, key),
        json_request("PATCH", path("/orders/", order), {{"price_verified", true}}, clerk),
        json_request("PATCH", path("/orders/", order), {{"status", "delivered"}}, clerk),
    });
    CHECK(responses[0].status == 201);
    CHECK(responses[1].header("Idempotency-Replayed") == "true");
    CHECK(responses[1].json()["id"] == responses[0].json()["id"]);
    CHECK(responses[2].json()["price_verified"] == true);
    CHECK(responses[3].json()["status"] == "delivered");
}

TEST_CASE("the reads of a batch see one moment") {
    Shop shop;
    shop.create_user("alice");
    const std::string alice = shop.login("alice").access;
    const Request newest{"GET", "/orders/?limit=1", {{"Authorization", "Bearer " + alice}}, "", 0};
    std::atomic<bool> stop{false};
    std::atomic<int> placed{0};
    std::thread writer([&] {
        till_order_line_in line = TILL_ORDER_LINE_IN_INIT;
        line.name = TILL_STR("Widget");
        line.quantity = 1;
        line.amount_minor = 100;
        const till_order_line_in* lines[] = {&line};
        till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
        in.lines = lines;
        in.line_count = 1;
        till_call system = shop.system();
        in.user_id = 1;
        while (!stop) {
            const till_order* order = nullptr;
            if (till_order_place(shop.store(), &system, &in, &order, nullptr) == TILL_OK) ++placed;
            till_free(order);
        }
    });
    // A busy machine may take the thread away for longer than a snapshot is kept: nearly all
    // rounds.
    constexpr int rounds = 50;
    int at_one = 0;
    for (int round = 0; round < rounds; ++round) {
        const int before = placed;
        while (placed == before) std::this_thread::yield();
        const std::vector<Response> responses = shop.send_batch(std::vector<Request>(6, newest));
        if (std::all_of(responses.begin(), responses.end(), [&](const Response& response) {
                return response.status == 200 && response.body == responses.front().body;
            }))
            ++at_one;
    }
    stop = true;
    writer.join();
    CHECK(at_one > rounds * 4 / 5);
}

TEST_CASE("reads and slow requests in a batch are answered too") {
    Shop shop;
    shop.create_user("alice");
    const std::string alice = shop.login("alice").access;
    const std::vector<Response> responses = shop.send_batch({
        json_request("POST", "/orders/", widget, alice),
        {"GET", "/orders/", {{"Authorization", "Bearer " + alice}}, "", 0},
        json_request("POST", "/auth/login/", {{"username", "alice"}, {"password", Shop::password}}),
        json_request("POST", "/orders/", widget, alice),
        {"GET", "/nowhere/", {}, "", 0},
    });
    CHECK(responses[0].status == 201);
    CHECK(responses[1].status == 200);
    CHECK(responses[2].status == 200);
    CHECK(responses[3].status == 201);
    CHECK(responses[4].status == 404);
    CHECK(shop.send_batch({}).empty());
}
TEST_CASE("when the commit fails every answer of the batch is 503 and nothing was stored") {
    Shop shop;
    shop.create_user("alice");
    const std::string alice = shop.login("alice").access;
    till_testing_fault_in fault = TILL_TESTING_FAULT_IN_INIT;
    fault.fault = TILL_FAULT_FULL;
    fault.countdown = 1;
    REQUIRE(till_testing_fault_set(shop.store(), &fault, nullptr) == TILL_OK);
    const std::vector<Response> responses = shop.send_batch({
        json_request("POST", "/orders/", widget, alice),
        json_request("POST", "/orders/", widget, alice),
        json_request("POST", "/orders/", json::object(), alice),
    });
    for (const Response& response : responses) {
        CAPTURE(response.body);
        CHECK(response.status == 503);
        CHECK(response.header("Retry-After") == "1");
        CHECK(response.json().contains("code"));
    }
    CHECK_FALSE(shop.log.empty());
    const Response after = shop.get("/orders/", alice);
    CHECK(after.status == 200);
    CHECK(after.body == "[]");
}

TEST_CASE(
    "a commit whose sync failed is told as unknown, and the repeat with the same key has one "
    "effect") {
    Shop shop;
    shop.create_user("alice");
    const std::string alice = shop.login("alice").access;
    till_testing_fault_in fault = TILL_TESTING_FAULT_IN_INIT;
    fault.fault = TILL_FAULT_SYNC;
    fault.countdown = 1;
    REQUIRE(till_testing_fault_set(shop.store(), &fault, nullptr) == TILL_OK);
    std::vector<Request> requests;
    for (const char* key : {"a", "b"}) {
        requests.push_back(
            json_request("POST", "/orders/", widget, alice, {{"Idempotency-Key", key}}));
    }
    for (const Response& response : shop.send_batch(requests)) {
        CHECK(response.status == 503);
        CHECK(response.json()["code"] == "outcome_unknown");
        CHECK_FALSE(response.header("Retry-After").empty());
    }
    for (const Response& response : shop.send_batch(requests)) CHECK(response.status == 201);
    CHECK(shop.get("/orders/", alice).json().size() == 2);
}
