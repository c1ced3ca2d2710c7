// SPDX-License-Identifier: MIT
// An hour in the life of clients that were written for the Django stack, on a live server whose
// clock is moved five minutes at a time: the lifetime of an access token, so every step begins with
// a 401.
#include "front_end.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace till_parity {
namespace {

constexpr const char* mount = "/api";
constexpr int steps = 12;  // of five minutes
const std::string password(first_password);

till_server::AppConfig tutorial_settings() {
    till_server::AppConfig app;
    app.mount = mount;
    app.list_pages = true;
    return app;
}

// The smallest PNG: one transparent pixel.
std::string png() {
    constexpr unsigned char bytes[] = {
        0x89, 'P',  'N',  'G',  '\r', '\n', 0x1A, '\n', 0,   0,    0,    13,   'I',  'H',
        'D',  'R',  0,    0,    0,    1,    0,    0,    0,   1,    8,    6,    0,    0,
        0,    0x1F, 0x15, 0xC4, 0x89, 0,    0,    0,    13,  'I',  'D',  'A',  'T',  0x78,
        0xDA, 0x63, 0x64, 0xF8, 0xCF, 0x50, 0x0F, 0,    3,   0x86, 1,    0x80, 0x5A, 0x34,
        0x7D, 0x6B, 0,    0,    0,    0,    'I',  'E',  'N', 'D',  0xAE, 'B',  0x60, 0x82};
    return {std::begin(bytes), std::end(bytes)};
}

Json order_json(int quantity, const char* price) {
    return Json{{"product_name", "Widget"},
                {"quantity", number(std::to_string(quantity))},
                {"price", price}};
}

void register_by_json(World& world, const std::string& name) {
    FrontEnd visitor(world, mount);
    const Response response = visitor.call("POST", "/auth/registration/",
                                           Json{{"username", name},
                                                {"email", name + "@example.com"},
                                                {"password1", password},
                                                {"password2", password}});
    REQUIRE_MESSAGE(response.status == 201, response.body);
    CHECK(!text_at(response, "access").empty());
}

// The ids of every order, page by page, as `next` says.
std::vector<std::string> read_pages(FrontEnd& client, int& pages) {
    std::vector<std::string> ids;
    std::string path = "/orders/?page_size=5";
    for (pages = 0; !path.empty() && pages < 100; ++pages) {
        const Response response = client.call("GET", path);
        REQUIRE_MESSAGE(response.status == 200, response.body);
        const Json page = json_of(response);
        for (const Json& order : page.at("results")) ids.push_back(write_json(order.at("id")));
        REQUIRE(page.contains("count"));
        REQUIRE(page.contains("previous"));
        path.clear();
        if (page.at("next").is_string()) {
            const std::string next = path_of_url(page.at("next").get<std::string>());
            REQUIRE(next.starts_with(mount));
            path = next.substr(std::string(mount).size());
        }
    }
    return ids;
}

void upload_avatar_and_load_it(World& world, FrontEnd& client) {
    const Response uploaded = client.upload(
        "PUT", "/profile/",
        Json{{"first_name", "Al"},
             {"last_name", "Ice"},
             {"email", "alice@example.com"},
             {"phone_no", "+4512345678"},
             {"address", "Street 1"},
             {"profile_img",
              {{"filename", "me.png"}, {"content_type", "image/png"}, {"content", png()}}}});
    REQUIRE_MESSAGE(uploaded.status == 200, uploaded.body);
    const std::string url = text_at(uploaded, "profile_img");
    CHECK(text_at(client.call("GET", "/profile/"), "profile_img") == url);

    // An image tag: no token, no Accept for JSON.
    Request image;
    image.target = path_of_url(url);
    image.headers = {{"Accept", "image/avif,image/webp,image/png,*/*;q=0.8"}};
    const Response loaded = world.send(image);
    CHECK(loaded.status == 200);
    CHECK(loaded.header("Content-Type") == "image/png");
    CHECK(loaded.header("X-Content-Type-Options") == "nosniff");
    CHECK(loaded.body == png());
    CHECK(image.target.starts_with("/api/media/profile/"));
}

void pay_and_ship(World& world, FrontEnd& client, const std::string& order) {
    const Response paid =
        client.call("POST", "/payments/", Json{{"order", number(order)}, {"amount", "39.98"}});
    REQUIRE_MESSAGE(paid.status == 201, paid.body);
    CHECK(text_at(paid, "status") == "pending");
    const std::string payment = "/payments/" + text_at(paid, "id") + "/";
    CHECK(client.call("PATCH", payment, Json{{"status", "completed"}}).status == 403);

    world.create_user("clerk", true);
    FrontEnd staff(world, mount);
    REQUIRE(staff.log_in("clerk", password).status == 200);
    CHECK(staff.call("PATCH", payment, Json{{"status", "completed"}}).status == 200);
    const std::string path = "/orders/" + order + "/";
    CHECK(staff.call("PATCH", path, Json{{"status", "shipped"}}).status == 409);
    CHECK(staff.call("PATCH", path, Json{{"price_verified", true}}).status == 200);
    const Response shipped = staff.call("PATCH", path, Json{{"status", "shipped"}});
    CHECK_MESSAGE(shipped.status == 200, shipped.body);
    CHECK(text_at(client.call("GET", path), "status") == "shipped");
    CHECK(text_at(client.call("GET", payment), "status") == "completed");
}

TEST_CASE("an unchanged tutorial front end lives for an hour on its first refresh token") {
    World world(tutorial_settings());
    register_by_json(world, "alice");
    FrontEnd client(world, mount);
    REQUIRE(client.log_in("alice", password).status == 200);
    const std::string first_refresh = client.refresh_token();

    std::vector<std::string> placed;
    for (int step = 0; step < steps; ++step) {
        world.advance(5 * minute_us);
        const Response order = client.call("POST", "/orders/", order_json(2, "19.99"));
        REQUIRE_MESSAGE(order.status == 201, order.body);
        CHECK(text_at(order, "status") == "pending");
        CHECK(text_at(order, "price") == "19.99");
        placed.insert(placed.begin(), text_at(order, "id"));
        CHECK(client.refreshes() == step + 1);
    }
    CHECK(client.refresh_token() == first_refresh);

    int pages = 0;
    CHECK(read_pages(client, pages) == placed);
    CHECK(pages == 3);  // twelve orders, five a page

    upload_avatar_and_load_it(world, client);
    pay_and_ship(world, client, placed.front());

    const Response out =
        client.call("POST", "/auth/logout/", Json{{"refresh", client.refresh_token()}});
    CHECK_MESSAGE(out.status == 200, out.body);
    CHECK(client.call("GET", "/orders/").status == 401);
    CHECK(client.refresh_with(first_refresh).status == 401);
}

TEST_CASE("a client that keeps every rotated token lives as long") {
    World world(tutorial_settings());
    register_by_json(world, "alice");
    FrontEnd client(world, mount);
    client.adopts_rotated_tokens = true;
    REQUIRE(client.log_in("alice", password).status == 200);
    for (int step = 0; step < steps; ++step) {
        const std::string before = client.refresh_token();
        world.advance(5 * minute_us);
        CHECK(client.call("GET", "/orders/").status == 200);
        CHECK(client.refreshes() == step + 1);
        CHECK(client.refresh_token() != before);
    }
}

TEST_CASE("two tabs that refresh with one token at the same moment get the same child") {
    World world(tutorial_settings());
    register_by_json(world, "alice");
    FrontEnd tab(world, mount);
    tab.adopts_rotated_tokens = true;
    REQUIRE(tab.log_in("alice", password).status == 200);
    FrontEnd other_tab = tab;
    const std::string shared = tab.refresh_token();
    CHECK(tab.refresh_with(shared).status == 200);
    world.advance(second_us);
    CHECK(other_tab.refresh_with(shared).status == 200);
    CHECK(tab.refresh_token() == other_tab.refresh_token());
    CHECK(tab.call("GET", "/profile/").status == 200);
    CHECK(other_tab.call("GET", "/profile/").status == 200);
}

TEST_CASE("an old token presented again ends the session of a client that rotates") {
    World world(tutorial_settings());
    register_by_json(world, "alice");
    FrontEnd client(world, mount);
    client.adopts_rotated_tokens = true;
    REQUIRE(client.log_in("alice", password).status == 200);
    const std::string stolen = client.refresh_token();
    for (int step = 0; step < 2; ++step) {
        world.advance(minute_us);
        REQUIRE(client.refresh_with(client.refresh_token()).status == 200);
    }
    CHECK(client.call("GET", "/profile/").status == 200);

    FrontEnd thief(world, mount);
    CHECK(thief.refresh_with(stolen).status == 401);
    // The client's own access token is dead with it, and so is its refresh token.
    CHECK(client.call("GET", "/profile/").status == 401);
    CHECK(client.refresh_with(client.refresh_token()).status == 401);
    CHECK(client.log_in("alice", password).status == 200);
}

TEST_CASE("a logout in one tab is a logout in the other at its next call") {
    World world(tutorial_settings());
    register_by_json(world, "alice");
    FrontEnd tab(world, mount);
    REQUIRE(tab.log_in("alice", password).status == 200);
    FrontEnd other_tab = tab;
    CHECK(tab.call("POST", "/auth/logout/", Json{{"refresh", tab.refresh_token()}}).status == 200);
    CHECK(other_tab.call("GET", "/profile/").status == 401);
}

}  // namespace
}  // namespace till_parity
