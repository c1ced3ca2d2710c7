// SPDX-License-Identifier: MIT
//
// The second factor over HTTP: set up, asked for at a login, renewed, removed, required of staff.
#include "c_api/totp.hpp"
#include "client.hpp"
#include "http/reply.hpp"

#include <string>

using namespace till::http_test;
using nlohmann::json;

namespace {

constexpr till_time now = 1'790'000'000'000'000;

Options at_now() {
    Options options;
    options.now_us = now;
    return options;
}

json credentials(std::string_view name) {
    return {{"username", name}, {"password", Shop::password}};
}

struct Factor {
    std::string secret;
    json recovery_codes;

    // A code counts once, so each use has a step of its own: -1, 0, 1.
    [[nodiscard]] std::string code(std::int64_t steps) const {
        return abi::totp(secret, now, steps);
    }
};

Factor set_up(Shop& shop, const std::string& token) {
    const Response begun = shop.post("/auth/second-factor/", json::object(), token);
    REQUIRE(begun.status == 200);
    Factor factor{begun.json()["secret"], {}};
    const Response confirmed =
        shop.post("/auth/second-factor/confirm/", {{"code", factor.code(-1)}}, token);
    CAPTURE(confirmed.body);
    REQUIRE(confirmed.status == 200);
    factor.recovery_codes = confirmed.json()["recovery_codes"];
    return factor;
}

std::string challenge(Shop& shop, std::string_view name) {
    const Response first = shop.post("/auth/login/", credentials(name));
    REQUIRE(first.status == 200);
    return first.json()["challenge"];
}

Response second(Shop& shop, const std::string& challenge, const std::string& code,
                Headers headers = {}) {
    return shop.post("/auth/login/second/", {{"challenge", challenge}, {"code", code}}, "",
                     std::move(headers));
}

json state(Shop& shop, const std::string& token) {
    return shop.get("/auth/second-factor/", token).json();
}

void change_setting(Shop& shop, const char* name, const std::string& value) {
    const till_call system = shop.system();
    till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
    const till_param changed{{name, TILL_STRLEN}, {value.data(), value.size()}};
    in.values = &changed;
    in.count = 1;
    const till_setting_page* settings = nullptr;
    REQUIRE(till_setting_update(shop.store(), &system, &in, &settings, nullptr) == TILL_OK);
    till_free(settings);
}

}  // namespace

TEST_CASE("[AU-6] a second factor is begun, confirmed, and then asked for at each login") {
    Shop shop(at_now());
    shop.create_user("ann");
    const std::string token = shop.login("ann").access;
    CHECK(shop.get("/auth/second-factor/").status == 401);
    CHECK(state(shop, token) == json{{"enabled", false},
                                     {"enabled_since", nullptr},
                                     {"pending", false},
                                     {"required", false},
                                     {"recovery_codes_left", 0}});
    CHECK(shop.post("/auth/second-factor/confirm/", {{"code", "123456"}}, token).status == 409);

    const Response begun = shop.post("/auth/second-factor/", json::object(), token);
    REQUIRE(begun.status == 200);
    CHECK(begun.json()["uri"].get<std::string>().starts_with("otpauth://totp/"));
    CHECK(begun.header("Cache-Control") == "no-store");
    CHECK(state(shop, token)["pending"] == true);
    CHECK(shop.post("/auth/login/", credentials("ann")).json().contains("access"));
    CHECK(shop.post("/auth/second-factor/confirm/", {{"code", "000"}}, token)
              .json()
              .contains("code"));
    CHECK(shop.post("/auth/second-factor/confirm/", json::object(), token).json().contains("code"));

    const Factor factor = set_up(shop, token);
    CHECK(factor.recovery_codes.size() == 10);
    CHECK(state(shop, token)["enabled"] == true);
    CHECK(state(shop, token)["recovery_codes_left"] == 10);
    CHECK(shop.post("/auth/second-factor/", json::object(), token).json()["code"] ==
          "second_factor_enabled");
    const Response first = shop.post("/auth/login/", credentials("ann"));
    CHECK(first.json().size() == 2);
    CHECK(first.json()["expires"].is_string());
    const Response done = second(shop, first.json()["challenge"], factor.code(0));
    CAPTURE(done.body);
    REQUIRE(done.status == 200);
    CHECK(done.json()["user"]["username"] == "ann");
    CHECK(shop.get("/auth/user/", done.json()["access"].get<std::string>()).status == 200);
}

