// SPDX-License-Identifier: MIT
#include "client.hpp"

#include <string>

using namespace till::http_test;
using nlohmann::json;

namespace {

struct Counter : Shop {
    Counter() {
        create_user("alice");
        create_user("bob");
        create_user("clerk", true);
        alice = login("alice").access;
        bob = login("bob").access;
        clerk = login("clerk").access;
        order = place_order(alice);
    }
    std::string alice;
    std::string bob;
    std::string clerk;
    std::int64_t order = 0;
};

}  // namespace

TEST_CASE("a payment is started by the owner, for the whole order, once") {
    Counter shop;
    const Response started = shop.post(
        "/payments/", {{"order", shop.order}, {"amount", "39.98"}, {"method", "card"}}, shop.alice);
    CAPTURE(started.body);
    REQUIRE(started.status == 201);
    const json payment = started.json();
    CHECK(payment["order"] == shop.order);
    CHECK(payment["amount"] == "39.98");
    CHECK(payment["status"] == "pending");
    CHECK(payment["method"] == "card");
    CHECK(payment["completed_date"] == nullptr);
    CHECK(started.header("Location") == path("/payments/", payment["id"]));
    CHECK(shop.post("/payments/", {{"order", shop.order}}, shop.alice).json() ==
          json{{"order", {"This field must be unique."}}});
    CHECK(shop.get(path("/payments/", payment["id"]), shop.bob).status == 404);
    CHECK(shop.get("/payments/", shop.alice).json().size() == 1);
    CHECK(shop.get("/payments/", shop.bob).body == "[]");
    CHECK(shop.get(path("/payments/?order=", shop.order, ""), shop.clerk).json().size() == 1);
}

TEST_CASE("[PA-1] an amount may be left out, and may be nothing but the total") {
    Counter shop;
    const auto error = [&](const json& amount) {
        return shop.post("/payments/", {{"order", shop.order}, {"amount", amount}}, shop.alice)
            .json();
    };
    CHECK(error("39.97").contains("amount"));
    CHECK(error("0").contains("amount"));
    CHECK(error("-39.98").contains("amount"));
    CHECK(error("x") == json{{"amount", {"A valid number is required."}}});
    CHECK(error("39.980") ==
          json{{"amount", {"Ensure that there are no more than 2 decimal places."}}});
    CHECK(shop.post("/payments/", {{"order", shop.order}}, shop.alice).json()["amount"] == "39.98");
}

TEST_CASE("[AZ-1] somebody else's order cannot be told from none") {
    Counter shop;
    const Response strange =
        shop.post("/payments/", {{"order", shop.order}, {"amount", "39.98"}}, shop.bob);
    CHECK(strange.status == 400);
    CHECK(strange.json() ==
          json{{"order",
                {"Invalid pk \"" + std::to_string(shop.order) + "\" - object does not exist."}}});
    CHECK(shop.post("/payments/", {{"order", shop.order}}, shop.bob).body == strange.body);
    CHECK(shop.post("/payments/", {{"order", 999}}, shop.bob).status == 400);
    CHECK(shop.post("/payments/", {{"order", true}, {"amount", "x"}}, shop.bob).json().size() == 2);
}

TEST_CASE(
    "[PA-1] [PA-4] staff complete a payment, the owner never; completing again changes nothing") {
    Counter shop;
    const std::string payment = path(
        "/payments/", shop.post("/payments/", {{"order", shop.order}}, shop.alice).json()["id"]);
    CHECK(shop.patch(payment, {{"status", "completed"}}, shop.alice).status == 403);
    CHECK(shop.send_json("PUT", payment, json::object(), shop.clerk).json().contains("order"));
    const Response done = shop.send_json(
        "PUT", payment, {{"status", "completed"}, {"order", shop.order}, {"amount", "39.98"}},
        shop.clerk);
    REQUIRE(done.status == 200);
    CHECK(done.json()["status"] == "completed");
    CHECK(done.json()["completed_date"].is_string());
    CHECK(shop.patch(payment, {{"status", "completed"}}, shop.clerk).status == 200);
    CHECK(shop.patch(payment, {{"status", "failed"}}, shop.clerk).status == 409);
    CHECK(shop.patch(payment, {{"status", "pending"}}, shop.clerk).status == 409);
    CHECK(shop.patch(payment, {{"amount", "0.01"}}, shop.clerk).json().contains("amount"));
    CHECK(shop.patch(payment, {{"order", 999}}, shop.clerk).json().contains("order"));
    CHECK(
        shop.patch(payment, {{"status", "failed"}}, shop.clerk, {{"If-Match", "\"v1\""}}).status ==
        412);
}

TEST_CASE("[PA-1] a payment in the hand is completed at once by staff, not by the owner") {
    Counter shop;
    const json input{{"order", shop.order}, {"status", "completed"}, {"method", "cash"}};
    CHECK(shop.post("/payments/", input, shop.alice).status == 403);
    CHECK(shop.post("/payments/", input, shop.clerk).json()["status"] == "completed");
    CHECK(shop.post("/payments/", {{"order", shop.order}, {"status", "refunded"}}, shop.clerk)
              .json()
              .contains("status"));
}

