// SPDX-License-Identifier: MIT
#include "till/http.hpp"

#include "cpp/shop.hpp"

using cpp_tests::Shop;

namespace {

std::string_view header(const till::http_response_view& response, std::string_view name) {
    for (std::size_t i = 0; i < response.header_count(); ++i) {
        if (response.header(i).name == name) return response.header(i).value;
    }
    return {};
}

till::http_request request(std::string_view method, std::string_view target,
                           std::string_view body = {}) {
    till::http_request made;
    made.method = method;
    made.target = target;
    made.headers = {{"Host", "shop.example"}};
    if (body.data() != nullptr) made.headers.push_back({"Content-Type", "application/json"});
    made.body = body;
    made.client_address = "192.0.2.1";
    made.request_id = "request-1";
    return made;
}

}  // namespace

TEST_CASE("an app answers requests, and keeps its store open") {
    till::http_app app;
    {
        const Shop shop;
        till::http_app_in in;
        in.mount = "/api";
        in.cors_origins = {"https://front.example"};
        app = till::http_app::create(shop.store, in);
    }
    REQUIRE(app);
    const till::http_request health = request("GET", "/api/healthz");
    CHECK(app.plan(health) == till::http_plan::read);
    CHECK(app.body_max(health) > 0);
    app.count_refusal(431);
    CHECK(app.try_count_refusal(200).error().status() == till::status::validation);
    const till::http_response response = app.handle(health);
    CHECK(response.status() == 200);
    CHECK(header(response, "X-Request-Id") == "request-1");
    CHECK_FALSE(response.body().empty());
    CHECK_FALSE(response.route().empty());
    CHECK(response.user_id() == 0);
    CHECK_FALSE(response.close());
    const till::http_app moved = std::move(app);
    CHECK(moved.handle(request("GET", "/nothing/")).status() == 404);
}

TEST_CASE("a batch of requests is answered in order, each on its own") {
    const Shop shop;
    const till::http_app app = till::http_app::create(shop.store);
    const till::http_request order =
        request("POST", "/orders/", R"({"product_name":"Tea","quantity":1,"price":"2.00"})");
    CHECK(app.plan(order) == till::http_plan::write);
    const std::vector<till::http_response> responses =
        app.handle_batch({order, request("DELETE", "/orders/")});
    REQUIRE(responses.size() == 2);
    CHECK(responses[0].status() == 401);
    CHECK(responses[1].status() != 200);
}

TEST_CASE("an app's bad configuration is an error like any other") {
    const Shop shop;
    till::http_app_in in;
    in.mount = "api/";
    CHECK(till::http_app::try_create(shop.store, in).error().status() == till::status::validation);
    CHECK_THROWS_AS(till::http_app::create(shop.store, in), till::validation_failed);
}

TEST_CASE("a host whose parser fills the C structs hands them on as they are") {
    const Shop shop;
    const till::http_app app = till::http_app::create(shop.store);
    const till_http_header host = {TILL_STR("Host"), TILL_STR("shop.example")};
    till_http_request raw = TILL_HTTP_REQUEST_INIT;
    raw.method = TILL_STR("GET");
    raw.target = TILL_STR("/healthz");
    raw.headers = &host;
    raw.header_count = 1;
    CHECK(app.plan(raw) == till::http_plan::read);
    CHECK(app.body_max(raw) == app.body_max(request("GET", "/healthz")));
    CHECK(app.handle(raw).status() == 200);
    CHECK(app.try_handle(raw).value().route() == "/healthz");

    const till_http_request* both[] = {&raw, &raw};
    const till_http_response* answers[2] = {nullptr, nullptr};
    app.handle_batch(both, 2, answers);
    CHECK(till::http_response(answers[0]).status() == 200);
    CHECK(till::http_response(answers[1]).status() == 200);
    raw.struct_size = 1;
    CHECK(app.try_handle_batch(both, 2, answers).error().status() == till::status::struct_size);
    CHECK(answers[0] == nullptr);
    CHECK_THROWS_AS(app.handle(raw), till::struct_size_refused);
}

TEST_CASE("an app logs to the host's sink") {
    const Shop shop;
    std::vector<std::string> lines;
    auto sink = [&](till::log_record_view record) { lines.emplace_back(record.message()); };
    till::http_app_in in;
    in.cors_origins = {"https://front.example"};
    in.log_to(sink);
    const till::http_app app = till::http_app::create(shop.store, in);
    till::http_request foreign = request("GET", "/healthz");
    foreign.headers.push_back({"Origin", "https://other.example"});
    app.handle(foreign);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("https://other.example") != std::string::npos);
}