TEST_CASE("[AU-6] a wrong code leaves the challenge open, and a right one uses it up") {
    Shop shop(at_now());
    shop.create_user("ann");
    const Factor factor = set_up(shop, shop.login("ann").access);
    const std::string open = challenge(shop, "ann");
    const Response wrong = second(shop, open, "123");
    CHECK(wrong.status == 400);
    CHECK(wrong.json().contains("code"));
    CHECK(second(shop, open, factor.code(-1)).json().contains("code"));  // it confirmed
    CHECK(second(shop, open, factor.code(0), {{"Idempotency-Key", "once"}}).status == 400);
    CHECK(second(shop, open, "").json().contains("code"));
    CHECK(shop.post("/auth/login/second/", {{"code", "1"}}).json().contains("challenge"));
    CHECK(second(shop, open, factor.code(0)).status == 200);
    const Response used = second(shop, open, factor.code(1));
    CHECK(used.status == 401);
    CHECK(used.json()["code"] == "challenge_not_valid");
    // simplejwt's route asks as well, and a recovery code counts once.
    const Response token = shop.post("/auth/token/", credentials("ann"));
    CHECK(token.status == 200);
    CHECK_FALSE(token.json().contains("access"));
    const std::string recovery = factor.recovery_codes[3];
    CHECK(second(shop, token.json()["challenge"], recovery).status == 200);
    CHECK(second(shop, challenge(shop, "ann"), recovery).json().contains("code"));
}

TEST_CASE("a call that takes no Idempotency-Key says so") {
    Shop shop(at_now());
    shop.create_user("ann");
    const std::string token = shop.login("ann").access;
    const Response refused =
        shop.send({"DELETE",
                   "/auth/second-factor/",
                   {{"Authorization", "Bearer " + token}, {"Idempotency-Key", "again"}},
                   "",
                   0});
    CHECK(refused.status == 400);
    CHECK(refused.json()["code"] == "idempotency_key_refused");
}

TEST_CASE("[AU-6] codes are renewed and the factor removed by whoever knows the password") {
    Shop shop(at_now());
    shop.create_user("ann");
    const std::string token = shop.login("ann").access;
    const Factor factor = set_up(shop, token);
    const json proof{{"password", Shop::password}};
    const json guess{{"password", "wrong"}};
    const std::string codes = "/auth/second-factor/recovery-codes/";
    CHECK(shop.post(codes, guess, token).json()["password"][0] == "The password is wrong.");
    const Response renewed = shop.post(codes, proof, token);
    REQUIRE(renewed.status == 200);
    CHECK(renewed.json()["recovery_codes"] != factor.recovery_codes);
    CHECK(second(shop, challenge(shop, "ann"), factor.recovery_codes[0]).status == 400);

    CHECK(shop.send_json("DELETE", "/auth/second-factor/", guess, token).status == 400);
    CHECK(shop.send_json("DELETE", "/auth/second-factor/", proof, token).status == 204);
    CHECK(shop.send_json("DELETE", "/auth/second-factor/", proof, token).status == 404);
    CHECK(shop.post(codes, proof, token).status == 404);
    CHECK(shop.post("/auth/login/", credentials("ann")).json().contains("access"));
}

