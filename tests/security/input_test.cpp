// SPDX-License-Identifier: MIT
//
// Rows IN, FI and DA-1 of the checklist: what is typed is data, costs little, and shows nothing of
// the inside; pictures are pictures; files are private.
#include "c_api/files.hpp"
#include "domain/sample_images.hpp"
#include "security/door.hpp"

#include <fcntl.h>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <sys/wait.h>
#include <vector>

using namespace security;
using abi::create_user;
using abi::good_password;
using abi::TestStore;
using nlohmann::json;

namespace {

const std::vector<std::string> injections{
    "' OR '1'='1",
    "'; DROP TABLE users; --",
    "\" OR \"\"=\"",
    "1); DELETE FROM orders; --",
    "%' UNION SELECT password FROM users --",
    "alice'--",
    "_%",
    "\\'; VACUUM; --",
};

struct Place {
    const char* method;
    const char* target;
    const char* body;  // with @ where the text goes
};

// The texts that strangers, customers and staff send, one place each.
constexpr Place places[] = {
    {"POST", "/auth/login/", R"({"username": "@", "password": "Str0ng-pass!word"})"},
    {"POST", "/auth/login/", R"({"username": "alice", "password": "@"})"},
    {"POST", "/auth/login/", R"({"email": "@", "username": "alice", "password": "x"})"},
    {"POST", "/auth/token/", R"({"username": "@", "password": "x"})"},
    {"POST", "/auth/token/refresh/", R"({"refresh": "@"})"},
    {"POST", "/auth/token/verify/", R"({"token": "@"})"},
    {"POST", "/auth/token/blacklist/", R"({"refresh": "@"})"},
    {"POST", "/auth/logout/", R"({"refresh": "@"})"},
    {"POST", "/auth/registration/", R"({"username": "@", "password1": "x", "password2": "x"})"},
    {"POST", "/auth/registration/verify-email/", R"({"key": "@"})"},
    {"POST", "/auth/registration/resend-email/", R"({"email": "@"})"},
    {"POST", "/auth/password/reset/", R"({"email": "@"})"},
    {"POST", "/auth/password/reset/confirm/",
     R"({"uid": "@", "token": "@", "new_password1": "Q7-otter-quilt", "new_password2": "Q7-otter-quilt"})"},
    {"PATCH", "/auth/user/", R"({"first_name": "@", "last_name": "@"})"},
    {"PATCH", "/auth/user/", R"({"username": "@"})"},
    {"PATCH", "/profile/", R"({"phone_no": "@", "address": "@"})"},
    {"POST", "/orders/", R"({"product_name": "@", "quantity": 1, "price": "1.00"})"},
    {"POST", "/orders/", R"({"product_name": "Mug", "quantity": "@", "price": "@"})"},
    {"POST", "/orders/",
     R"({"items": [{"product_name": "@", "sku": "@", "quantity": 1, "price": "1"}]})"},
    {"POST", "/orders/", R"({"product_name": "x", "quantity": 1, "price": "1", "reference": "@"})"},
    {"POST", "/payments/", R"({"order": "@", "method": "@", "provider": "@"})"},
    {"POST", "/payments/1/refunds/", R"({"amount": "@", "reason": "@"})"},
    {"POST", "/keys/", R"({"name": "@", "scopes": ["@"]})"},
    {"PATCH", "/settings/", R"({"shop_name": "@", "currency": "@"})"},
    {"PATCH", "/users/2/", R"({"username": "@"})"},
    {"PATCH", "/users/2/", R"({"first_name": "@", "email": "@"})"},
    {"POST", "/auth/password/change/",
     R"({"old_password": "@", "new_password1": "@", "new_password2": "@"})"},
    {"POST", "/auth/user/delete/", R"({"password": "@"})"},
    {"GET", "/orders/?user=all&reference=@", ""},
    {"GET", "/orders/?user=all&number=@", ""},
    {"GET", "/payments/?user=all&method=@", ""},
    {"GET", "/payments/?user=all&provider_reference=@", ""},
    {"GET", "/users/?search=@", ""},
    {"GET", "/users/?email=@", ""},
    {"GET", "/events/?kind=@", ""},
    {"GET", "/reports/totals/?bounds=@", ""},
    {"GET", "/orders/?cursor=@", ""},
    {"GET", "/orders/?status=@", ""},
    {"GET", "/orders/?ordering=@", ""},
    {"GET", "/orders/@/", ""},
    {"GET", "/media/profile/@", ""},
    {"GET", "/@/", ""},
};

std::string filled(std::string text, const std::string& value) {
    for (std::size_t at = 0; (at = text.find('@', at)) != std::string::npos; at += value.size()) {
        text.replace(at, 1, value);
    }
    return text;
}

std::string escaped(const std::string& text) {
    std::string quoted = json(text).dump();
    return quoted.substr(1, quoted.size() - 2);
}

std::string percent(const std::string& text) {
    std::string out;
    for (const char c : text) out += "%" + to_hex(std::string(1, c));
    return out;
}

Reply ask(HttpDoor& door, const Place& place, const std::string& text, const std::string& access,
          const Client& client = {}) {
    HttpDoor::Headers headers{{"Authorization", "Bearer " + access}};
    const std::string body = filled(place.body, escaped(text));
    if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
    return door.send(place.method, filled(place.target, percent(text)), body, headers, client);
}

// Without what the asker said himself.
std::string without(std::string text, const std::string& part) {
    for (std::size_t at = 0; (at = text.find(part)) != std::string::npos;)
        text.erase(at, part.size());
    return text;
}

// Words that only the inside has.
void expect_no_inside(const std::string& text) {
    for (const char* word :
         {"sqlite", "SQLITE", "SELECT ", "INSERT ", "constraint", "UNIQUE", "/src/", ".cpp",
          "std::", "exception", "0x", "libtill", "errno", "Traceback", "/tmp/", "terminate"}) {
        CAPTURE(word);
        CAPTURE(text);
        CHECK(text.find(word) == std::string::npos);
    }
}

}  // namespace

