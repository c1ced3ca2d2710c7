// SPDX-License-Identifier: MIT
//
// Rows PW and AU of the checklist, asked through both doors.
#include "c_api/files.hpp"
#include "security/door.hpp"

#include <algorithm>
#include <set>
#include <vector>

using namespace security;
using abi::create_user;
using abi::good_password;
using abi::TestStore;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;

// Every PHC string in some bytes.
std::vector<std::string> hashes_in(const std::string& bytes) {
    std::vector<std::string> found;
    for (std::size_t at = 0; (at = bytes.find("$argon2id$", at)) != std::string::npos; ++at) {
        std::size_t end = at;
        while (end < bytes.size() && bytes[end] > ' ' && bytes[end] <= 'z') ++end;
        found.push_back(bytes.substr(at, end - at));
    }
    return found;
}

unsigned long parameter(const std::string& hash, const std::string& name) {
    const std::size_t at = hash.find(name + "=", hash.find("$v="));
    return at == std::string::npos ? 0 : std::stoul(hash.substr(at + name.size() + 1));
}

}  // namespace

TEST_CASE_TEMPLATE("[PW-1] stored hashes are Argon2id at OWASP's floor, each with its own salt",
                   Door, CApiDoor, HttpDoor) {
    const abi::Directory directory;
    const std::string path = directory.file("shop.db");
    const RealStore store(path);
    Door door(store);
    constexpr int users = 10;
    for (int i = 0; i < users; ++i) {
        const Client client{"192.0.2." + std::to_string(i + 1)};
        REQUIRE(door.join("user" + std::to_string(i), "", "One-for-all-9", client).ok);
    }
    std::set<std::string> salts;
    for (const std::string& hash : hashes_in(bytes_of_store(path))) {
        CAPTURE(hash);
        const unsigned long memory = parameter(hash, "m");
        const unsigned long passes = parameter(hash, "t");
        const bool at_floor = (memory >= 47104 && passes >= 1) ||
                              (memory >= 19456 && passes >= 2) || (memory >= 12288 && passes >= 3);
        CHECK(at_floor);
        const std::size_t salt = hash.find('$', hash.find("p="));
        const std::size_t end = hash.find('$', salt + 1);
        CHECK(from_base64url(hash.substr(salt + 1, end - salt - 1)).size() == 16);
        salts.insert(hash.substr(salt));
    }
    CHECK(salts.size() == users);
}

TEST_CASE_TEMPLATE("[PW-2] a password's length is counted in code points", Door, CApiDoor,
                   HttpDoor) {
    const TestStore store;
    Door door(store);
    struct Sample {
        const char* password;
        bool is_long_enough;
    };
    const Sample samples[] = {
        {"k7#Qz!w", false},
        {"k7#Qz!wV", true},
        {"k7#Qz!wVx2@Lp", true},
        // Seven of four bytes each, and eight.
        {"\U0001F511\U0001F512\U0001F513\U0001F514\U0001F515\U0001F516\U0001F517", false},
        {"\U0001F511\U0001F512\U0001F513\U0001F514\U0001F515\U0001F516\U0001F517\U0001F518", true},
        // Eight as typed, but seven in the normal form.
        {"k7#Qz!e\u0301", false},
        {"k7#Qz!we\u0301", true},
    };
    int number = 0;
    for (const Sample& sample : samples) {
        CAPTURE(sample.password);
        const std::string name = "person" + std::to_string(++number);
        const Answer answer = door.join(name, "", sample.password);
        CHECK(answer.ok == sample.is_long_enough);
        if (!answer.ok) CHECK(answer.is_invalid);
    }
}

TEST_CASE_TEMPLATE("[PW-3] a long password counts to its last byte", Door, CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    const std::string head = "Correct-Horse-Battery-Staple-" + std::string(43, 'x');
    REQUIRE(head.size() == 72);
    REQUIRE(door.join("alice", "", head + "-and-this-is-alice").ok);
    REQUIRE(door.join("bob", "", head + "-and-this-is-robert").ok);
    CHECK(door.enter("alice", head + "-and-this-is-alice").answer.ok);
    CHECK_FALSE(door.enter("alice", head + "-and-this-is-robert").answer.ok);
    CHECK_FALSE(door.enter("bob", head).answer.ok);
    // Nothing ends at a NUL: such a password is refused, or counts as any other.
    using namespace std::string_literals;
    for (const std::string& password : {"Good-Enough-9\0"s, "Good-Enough-9\0-and-more"s}) {
        const std::string name = "carol" + std::to_string(password.size());
        if (door.join(name, "", password).ok) {
            CHECK(door.enter(name, password).answer.ok);
            CHECK_FALSE(door.enter(name, "Good-Enough-9").answer.ok);
            CHECK_FALSE(door.enter(name, password + "x").answer.ok);
        }
    }
    REQUIRE(door.join("carol", "", "Good-Enough-9").ok);
    CHECK_FALSE(door.enter("carol", "Good-Enough-9\0"s).answer.ok);
    // 64 characters and more are taken, 1024 bytes at most.
    CHECK(door.join("dave", "", "A1-" + std::string(61, 'q')).ok);
    CHECK(door.join("erin", "", "A1-" + std::string(1021, 'q')).ok);
    CHECK(door.join("frank", "", "A1-" + std::string(1022, 'q')).is_invalid);
}

