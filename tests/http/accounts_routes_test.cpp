// SPDX-License-Identifier: MIT
#include "client.hpp"

#include <string>

using namespace till::http_test;
using nlohmann::json;

namespace {

// A PNG of one pixel.
std::string png() {
    return std::string(
        "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
        "\0\0\0\rIDATx\x9c\x63\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99\x3d\x1d\0\0\0\0IEND\xae"
        "\x42\x60\x82",
        70);
}

Request upload(std::string_view method, std::string_view token, std::string_view file,
               std::string_view extra = "") {
    std::string body(extra);
    body +=
        "--B\r\nContent-Disposition: form-data; name=\"profile_img\"; filename=\"me.png\"\r\n"
        "Content-Type: image/png\r\n\r\n";
    body.append(file).append("\r\n--B--\r\n");
    return {std::string(method),
            "/profile/",
            {{"Authorization", "Bearer " + std::string(token)},
             {"Content-Type", "multipart/form-data; boundary=B"}},
            body,
            0};
}

}  // namespace

TEST_CASE("a visitor registers, is logged in and sees himself") {
    Shop shop;
    const json input{{"username", "newbie"},
                     {"email", "newbie@example.com"},
                     {"password1", Shop::password},
                     {"password2", Shop::password}};
    const Response registered = shop.post("/auth/registration/", input);
    REQUIRE(registered.status == 201);
    const json tokens = registered.json();
    CHECK(tokens["user"]["username"] == "newbie");
    const Response me = shop.get("/auth/user/", tokens["access"].get<std::string>());
    CHECK(me.status == 200);
    CHECK(me.json() == tokens["user"]);
    CHECK(me.user_id == tokens["user"]["pk"].get<std::int64_t>());
    CHECK(me.header("ETag").starts_with("\"v"));
    CHECK(shop.post("/auth/registration/", input).status == 400);
}

TEST_CASE("passwords stay as typed, but blanks in one of the two fields alone do not count") {
    Shop shop;
    const auto registration = [&](std::string_view name, std::string_view first,
                                  std::string_view second) {
        return shop
            .post("/auth/registration/",
                  {{"username", name}, {"password1", first}, {"password2", second}})
            .status;
    };
    const auto login = [&](std::string_view name, std::string_view with) {
        return shop.post("/auth/login/", {{"username", name}, {"password", with}}).status;
    };
    CHECK(registration("one", "  Str0ng-pass!word ", "Str0ng-pass!word") == 201);
    CHECK(login("one", "Str0ng-pass!word") == 200);
    CHECK(registration("two", "  Str0ng-pass!word", "  Str0ng-pass!word") == 201);
    CHECK(login("two", "  Str0ng-pass!word") == 200);
    CHECK(login("two", "Str0ng-pass!word") == 400);
    CHECK(registration("three", "Str0ng-pass!word", "Str0ng-pass!wort") == 400);
}

TEST_CASE("[AU-1] unknown, wrong and inactive logins get one answer") {
    Shop shop;
    shop.create_user("alice");
    const Response wrong =
        shop.post("/auth/login/", {{"username", "alice"}, {"password", "nope-nope"}});
    const Response unknown =
        shop.post("/auth/login/", {{"username", "nobody"}, {"password", "nope-nope"}});
    CHECK(wrong.status == 400);
    CHECK(wrong.body == unknown.body);
    CHECK(wrong.headers == unknown.headers);
    CHECK(wrong.json() ==
          json{{"non_field_errors", {"Unable to log in with provided credentials."}}});
}

TEST_CASE("a login may be url-encoded or multipart, and a stale token does not matter") {
    Shop shop;
    shop.create_user("alice");
    const Response encoded = shop.send(
        {"POST",
         "/auth/login/",
         {{"Content-Type", "application/x-www-form-urlencoded"}, {"Authorization", "Bearer stale"}},
         "username=alice&password=Str0ng-pass%21word",
         0});
    CHECK(encoded.status == 200);
    const Response multipart =
        shop.send({"POST",
                   "/auth/login/",
                   {{"Content-Type", "multipart/form-data; boundary=x"}},
                   "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nalice\r\n"
                   "--x\r\nContent-Disposition: form-data; "
                   "name=\"password\"\r\n\r\nStr0ng-pass!word\r\n--x--\r\n",
                   0});
    CHECK(multipart.status == 200);
}

