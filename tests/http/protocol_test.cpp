// SPDX-License-Identifier: MIT
#include "client.hpp"
#include "http/text.hpp"

#include <string>

using namespace till::http_test;
using nlohmann::json;

namespace {

till_status create(till_store* store, void (*change)(till_http_app_in&)) {
    till_http_app_in in = TILL_HTTP_APP_IN_INIT;
    change(in);
    till_http_app* app = nullptr;
    const till_error* error = nullptr;
    const till_status status = till_http_app_create(store, &in, &app, &error);
    if (status == TILL_E_VALIDATION) {
        REQUIRE(error != nullptr);
        CHECK(error->violation_count == 1);
        CHECK(error->message.len > 0);
    }
    CHECK((app != nullptr) == (status == TILL_OK));
    till_free(error);
    till_http_app_release(app);
    return status;
}

}  // namespace

TEST_CASE("[IN-3] what is wrong with a request is said in the order DRF looks") {
    Shop shop;
    shop.create_user("alice");
    const std::string alice = shop.login("alice").access;
    const Headers json_type{{"Content-Type", "application/json"}};
    CHECK(shop.get("/nowhere/").status == 404);
    CHECK(shop.get("/nowhere/").header("Content-Type") == "text/html; charset=utf-8");
    CHECK(shop.get("/orders/", "", {{"Accept", "image/png"}}).status == 406);
    CHECK(shop.get("/orders/?format=xml", alice).status == 404);
    CHECK(shop.send({"DELETE", "/orders/", {}, "", 0}).status == 401);
    const Response method =
        shop.send({"DELETE", "/orders/", {{"Authorization", "Bearer " + alice}}, "", 0});
    CHECK(method.status == 405);
    CHECK(method.header("Allow") == "GET, HEAD, POST, OPTIONS");
    CHECK(method.json() == json{{"detail", "Method \"DELETE\" not allowed."}});
    CHECK(shop.send({"TRACE", "/auth/login/", {}, "", 0}).status == 405);
    CHECK(shop.send({"POST", "/auth/login/", json_type, "{", 0})
              .json()["detail"]
              .get<std::string>()
              .starts_with("JSON parse error"));
    CHECK(shop.send({"POST", "/auth/login/", {{"Content-Type", "text/plain"}}, "{}", 0}).status ==
          415);
    CHECK(shop.send({"POST", "/auth/login/", {}, "{}", 0}).status == 415);
    CHECK(shop.send({"POST", "/auth/login/", {}, "", 0}).status == 400);
    CHECK(shop.send({"POST",
                     "/auth/login/",
                     {{"Content-Type", "application/json; charset=latin-1"}},
                     "{}",
                     0})
              .status == 415);
    CHECK(shop.send({"POST",
                     "/auth/login/",
                     {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}},
                     "x",
                     0})
              .status == 415);
    CHECK(shop.send({"POST", "/auth/login/", {{"Content-Type", "multipart/form-data"}}, "x", 0})
              .status == 400);
    CHECK(shop.send({"POST", "/auth/login/", json_type, "null", 0}).json() ==
          json{{"non_field_errors", {"No data provided"}}});
    CHECK(shop.send({"POST", "/auth/login/", json_type, "[1]", 0}).json() ==
          json{{"non_field_errors", {"Invalid data. Expected a dictionary, but got list."}}});
}