TEST_CASE(
    "[IN-4] [IN-7] whatever is typed anywhere is data, and no answer shows the inside<http>") {
    const TestStore store;
    HttpDoor door(store);
    create_user(store, "alice", "alice@example.com");
    create_user(store, "bob");
    create_user(store, "boss", "", false, true);
    // A throttle would hide what is behind it.
    for (const char* limit :
         {"throttle_login_failures", "throttle_registration_source", "throttle_mail_source",
          "throttle_mail_address", "throttle_rename_user"}) {
        abi::set(store, limit, "0");
    }
    const std::string access = door.enter("boss", good_password).access;
    int asked = 0;
    for (const Place& place : places) {
        for (const std::string& text : injections) {
            CAPTURE(place.target);
            CAPTURE(text);
            const Client client{"198.51.100." + std::to_string(asked % 250)};
            const Reply reply = ask(door, place, text, access, client);
            CHECK(reply.status < 500);
            CHECK(reply.status != 429);
            expect_no_inside(without(reply.body, escaped(text)));
            ++asked;
        }
    }
    CHECK(asked > 300);
    CHECK(door.enter("alice", good_password, {"203.0.113.1"}).answer.ok);
    const till_call system = abi::as_system();
    Owned<till_report> report;
    REQUIRE(till_store_check(store, &system, Out(report), nullptr) == TILL_OK);
    CHECK(report->sound == 1);
}

TEST_CASE_TEMPLATE("[IN-4] a quote in a name finds and changes nobody else", Door, CApiDoor,
                   HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice", "alice@example.com");
    create_user(store, "bob");
    const Login bob = door.enter("bob", good_password);
    int number = 0;
    for (const std::string& text : injections) {
        CAPTURE(text);
        const Client client{"198.51.100." + std::to_string(++number)};
        CHECK_FALSE(door.enter(text, good_password, client).answer.ok);
        CHECK_FALSE(door.enter("alice", text, client).answer.ok);
        CHECK_FALSE(door.refresh(text).answer.ok);
        CHECK_FALSE(door.whoami(text).ok);
        CHECK_FALSE(door.rename(bob.access, text).ok);
    }
    CHECK(door.whoami(bob.access).ok);
}