TEST_CASE("[SE-6] logout ends the session at once, its tokens are nobody's") {
    Shop shop;
    shop.create_user("alice");
    const Tokens tokens = shop.login("alice");
    CHECK(shop.post("/auth/token/verify/", {{"token", tokens.access}}).body == "{}");
    CHECK(shop.post("/auth/logout/", {{"refresh", tokens.refresh}}).status == 200);
    const Response me = shop.get("/auth/user/", tokens.access);
    CHECK(me.status == 401);
    CHECK(me.json()["code"] == "token_not_valid");
    CHECK(me.json()["messages"][0]["token_class"] == "AccessToken");
    CHECK(me.header("WWW-Authenticate") == "Bearer realm=\"api\"");
    CHECK(me.user_id == 0);
    CHECK(shop.post("/auth/token/verify/", {{"token", tokens.access}}).status == 401);
    CHECK(shop.post("/auth/logout/", {{"refresh", tokens.refresh}}).status == 401);
    CHECK(shop.post("/auth/logout/", json::object()).status == 401);
    CHECK(shop.post("/auth/logout/", json::array()).status == 400);
}

TEST_CASE("a refresh token gives new tokens, an access token does not") {
    Shop shop;
    shop.create_user("alice");
    const Tokens tokens = shop.login("alice");
    const Response refreshed = shop.post("/auth/token/refresh/", {{"refresh", tokens.refresh}});
    REQUIRE(refreshed.status == 200);
    CHECK(refreshed.header("Cache-Control") == "no-store");
    CHECK(shop.get("/auth/user/", refreshed.json()["access"].get<std::string>()).status == 200);
    CHECK(shop.post("/auth/token/refresh/", {{"refresh", tokens.access}}).status == 401);
    CHECK(shop.get("/auth/user/", tokens.refresh).status == 401);
    CHECK(shop.post("/auth/token/blacklist/", {{"refresh", refreshed.json()["refresh"]}}).body ==
          "{}");
    CHECK(shop.get("/auth/user/", tokens.access).status == 401);
}

TEST_CASE("[SE-8] sessions are listed and ended one by one") {
    Shop shop;
    shop.create_user("alice");
    const Tokens first = shop.login("alice");
    const Tokens second = shop.login("alice");
    const json list = shop.get("/auth/sessions/", second.access).json();
    REQUIRE(list.size() == 2);
    CHECK(list[0]["is_current"] == true);
    CHECK(list[0]["client_address"] == "192.0.2.7");
    const std::int64_t other = list[1]["id"];
    const Response ended = shop.send({"DELETE",
                                      path("/auth/sessions/", other),
                                      {{"Authorization", "Bearer " + second.access}},
                                      "",
                                      0});
    CHECK(ended.status == 204);
    CHECK(ended.body.empty());
    CHECK(shop.get("/auth/user/", first.access).status == 401);
    CHECK(shop.get("/auth/user/", second.access).status == 200);
}

TEST_CASE("one's own unchanged user name is no conflict, somebody else's is") {
    Shop shop;
    shop.create_user("alice");
    shop.create_user("bob");
    const Tokens alice = shop.login("alice");
    CHECK(shop.send_json("PUT", "/auth/user/", {{"username", "alice"}, {"first_name", "Al"}},
                         alice.access)
              .status == 200);
    const Response taken =
        shop.send_json("PUT", "/auth/user/", {{"username", "Bob"}}, alice.access);
    CHECK(taken.status == 400);
    CHECK(taken.json() == json{{"username", {"A user with that username already exists."}}});
    CHECK(shop.send_json("PUT", "/auth/user/", json::object(), alice.access)
              .json()
              .contains("username"));
    CHECK(shop.patch("/auth/user/", json::object(), alice.access).json()["first_name"] == "Al");
}

