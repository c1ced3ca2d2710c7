// SPDX-License-Identifier: MIT
#include "client.hpp"
#include "http/routes.hpp"
#include "http/text.hpp"

#include <set>
#include <string>

using namespace till::http_test;
using nlohmann::json;

namespace {

json document_of(Shop& shop, const std::string& mount = "") {
    const Response response = shop.get(mount + "/openapi.json");
    REQUIRE(response.status == 200);
    return response.json();
}

std::string path_of(std::string_view route) {
    std::string path(route);
    if (const auto at = path.find("/ID/"); at != std::string::npos) path.replace(at, 4, "/{id}/");
    if (const auto at = path.find("/NAME"); at != std::string::npos) path.replace(at, 5, "/{name}");
    return path;
}

// The token of the newest mail of this kind.
std::string mailed(Shop& shop, std::string_view kind) {
    const till_call call = shop.system();
    const till_message_page* page = nullptr;
    REQUIRE(till_outbox_claim(shop.store(), &call, nullptr, &page, nullptr) == TILL_OK);
    std::string token;
    for (std::size_t i = 0; i < page->count; ++i) {
        const till_message& message = *page->items[i];
        if (till::http::view(message.kind) == kind) token = till::http::view(message.token);
    }
    till_free(page);
    REQUIRE_FALSE(token.empty());
    return token;
}

}  // namespace

TEST_CASE("what only a mail opens is in the document too") {
    Shop shop;
    const std::string secret = "correct-horse-battery";
    const json account{{"username", "ada"},
                       {"email", "ada@example.com"},
                       {"password1", secret},
                       {"password2", secret}};
    REQUIRE(shop.post("/auth/registration/", account).status == 201);
    const json email{{"email", "ada@example.com"}};
    CHECK(shop.post("/auth/registration/resend-email/", email).status == 200);
    const json key{{"key", mailed(shop, "mail.email_verification")}};
    CHECK(shop.post("/auth/registration/verify-email/", key).status == 200);
    CHECK(shop.post("/auth/registration/verify-email/", key).status == 404);
    CHECK(shop.post("/auth/password/reset/", email).status == 200);
    const json change{{"uid", "1"},
                      {"token", mailed(shop, "mail.password_reset")},
                      {"new_password1", "correct-horse-staple"},
                      {"new_password2", "correct-horse-staple"}};
    CHECK(shop.post("/auth/password/reset/confirm/", change).status == 200);
    const json login{{"username", "ada"}, {"password", "correct-horse-staple"}};
    CHECK(shop.post("/auth/token/", login).status == 200);
    shop.create_user("sam", true);
    CHECK(shop.get("/users/1/", shop.login("sam").access).json()["email"] == "ada@example.com");
}

TEST_CASE("the document holds every route that serves, in words, and no other") {
    Shop shop;
    const json paths = document_of(shop)["paths"];
    std::set<std::string> ids;
    for (const till::http::Route& route : till::http::routes()) {
        const std::string path = path_of(route.name);
        CAPTURE(path);
        REQUIRE(paths.contains(path));
        std::size_t count = 0;
        for (const till::http::Endpoint& endpoint : route.endpoints) {
            if (endpoint.handler != nullptr) ++count;
        }
        CHECK(paths[path].size() == count);
        for (const auto& [method, operation] : paths[path].items()) {
            CAPTURE(method);
            // docs/operations.json has no entry of this name when these are empty.
            CHECK_FALSE(operation["summary"].get<std::string>().empty());
            CHECK_FALSE(operation["tags"][0].get<std::string>().empty());
            CHECK(ids.insert(operation["operationId"].get<std::string>()).second);
            CHECK(operation["responses"].begin().key() < "300");
            CHECK(operation["security"].empty() == (route.access == till::http::Access::open));
            const bool is_guarded = !operation["security"].empty();
            CHECK((!is_guarded || operation["responses"].contains("401")));
        }
    }
    CHECK(paths.size() == till::http::routes().size());
}

TEST_CASE("the document says where the routes are mounted, and in which form lists come") {
    Options options;
    options.mount = "/api";
    options.auth_mount = "/dj-rest-auth";
    options.list_style = TILL_HTTP_LIST_PAGES;
    Shop shop(options);
    const json document = document_of(shop, "/api");
    CHECK(document["servers"][0]["url"] == "/api");
    CHECK(document["paths"].contains("/dj-rest-auth/login/"));
    CHECK_FALSE(document["paths"].contains("/auth/login/"));
    const json schema = document["paths"]["/orders/"]["get"]["responses"]["200"]["content"]
                                ["application/json"]["schema"];
    CHECK(schema["properties"]["results"]["items"]["$ref"] == "#/components/schemas/Order");
}