TEST_CASE("a bad token is told before anything else is, a good one first needs the right") {
    Shop shop;
    shop.create_user("alice");
    const std::string alice = shop.login("alice").access;
    CHECK(shop.post("/orders/", json::object(), "bad").status == 401);
    CHECK(shop.send_json("DELETE", "/orders/", json::object(), "bad").status == 401);
    CHECK(shop.get("/orders/99999999999999999999/", "bad").status == 401);
    CHECK(shop.get("/orders/99999999999999999999/", alice).json() ==
          json{{"detail", "Not found."}});
    CHECK(shop.send({"POST",
                     "/orders/",
                     {{"Authorization", "Bearer bad"}, {"Content-Type", "application/json"}},
                     "{",
                     0})
              .status == 401);
    CHECK(shop.send_json("DELETE", "/settings/", json::object(), alice).status == 403);
    const Response two = shop.get("/orders/", "", {{"Authorization", "Bearer one two"}});
    CHECK(two.status == 401);
    CHECK(two.json()["code"] == "bad_authorization_header");
    CHECK(shop.get("/orders/", "", {{"Authorization", "Basic eA=="}}).json() ==
          json{{"detail", "Authentication credentials were not provided."}});
    CHECK(shop.get("/orders/?access_token=" + alice).status == 401);
}

TEST_CASE("[IN-1] a body beyond its route's limit is refused and the connection closed") {
    Options options;
    options.body_max = 100;
    Shop shop(options);
    CHECK(shop.body_max({"POST", "/auth/login/", {}, "", 0}) == 100);
    CHECK(shop.body_max({"GET", "/nowhere/", {}, "", 0}) == 100);
    CHECK(shop.body_max({"PUT", "/profile/", {}, "", 0}) == 2 * 1024 * 1024 + 64 * 1024);
    const Response large = shop.post("/auth/login/", {{"username", std::string(100, 'x')}});
    CHECK(large.status == 413);
    CHECK(large.is_close);
    CHECK(shop.post("/auth/login/", {{"username", "x"}}).status == 400);
}

TEST_CASE("[IN-3] HEAD is GET without a body, OPTIONS describes to whom a route serves") {
    Shop shop;
    shop.create_user("alice");
    const std::string alice = shop.login("alice").access;
    shop.place_order(alice);
    const Response head =
        shop.send({"HEAD", "/orders/", {{"Authorization", "Bearer " + alice}}, "", 0});
    CHECK(head.status == 200);
    CHECK(head.body.empty());
    CHECK(head.header("Content-Type") == "application/json");
    CHECK(shop.send({"OPTIONS", "/orders/", {}, "", 0}).status == 401);
    CHECK(shop.send({"OPTIONS", "/auth/login/", {}, "", 0}).status == 200);
    const Response options =
        shop.send({"OPTIONS", "/orders/", {{"Authorization", "Bearer " + alice}}, "", 0});
    CHECK(options.status == 200);
    CHECK(options.header("Allow") == "GET, HEAD, POST, OPTIONS");
    CHECK(options.json().contains("parses"));
}

TEST_CASE("[WB-1] every answer has the security headers and private ones are not stored") {
    Shop shop;
    for (const std::string_view target :
         {"/", "/healthz", "/nowhere/", "/orders/", "/auth/user/"}) {
        CAPTURE(target);
        const Response response = shop.get(target);
        CHECK(response.header("X-Content-Type-Options") == "nosniff");
        CHECK(response.header("Cache-Control") == "no-store");
        CHECK(response.header("Content-Security-Policy") ==
              "default-src 'none'; frame-ancestors 'none'");
        CHECK_FALSE(response.header("Referrer-Policy").empty());
        CHECK(response.header("Vary") == "Accept");
    }
    CHECK(shop.get("/healthz").json() == json{{"status", "ok"}, {"live", true}, {"ready", true}});
}

TEST_CASE("a request id comes back and stands in the events") {
    Shop shop;
    shop.create_user("alice");
    const std::string alice = shop.login("alice").access;
    CHECK(shop.get("/orders/", alice, {{"X-Request-Id", "req-7"}}).header("X-Request-Id") ==
          "req-7");
    CHECK(shop.get("/orders/", alice, {{"X-Request-Id", "a b"}}).header("X-Request-Id").empty());
    CHECK(shop.get("/orders/", alice).header("X-Request-Id").empty());
}

