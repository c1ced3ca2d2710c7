// SPDX-License-Identifier: MIT
#include "client.hpp"

#include <string>

using namespace till::http_test;
using nlohmann::json;

namespace {

struct Desk : Shop {
    explicit Desk(const Options& options = {}) : Shop(options) {
        alice_id = create_user("alice");
        create_user("bob");
        create_user("clerk", true);
        alice = login("alice").access;
        bob = login("bob").access;
        clerk = login("clerk").access;
    }
    std::int64_t alice_id = 0;
    std::string alice;
    std::string bob;
    std::string clerk;
};

const json widget{{"product_name", "Widget"}, {"quantity", 2}, {"price", "19.99"}};

}  // namespace

TEST_CASE("the tutorial's order is answered with its seven members and ours") {
    Desk desk;
    const Response placed = desk.post("/orders/", widget, desk.alice, {{"Host", "shop.example"}});
    REQUIRE(placed.status == 201);
    json order = placed.json();
    const std::int64_t id = order["id"];
    CHECK(placed.header("Location") == "http://shop.example" + path("/orders/", id));
    CHECK(placed.header("ETag") == "\"v1\"");
    CHECK(order["order_date"].get<std::string>().size() == 27);
    order.erase("order_date");
    CHECK(order == json{{"id", id},
                        {"user", desk.alice_id},
                        {"product_name", "Widget"},
                        {"quantity", 2},
                        {"price", "19.99"},
                        {"status", "pending"},
                        {"currency", "USD"},
                        {"total", "39.98"},
                        {"price_verified", false},
                        {"reference", nullptr},
                        {"number", nullptr},
                        {"version", 1},
                        {"series", nullptr},
                        {"contact_name", nullptr},
                        {"contact_email", nullptr},
                        {"metadata", nullptr},
                        {"items",
                         {{{"kind", "item"},
                           {"product_name", "Widget"},
                           {"sku", nullptr},
                           {"quantity", 2},
                           {"price", "19.99"},
                           {"amount", "39.98"},
                           {"price_source", "client"}}}}});
    const Response read = desk.get(path("/orders/", id), desk.alice);
    CHECK(read.status == 200);
    CHECK(read.body == placed.body);
    CHECK(read.route == "/orders/ID/");
    CHECK(read.user_id == desk.alice_id);
    CHECK(desk.get(path("/orders/", id), desk.bob).status == 404);
    CHECK(desk.get(path("/orders/", id), desk.clerk).status == 200);
    CHECK(desk.get(path("/orders/", id)).status == 401);
}

TEST_CASE("an order of lines names the first and counts the rest") {
    Desk desk;
    const json input{
        {"items",
         {{{"product_name", "Tea"}, {"sku", "T-1"}, {"quantity", 3}, {"price", "1000"}},
          {{"product_name", "Cup"}, {"quantity", "1"}, {"price", 500}},
          {{"kind", "shipping"}, {"label", "Post"}, {"amount", "250"}},
          {{"kind", "discount"}, {"label", "Regular"}, {"amount", "-150"}},
          {{"kind", "tax"}, {"label", "VAT"}, {"amount", "300"}, {"included", true}}}},
        {"currency", "JPY"},
        {"reference", "till-1-77"},
        {"series", "R2026"},
        {"metadata", {{"table", 4}, {"note", "no \"sugar\""}}},
        {"user", desk.alice_id}};
    const Response placed = desk.post("/orders/", input, desk.clerk);
    CAPTURE(placed.body);
    REQUIRE(placed.status == 201);
    const json order = placed.json();
    CHECK(order["user"] == desk.alice_id);
    CHECK(order["product_name"] == "Tea and 4 more");
    CHECK(order["quantity"] == 1);
    CHECK(order["price"] == "3600");
    CHECK(order["total"] == "3600");
    CHECK(order["series"] == "R2026");
    CHECK(order["number"] == 1);
    CHECK(order["metadata"] == input["metadata"]);
    CHECK(order["reference"] == "till-1-77");
    CHECK(order["price_verified"] == true);
    CHECK(order["items"][3] == json{{"kind", "discount"},
                                    {"label", "Regular"},
                                    {"included", false},
                                    {"amount", "-150"},
                                    {"price_source", "staff"}});
    CHECK(order["items"][4]["included"] == true);
}