TEST_CASE("the document is kept by whoever has it, until it changes") {
    Shop shop;
    const Response first = shop.get("/openapi.json");
    CHECK(first.header("Cache-Control") == "no-cache");
    const std::string tag = first.header("ETag");
    REQUIRE_FALSE(tag.empty());
    const Response again = shop.get("/openapi.json", "", {{"If-None-Match", "\"x\", " + tag}});
    CHECK(again.status == 304);
    CHECK(again.body.empty());
}

TEST_CASE("the page of the document has no script but its files, and is where its slash is") {
    Shop shop;
    const Response page = shop.get("/docs/", "", {{"Accept-Encoding", "identity"}});
    CHECK(page.status == 200);
    CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
    CHECK(page.header("Content-Security-Policy").find("default-src 'none'") == 0);
    CHECK(page.header("Content-Security-Policy").find("unsafe") == std::string::npos);
    CHECK(page.body.find("openapi.json") != std::string::npos);
    const Response bare = shop.get("/docs");
    CHECK(bare.status == 308);
    CHECK(bare.header("Location") == "/docs/");
    CHECK(shop.get("/docs/nothing.js").status == 404);
    CHECK(shop.get("/docs/operations.json").status == 404);
    const Response again = shop.get("/docs/", "", {{"If-None-Match", page.header("ETag")}});
    CHECK(again.status == 304);
}

TEST_CASE("a file goes as gzip to whom takes that") {
    Shop shop;
    const auto coding = [&](std::string_view accepted) {
        return shop.get("/docs/plain.html", "", {{"Accept-Encoding", std::string(accepted)}})
            .header("Content-Encoding");
    };
    for (const std::string_view accepted : {"gzip", "br, GZIP;q=0.5", "*", "deflate, gzip;q=1.0"}) {
        CAPTURE(accepted);
        CHECK(coding(accepted) == "gzip");
    }
    for (const std::string_view accepted :
         {"", "identity", "gzip;q=0", "br", "*;q=0", "gzip;q=0.0"}) {
        CAPTURE(accepted);
        CHECK(coding(accepted).empty());
    }
    CHECK(shop.get("/docs/plain.html").header("Content-Encoding") == "gzip");
}

TEST_CASE("[WB-4] the operators' page is there for operators alone") {
    Shop shop;
    for (const std::string target : {"/admin/", "/admin", "/admin/app.js", "/admin/nothing.js"}) {
        CAPTURE(target);
        CHECK(shop.get(target).status == 404);
        CHECK(shop.get(target).body == shop.get("/nowhere/").body);
        CHECK(shop.send({"POST", target, {}, "", 0}).status == 404);
        CHECK(shop.send({"OPTIONS", target, {}, "", 0}).status == 404);
    }
    const auto see = [&](const char* target) {
        return shop.send({"GET", target, {{"Accept-Encoding", ""}}, "", TILL_HTTP_OPERATOR});
    };
    const Response page = see("/admin/");
    CHECK(page.status == 200);
    const std::string policy = page.header("Content-Security-Policy");
    CHECK(policy.starts_with("default-src 'none'; script-src 'self';"));
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(page.body.find("<script type=\"module\" src=\"app.js\">") != std::string::npos);
    CHECK(page.body.find("style=") == std::string::npos);
    CHECK(see("/admin").status == 308);
    CHECK(see("/admin/app.js").header("Content-Type") == "text/javascript; charset=utf-8");
    CHECK(see("/admin/nothing.js").status == 404);
}

TEST_CASE("a superuser sees and ends somebody's sessions") {
    Shop shop;
    const std::int64_t alice = shop.create_user("alice");
    shop.create_user("sam", true);
    shop.create_user("root", true, true);
    const std::string token = shop.login("alice").access;
    const std::string root = shop.login("root").access;
    const std::string target = path("/users/", alice, "/sessions/");
    CHECK(shop.get(target, token).status == 403);
    CHECK(shop.get(target, shop.login("sam").access).status == 403);
    CHECK(shop.get(target, root).json().size() == 1);
    CHECK(shop.get("/users/99/sessions/", root).status == 404);
    CHECK(shop.get("/auth/user/", token).status == 200);
    CHECK(shop.send_json("DELETE", target, json::object(), root).status == 204);
    CHECK(shop.get("/auth/user/", token).status == 401);
    CHECK(shop.get(target, root).json().empty());
}