TEST_CASE_TEMPLATE("[PW-3] [IN-6] a megabyte of password costs no hash", Door, CApiDoor, HttpDoor) {
    till_testing_in in = TILL_TESTING_IN_INIT;
    in.real_hashing = 1;
    till_store* store = nullptr;
    REQUIRE(till_testing_store_open(&in, &store, nullptr) == TILL_OK);
    {
        Door door(store);
        REQUIRE(door.join("alice", "", good_password).ok);
        const std::string huge(1 << 20, 'a');
        double most = 0;
        for (int i = 0; i < 5; ++i) {
            const Answer join = door.join("bob", "", huge);
            const Answer enter = door.enter("alice", huge).answer;
            CHECK_FALSE(join.ok);
            CHECK_FALSE(enter.ok);
            most = std::max({most, join.cpu_ms, enter.cpu_ms});
        }
        const Answer hashed = door.enter("alice", good_password).answer;
        CHECK(hashed.ok);
        MESSAGE("a refusal: " << most << " ms, a hash: " << hashed.cpu_ms << " ms");
        CHECK(most < hashed.cpu_ms / 2);
    }
    till_store_release(store);
}

TEST_CASE_TEMPLATE("[PW-4] passwords have one normal form and are otherwise as typed", Door,
                   CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    REQUIRE(door.join("alice", "", "caf\u00E9-Noir-77").ok);
    CHECK(door.enter("alice", "cafe\u0301-Noir-77").answer.ok);
    CHECK_FALSE(door.enter("alice", "CAF\u00E9-Noir-77").answer.ok);
    CHECK_FALSE(door.enter("alice", " caf\u00E9-Noir-77").answer.ok);
    REQUIRE(door.join("bob", "", " leading and trailing ").ok);
    CHECK(door.enter("bob", " leading and trailing ").answer.ok);
    CHECK_FALSE(door.enter("bob", "leading and trailing").answer.ok);
    // No rules of composition: one kind of letter will do.
    CHECK(door.join("carol", "", "wandering otter quilt").ok);
    for (const char* broken : {"good-pass-\xC0\x80", "good-pass-\xED\xA0\x80", "good-pass-\xFF"}) {
        CHECK_FALSE(door.join("dave", "", broken).ok);
    }
}

TEST_CASE_TEMPLATE("[PW-5] common passwords and words about the user are refused, with the reason",
                   Door, CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    const std::vector<std::string> common{"password",   "12345678",  "123456789", "qwertyuiop",
                                          "football",   "superman",  "iloveyou1", "princess1",
                                          "trustno1",   "sunshine",  "password1", "PASSWORD1",
                                          "letmein123", "1q2w3e4r5t"};
    for (const std::string& password : common) {
        CAPTURE(password);
        const Answer answer = door.join("visitor", "", password);
        CHECK(answer.is_invalid);
        CHECK(answer.text.find("common") != std::string::npos);
    }
    const std::pair<const char*, const char*> about[] = {{"margarethe", "x@example.com"},
                                                         {"margarethe", "margarethe@example.com"}};
    for (const auto& [name, email] : about) {
        for (const char* password : {"margarethe1", "Margarethe99", "99margarethe"}) {
            CAPTURE(password);
            const Answer answer = door.join(name, email, password);
            CHECK(answer.is_invalid);
            CHECK(answer.text.find("similar") != std::string::npos);
        }
    }
    CHECK(door.join("visitor", "margarethe@example.com", "margarethe99").is_invalid);
    CHECK(door.join("visitor", "", "8301957264").is_invalid);
}