TEST_CASE("versions guard an account against lost updates") {
    Shop shop;
    shop.create_user("alice");
    const Tokens alice = shop.login("alice");
    const std::string tag = shop.get("/auth/user/", alice.access).header("ETag");
    CHECK(shop.get("/auth/user/", alice.access, {{"If-None-Match", tag}}).status == 304);
    CHECK(shop.patch("/auth/user/", {{"first_name", "A"}}, alice.access, {{"If-Match", tag}})
              .status == 200);
    const Response late =
        shop.patch("/auth/user/", {{"first_name", "B"}}, alice.access, {{"If-Match", tag}});
    CHECK(late.status == 412);
    CHECK(late.json()["code"] == "precondition_failed");
    CHECK(
        shop.patch("/auth/user/", {{"first_name", "B"}}, alice.access, {{"If-Match", "\"other\""}})
            .status == 412);
    CHECK(shop.patch("/auth/user/", {{"first_name", "B"}}, alice.access, {{"If-Match", "*"}})
              .status == 200);
    CHECK(shop.get("/auth/user/", alice.access, {{"If-None-Match", tag}}).status == 200);
}

TEST_CASE("[PW-7] a password is changed and reset, wrong ones say which field") {
    Shop shop;
    shop.create_user("alice");
    const Tokens alice = shop.login("alice");
    const json fresh{{"new_password1", "Fresh-pass-77"}, {"new_password2", "Fresh-pass-77"}};
    json wrong = fresh;
    wrong["old_password"] = "not-the-old-one";
    CHECK(shop.post("/auth/password/change/", wrong, alice.access).json().contains("old_password"));
    CHECK(shop.post("/auth/password/change/", fresh, alice.access).status == 200);
    CHECK(
        shop.post("/auth/login/", {{"username", "alice"}, {"password", "Fresh-pass-77"}}).status ==
        200);
    const Response weak =
        shop.post("/auth/password/change/", {{"new_password1", "123"}, {"new_password2", "123"}},
                  alice.access);
    CHECK(weak.json()["new_password2"].size() == 3);
    CHECK(weak.json()["new_password2"][0] ==
          "This password is too short. It must contain at least 8 characters.");
    CHECK(shop.post("/auth/password/reset/confirm/", {{"uid", "zz"},
                                                      {"token", "x"},
                                                      {"new_password1", "Fresh-pass-78"},
                                                      {"new_password2", "Fresh-pass-78"}})
              .status == 400);
}

TEST_CASE("[AU-8] deleting the own account needs the password") {
    Shop shop;
    shop.create_user("alice");
    const Tokens alice = shop.login("alice");
    CHECK(
        shop.post("/auth/user/delete/", json::object(), alice.access).json().contains("password"));
    CHECK(shop.post("/auth/user/delete/", {{"password", "wrong"}}, alice.access)
              .json()
              .contains("password"));
    CHECK(shop.post("/auth/user/delete/", {{"password", Shop::password}}, alice.access).status ==
          200);
    CHECK(shop.get("/auth/user/", alice.access).status == 401);
}

TEST_CASE("a profile is five texts, all needed by PUT, none blank") {
    Shop shop;
    const std::int64_t id = shop.create_user("alice");
    const Tokens alice = shop.login("alice");
    const json full{{"first_name", "Al"},
                    {"last_name", "Ice"},
                    {"email", "al@example.com"},
                    {"phone_no", 4512345678},
                    {"address", "Street 1"}};
    const Response put = shop.send_json("PUT", "/profile/", full, alice.access);
    REQUIRE(put.status == 200);
    CHECK(put.json() == json{{"id", id},
                             {"user", id},
                             {"first_name", "Al"},
                             {"last_name", "Ice"},
                             {"email", "alice@example.com"},
                             {"new_email", "al@example.com"},  // waits to be confirmed
                             {"phone_no", "4512345678"},
                             {"address", "Street 1"},
                             {"profile_img", nullptr}});
    CHECK(shop.send_json("PUT", "/profile/", json::object(), alice.access).json().size() == 5);
    CHECK(shop.patch("/profile/", {{"phone_no", ""}}, alice.access).status == 400);
    CHECK(shop.patch("/profile/", {{"phone_no", "1234567890123456"}}, alice.access).json() ==
          json{{"phone_no", {"Ensure this field has no more than 15 characters."}}});
    CHECK(shop.patch("/profile/", {{"profile_img", "text"}}, alice.access)
              .json()
              .contains("profile_img"));
}