TEST_CASE("[AZ-1] a walk-in's contact is shown to staff, and the order to nobody else") {
    Desk desk;
    const json input{{"items", {{{"product_name", "Tea"}, {"quantity", 1}, {"price", "1.50"}}}},
                     {"walk_in", true},
                     {"contact_name", "Zo\u00eb"},
                     {"contact_email", "zoe@example.com"}};
    const Response placed = desk.post("/orders/", input, desk.clerk);
    CAPTURE(placed.body);
    REQUIRE(placed.status == 201);
    const json order = placed.json();
    CHECK(order["user"] == nullptr);
    CHECK(order["contact_name"] == "Zo\u00eb");
    CHECK(order["contact_email"] == "zoe@example.com");
    CHECK(order["metadata"] == nullptr);
    const std::string one = path("/orders/", order["id"]);
    CHECK(desk.get(one, desk.clerk).json() == order);
    CHECK(desk.get(one, desk.alice).status == 404);
}

TEST_CASE("[AZ-3] [OR-1] a plain user neither sets charges nor series nor orders for others") {
    Desk desk;
    const json charge{{"items",
                       {{{"product_name", "Tea"}, {"quantity", 1}, {"price", "1"}},
                        {{"kind", "discount"}, {"label", "x"}, {"amount", "-1"}}}}};
    CHECK(desk.post("/orders/", charge, desk.alice).status == 403);
    json with = widget;
    with["series"] = "R";
    CHECK(desk.post("/orders/", with, desk.alice).status == 403);
    json other{{"items", {{{"product_name", "Tea"}, {"quantity", 1}, {"price", "1"}}}},
               {"user", desk.alice_id}};
    CHECK(desk.post("/orders/", other, desk.bob).status == 403);
    json tutorial = widget;
    tutorial["user"] = desk.alice_id;
    tutorial["status"] = "delivered";
    tutorial["price_verified"] = true;
    const json order = desk.post("/orders/", tutorial, desk.bob).json();
    CHECK(order["user"] != desk.alice_id);
    CHECK(order["status"] == "pending");
    CHECK(order["price_verified"] == false);
}

TEST_CASE("[OR-3] bad lines are told one by one, in their places") {
    Desk desk;
    const json input{{"items",
                      {{{"product_name", "Tea"}, {"quantity", 1}, {"price", "1"}},
                       {{"product_name", ""}, {"quantity", 0}, {"price", "1.999"}},
                       "x",
                       {{"kind", "gift"}}}}};
    const json errors = desk.post("/orders/", input, desk.clerk).json();
    CHECK(errors["items"][0] == json::object());
    CHECK(errors["items"][1].size() == 3);
    CHECK(errors["items"][2].contains("non_field_errors"));
    CHECK(errors["items"][3].contains("kind"));
    CHECK(desk.post("/orders/", {{"items", json::array()}}, desk.alice).json() ==
          json{{"items", {"This list may not be empty."}}});
    CHECK(desk.post("/orders/", {{"items", "x"}}, desk.alice).json() ==
          json{{"items", {"Expected a list of items but got type \"str\"."}}});
    json many{{"items", json::array()}};
    for (int i = 0; i < 101; ++i) many["items"].push_back(widget);
    CHECK(desk.post("/orders/", many, desk.alice).json().contains("items"));
    json unknown = widget;
    unknown["currency"] = "XXQ";
    CHECK(desk.post("/orders/", unknown, desk.alice).json().contains("currency"));
}

TEST_CASE("the default currency is what the store says now") {
    Desk desk;
    desk.create_user("boss", true, true);
    const std::string boss = desk.login("boss").access;
    CHECK(desk.post("/orders/", widget, desk.alice).json()["currency"] == "USD");
    CHECK(desk.patch("/settings/", {{"currency", "JPY"}}, boss).status == 200);
    CHECK(desk.post("/orders/", widget, desk.alice).json() ==
          json{{"price", {"Ensure that there are no more than 0 decimal places."}}});
    json yen = widget;
    yen["price"] = 1200;
    const json order = desk.post("/orders/", yen, desk.alice).json();
    CHECK(order["currency"] == "JPY");
    CHECK(order["price"] == "1200");
}