TEST_CASE("[IN-4] [AZ-5] a prefix to search for is no pattern<c_api>") {
    const TestStore store;
    create_user(store, "alice");
    create_user(store, "al_ce");
    const till_call system = abi::as_system();
    // How many users a prefix finds; what is no prefix of any name finds none, or is told.
    const auto found = [&](std::string_view prefix) -> std::size_t {
        till_user_query query = TILL_USER_QUERY_INIT;
        query.username_prefix = str(prefix);
        Owned<till_user_page> page;
        const till_status status = till_user_list(store, &system, &query, Out(page), nullptr);
        CHECK((status == TILL_OK || status == TILL_E_VALIDATION));
        return status == TILL_OK ? page->count : 0;
    };
    CHECK(found("al") == 2);
    CHECK(found("al_") == 1);
    for (const char* pattern : {"%", "_", "al%", "*", "[a-z]", "a?ice"}) CHECK(found(pattern) == 0);
}

TEST_CASE("[IN-6] the worst text in any field costs milliseconds<http>") {
    const TestStore store;
    HttpDoor door(store);
    create_user(store, "alice", "alice@example.com");
    const std::string access = door.enter("alice", good_password).access;
    const std::string worst[] = {std::string(60'000, 'a') + "!", std::string(60'000, ' ') + "x",
                                 std::string(30'000, 'a') + "@" + std::string(29'000, '.'),
                                 std::string(60'000, '9')};
    for (const Place& place : places) {
        for (const std::string& text : worst) {
            // Beyond 8,000 bytes no server hands a line on.
            const bool is_line = place.body[0] == '\0';
            const Reply reply = ask(door, place, is_line ? text.substr(0, 2500) : text, access);
            CAPTURE(place.target);
            CAPTURE(reply.cpu_ms);
            CHECK(reply.status < 500);
            CHECK(reply.cpu_ms < 50 * TILL_SLOWNESS);
        }
    }
}

TEST_CASE("[IN-6] the worst text in any field costs milliseconds<c_api>") {
    const TestStore store;
    CApiDoor door(store);
    const Login alice = [&] {
        create_user(store, "alice");
        return door.enter("alice", good_password);
    }();
    const double limit = 50 * TILL_SLOWNESS;
    for (const std::string& text :
         {std::string(1 << 20, 'a') + "!", std::string(1 << 20, ' ') + "x",
          std::string(1 << 19, 'a') + "@" + std::string(1 << 19, '.')}) {
        CHECK(door.join(text, "", good_password).cpu_ms < limit);
        CHECK(door.join("bob", text, good_password).cpu_ms < limit);
        CHECK(door.join("bob", "", text).cpu_ms < limit);
        CHECK(door.enter(text, text).answer.cpu_ms < limit);
        const double before = cpu_ms();
        CHECK_FALSE(door.refresh(text).answer.ok);
        CHECK_FALSE(door.whoami(text).ok);
        CHECK_FALSE(door.verify_email(text).ok);
        CHECK_FALSE(door.rename(alice.access, text).ok);
        CHECK_FALSE(door.request_reset(text).ok);
        CHECK(cpu_ms() - before < 5 * limit);
    }
}

TEST_CASE_TEMPLATE("[FI-2] pictures are pictures by content; nothing active or huge is taken", Door,
                   CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    const std::string access = door.enter("alice", good_password).access;
    CHECK(door.set_image(access, till::samples::png(4, 4)).ok);
    CHECK(door.set_image(access, till::samples::jpeg(4, 4)).ok);
    const std::string png = till::samples::png(4, 4);
    for (const std::string& bytes :
         {std::string("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"),
          std::string("<!DOCTYPE html><script>alert(1)</script>"), std::string("%PDF-1.4"),
          std::string("#!/bin/sh\n"), png + "<script>alert(1)</script>", "GIF89a<script>" + png,
          till::samples::png(65535, 65535), png.substr(0, png.size() / 2),
          till::samples::png(4, 4, (2 << 20) + 1)}) {
        CAPTURE(bytes.substr(0, 40));
        CHECK_FALSE(door.set_image(access, bytes).ok);
    }
    const std::int64_t id = 1;
    const till_call system = abi::as_system();
    Owned<till_user> user;
    REQUIRE(till_user_get(store, &system, id, Out(user), nullptr) == TILL_OK);
    CHECK(view(user->image_name).find(".jpg") != std::string_view::npos);
}

TEST_CASE("[FI-1] a picture's name is drawn, and a client's path reaches no file<http>") {
    const abi::Directory directory;
    const std::string path = directory.file("shop.db");
    const abi::Handle store(path);
    HttpDoor door(store);
    create_user(store, "alice");
    const std::string access = door.enter("alice", good_password).access;
    std::set<std::string> before;
    for (const auto& each : std::filesystem::directory_iterator(directory.file(""))) {
        before.insert(each.path());
    }
    int drawn_names = 0;
    for (const std::string& name :
         {std::string("../../evil.png"), std::string("..\\\\..\\\\evil.png"),
          std::string("/etc/passwd"), std::string("%2e%2e%2fevil.png"), std::string(4096, 'a')}) {
        const Reply reply =
            door.send("PATCH", "/profile/",
                      "--b\r\nContent-Disposition: form-data; name=\"profile_img\"; filename=\"" +
                          name + "\"\r\nContent-Type: image/png\r\n\r\n" +
                          till::samples::png(4, 4) + "\r\n--b--\r\n",
                      {{"Content-Type", "multipart/form-data; boundary=b"},
                       {"Authorization", "Bearer " + access}});
        CAPTURE(name.substr(0, 40));
        CAPTURE(reply.body);
        CHECK(reply.status < 500);
        if (reply.status != 200) continue;
        const std::string url = json::parse(reply.body).at("profile_img");
        const std::string drawn = url.substr(url.rfind('/') + 1);
        CHECK(drawn.size() == 36);
        CHECK(drawn.find_first_not_of("0123456789abcdef") == 32);
        ++drawn_names;
    }
    CHECK(drawn_names >= 4);
    for (const char* target :
         {"/media/profile/../../../../etc/passwd", "/media/profile/..%2f..%2fetc%2fpasswd",
          "/media/profile//etc/passwd", "/media/profile/shop.db", "/media/profile/..", "/media/",
          "/media/profile/%00", "/media/profile/....//....//etc/passwd"}) {
        CAPTURE(target);
        const Reply reply = door.send("GET", target, "");
        CHECK((reply.status == 404 || reply.status == 400 || reply.status == 301));
        CHECK(reply.body.find("root:") == std::string::npos);
        CHECK(reply.body.find("SQLite") == std::string::npos);
    }
    for (const auto& each : std::filesystem::directory_iterator(directory.file(""))) {
        CHECK(before.count(each.path()) == 1);
    }
}

TEST_CASE("[DA-1] every file that appears is private, whatever the umask, also under load<c_api>") {
    for (const mode_t mask : {mode_t{0}, mode_t{077}}) {
        const abi::Directory directory;
        const std::string path = directory.file("shop.db");
        const mode_t before = ::umask(mask);
        {
            const RealStore store(path);
            CApiDoor door(store);
            for (int i = 0; i < 3; ++i) {
                REQUIRE(door.join("user" + std::to_string(i), "", good_password).ok);
                for (const auto& each : std::filesystem::directory_iterator(directory.file(""))) {
                    struct stat status {};
                    REQUIRE(::stat(each.path().c_str(), &status) == 0);
                    CAPTURE(each.path().string());
                    CHECK((status.st_mode & 07777) == 0600);
                }
            }
            const till_call system = abi::as_system();
            till_backup_in backup = TILL_BACKUP_IN_INIT;
            const std::string copy = directory.file("copy.db");
            backup.path = str(copy);
            Owned<till_report> report;
            REQUIRE(till_store_backup(store, &system, &backup, Out(report), nullptr) == TILL_OK);
        }
        int files = 0;
        for (const auto& each : std::filesystem::directory_iterator(directory.file(""))) {
            struct stat status {};
            REQUIRE(::stat(each.path().c_str(), &status) == 0);
            CAPTURE(each.path().string());
            CHECK((status.st_mode & 07777) == 0600);
            ++files;
        }
        CHECK(files >= 3);
        ::umask(before);
    }
}