TEST_CASE(
    "[AU-8] a new address in the profile waits for its token, and an old login needs the "
    "password") {
    Options options;
    options.now_us = 1'700'000'000'000'000;
    Shop shop(options);
    const std::int64_t id = shop.create_user("alice");
    const till_call system = shop.system();
    shop.create_user("root", false, true);
    const Tokens root = shop.login("root");
    const json lifetime{{"access_token_lifetime", "86400"}};
    REQUIRE(shop.patch("/settings/", lifetime, root.access).status == 200);
    const Tokens alice = shop.login("alice");
    REQUIRE(till_testing_clock_advance(shop.store(), 600'000'000, nullptr) == TILL_OK);
    const auto change = [&](const json& body) {
        return shop.patch("/profile/", body, alice.access);
    };
    CHECK(change({{"email", "al@example.com"}}).json() ==
          json{{"password", {"This field is required."}}});
    CHECK(change({{"email", "al@example.com"}, {"password", "wrong"}}).json() ==
          json{{"password", {"The password is wrong."}}});
    CHECK(change({{"email", "alice@example.com"}, {"phone_no", "1"}}).status == 200);
    const Response waits = change({{"email", "al@example.com"}, {"password", Shop::password}});
    REQUIRE(waits.status == 200);
    CHECK(waits.json()["email"] == "alice@example.com");
    CHECK(waits.json()["new_email"] == "al@example.com");
    // With an image the two are one step, in which no password is looked at.
    Request both = upload("PATCH", alice.access, png());
    CHECK(shop.send(both).status == 200);

    const till_message_page* mails = nullptr;
    REQUIRE(till_outbox_claim(shop.store(), &system, nullptr, &mails, nullptr) == TILL_OK);
    REQUIRE(mails->count == 2);
    const till_message& mail = *mails->items[0];
    CHECK(std::string_view(mail.to.data, mail.to.len) == "al@example.com");
    const std::string key(mail.token.data, mail.token.len);
    till_free(mails);
    CHECK(shop.post("/auth/registration/verify-email/", {{"key", key}}).status == 200);
    CHECK(shop.post("/auth/registration/verify-email/", {{"key", key}}).status == 404);
    CHECK(shop.get("/auth/user/", alice.access).json()["email"] == "al@example.com");
    CHECK(shop.get("/profile/", alice.access).json()["new_email"] == nullptr);
    const Tokens boss = shop.login("root");
    const std::string path = "/users/" + std::to_string(id) + "/";
    const json seen = shop.patch(path, {{"email", "c@example.com"}}, boss.access).json();
    CHECK(seen["email"] == "al@example.com");
    CHECK(seen["new_email"] == "c@example.com");
}

TEST_CASE("[AU-2] a taken address is told, unless the shop does not reveal accounts") {
    Shop shop;
    const std::int64_t id = shop.create_user("alice");
    const till_call system = shop.system();
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = id;
    in.mask = TILL_USER_EMAIL_VERIFIED;
    in.email_verified = 1;
    const till_user* user = nullptr;
    REQUIRE(till_user_update(shop.store(), &system, &in, &user, nullptr) == TILL_OK);
    till_free(user);
    const auto sign_up = [&](const char* name, const char* email) {
        return shop.post("/auth/registration/", {{"username", name},
                                                 {"email", email},
                                                 {"password1", Shop::password},
                                                 {"password2", Shop::password}});
    };
    CHECK(sign_up("newbie", "alice@example.com").json().contains("email"));
    shop.create_user("root", false, true);
    const Tokens root = shop.login("root");
    const json hidden{{"reveal_accounts", "false"}};
    REQUIRE(shop.patch("/settings/", hidden, root.access).status == 200);
    const Response taken = sign_up("newbie", "alice@example.com");
    const Response vacant = sign_up("newbi2", "alic3@example.com");
    CHECK(taken.status == 201);
    CHECK(vacant.status == 201);
    CHECK(taken.body.size() == vacant.body.size());
    CHECK(taken.headers.size() == vacant.headers.size());
}