TEST_CASE_TEMPLATE("[PW-6] a weaker hash is replaced at the first login", Door, CApiDoor,
                   HttpDoor) {
    const abi::Directory directory;
    const std::string path = directory.file("shop.db");
    const RealStore store(path);
    Door door(store);
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = str("alice");
    // "lètmein" of Django's own tests, 10,000 rounds.
    in.password_hash =
        str("pbkdf2_sha256$10000$seasalt$CWWFdHOWwPnki7HvkcqN9iA2T3KLW1cf2uZ5kvArtVY=");
    const till_call system = abi::as_system();
    Owned<till_user> user;
    Err err;
    REQUIRE(till_user_create(store, &system, &in, Out(user), err) == TILL_OK);
    CHECK(hashes_in(bytes_of_store(path)).empty());
    CHECK_FALSE(door.enter("alice", "letmein").answer.ok);
    REQUIRE(door.enter("alice", "l\u00E8tmein").answer.ok);
    const auto hashes = hashes_in(bytes_of_store(path));
    REQUIRE_FALSE(hashes.empty());
    CHECK(parameter(hashes.front(), "m") >= 19456);
    CHECK(door.enter("alice", "l\u00E8tmein").answer.ok);
}

TEST_CASE_TEMPLATE("[PW-7] [SE-7] a password change needs the old one, and ends the other sessions",
                   Door, CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    const Login here = door.enter("alice", good_password);
    const Login there = door.enter("alice", good_password);
    store.advance(11 * minute);  // no login of the last ten minutes any more
    const Login fresh = door.refresh(here.refresh);
    const Login other = door.refresh(there.refresh);
    REQUIRE(fresh.answer.ok);
    REQUIRE(other.answer.ok);
    CHECK(door.change_password(fresh.access, "", "An0ther-pass!word").is_invalid);
    CHECK(door.change_password(fresh.access, "Wr0ng-pass!word", "An0ther-pass!word").is_invalid);
    CHECK(door.enter("alice", good_password).answer.ok);
    REQUIRE(door.change_password(fresh.access, good_password, "An0ther-pass!word").ok);
    CHECK(door.whoami(fresh.access).ok);
    CHECK_FALSE(door.whoami(other.access).ok);
    CHECK_FALSE(door.refresh(other.refresh).answer.ok);
    CHECK_FALSE(door.enter("alice", good_password).answer.ok);
    CHECK(door.enter("alice", "An0ther-pass!word").answer.ok);
}

TEST_CASE_TEMPLATE("[AU-1] unknown, wrong and inactive logins cannot be told apart", Door, CApiDoor,
                   HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    const std::int64_t bob = create_user(store, "bob");
    const till_call system = abi::as_system();
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = bob;
    in.mask = TILL_USER_IS_ACTIVE;
    Owned<till_user> user;
    REQUIRE(till_user_update(store, &system, &in, Out(user), nullptr) == TILL_OK);
    const Answer unknown = door.enter("nobody", good_password).answer;
    CHECK_FALSE(unknown.ok);
    for (const Answer& other :
         {door.enter("alice", "Wr0ng-pass!word").answer, door.enter("bob", good_password).answer}) {
        CHECK(other.status == unknown.status);
        CHECK(other.text == unknown.text);
    }
}

TEST_CASE_TEMPLATE("[AU-2] a reset request says nothing of who has an account, and is throttled",
                   Door, CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice", "alice@example.com");
    const Answer known = door.request_reset("alice@example.com");
    const Answer unknown = door.request_reset("nobody@example.com");
    CHECK(known.ok);
    CHECK(known.status == unknown.status);
    CHECK(known.text == unknown.text);
    int taken = 0;
    for (int i = 0; i < 100; ++i) {
        const Answer answer =
            door.request_reset("alice@example.com", {"198.51.100." + std::to_string(i)});
        if (answer.ok) ++taken;
        CHECK((answer.ok || answer.is_throttled));
        const Answer other =
            door.request_reset("nobody@example.com", {"203.0.113." + std::to_string(i)});
        CHECK(other.status == answer.status);
    }
    CHECK(taken <= 10);
    CHECK(abi::claim(store, 100)->count == 1);
}

TEST_CASE_TEMPLATE(
    "[AU-3] a mailed reset token is used once, soon, by its owner, and logs nobody in", Door,
    CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    const std::int64_t alice = create_user(store, "alice", "alice@example.com");
    const std::int64_t bob = create_user(store, "bob", "bob@example.com");
    const auto mailed = [&] {
        abi::empty_outbox(store);
        REQUIRE(door.request_reset("alice@example.com").ok);
        const auto page = abi::claim(store);
        REQUIRE(page->count == 1);
        std::string token(view(page->items[0]->token));
        REQUIRE(abi::acknowledge(store, *page->items[0]) == TILL_OK);
        CHECK(from_base64url(token).size() >= 16);
        return token;
    };
    const std::string first = mailed();
    const std::string second_token = mailed();
    CHECK_FALSE(door.reset(alice, first, "An0ther-pass!word").ok);       // older
    CHECK_FALSE(door.reset(bob, second_token, "An0ther-pass!word").ok);  // another's
    const Login before = door.enter("alice", good_password);
    REQUIRE(door.reset(alice, second_token, "An0ther-pass!word").ok);
    CHECK_FALSE(door.whoami(before.access).ok);
    CHECK_FALSE(door.refresh(before.refresh).answer.ok);
    CHECK_FALSE(door.reset(alice, second_token, "Yet-An0ther-pass").ok);  // used
    CHECK_FALSE(door.whoami(second_token).ok);
    CHECK_FALSE(door.refresh(second_token).answer.ok);
    const std::string late = mailed();
    store.advance(10 * minute);
    CHECK_FALSE(door.reset(alice, late, "Yet-An0ther-pass").ok);  // expired
    CHECK(door.enter("alice", "An0ther-pass!word").answer.ok);
}

