// SPDX-License-Identifier: MIT
//
// The query parameters that narrow the desk's lists. What each finds is tested in tests/core; here
// that every parameter reaches its filter, that bad ones are refused, and that pages follow.
#include "client.hpp"
#include "http/filters.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace till::http_test;
using nlohmann::json;

namespace {

struct Desk : Shop {
    Desk() {
        alice_id = create_user("alice");
        bob_id = create_user("bob");
        clerk_id = create_user("clerk", true);
        alice = login("alice").access;
        clerk = login("clerk").access;
        const json tea{{"product_name", "Tea"}, {"quantity", 1}, {"price", "1.00"}};
        json claimed = tea;
        claimed["reference"] = "r1";
        first = post("/orders/", claimed, alice).json()["id"];
        json numbered = tea;
        numbered["series"] = "A-1";
        numbered["user"] = bob_id;
        second = post("/orders/", numbered, clerk).json()["id"];
        const json card{{"order", second},
                        {"method", "card"},
                        {"provider", "acme"},
                        {"provider_reference", "pi 1"},
                        {"status", "completed"}};
        REQUIRE(post("/payments/", card, clerk).status == 201);
        REQUIRE(post("/payments/", {{"order", first}, {"method", "cash"}}, clerk).status == 201);
    }

    std::vector<std::int64_t> ids(std::string_view target) {
        const Response page = get(target, clerk);
        CAPTURE(target);
        REQUIRE(page.status == 200);
        std::vector<std::int64_t> found;
        for (const json& row : page.json()) found.push_back(row["id"]);
        return found;
    }
    std::string refusal(std::string_view target) {
        const Response page = get(target, clerk);
        CAPTURE(target);
        CHECK(page.status == 400);
        return page.status == 400 ? page.json().begin().key() : "";
    }