TEST_CASE("[ID-2] a repeated key gives the same order once, with another input it is refused") {
    Desk desk;
    const Headers key{{"Idempotency-Key", "k-1"}};
    const Response first = desk.post("/orders/", widget, desk.alice, key);
    const Response again = desk.post("/orders/", widget, desk.alice, key);
    CHECK(first.header("Idempotency-Replayed").empty());
    CHECK(again.status == 201);
    CHECK(again.header("Idempotency-Replayed") == "true");
    CHECK(again.json()["id"] == first.json()["id"]);
    json other = widget;
    other["quantity"] = 3;
    const Response mismatch = desk.post("/orders/", other, desk.alice, key);
    CHECK(mismatch.status == 422);
    CHECK(mismatch.json().contains("code"));
    CHECK(desk.post("/orders/", widget, desk.bob, key).json()["id"] != first.json()["id"]);
    CHECK(desk.get("/orders/", desk.alice).json().size() == 1);
    for (const std::string& bad :
         {std::string(256, 'k'), std::string(), std::string("a\xC3\xA9")}) {
        CHECK(desk.post("/orders/", widget, desk.alice, {{"Idempotency-Key", bad}}).status == 400);
    }
    CHECK(desk.post("/orders/", widget, desk.alice,
                    {{"Idempotency-Key", "a"}, {"Idempotency-Key", "b"}})
              .status == 400);
    CHECK(desk.post("/auth/login/", {{"username", "alice"}, {"password", Shop::password}}, "", key)
              .status == 400);
}

TEST_CASE("a reference names one order for ever") {
    Desk desk;
    json input = widget;
    input["reference"] = "cart-9";
    const Response first = desk.post("/orders/", input, desk.alice);
    const Response again = desk.post("/orders/", input, desk.alice);
    CHECK(again.header("Idempotency-Replayed") == "true");
    CHECK(again.json()["id"] == first.json()["id"]);
    input["quantity"] = 5;
    CHECK(desk.post("/orders/", input, desk.alice).status == 409);
}

TEST_CASE("[AZ-5] lists are newest first, paged by links, filtered and sorted") {
    Desk desk;
    for (int i = 1; i <= 5; ++i) {
        desk.post("/orders/",
                  {{"product_name", "P" + std::to_string(i)}, {"quantity", i}, {"price", 10 - i}},
                  desk.alice);
    }
    const auto names = [](const json& list) {
        std::string out;
        for (const json& order : list) out += order["product_name"].get<std::string>() + " ";
        return out;
    };
    Response page = desk.get("/orders/?page_size=2", desk.alice, {{"Host", "h"}});
    CHECK(names(page.json()) == "P5 P4 ");
    std::string link = page.header("Link");
    REQUIRE(link.starts_with("<http://h/orders/?cursor="));
    REQUIRE(link.ends_with(">; rel=\"next\""));
    page = desk.get(link.substr(9, link.find('>') - 9), desk.alice, {{"Host", "h"}});
    CHECK(names(page.json()) == "P3 P2 ");
    link = page.header("Link");
    page = desk.get(link.substr(9, link.find('>') - 9), desk.alice);
    CHECK(names(page.json()) == "P1 ");
    CHECK(page.header("Link").empty());

    CHECK(names(desk.get("/orders/?ordering=id", desk.alice).json()) == "P1 P2 P3 P4 P5 ");
    CHECK(names(desk.get("/orders/?ordering=price", desk.alice).json()) == "P5 P4 P3 P2 P1 ");
    CHECK(names(desk.get("/orders/?ordering=-quantity,id", desk.alice).json()) ==
          "P5 P4 P3 P2 P1 ");
    CHECK(desk.get("/orders/?ordering=password", desk.alice).status == 400);
    CHECK(desk.get("/orders/?status=shipped", desk.alice).body == "[]");
    CHECK(desk.get("/orders/?status=nonsense", desk.alice).status == 400);
    CHECK(desk.get("/orders/?cursor=forged", desk.alice).status == 404);
    for (const std::string_view size : {"0", "-1", "x", "1000000000"}) {
        CHECK(desk.get("/orders/?page_size=" + std::string(size), desk.alice).json().size() == 5);
    }
    CHECK(desk.get("/orders/", desk.bob).body == "[]");
    CHECK(desk.get(path("/orders/?user=", desk.alice_id, ""), desk.bob).status == 403);
    CHECK(desk.get(path("/orders/?user=", desk.alice_id, ""), desk.clerk).json().size() == 5);
    CHECK(desk.get("/orders/?user=all", desk.clerk).json().size() == 5);
    CHECK(desk.get("/orders/?user=all", desk.alice).status == 403);
}

