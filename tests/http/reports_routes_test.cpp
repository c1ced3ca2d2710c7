// SPDX-License-Identifier: MIT
#include "client.hpp"

#include <string>

using namespace till::http_test;
using nlohmann::json;

TEST_CASE("a report is rows by stretch of time, with money as decimal text") {
    Shop shop;
    shop.create_user("alice");
    shop.create_user("clerk", true);
    const std::string alice = shop.login("alice").access;
    const std::string clerk = shop.login("clerk").access;
    const json tea{{"product_name", "Tea"}, {"quantity", 2}, {"price", "1.25"}};
    const Response placed = shop.post("/orders/", tea, alice);
    REQUIRE(placed.status == 201);
    const std::string day = placed.json()["order_date"].get<std::string>().substr(0, 10);
    const std::string target = "/reports/totals/?bounds=2001-01-01,2001-01-02," + day + "," + day +
                               "T23:45:00Z,9999-01-01";
    const Response report = shop.get(target, clerk);
    REQUIRE(report.status == 200);
    const json body = report.json();
    CHECK(body["bounds"].size() == 5);
    json rows = body["rows"];
    REQUIRE(rows.size() == 2);
    const json bucket = rows[0]["bucket"];
    CHECK((bucket == 2 || bucket == 3));
    CHECK(rows[0] == json{{"bucket", bucket},
                          {"measure", "orders_placed"},
                          {"currency", "USD"},
                          {"label", nullptr},
                          {"count", 1},
                          {"amount", "2.50"},
                          {"exceeds", false}});
    CHECK(rows[1]["measure"] == "lines");
    CHECK(rows[1]["label"] == "item");

    const Response standing = shop.get("/reports/standing/", clerk);
    REQUIRE(standing.status == 200);
    CHECK(standing.json()["unverified_orders"] == 1);
    CHECK(standing.json()["open_payments"].empty());

    CHECK(shop.get(target, alice).status == 403);
    CHECK(shop.get("/reports/totals/", alice).status == 403);
    CHECK(shop.get(target).status == 401);
    CHECK(shop.get("/reports/standing/", alice).status == 403);
    const auto refused = [&](const std::string& bounds) {
        const Response bad = shop.get("/reports/totals/" + bounds, clerk);
        CAPTURE(bounds);
        CHECK(bad.status == 400);
        return bad.status == 400 ? std::string(bad.json().begin().key()) : std::string();
    };
    CHECK(refused("") == "bounds");
    CHECK(refused("?bounds=") == "bounds");
    CHECK(refused("?bounds=2026-01-01") == "bounds");
    CHECK(refused("?bounds=2026-01-01,soon") == "bounds");
    CHECK(refused("?bounds=2026-01-01,") == "bounds");
    CHECK(refused("?bounds=2026-01-01,2026-01-01T00:10:00Z") == "bounds");
    CHECK(refused("?bounds=2026-01-02,2026-01-01") == "bounds");
}
