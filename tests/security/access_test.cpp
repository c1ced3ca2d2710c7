// SPDX-License-Identifier: MIT
//
// Rows AZ of the checklist over HTTP: who gets which answer from which route, what a body may set
// and what an answer may show. The access table itself is tried call by call in tests/core.
#include "c_api/accounts.hpp"
#include "security/door.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <vector>

using namespace security;
using abi::create_user;
using abi::TestStore;
using nlohmann::json;

namespace {

// Who asks: nobody, the owner of the objects, another user, staff, a superuser.
enum Asker : std::size_t { nobody, alice, bob, sam, boss, askers };

// Five people and Alice's things, fresh for every question.
struct Scene {
    TestStore store;
    HttpDoor door{store};
    std::array<std::string, askers> access;
    std::map<std::string, std::string> ids;

    Scene() {
        const std::int64_t owner = create_user(store, "alice", "alice@example.com");
        create_user(store, "bob");
        create_user(store, "sam", "", true);
        create_user(store, "boss", "", false, true);
        const abi::Login login = abi::login(store, "alice");
        access = {"", login.access, abi::login(store, "bob").access,
                  abi::login(store, "sam").access, abi::login(store, "boss").access};
        ids = {{"alice", std::to_string(owner)}, {"session", std::to_string(login.session_id)}};
        ids["order"] =
            created("/orders/", {{"product_name", "Mug"}, {"quantity", 2}, {"price", "9.50"}});
        ids["unpaid"] =
            created("/orders/", {{"product_name", "Cup"}, {"quantity", 1}, {"price", "5.00"}});
        ids["payment"] = created("/payments/", {{"order", std::stoll(ids["order"])}});
    }
    std::string created(const std::string& target, const json& body) {
        const Reply reply = door.send_json("POST", target, body, access[alice]);
        CAPTURE(reply.body);
        REQUIRE(reply.status == 201);
        return json::parse(reply.body).at("id").dump();
    }
    std::string filled(std::string text) const {
        for (const auto& [name, id] : ids) {
            for (std::size_t at = 0; (at = text.find("{" + name + "}")) != std::string::npos;) {
                text.replace(at, name.size() + 2, id);
            }
        }
        return text;
    }
    Reply ask(Asker who, const std::string& method, const std::string& target,
              const std::string& body = "") {
        HttpDoor::Headers headers;
        if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
        if (!access[who].empty()) headers.emplace_back("Authorization", "Bearer " + access[who]);
        return door.send(method, filled(target), filled(body), headers);
    }
};

struct Question {
    const char* method;
    const char* target;
    const char* body;
    std::array<int, askers> status;  // nobody, owner, other, staff, superuser
};

constexpr Question questions[] = {
    {"GET", "/orders/", "", {401, 200, 200, 200, 200}},
    {"GET", "/orders/?user={alice}", "", {401, 200, 403, 200, 200}},
    {"GET", "/orders/{order}/", "", {401, 200, 404, 200, 200}},
    {"GET", "/orders/{order}/events/", "", {401, 200, 404, 200, 200}},
    {"POST", "/orders/{unpaid}/cancel/", "", {401, 200, 404, 200, 200}},
    {"PATCH", "/orders/{order}/", R"({"price_verified": true})", {401, 403, 404, 200, 200}},
    {"PATCH", "/orders/{order}/", R"({"status": "shipped"})", {401, 403, 404, 409, 409}},
    {"POST", "/payments/", R"({"order": {unpaid}})", {401, 201, 400, 201, 201}},
    {"GET", "/payments/{payment}/", "", {401, 200, 404, 200, 200}},
    {"PATCH", "/payments/{payment}/", R"({"status": "completed"})", {401, 403, 404, 200, 200}},
    {"PATCH", "/payments/{payment}/", R"({"status": "failed"})", {401, 403, 404, 200, 200}},
    {"GET", "/payments/{payment}/refunds/", "", {401, 200, 404, 200, 200}},
    {"POST", "/payments/{payment}/refunds/", R"({"amount": "1.00"})", {401, 403, 404, 409, 409}},
    {"GET", "/users/", "", {401, 403, 403, 200, 200}},
    {"GET", "/users/{alice}/", "", {401, 403, 403, 200, 200}},
    {"PATCH", "/users/{alice}/", R"({"first_name": "Al"})", {401, 403, 403, 200, 200}},
    {"PATCH", "/users/{alice}/", R"({"is_staff": true})", {401, 403, 403, 403, 200}},
    {"DELETE", "/users/{alice}/", "", {401, 403, 403, 403, 204}},
    {"GET", "/events/", "", {401, 403, 403, 200, 200}},
    {"GET", "/reports/totals/?bounds=2026-01-01,2026-01-02", "", {401, 403, 403, 200, 200}},
    {"GET", "/reports/standing/", "", {401, 403, 403, 200, 200}},
    {"GET", "/settings/", "", {401, 403, 403, 200, 200}},
    {"PATCH", "/settings/", R"({"shop_name": "x"})", {401, 403, 403, 403, 200}},
    {"DELETE", "/auth/sessions/{session}/", "", {401, 204, 404, 404, 404}},
};

// The adapter's routes as its table lists them: pattern, guard ("open", "token", "staff") and the
// methods they have.
struct Route {
    std::string pattern;
    std::string guard;
    std::vector<std::string> methods;
};

std::vector<Route> routes() {
    std::ifstream file(TILL_ROUTES);
    std::vector<Route> all;
    for (std::string line; std::getline(file, line);) {
        const std::size_t begin = line.find("{\"/");
        if (begin == std::string::npos) continue;
        const std::size_t end = line.find('"', begin + 2);
        Route route;
        route.pattern = line.substr(begin + 2, end - begin - 2);
        std::istringstream rest(line.substr(end + 2));
        rest >> route.guard;
        route.guard.pop_back();  // the comma
        for (const auto& [word, method] : {std::pair{"get(", "GET"},
                                           {"post(", "POST"},
                                           {"post_tokens(", "POST"},
                                           {"put(", "PUT"},
                                           {"patch(", "PATCH"},
                                           {"del(", "DELETE"}}) {
            if (line.find(word, end) != std::string::npos) route.methods.emplace_back(method);
        }
        all.push_back(route);
    }
    return all;
}

std::string filled_pattern(std::string pattern) {
    for (std::size_t at = 0; (at = pattern.find("ID")) != std::string::npos;) {
        pattern.replace(at, 2, "1");
    }
    return pattern;
}

}  // namespace