TEST_CASE("[PA-2] refunds never exceed the payment") {
    Counter shop;
    const json payment =
        shop.post("/payments/", {{"order", shop.order}, {"status", "completed"}}, shop.clerk)
            .json();
    const std::string refunds = path("/payments/", payment["id"], "/refunds/");
    CHECK(shop.post(refunds, {{"amount", "10"}}, shop.alice).status == 403);
    const Response part =
        shop.post(refunds, {{"amount", "10"}, {"reason", "late"}, {"status", "succeeded"}},
                  shop.clerk, {{"Idempotency-Key", "r1"}});
    CAPTURE(part.body);
    REQUIRE(part.status == 201);
    CHECK(part.json()["amount"] == "10.00");
    CHECK(part.json()["status"] == "succeeded");
    const Response again =
        shop.post(refunds, {{"amount", "10"}, {"reason", "late"}, {"status", "succeeded"}},
                  shop.clerk, {{"Idempotency-Key", "r1"}});
    CHECK(again.header("Idempotency-Replayed") == "true");
    CHECK(again.json()["id"] == part.json()["id"]);
    const Response beyond = shop.post(refunds, {{"amount", "30"}}, shop.clerk);
    CHECK(beyond.status == 409);
    CHECK(beyond.json()["code"] == "refund_exceeds_payment");
    CHECK(shop.post(refunds, {{"amount", "0"}}, shop.clerk).status == 400);
    CHECK(shop.post(refunds, {{"status", "succeeded"}}, shop.clerk).json()["amount"] == "29.98");
    CHECK(shop.get(refunds, shop.alice).json().size() == 2);
    CHECK(shop.get(refunds, shop.bob).status == 404);
    CHECK(shop.get(path("/payments/", payment["id"]), shop.alice).json()["status"] == "refunded");
}

TEST_CASE("[PA-2] a refund on its way ends once, and of two that read the payment one refunds") {
    Counter shop;
    const json payment =
        shop.post("/payments/", {{"order", shop.order}, {"status", "completed"}}, shop.clerk)
            .json();
    const std::string refunds = path("/payments/", payment["id"], "/refunds/");
    const std::string seen = "\"v" + std::to_string(payment["version"].get<int>()) + "\"";
    const Response first = shop.post(refunds, {{"amount", "10"}}, shop.clerk,
                                     {{"If-Match", seen}, {"Idempotency-Key", "a"}});
    REQUIRE(first.status == 201);
    CHECK(shop.post(refunds, {{"amount", "10"}}, shop.clerk, {{"If-Match", seen}}).status == 412);
    CHECK(shop.post(refunds, {{"amount", "10"}}, shop.clerk,
                    {{"If-Match", seen}, {"Idempotency-Key", "a"}})
              .json()["id"] == first.json()["id"]);

    const std::string refund = path("/refunds/", first.json()["id"]);
    CHECK(shop.patch(refund, {{"status", "succeeded"}}, shop.alice).status == 403);
    CHECK(shop.patch(refund, {{"status", "succeeded"}}, shop.bob).status == 404);
    CHECK(shop.patch("/refunds/4711/", {{"status", "succeeded"}}, shop.clerk).status == 404);
    CHECK(shop.patch(refund, json::object(), shop.clerk).json().contains("status"));
    CHECK(shop.patch(refund, {{"status", "pending"}}, shop.clerk).json().contains("status"));
    const Response done =
        shop.patch(refund, {{"status", "succeeded"}, {"provider_reference", "re_1"}}, shop.clerk,
                   {{"If-Match", "\"v1\""}});
    CAPTURE(done.body);
    REQUIRE(done.status == 200);
    CHECK(done.json()["status"] == "succeeded");
    CHECK(done.json()["provider_reference"] == "re_1");
    CHECK(done.header("ETag") == "\"v2\"");
    CHECK(shop.patch(refund, {{"status", "failed"}}, shop.clerk, {{"If-Match", "\"v1\""}}).status ==
          412);
    CHECK(shop.patch(refund, {{"status", "failed"}}, shop.clerk).json()["code"] ==
          "invalid_transition");
    CHECK(shop.get(path("/payments/", payment["id"]), shop.clerk).json()["refunded"] == "10.00");

    // What failed may be refunded again.
    const Response rest = shop.post(refunds, {{"amount", "29.98"}}, shop.clerk);
    REQUIRE(rest.status == 201);
    CHECK(shop.post(refunds, {{"amount", "0.01"}}, shop.clerk).status == 409);
    CHECK(shop.patch(path("/refunds/", rest.json()["id"]), {{"status", "failed"}}, shop.clerk)
              .json()["status"] == "failed");
    CHECK(shop.post(refunds, {{"amount", "0.01"}}, shop.clerk).status == 201);
}