TEST_CASE(
    "[FI-3] an image comes by FormData, is shown without a token, sent back untouched and "
    "removed") {
    Shop shop;
    shop.create_user("alice");
    const Tokens alice = shop.login("alice");
    Request request = upload("PATCH", alice.access, png());
    request.headers.emplace_back("Host", "shop.example");
    CHECK(shop.plan(request) == TILL_HTTP_SLOW);
    const Response uploaded = shop.send(request);
    CAPTURE(uploaded.body);
    REQUIRE(uploaded.status == 200);
    const std::string url = uploaded.json()["profile_img"];
    const std::string base = "http://shop.example";
    REQUIRE(url.starts_with(base + "/media/profile/"));
    CHECK(url.ends_with(".png"));

    const Response image =
        shop.get(url.substr(base.size()), "", {{"Accept", "image/avif,image/webp"}});
    CHECK(image.status == 200);
    CHECK(image.body == png());
    CHECK(image.header("Content-Type") == "image/png");
    CHECK(image.header("X-Content-Type-Options") == "nosniff");
    CHECK(image.header("Cache-Control") == "public, max-age=31536000, immutable");
    CHECK(image.header("Content-Security-Policy") == "default-src 'none'; sandbox");
    CHECK(image.header("Content-Disposition").starts_with("inline; filename=\""));

    CHECK(shop.patch("/profile/", {{"profile_img", url}}, alice.access).status == 200);
    const Response removed = shop.patch("/profile/", {{"profile_img", nullptr}}, alice.access);
    CHECK(removed.json()["profile_img"] == nullptr);
    CHECK(shop.get(url.substr(base.size())).status == 404);
    CHECK(shop.get("/media/profile/nothing.png").status == 404);
}

TEST_CASE("texts and image of one form change together or not at all") {
    Shop shop;
    shop.create_user("alice");
    const Tokens alice = shop.login("alice");
    const std::string name =
        "--B\r\nContent-Disposition: form-data; name=\"first_name\"\r\n\r\nAl\r\n";
    const Response refused = shop.send(upload("PATCH", alice.access, "<svg></svg>", name));
    CHECK(refused.status == 400);
    CHECK(refused.json().contains("profile_img"));
    CHECK(shop.get("/profile/", alice.access).json()["first_name"] == "");
    const Response both = shop.send(upload("PATCH", alice.access, png(), name));
    REQUIRE(both.status == 200);
    CHECK(both.json()["first_name"] == "Al");
    CHECK(both.json()["profile_img"].is_string());
    CHECK(shop.send(upload("PATCH", alice.access, "")).json().contains("profile_img"));
}

TEST_CASE("[AZ-2] staff see and change users, others do not") {
    Shop shop;
    const std::int64_t alice_id = shop.create_user("alice");
    shop.create_user("clerk", true);
    shop.create_user("boss", true, true);
    const Tokens alice = shop.login("alice");
    const Tokens clerk = shop.login("clerk");
    const Tokens boss = shop.login("boss");
    CHECK(shop.get("/users/", alice.access).status == 403);
    CHECK(shop.get(path("/users/", alice_id), alice.access).status == 403);
    CHECK(shop.patch(path("/users/", alice_id), {{"is_staff", true}}, alice.access).status == 403);
    CHECK(shop.get("/users/").status == 401);
    const json list = shop.get("/users/?username=al", clerk.access).json();
    REQUIRE(list.size() == 1);
    CHECK(list[0]["id"] == alice_id);
    CHECK(list[0]["is_staff"] == false);
    CHECK(shop.patch(path("/users/", alice_id), {{"is_staff", true}}, clerk.access).status == 403);
    CHECK(shop.patch(path("/users/", alice_id), {{"is_active", false}}, clerk.access)
              .json()["is_active"] == false);
    CHECK(shop.get("/auth/user/", alice.access).status == 401);
    CHECK(shop.patch(path("/users/", alice_id), {{"is_active", "maybe"}}, clerk.access).status ==
          400);
    CHECK(shop.get("/users/0/", clerk.access).status == 404);
    CHECK(shop.get("/users/999/", clerk.access).status == 404);
    const auto remove = [&](const Tokens& who) {
        return shop
            .send({"DELETE",
                   path("/users/", alice_id),
                   {{"Authorization", "Bearer " + who.access}},
                   "",
                   0})
            .status;
    };
    CHECK(remove(clerk) == 403);
    CHECK(remove(boss) == 204);
}