TEST_CASE("[AZ-1] [AZ-2] each route answers each asker as the table says<http>") {
    for (const Question& question : questions) {
        for (std::size_t who = 0; who < askers; ++who) {
            Scene scene;
            const Reply reply =
                scene.ask(static_cast<Asker>(who), question.method, question.target, question.body);
            CAPTURE(question.method);
            CAPTURE(question.target);
            CAPTURE(question.body);
            CAPTURE(who);
            CAPTURE(reply.body);
            CHECK(reply.status == question.status[who]);
        }
    }
}

TEST_CASE("[AZ-1] another's object and no object get the same answer, byte by byte<http>") {
    Scene scene;
    for (const Question& question : questions) {
        if (question.status[bob] != 404) continue;
        std::string missing = question.target;
        const std::size_t open = missing.find('{');
        missing.replace(open, missing.find('}') - open + 1, "987654321");
        CAPTURE(question.target);
        const Reply hidden = scene.ask(bob, question.method, question.target, question.body);
        const Reply absent = scene.ask(bob, question.method, missing, question.body);
        CHECK(hidden.status == absent.status);
        CHECK(hidden.body == absent.body);
    }
}

TEST_CASE("[AZ-2] every route asks for what its table says before it does anything<http>") {
    Scene scene;
    const std::vector<Route> all = routes();
    REQUIRE(all.size() > 25);
    int guarded = 0;
    for (const Route& route : all) {
        REQUIRE_FALSE(route.methods.empty());
        for (const std::string& method : route.methods) {
            CAPTURE(route.pattern);
            CAPTURE(method);
            const std::string target = filled_pattern(route.pattern);
            if (route.guard == "open") continue;
            CHECK(scene.ask(nobody, method, target, "{}").status == 401);
            ++guarded;
            if (route.guard == "staff") CHECK(scene.ask(bob, method, target, "{}").status == 403);
        }
    }
    CHECK(guarded > 20);
}

