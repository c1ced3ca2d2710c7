// SPDX-License-Identifier: MIT
#include "client.hpp"

#include <array>
#include <string>

using namespace till::http_test;
using nlohmann::json;

namespace {

struct Made {
    std::int64_t id;
    std::string key;
};

Made make_key(Shop& shop, const std::string& token, const json& scopes) {
    const Response made = shop.post("/keys/", {{"name", "Till 1"}, {"scopes", scopes}}, token);
    REQUIRE(made.status == 201);
    return {made.json()["id"].get<std::int64_t>(), made.json()["key"].get<std::string>()};
}

std::string boss_of(Shop& shop) {
    shop.create_user("boss", true, true);
    return shop.login("boss").access;
}

}  // namespace

TEST_CASE("[AZ-2] keys are the superuser's to make, list and revoke") {
    Shop shop;
    const std::string boss = boss_of(shop);
    shop.create_user("ann");
    shop.create_user("clerk", true);
    const json input{{"name", "Till 1"}, {"scopes", {"orders:place"}}};
    const std::string key = make_key(shop, boss, {"users:read"}).key;
    for (const std::string& other : {shop.login("ann").access, shop.login("clerk").access, key}) {
        CHECK(shop.get("/keys/", other).status == 403);
        CHECK(shop.post("/keys/", input, other).status == 403);
        CHECK(shop.send_json("DELETE", "/keys/1/", json(), other).status == 403);
    }
    CHECK(shop.get("/keys/").status == 401);
    CHECK(shop.post("/keys/", input, boss, {{"Idempotency-Key", "once"}}).status == 400);
    CHECK(shop.send_json("DELETE", "/keys/4711/", json(), boss).status == 404);
}

TEST_CASE("a key is shown once, works as a bearer, and is dead when it is revoked") {
    Shop shop;
    const std::string boss = boss_of(shop);
    const Response made = shop.post("/keys/",
                                    {{"name", "Till at the door"},
                                     {"scopes", {"prices:set", "orders:place"}},
                                     {"expires", "2999-12-31T23:59:59.5Z"}},
                                    boss);
    REQUIRE(made.status == 201);
    const json created = made.json();
    CHECK(created["scopes"] == json({"orders:place", "prices:set"}));
    CHECK(created["expires"] == "2999-12-31T23:59:59.500000Z");
    const std::string key = created["key"];

    const Response placed =
        shop.post("/orders/", {{"product_name", "Tea"}, {"quantity", 1}, {"price", "2.50"}}, key);
    REQUIRE(placed.status == 201);
    CHECK(placed.json()["user"].is_null());
    CHECK(placed.json()["price_verified"] == true);
    CHECK(placed.user_id == 0);
    // What its scopes do not open is forbidden, whether it is there or not.
    CHECK(shop.get(path("/orders/", placed.json()["id"].get<std::int64_t>()), key).status == 403);
    CHECK(shop.get("/orders/4711/", key).status == 403);
    CHECK(shop.get("/auth/user/", key).status == 403);
    CHECK(shop.get("/profile/", key).status == 403);
    CHECK(shop.get("/users/", key).status == 403);
    // A request that is refused by its form alone is so for a key, too.
    CHECK(shop.post("/orders/", {{"quantity", 1}}, key).status == 400);

    const json listed = shop.get("/keys/", boss).json();
    REQUIRE(listed.size() == 1);
    CHECK(listed[0]["name"] == "Till at the door");
    CHECK_FALSE(listed[0].contains("key"));
    CHECK(listed[0]["last_used"].is_string());
    CHECK(listed[0]["revoked"].is_null());

    CHECK(shop.send_json("DELETE", path("/keys/", created["id"]), json(), boss).status == 204);
    const Response dead =
        shop.post("/orders/", {{"product_name", "Tea"}, {"quantity", 1}, {"price", "2.50"}}, key);
    CHECK(dead.status == 401);
    CHECK(dead.json()["code"] == "key_revoked");
    CHECK(dead.header("WWW-Authenticate").starts_with("Bearer"));
    CHECK(shop.get("/keys/", boss).json()[0]["revoked"].is_string());
    // Early refusals are for those whom the store knows.
    CHECK(shop.post("/orders/", {{"quantity", 1}}, key).status == 401);
    const Response unknown = shop.get("/orders/", "till_key_nonsense");
    CHECK(unknown.status == 401);
    CHECK(unknown.json()["code"] == "key_not_valid");
}

TEST_CASE("a desk's key lists everybody's orders and users, and its idempotency is its own") {
    Shop shop;
    const std::string boss = boss_of(shop);
    shop.create_user("ann");
    shop.place_order(shop.login("ann").access);
    const std::string reads = make_key(shop, boss, "orders:read users:read events:read").key;
    CHECK(shop.get("/orders/", reads).json().size() == 1);
    CHECK(shop.get("/users/", reads).json().size() == 2);
    CHECK(shop.get("/users/1/", reads).status == 200);
    CHECK(shop.get("/events/", reads).status == 200);
    CHECK(shop.patch("/users/1/", {{"first_name", "X"}}, reads).status == 403);
    CHECK(shop.get("/settings/", reads).status == 403);
    const json order{{"product_name", "Tea"}, {"quantity", 1}, {"price", "2.50"}};
    const std::string first = make_key(shop, boss, {"orders:place"}).key;
    const std::string second = make_key(shop, boss, {"orders:place"}).key;
    const Headers once{{"Idempotency-Key", "receipt-1"}};
    const json placed = shop.post("/orders/", order, first, once).json();
    CHECK(shop.post("/orders/", order, first, once).json()["id"] == placed["id"]);
    CHECK(shop.post("/orders/", order, second, once).json()["id"] != placed["id"]);
}

TEST_CASE("what is wrong with a new key is said field by field") {
    Shop shop;
    const std::string boss = boss_of(shop);
    const json none = shop.post("/keys/", json::object(), boss).json();
    CHECK(none.contains("name"));
    CHECK(none.contains("scopes"));
    for (const char* const time :
         {"tomorrow", "2030-02-30T00:00:00Z", "2030-01-01T24:00:00Z", "2030-01-01T00:00:00",
          "1970-01-01T00:00:00Z", "2000-01-01T00:00:00Z"}) {
        CAPTURE(time);
        const Response refused = shop.post(
            "/keys/", {{"name", "x"}, {"scopes", {"orders:read"}}, {"expires", time}}, boss);
        CHECK(refused.status == 400);
        CHECK(refused.json().contains("expires"));
    }
    const json wrong{{"name", "x"}, {"scopes", {"orders:everything"}}};
    CHECK(shop.post("/keys/", wrong, boss).json().contains("scopes"));
    CHECK(shop.post("/keys/", {{"name", "x"}, {"scopes", 7}}, boss).json().contains("scopes"));
    CHECK(shop.get("/keys/", boss).json().empty());
}