TEST_CASE("[IN-7] no odd header of a client spoils a request") {
    Shop shop;
    const json input{
        {"username", "newbie"}, {"password1", Shop::password}, {"password2", Shop::password}};
    const Response registered = shop.post("/auth/registration/", input, "",
                                          {{"Accept-Language", "*"},
                                           {"User-Agent", std::string(5000, 'x') + "\xFF"},
                                           {"Cookie", "a=b"}});
    CAPTURE(registered.body);
    CHECK(registered.status == 201);
    CHECK(registered.user_id > 0);
    for (const std::string_view language :
         {"-", "1", "e", "en-", "en--us", "en-abcdefghi", "x\x7f", "de-CH-1996, en"}) {
        CAPTURE(language);
        const Response login =
            shop.post("/auth/login/", {{"username", "newbie"}, {"password", Shop::password}}, "",
                      {{"Accept-Language", std::string(language)},
                       {"User-Agent",
                        "a\x01"
                        "b"}});
        CHECK(login.status == 200);
    }
}

TEST_CASE("JSON is compact, or indented on request") {
    Shop shop;
    CHECK(shop.get("/healthz", "", {{"Accept", "application/json; indent=2"}}).body ==
          "{\n  \"status\": \"ok\",\n  \"live\": true,\n  \"ready\": true\n}");
    CHECK(shop.get("/healthz").body == R"({"status":"ok","live":true,"ready":true})");
}

TEST_CASE("mounts prefix the routes and all links") {
    Options options;
    options.mount = "/api";
    options.auth_mount = "/dj-rest-auth";
    options.public_url = "https://shop.example";
    Shop shop(options);
    shop.create_user("alice");
    const Response login = shop.post("/api/dj-rest-auth/login/",
                                     {{"username", "alice"}, {"password", Shop::password}});
    REQUIRE(login.status == 200);
    const std::string alice = login.json()["access"];
    CHECK(shop.post("/auth/login/", json::object()).status == 404);
    const json widget{{"product_name", "Widget"}, {"quantity", 1}, {"price", "1"}};
    const Response placed = shop.post("/api/orders/", widget, alice, {{"Host", "evil.example"}});
    REQUIRE(placed.status == 201);
    CHECK(placed.header("Location") ==
          path("https://shop.example/api/orders/", placed.json()["id"]));
    shop.post("/api/orders/", widget, alice);
    CHECK(shop.get("/api/orders/?page_size=1", alice)
              .header("Link")
              .starts_with("<https://shop.example/api/orders/?cursor="));
    CHECK(shop.get("/api/").json()["login"] == "https://shop.example/api/dj-rest-auth/login/");
    CHECK(shop.get("/").status == 404);
}

TEST_CASE("[AU-3] links come from the host, unless it is no host, and know of TLS") {
    Shop shop;
    const auto orders = [&](std::string_view host, std::uint32_t flags) {
        return shop.send({"GET", "/", {{"Host", std::string(host)}}, "", flags}).json()["orders"];
    };
    CHECK(orders("localhost:8000", 0) == "http://localhost:8000/orders/");
    CHECK(orders("[::1]:8000", TILL_HTTP_TLS) == "https://[::1]:8000/orders/");
    CHECK(orders("evil/path", 0) == "/orders/");
    CHECK(orders("a b", 0) == "/orders/");
}

TEST_CASE(
    "[WB-2] CORS is off by default, and the first refused origin is told once, with the flag") {
    Shop shop;
    const Headers origin{{"Origin", "https://app.example"}, {"Host", "shop.example"}};
    CHECK(shop.get("/healthz", "", origin).header("Access-Control-Allow-Origin").empty());
    shop.get("/healthz", "", origin);
    REQUIRE(shop.log.size() == 1);
    CHECK(shop.log[0].find("--cors-origin https://app.example") != std::string::npos);
    Shop own;
    own.get("/healthz", "", {{"Origin", "http://shop.example"}, {"Host", "shop.example"}});
    CHECK(own.log.empty());
}