TEST_CASE("[AZ-2] settings are read by staff, written by the superuser, all or none") {
    Shop shop;
    shop.create_user("alice");
    shop.create_user("clerk", true);
    shop.create_user("boss", true, true);
    const Tokens alice = shop.login("alice");
    const Tokens clerk = shop.login("clerk");
    const Tokens boss = shop.login("boss");
    CHECK(shop.get("/settings/", alice.access).status == 403);
    CHECK(shop.patch("/settings/", json::object(), alice.access).status == 403);
    const json list = shop.get("/settings/", clerk.access).json();
    CHECK(list[0]["name"] == "currency");
    CHECK(list[0]["value"] == "USD");
    CHECK(shop.patch("/settings/", {{"ship_unpaid", true}}, clerk.access).status == 403);
    CHECK(shop.patch("/settings/", {{"ship_unpaid", true}, {"access_token_lifetime", 600}},
                     boss.access)
              .status == 200);
    const std::string tag = shop.get("/settings/", boss.access).header("ETag");
    CHECK(shop.get("/settings/", boss.access, {{"If-None-Match", tag}}).status == 304);
    const Response mine =
        shop.patch("/settings/", {{"shop_name", "Mine"}}, boss.access, {{"If-Match", tag}});
    CHECK(mine.status == 200);
    CHECK(mine.header("ETag") != tag);
    CHECK(shop.patch("/settings/", {{"locale", "de"}}, boss.access, {{"If-Match", tag}}).status ==
          412);
    CHECK(shop.get("/settings/", boss.access).header("ETag") == mine.header("ETag"));
    const Response bad =
        shop.patch("/settings/", {{"ship_unpaid", false}, {"nonsense", "x"}}, boss.access);
    CHECK(bad.status == 400);
    CHECK(bad.json().contains("nonsense"));
    for (const json& setting : shop.get("/settings/", boss.access).json()) {
        if (setting["name"] == "ship_unpaid") CHECK(setting["value"] == true);
        if (setting["name"] == "access_token_lifetime") CHECK(setting["value"] == 600);
    }
}

TEST_CASE("[AU-4] guessing is answered with 429 and when to come back") {
    Shop shop;
    shop.create_user("carol");
    const json wrong{{"username", "carol"}, {"password", "Wr0ng-pass!word"}};
    for (int i = 0; i < 5; ++i) CHECK(shop.post("/auth/login/", wrong).status == 400);
    for (const char* route : {"/auth/login/", "/auth/token/"}) {
        const Response refused = shop.post(route, wrong);
        CAPTURE(route);
        CHECK(refused.status == 429);
        CHECK(refused.header("Retry-After") == "1");
        CHECK(refused.json()["detail"].get<std::string>().starts_with(
            "Request was throttled. Expected available in "));
    }
}

TEST_CASE("[AU-2] mails are asked for a few times an hour, then 429") {
    Shop shop;
    for (int i = 0; i < 5; ++i) {
        CHECK(shop.post("/auth/password/reset/", {{"email", "carol@example.com"}}).status == 200);
    }
    const Response refused = shop.post("/auth/password/reset/", {{"email", "carol@example.com"}});
    CHECK(refused.status == 429);
    CHECK(refused.header("Retry-After") == "720");
}