TEST_CASE("[AU-3] mailed links follow the setting, never a request's Host<http>") {
    const TestStore store;
    HttpDoor door(store);
    abi::set(store, "public_url", "https://shop.example");
    create_user(store, "alice", "alice@example.com");
    const Reply reply =
        door.send("POST", "/auth/password/reset/", R"({"email":"alice@example.com"})",
                  {{"Content-Type", "application/json"},
                   {"Host", "evil.example"},
                   {"X-Forwarded-Host", "evil.example"},
                   {"X-Forwarded-Proto", "https"},
                   {"Forwarded", "host=evil.example"}});
    CHECK(reply.status == 200);
    const auto page = abi::claim(store);
    REQUIRE(page->count == 1);
    CHECK(view(page->items[0]->link).find("https://shop.example/") == 0);
    CHECK(view(page->items[0]->link).find("evil") == std::string_view::npos);
}

TEST_CASE_TEMPLATE("[AU-4] of 150 guesses few are compared, and the owner gets in within the hour",
                   Door, CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    int compared = 0;
    for (int i = 0; i < 150; ++i) {
        // A guess every 24 seconds from everywhere: an hour of them.
        const Client client{"198.51.100." + std::to_string(i)};
        if (!door.enter("alice", "Wr0ng-pass!word", client).answer.is_throttled) ++compared;
        store.advance(24 * second);
    }
    CHECK(compared <= 100);
    // The documented bound: a quarter of an hour after the last guess at most.
    store.advance(15 * minute);
    CHECK(door.enter("alice", good_password).answer.ok);
}

TEST_CASE_TEMPLATE("[AU-5] one password tried on many accounts is stopped by its source", Door,
                   CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    int compared = 0;
    for (int i = 0; i < 300; ++i) {
        const std::string name = "person" + std::to_string(i);
        if (!door.enter(name, "Summer-2024!", {"198.51.100.1"}).answer.is_throttled) ++compared;
    }
    CHECK(compared <= 100);
    CHECK(door.enter("alice", good_password, {"203.0.113.9"}).answer.ok);
    store.advance(hour);
    CHECK(door.enter("alice", good_password, {"198.51.100.1"}).answer.ok);
}

TEST_CASE_TEMPLATE(
    "[AU-7] a fresh store lets nobody in, and every door asks the same of a password", Door,
    CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    int number = 0;
    for (const char* name : {"admin", "root", "till", "test", "user", "administrator", "demo"}) {
        for (const std::string& password : {std::string("admin"), std::string("password"),
                                            std::string(name), std::string("till")}) {
            const Client client{"198.51.100." + std::to_string(++number)};
            CHECK_FALSE(door.enter(name, password, client).answer.ok);
        }
    }
    const till_call system = abi::as_system();
    Owned<till_user_page> users;
    REQUIRE(till_user_list(store, &system, nullptr, Out(users), nullptr) == TILL_OK);
    CHECK(users->count == 0);
    // What registration refuses, a change, a reset and an administrator's hand refuse, too.
    REQUIRE(door.join("alice", "", good_password).ok);
    const Login alice = door.enter("alice", good_password);
    for (const char* weak : {"short", "password", "alice123", "8301957264"}) {
        CAPTURE(weak);
        CHECK(door.join("alice3", "", weak).is_invalid);
        CHECK(door.change_password(alice.access, good_password, weak).is_invalid);
        till_user_create_in in = TILL_USER_CREATE_IN_INIT;
        in.username = str("alice2");
        in.password = str(weak);
        Owned<till_user> user;
        CHECK(till_user_create(store, &system, &in, Out(user), nullptr) == TILL_E_VALIDATION);
    }
    // Nobody who comes in by himself is anybody.
    const till_call call = abi::as_token(alice.access);
    Owned<till_user> self;
    REQUIRE(till_user_get(store, &call, 0, Out(self), nullptr) == TILL_OK);
    CHECK(self->is_staff == 0);
    CHECK(self->is_superuser == 0);
}