TEST_CASE("[AZ-2] no spelling of method or path goes around a role<http>") {
    Scene scene;
    for (const char* target : {"/USERS/", "//users/", "/users//", "/./users/", "/orders/../users/",
                               "/users/%2e", "/users%2f", "/%75sers/", "/users/;x",
                               "/users/?format=json", "/users/{alice}", "/users/{alice}/%00"}) {
        CAPTURE(target);
        const int status = scene.ask(bob, "GET", target).status;
        CHECK((status == 403 || status == 404 || status == 400 || status == 301));
    }
    for (const char* method : {"get", "Get", "HEAD", "OPTIONS", "PROPFIND", "DELETE", "G\tET"}) {
        CAPTURE(method);
        const Reply reply = scene.ask(bob, method, "/users/{alice}/");
        CHECK(reply.body.find("alice@example.com") == std::string::npos);
        CHECK((reply.status >= 400 || std::string(method) == "OPTIONS"));
    }
    const Reply overridden = scene.door.send("POST", scene.filled("/users/{alice}/"), "",
                                             {{"Authorization", "Bearer " + scene.access[boss]},
                                              {"X-HTTP-Method-Override", "DELETE"},
                                              {"X-Original-URL", "/settings/"}});
    CHECK(overridden.status == 405);
    CHECK(scene.ask(boss, "GET", "/users/{alice}/").status == 200);
}

TEST_CASE("[AZ-3] a body sets the fields that are its user's to set, and no other<http>") {
    // Goal: no body sets what is not its sender's to set. Method: each body that makes or changes
    // something carries every member that an attacker would like, and what came of it is read back.
    Scene scene;
    const json greedy = {{"id", 1},
                         {"pk", 1},
                         {"user", 4},
                         {"user_id", 4},
                         {"is_staff", true},
                         {"is_superuser", true},
                         {"is_active", false},
                         {"email_verified", true},
                         {"role", "admin"},
                         {"groups", json::array({1})},
                         {"version", 99},
                         {"created_at", "2000-01-01T00:00:00Z"},
                         {"date_joined", "2000-01-01T00:00:00Z"}};
    json join = greedy;
    join.update({{"username", "eve"},
                 {"password1", "Str0ng-pass!word"},
                 {"password2", "Str0ng-pass!word"}});
    REQUIRE(scene.door.send_json("POST", "/auth/registration/", join).status == 201);
    json account = greedy;
    account.update({{"first_name", "Al"}, {"username", "alice"}});
    CHECK(scene.door.send_json("PATCH", "/auth/user/", account, scene.access[alice]).status == 200);
    CHECK(scene.door.send_json("PATCH", "/profile/", account, scene.access[alice]).status == 200);
    const till_call system = abi::as_system();
    Owned<till_user_page> users;
    REQUIRE(till_user_list(scene.store, &system, nullptr, Out(users), nullptr) == TILL_OK);
    for (std::size_t i = 0; i < users->count; ++i) {
        const till_user& user = *users->items[i];
        if (view(user.username) != "eve" && view(user.username) != "alice") continue;
        CHECK(user.is_staff == 0);
        CHECK(user.is_superuser == 0);
        CHECK(user.is_active == 1);
        CHECK(user.email_verified == 0);
    }

    json order = greedy;
    order.update({{"product_name", "Mug"},
                  {"quantity", 2},
                  {"price", "9.50"},
                  {"total", "0.01"},
                  {"status", "delivered"},
                  {"price_verified", true},
                  {"paid_at", "2000-01-01T00:00:00Z"},
                  {"number", 7},
                  {"placed_by", 4},
                  {"price_source", "host"},
                  {"included", true}});
    const Reply placed = scene.door.send_json("POST", "/orders/", order, scene.access[alice]);
    CAPTURE(placed.body);
    REQUIRE(placed.status == 201);
    const json answer = json::parse(placed.body);
    CHECK(answer.at("total") == "19.00");
    CHECK(answer.at("status") == "pending");
    CHECK(answer.at("price_verified") == false);
    CHECK(answer.at("user").dump() == scene.ids.at("alice"));
    CHECK(answer.at("number").is_null());

    json payment = greedy;
    payment.update({{"order", answer.at("id")},
                    {"refunded", "19.00"},
                    {"provider_reference_of", "another"},
                    {"completed_at", "2000-01-01T00:00:00Z"},
                    {"completed_date", "2000-01-01T00:00:00Z"}});
    json completed = payment;
    completed["status"] = "completed";
    CHECK(scene.door.send_json("POST", "/payments/", completed, scene.access[alice]).status == 403);
    const Reply started = scene.door.send_json("POST", "/payments/", payment, scene.access[alice]);
    CAPTURE(started.body);
    REQUIRE(started.status == 201);
    const json pending = json::parse(started.body);
    CHECK(pending.at("status") == "pending");
    CHECK(pending.at("amount") == "19.00");
    CHECK(pending.at("refunded") == "0.00");
    CHECK(pending.at("completed_date").is_null());
}