TEST_CASE("pages have DRF's four members") {
    Options options;
    options.list_style = TILL_HTTP_LIST_PAGES;
    Desk desk(options);
    for (int i = 0; i < 3; ++i) desk.place_order(desk.alice);
    const json whole = desk.get("/orders/", desk.alice).json();
    CHECK(whole["count"] == 3);
    CHECK(whole["next"] == nullptr);
    CHECK(whole["previous"] == nullptr);
    CHECK(whole["results"].size() == 3);
    const json first = desk.get("/orders/?page_size=2", desk.alice).json();
    CHECK(first["count"] == nullptr);
    const json second = desk.get(first["next"].get<std::string>(), desk.alice).json();
    CHECK(second["results"].size() == 1);
    CHECK(second["next"] == nullptr);
    CHECK(desk.get("/orders/?page=1", desk.alice).status == 200);
    CHECK(desk.get("/orders/?page=2", desk.alice).json() == json{{"detail", "Invalid page."}});
}

TEST_CASE("[OR-4] staff confirm prices, ship and deliver; the owner may cancel alone") {
    Desk desk;
    desk.create_user("boss", true, true);
    desk.patch("/settings/", {{"ship_unpaid", true}}, desk.login("boss").access);
    const std::string order = path("/orders/", desk.place_order(desk.alice));
    CHECK(desk.patch(order, {{"status", "shipped"}}, desk.alice).status == 403);
    const Response early = desk.patch(order, {{"status", "shipped"}}, desk.clerk);
    CHECK(early.status == 409);
    CHECK(early.json()["code"] == "prices_not_verified");
    CHECK(desk.patch(order, {{"price_verified", true}, {"status", "shipped"}}, desk.clerk).status ==
          400);
    CHECK(desk.patch(order, {{"price_verified", true}}, desk.clerk).json()["price_verified"] ==
          true);
    CHECK(desk.patch(order, {{"status", "shipped"}}, desk.clerk).json()["status"] == "shipped");
    CHECK(desk.patch(order, {{"status", "shipped"}}, desk.clerk).status == 200);
    CHECK(desk.patch(order, {{"status", "pending"}}, desk.clerk).json()["code"] ==
          "invalid_transition");
    CHECK(desk.patch(order, {{"status", "delivered"}}, desk.clerk).json()["status"] == "delivered");
    CHECK(desk.post(order + "cancel/", json::object(), desk.alice).status == 409);
    CHECK(desk.patch(order, {{"status", "gone"}}, desk.clerk).status == 400);

    const std::string second = path("/orders/", desk.place_order(desk.alice));
    CHECK(desk.send({"POST", second + "cancel/", {{"Authorization", "Bearer " + desk.bob}}, "", 0})
              .status == 404);
    CHECK(desk.send({"POST",
                     second + "cancel/",
                     {{"Authorization", "Bearer " + desk.alice}, {"If-Match", "\"v9\""}},
                     "",
                     0})
              .status == 412);
    CHECK(
        desk.send({"POST", second + "cancel/", {{"Authorization", "Bearer " + desk.alice}}, "", 0})
            .json()["status"] == "cancelled");
}

TEST_CASE("an order's history is told to who may see it, the feed to staff") {
    Desk desk;
    const std::int64_t id = desk.place_order(desk.alice);
    desk.post(path("/orders/", id, "/cancel/"), json::object(), desk.alice);
    const json history = desk.get(path("/orders/", id, "/events/"), desk.alice).json();
    REQUIRE(history.size() == 2);
    CHECK(history[0]["kind"] == "order.placed");
    CHECK(history[0]["actor"] == "user");
    CHECK(history[0]["actor_id"] == desk.alice_id);
    CHECK(history[1]["kind"] == "order.cancelled");
    CHECK(history[1]["data"].is_object());
    CHECK(desk.get(path("/orders/", id, "/events/"), desk.bob).status == 404);
    CHECK(desk.get("/events/", desk.alice).status == 403);
    const Response feed = desk.get("/events/?limit=3", desk.clerk);
    CHECK(feed.json().size() == 3);
    CHECK(feed.header("Link").find("/events/?after=3&limit=3") != std::string::npos);
    CHECK(desk.get("/events/?ordering=-sequence&limit=1", desk.clerk).json()[0]["kind"] ==
          "order.cancelled");
    CHECK(desk.get("/events/?ordering=kind", desk.clerk).status == 400);
    CHECK(desk.get(path("/events/?order=", id, ""), desk.clerk).json().size() == 2);
}