TEST_CASE("[AU-6] a superuser removes the factor of who has lost it, and nobody else does") {
    Shop shop(at_now());
    const std::int64_t ann = shop.create_user("ann");
    shop.create_user("clerk", true);
    shop.create_user("boss", true, true);
    const std::string boss = shop.login("boss").access;
    const std::string clerk = shop.login("clerk").access;
    set_up(shop, shop.login("ann").access);
    const std::string factor = path("/users/", ann, "/second-factor/");
    CHECK(shop.get(factor, boss).json()["enabled"] == true);
    CHECK(shop.get(factor, clerk).status == 403);
    CHECK(shop.send_json("DELETE", factor, json::object(), clerk).status == 403);
    CHECK(shop.get("/users/4711/second-factor/", boss).status == 404);
    CHECK(shop.send_json("DELETE", factor, json::object(), boss).status == 204);
    CHECK(shop.get(factor, boss).json()["enabled"] == false);
    CHECK(shop.send_json("DELETE", factor, json::object(), boss).status == 404);
}

TEST_CASE("[AU-8] a superuser proves himself before he removes somebody's factor") {
    Shop shop(at_now());
    const std::int64_t ann = shop.create_user("ann");
    shop.create_user("boss", true, true);
    change_setting(shop, "access_token_lifetime", "86400");
    const std::string boss = shop.login("boss").access;
    set_up(shop, shop.login("ann").access);
    const std::string factor = path("/users/", ann, "/second-factor/");
    REQUIRE(till_testing_clock_advance(shop.store(), 600'000'001, nullptr) == TILL_OK);
    const Response refused = shop.send_json("DELETE", factor, json::object(), boss);
    CHECK(refused.status == 400);
    CHECK(refused.json().contains("password"));
    CHECK(shop.send_json("DELETE", factor, {{"password", "wrong"}}, boss).status == 400);
    CHECK(shop.get(factor, boss).json()["enabled"] == true);
    CHECK(shop.send_json("DELETE", factor, {{"password", Shop::password}}, boss).status == 204);
}

TEST_CASE("[DA-2] the longest answers that hold a secret have the room that they are given") {
    Shop shop(at_now());
    std::string name;
    for (int i = 0; i < 150; ++i) name += "\U00020000";  // four bytes, as long as a letter gets
    std::string shop_name;
    for (int i = 0; i < 100; ++i) shop_name += "\U0001F600";
    change_setting(shop, "shop_name", shop_name);
    shop.create_user("ann");
    const std::string token = shop.login("ann").access;
    REQUIRE(shop.send_json("PATCH", "/auth/user/", {{"username", name}}, token).status == 200);
    const Response begun = shop.post("/auth/second-factor/", json::object(), token);
    REQUIRE(begun.status == 200);
    CHECK(begun.body.size() > 3 * (150 * 4 + 2 * 100 * 4));
    CHECK(begun.body.size() <= till::http::Reply::secret_room);
    const json profile{{"first_name", std::string(50, '"')}, {"last_name", std::string(50, '"')}};
    CHECK(shop.send_json("PATCH", "/profile/", profile, token).status == 200);
    const Response entered = shop.post("/auth/login/", credentials(name));
    REQUIRE(entered.status == 200);
    CHECK(entered.body.size() <= till::http::Reply::secret_room);
}

TEST_CASE("[AU-6] staff of whom a factor is required set one up before anything else") {
    Shop shop(at_now());
    shop.create_user("clerk", true);
    shop.create_user("ann");
    const std::string clerk = shop.login("clerk").access;
    const std::string ann = shop.login("ann").access;
    CHECK(shop.get("/users/", clerk).status == 200);
    change_setting(shop, "second_factor_staff", "required");
    const Response refused = shop.get("/users/", clerk);
    CHECK(refused.status == 403);
    CHECK(refused.json()["code"] == "second_factor_required");
    CHECK(shop.get("/orders/", clerk).json()["code"] == "second_factor_required");
    CHECK(shop.get("/auth/user/", clerk).status == 200);
    CHECK(state(shop, clerk)["required"] == true);
    CHECK(state(shop, ann)["required"] == false);
    CHECK(shop.get("/orders/", ann).status == 200);
    CHECK_FALSE(shop.get("/users/", ann).json().contains("code"));
    set_up(shop, clerk);
    CHECK(shop.get("/users/", clerk).status == 200);
}