    std::int64_t alice_id = 0;
    std::int64_t bob_id = 0;
    std::int64_t clerk_id = 0;
    std::int64_t first = 0;
    std::int64_t second = 0;
    std::string alice;
    std::string clerk;
};

using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("orders are narrowed by price_verified, time, number and reference") {
    Desk desk;
    const Ids both{desk.second, desk.first};
    CHECK(desk.ids("/orders/?user=all") == both);
    CHECK(desk.ids("/orders/?user=all&price_verified=false") == Ids{desk.first});
    CHECK(desk.ids("/orders/?user=all&price_verified=1&status=pending") == Ids{desk.second});
    const std::string placed =
        desk.get(path("/orders/", desk.second), desk.clerk).json()["order_date"];
    CHECK(desk.ids("/orders/?user=all&placed_after=" + placed).front() == desk.second);
    CHECK(desk.ids("/orders/?user=all&placed_before=2001-01-01").empty());
    CHECK(desk.ids("/orders/?user=all&placed_after=2001-01-01T00:00:00+01:00") == both);
    CHECK(desk.ids("/orders/?user=all&number=A-1-1") == Ids{desk.second});
    CHECK(desk.ids("/orders/?user=all&series=A-1&number=1") == Ids{desk.second});
    CHECK(desk.ids("/orders/?user=all&number=A-1-2").empty());
    CHECK(desk.ids("/orders/?user=all&reference=r1") == Ids{desk.first});
    CHECK(desk.ids("/orders/?user=all&reference=&status=&number=") == both);
    CHECK(desk.refusal("/orders/?user=all&price_verified=maybe") == "price_verified");
    CHECK(desk.refusal("/orders/?user=all&placed_after=yesterday") == "placed_after");
    CHECK(desk.refusal("/orders/?user=all&placed_before=2026-02-29") == "placed_before");
    CHECK(desk.refusal("/orders/?user=all&number=17") == "number");
    CHECK(desk.refusal("/orders/?user=all&number=A-x") == "number");
    CHECK(desk.refusal("/orders/?user=all&series=A") == "number");
    CHECK(desk.refusal("/orders/?user=all&reference=r1&status=pending") == "reference");
    CHECK(desk.refusal("/orders/?user=me") == "user");
    // A plain user sees his own by them, and nobody else's.
    CHECK(desk.get("/orders/?reference=r1", desk.alice).json().size() == 1);
    CHECK(desk.get("/orders/?number=A-1-1", desk.alice).json().empty());

    const Response page = desk.get(
        "/orders/?user=all&page_size=1&placed_after=2001-01-01T00:00:00%2B01:00", desk.clerk);
    const std::string link = page.header("Link");
    CHECK(link.find("&placed_after=2001-01-01T00%3A00%3A00%2B01%3A00") != std::string::npos);
    const std::string next =
        link.substr(link.find("/orders/"), link.find('>') - link.find("/orders/"));
    CHECK(desk.ids(next) == Ids{desk.first});
}

TEST_CASE("payments are narrowed by method, time and the provider's reference") {
    Desk desk;
    CHECK(desk.ids("/payments/?user=all").size() == 2);
    CHECK(desk.ids("/payments/?user=all&method=card") == Ids{1});
    CHECK(desk.ids("/payments/?user=all&method=cash&status=pending") == Ids{2});
    CHECK(desk.ids("/payments/?user=all&started_after=2001-01-01").size() == 2);
    CHECK(desk.ids("/payments/?user=all&started_before=2001-01-01").empty());
    CHECK(desk.ids("/payments/?provider_reference=pi%201&user=all") == Ids{1});
    CHECK(desk.ids(path("/payments/?method=card&order=", desk.first, "")).empty());
    CHECK(desk.refusal("/payments/?method=shells") == "method");
    CHECK(desk.refusal("/payments/?order=x") == "order");
    CHECK(desk.refusal("/payments/?started_after=x") == "started_after");
    CHECK(desk.refusal("/payments/?provider_reference=pi%201&user=all&method=card") ==
          "provider_reference");
    CHECK(desk.get("/payments/?provider_reference=pi%201", desk.alice).status == 403);
}

TEST_CASE("users are narrowed by search, is_active and is_staff") {
    Desk desk;
    CHECK(desk.ids("/users/?search=AL") == Ids{desk.alice_id});
    CHECK(desk.ids("/users/?search=alice@") ==
          (desk.get("/users/?search=al", desk.clerk).json()[0]["email"].is_null()
               ? Ids{}
               : Ids{desk.alice_id}));
    CHECK(desk.ids("/users/?is_staff=true") == Ids{desk.clerk_id});
    CHECK(desk.ids("/users/?is_staff=false&is_active=true") == Ids{desk.bob_id, desk.alice_id});
    CHECK(desk.ids("/users/?is_active=false").empty());
    CHECK(desk.refusal("/users/?is_active=perhaps") == "is_active");
    CHECK(desk.refusal("/users/?is_active=true&search=a") == "non_field_errors");
}

TEST_CASE("events are narrowed by kind, subject, order, actor and time, and name their request") {
    Desk desk;
    REQUIRE(desk.send_json("PATCH", path("/orders/", desk.first), {{"price_verified", true}},
                           desk.clerk, {{"X-Request-Id", "trace-7"}})
                .status == 200);
    const auto kinds = [&](const std::string& query) {
        const Response page = desk.get("/events/?ordering=-sequence&" + query, desk.clerk);
        CAPTURE(query);
        REQUIRE(page.status == 200);
        std::vector<std::string> found;
        for (const json& event : page.json()) found.push_back(event["kind"]);
        return found;
    };
    using Kinds = std::vector<std::string>;
    CHECK(kinds("kind=order.placed") == Kinds{"order.placed", "order.placed"});
    CHECK(kinds("kind=order.prices_confirmed") == Kinds{"order.prices_confirmed"});
    CHECK(kinds(path("actor=", desk.alice_id, "&limit=1")) == Kinds{"order.placed"});
    CHECK(kinds(path("actor=", desk.clerk_id, "&limit=1")) == Kinds{"order.prices_confirmed"});
    CHECK(kinds(path("actor_kind=key&actor=", desk.clerk_id, "")).empty());
    CHECK(kinds(path("subject=", desk.alice_id, "")).back() == "user.created");
    CHECK(kinds(path("order=", desk.first, "&at_before=2001-01-01")).empty());
    CHECK(kinds(path("order=", desk.first, "&at_after=2001-01-01")).back() == "order.placed");
    CHECK(desk.refusal("/events/?order=x") == "order");
    CHECK(desk.refusal("/events/?actor=0") == "actor");
    CHECK(desk.refusal("/events/?actor_kind=cat") == "actor_kind");
    CHECK(desk.refusal("/events/?at_after=now") == "at_after");
    CHECK(desk.refusal("/events/?kind=order.placed&order=1") == "kind");
    CHECK(desk.refusal("/events/?kind=order.placed&actor=1") == "actor");
    const Response page = desk.get("/events/?kind=order.prices_confirmed", desk.clerk);
    CHECK(page.json()[0]["request_id"] == "trace-7");
    CHECK(desk.get("/events/?kind=order.placed&limit=1", desk.clerk)
              .header("Link")
              .find("&kind=order.placed") != std::string::npos);
}

TEST_CASE("a time is read as RFC 3339 writes it") {
    using till::http::parse_time;
    CHECK(parse_time("1970-01-01T00:00:00Z") == 0);
    CHECK(parse_time("1970-01-01") == 0);
    CHECK(parse_time("1969-12-31T23:59:59.999999Z") == -1);
    CHECK(parse_time("2000-02-29T12:00:00.5Z") == 951'825'600'500'000);
    CHECK(parse_time("2026-11-25T09:30:00+01:00") == parse_time("2026-11-25T08:30:00Z"));
    CHECK(parse_time("2026-11-25 09:30-05:45") == parse_time("2026-11-25T15:15:00Z"));
    CHECK(parse_time("2026-11-25T09:30:00 01:00") == parse_time("2026-11-25T08:30:00Z"));
    CHECK(parse_time("0001-01-01") == -62'135'596'800'000'000);
    CHECK(parse_time("9999-12-31T23:59:59.9999999Z") == 253'402'300'799'999'999);
    for (const char* bad : {"",
                            "2026",
                            "2026-13-01",
                            "2026-00-01",
                            "2026-02-29",
                            "1900-02-29",
                            "2026-04-31",
                            "0000-01-01",
                            "2026-11-25T",
                            "2026-11-25T24:00:00Z",
                            "2026-11-25T10:60:00Z",
                            "2026-11-25T10:00:60Z",
                            "2026-11-25T10:00:00",
                            "2026-11-25T10:00:00.Z",
                            "2026-11-25T10:00:00.1234567890Z",
                            "2026-11-25T10:00:00+24:00",
                            "2026-11-25T10:00:00+1:00",
                            "2026-11-25T10:00:00ZZ",
                            "2026-11-25x",
                            "+026-11-25",
                            "2026-11-2 "}) {
        CAPTURE(bad);
        CHECK(!parse_time(bad));
    }
}