TEST_CASE("[WB-2] listed origins may call, exactly they") {
    Options options;
    options.origins = {"https://app.example", "http://localhost:5173"};
    Shop shop(options);
    const Response allowed = shop.get("/healthz", "", {{"Origin", "https://app.example"}});
    CHECK(allowed.header("Access-Control-Allow-Origin") == "https://app.example");
    CHECK(allowed.header("Access-Control-Expose-Headers") ==
          "Link, Location, ETag, Retry-After, Idempotency-Replayed, X-Request-Id");
    CHECK(allowed.header("Vary") == "Accept, Origin");
    CHECK(allowed.header("Access-Control-Allow-Credentials").empty());
    for (const std::string_view other :
         {"null", "https://app.example.evil", "https://evil.app.example", "http://app.example",
          "https://app.example:444", "https://APP.example"}) {
        CAPTURE(other);
        const Response refused = shop.get("/healthz", "", {{"Origin", std::string(other)}});
        CHECK(refused.header("Access-Control-Allow-Origin").empty());
        CHECK(refused.header("Vary") == "Accept, Origin");
    }
    const auto preflight = [&](std::string_view origin) {
        return shop.send({"OPTIONS",
                          "/orders/1/",
                          {{"Origin", std::string(origin)},
                           {"Access-Control-Request-Method", "PATCH"},
                           {"Access-Control-Request-Headers", "authorization,content-type"}},
                          "",
                          0});
    };
    const Response yes = preflight("http://localhost:5173");
    CHECK(yes.status == 204);
    CHECK(yes.header("Access-Control-Allow-Origin") == "http://localhost:5173");
    CHECK(yes.header("Access-Control-Allow-Methods") == "GET, HEAD, PATCH, OPTIONS");
    CHECK(yes.header("Access-Control-Allow-Headers").find("Authorization") != std::string::npos);
    CHECK(preflight("https://evil.example").header("Access-Control-Allow-Methods").empty());
    CHECK(shop.get("/orders/", "", {{"Origin", "https://app.example"}})
              .header("Access-Control-Allow-Origin") == "https://app.example");
}

TEST_CASE("an app is only made of what it can be made of") {
    Shop shop;
    till_store* store = shop.store();
    CHECK(create(store, [](till_http_app_in&) {}) == TILL_OK);
    CHECK(create(store, [](till_http_app_in& in) { in.mount = {"api", 3}; }) == TILL_E_VALIDATION);
    CHECK(create(store, [](till_http_app_in& in) {
              in.mount = {"/api/", 5};
          }) == TILL_E_VALIDATION);
    CHECK(create(store, [](till_http_app_in& in) {
              in.mount = {"/a//b", 5};
          }) == TILL_E_VALIDATION);
    CHECK(create(store, [](till_http_app_in& in) {
              in.auth_mount = {"/a?b", 4};
          }) == TILL_E_VALIDATION);
    CHECK(create(store, [](till_http_app_in& in) {
              in.public_url = {"shop.example", 12};
          }) == TILL_E_VALIDATION);
    CHECK(create(store, [](till_http_app_in& in) { in.flags = 1; }) == TILL_E_UNSUPPORTED_FIELD);
    CHECK(create(store, [](till_http_app_in& in) { in.list_style = 9; }) ==
          TILL_E_UNSUPPORTED_FIELD);
    CHECK(create(store, [](till_http_app_in& in) { in.struct_size = 8; }) == TILL_E_STRUCT_SIZE);
    CHECK(create(store, [](till_http_app_in& in) { in.cors_origin_count = 1; }) == TILL_E_MISUSE);
    static const till_str bad{"https://a.example/path", 22};
    CHECK(create(store, [](till_http_app_in& in) {
              in.cors_origins = &bad;
              in.cors_origin_count = 1;
          }) == TILL_E_VALIDATION);
    CHECK(till_http_app_create(nullptr, nullptr, nullptr, nullptr) == TILL_E_MISUSE);
    CHECK(till_http_handle(nullptr, nullptr, nullptr) == TILL_E_MISUSE);
}