TEST_CASE("[AZ-4] no answer to anybody shows a hash, a token or what is another's<http>") {
    Scene scene;
    for (std::size_t who = 0; who < askers; ++who) {
        for (const Route& route : routes()) {
            if (route.methods.front() != "GET") continue;
            const std::string target = filled_pattern(route.pattern);
            CAPTURE(target);
            CAPTURE(who);
            const Reply reply = scene.ask(static_cast<Asker>(who), "GET", target);
            for (const char* secret :
                 {"argon2", "pbkdf2", "password_hash", "\"password\"", "sid_hash", "current_hash",
                  "\"secret\"", "salt", "signing"}) {
                CAPTURE(secret);
                // Names and sentences speak of passwords there, and hold none.
                if (target == "/settings/" || target == "/openapi.json") continue;
                CHECK(reply.body.find(secret) == std::string::npos);
            }
            for (const std::string& token : scene.access) {
                if (!token.empty()) CHECK(reply.body.find(token) == std::string::npos);
            }
            if (who == nobody || who == bob) {
                CHECK(reply.body.find("alice@example.com") == std::string::npos);
                CHECK(reply.body.find("Mug") == std::string::npos);
            }
        }
    }
    // The members of what a user sees of his account, to the last.
    const auto members = [&](const std::string& target) {
        std::set<std::string> names;
        const json body = json::parse(scene.ask(alice, "GET", target).body);
        for (const auto& [name, value] : body.items()) names.insert(name);
        return names;
    };
    CHECK(members("/auth/user/") ==
          std::set<std::string>{"email", "first_name", "last_name", "pk", "username"});
    CHECK(members("/profile/").count("password") == 0);
}

TEST_CASE_TEMPLATE("[AZ-1] [AZ-5] who may not see an order cannot tell it from none", Door,
                   CApiDoor, HttpDoor) {
    Scene scene;
    Door door(scene.store);
    const std::int64_t order = std::stoll(scene.ids.at("order"));
    CHECK(door.find_order(scene.access[alice], order).ok);
    const Answer hidden = door.find_order(scene.access[bob], order);
    const Answer missing = door.find_order(scene.access[bob], 987654321);
    CHECK_FALSE(hidden.ok);
    CHECK(hidden.status == missing.status);
    CHECK(hidden.text == missing.text);
    CHECK_FALSE(door.find_order("", order).ok);
}

TEST_CASE("[AZ-5] pages have a limit, and a bent cursor shows nothing more<http>") {
    Scene scene;
    for (int i = 0; i < 110; ++i) {
        scene.created("/orders/", {{"product_name", "Pen"}, {"quantity", 1}, {"price", "1.00"}});
    }
    for (const char* size : {"0", "-1", "1000000000", "99999999999999999999", "x", "1.5", ""}) {
        CAPTURE(size);
        const Reply reply = scene.ask(alice, "GET", "/orders/?page_size=" + std::string(size));
        CHECK(reply.status < 500);
        if (reply.status == 200) CHECK(json::parse(reply.body).size() <= 100);
        if (size == std::string("1000000000")) {
            REQUIRE(reply.status == 200);
            CHECK(json::parse(reply.body).size() == 100);
        }
    }
    const Reply first = scene.ask(alice, "GET", "/orders/?page_size=2");
    const std::string link = first.header("Link");
    const std::size_t at = link.find("cursor=");
    REQUIRE(at != std::string::npos);
    const std::string cursor = link.substr(at + 7, link.find_first_of("&>", at) - at - 7);
    REQUIRE(scene.ask(alice, "GET", "/orders/?page_size=2&cursor=" + cursor).status == 200);
    for (std::size_t i = 0; i < cursor.size(); i += 3) {
        std::string bent = cursor;
        bent[i] = bent[i] == 'A' ? 'B' : 'A';
        const Reply reply = scene.ask(alice, "GET", "/orders/?page_size=2&cursor=" + bent);
        CHECK(reply.status >= 400);
        CHECK(reply.status < 500);
    }
    // Another's cursor is nobody else's.
    CHECK(scene.ask(bob, "GET", "/orders/?page_size=2&cursor=" + cursor).status >= 400);
    CHECK(scene.ask(alice, "GET", "/orders/?ordering=password").status >= 400);
}
