// SPDX-License-Identifier: MIT
#include "http/routes.hpp"

#include "http/text.hpp"

#include <doctest/doctest.h>

#include <iterator>
#include <set>
#include <string>
#include <string_view>

using namespace till::http;

namespace {

struct Router {
    Router(std::string_view mount, std::string_view auth_mount) {
        app.mount = mount;
        app.auth_mount = std::string(mount) + std::string(auth_mount);
        app.body_max = 65'536;
    }
    Match match(std::string_view path) {
        storage.clear();
        return match_route(app, path, storage);
    }
    std::string name(std::string_view path) {
        const Match found = match(path);
        return found.route == nullptr ? std::string() : std::string(found.route->name);
    }

    App app;
    std::string storage;
};

std::string_view name_of(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::del:
            return "DELETE";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            break;
    }
    return "OTHER";
}

}  // namespace

TEST_CASE("both spellings of a path reach a route, others reach none") {
    Router router("", "/auth");
    CHECK(router.name("/orders/") == "/orders/");
    CHECK(router.name("/orders") == "/orders/");
    CHECK(router.name("/orders/12/") == "/orders/ID/");
    CHECK(router.name("/orders/12/cancel") == "/orders/ID/cancel/");
    CHECK(router.name("/auth/token/refresh") == "/auth/token/refresh/");
    CHECK(router.name("/") == "/");
    CHECK(router.name("") == "/");
    CHECK(router.name("/healthz") == "/healthz");
    CHECK(router.name("/media/profile/abc.png") == "/media/profile/NAME");
    for (const std::string_view path :
         {"/nowhere/", "/order", "/orders/x/", "/orders/1x/", "/orders/-1/", "/orders/1/2/3/4/5/6/",
          "/ORDERS/", "/auth/", "/auth", "/authx/login/", "/orders/ID/", "orders/", "*"}) {
        CAPTURE(path);
        CHECK(router.match(path).route == nullptr);
    }
}

TEST_CASE(
    "[AZ-2] [HT-4] a path means what it shows: dots, doubled and encoded slashes and NUL reach "
    "nothing") {
    Router router("", "/auth");
    CHECK(router.name("/%6frders/") == "/orders/");
    for (const std::string_view path :
         {"//orders/", "/orders//", "/orders//1/", "/orders%2F1/", "/%2forders/", "/orders/%00",
          "/orders/%2e%2e/users/", "/orders/../users/", "/./orders/", "/orders/1%", "/orders/%zz/",
          "/orders/%2531/", "/orders\\1/", "/orders/ ", "/media/profile/../../x",
          "/orders/1;a=b/"}) {
        CAPTURE(path);
        CHECK(router.match(path).route == nullptr);
    }
}

TEST_CASE("an id of 64 bit is taken, a larger one and zero are no object") {
    Router router("", "/auth");
    CHECK(router.match("/orders/9223372036854775807/").id == 9'223'372'036'854'775'807);
    CHECK_FALSE(router.match("/orders/9223372036854775807/").is_id_bad);
    CHECK(router.match("/orders/9223372036854775808/").is_id_bad);
    CHECK(router.match("/orders/99999999999999999999/").is_id_bad);
    CHECK(router.match("/users/0/").is_id_bad);
    CHECK(router.match("/orders/007/").id == 7);
}

TEST_CASE("mounts move the routes") {
    Router router("/api", "/dj-rest-auth");
    CHECK(router.name("/api/orders/") == "/orders/");
    CHECK(router.name("/api") == "/");
    CHECK(router.name("/api/") == "/");
    CHECK(router.name("/api/dj-rest-auth/login/") == "/auth/login/");
    for (const std::string_view path :
         {"/orders/", "/apiorders/", "/api/auth/login/", "/dj-rest-auth/login/", "/"}) {
        CAPTURE(path);
        CHECK(router.match(path).route == nullptr);
    }
}

TEST_CASE("every route is found by its own name and says whom it lets in") {
    Router router("", "/auth");
    std::set<std::string_view> names;
    for (const Route& route : routes()) {
        CHECK(names.insert(route.name).second);
        std::string path(route.name);
        for (std::size_t at = path.find("ID"); at != std::string::npos; at = path.find("ID"))
            path.replace(at, 2, "7");
        CAPTURE(path);
        CHECK(router.match(path).route == &route);
        CHECK((route.endpoints[0].handler != nullptr));
    }
}

TEST_CASE("a request is planned by method, path and type alone") {
    Router router("", "/auth");
    const auto plan = [&](Method method, std::string_view path, std::string_view type = "",
                          std::string_view length = "") {
        Request request;
        request.method = method;
        request.content_type = type;
        request.content_length = length;
        const till_http_plan_kind planned = plan_of(*router.match(path).route, request);
        // Before the headers are read, the same is said.
        const till_http_header headers[] = {{to_str("Content-Type"), to_str(type)},
                                            {to_str("Content-Length"), to_str(length)}};
        till_http_request raw = TILL_HTTP_REQUEST_INIT;
        raw.method = to_str(name_of(method));
        raw.target = to_str(path);
        raw.headers = headers;
        raw.header_count = std::size(headers);
        CHECK(plan_of(*router.match(path).route, raw) == planned);
        return planned;
    };
    CHECK(plan(Method::get, "/orders/1/") == TILL_HTTP_READ);
    CHECK(plan(Method::head, "/orders/1/") == TILL_HTTP_READ);
    CHECK(plan(Method::options, "/orders/") == TILL_HTTP_READ);
    CHECK(plan(Method::del, "/orders/") == TILL_HTTP_READ);
    CHECK(plan(Method::post, "/orders/") == TILL_HTTP_WRITE);
    CHECK(plan(Method::post, "/auth/login/") == TILL_HTTP_SLOW);
    CHECK(plan(Method::post, "/auth/registration/") == TILL_HTTP_SLOW);
    CHECK(plan(Method::post, "/auth/token/refresh/") == TILL_HTTP_WRITE);
    CHECK(plan(Method::put, "/auth/user/", "application/json") == TILL_HTTP_WRITE);
    // A password may be looked at, or an image.
    CHECK(plan(Method::put, "/profile/", "application/json") == TILL_HTTP_SLOW);
    CHECK(plan(Method::put, "/profile/", "multipart/form-data; boundary=x") == TILL_HTTP_SLOW);
}

TEST_CASE("[IN-1] only an image upload may have a large body") {
    Router router("", "/auth");
    const auto limit = [&](std::string_view path, std::string_view type) {
        Request request;
        request.content_type = type;
        return body_limit(router.app, *router.match(path).route, request);
    };
    CHECK(limit("/orders/", "multipart/form-data") == 65'536);
    CHECK(limit("/profile/", "application/json") == 65'536);
    CHECK(limit("/profile/", "multipart/form-data; boundary=x") == 2 * 1024 * 1024 + 65'536);
}

TEST_CASE("[IN-3] 405 names what is allowed") {
    Router router("", "/auth");
    CHECK(allowed_methods(*router.match("/payments/1/").route) == "GET, HEAD, PUT, PATCH, OPTIONS");
    CHECK(allowed_methods(*router.match("/auth/login/").route) == "POST, OPTIONS");
    CHECK(allowed_methods(*router.match("/users/1/").route) == "GET, HEAD, PATCH, DELETE, OPTIONS");
}
