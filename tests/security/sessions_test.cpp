// SPDX-License-Identifier: MIT
//
// Rows SE of the checklist, asked through both doors.
#include "c_api/files.hpp"
#include "security/door.hpp"

#include <array>
#include <set>
#include <thread>
#include <vector>

using namespace security;
using abi::create_user;
using abi::good_password;
using abi::TestStore;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t hour = 3600 * second;
constexpr std::int64_t day = 24 * hour;

till_status update(till_store* store, std::int64_t user_id, std::uint64_t mask) {
    const till_call system = abi::as_system();
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = user_id;
    in.mask = mask;  // to zero, every one of them
    Owned<till_user> user;
    return till_user_update(store, &system, &in, Out(user), nullptr);
}

}  // namespace

TEST_CASE("[SE-1] tokens do not repeat, and every one of their bits is a coin") {
    till_testing_in in = TILL_TESTING_IN_INIT;  // no seed: the system's randomness
    till_store* store = nullptr;
    REQUIRE(till_testing_store_open(&in, &store, nullptr) == TILL_OK);
    create_user(store, "alice");
    constexpr int count = 600;
    std::set<std::string> seen;
    std::array<int, 48 * 8> ones{};
    for (int i = 0; i < count; ++i) {
        Owned<till_tokens> tokens;
        Err err;
        REQUIRE(abi::try_login(store, "alice", good_password, tokens, err) == TILL_OK);
        const std::string bytes = from_base64url(view(tokens->refresh));
        REQUIRE(bytes.size() == 48);
        CHECK(seen.insert(bytes.substr(0, 16)).second);
        CHECK(seen.insert(bytes.substr(16)).second);
        for (std::size_t bit = 0; bit < ones.size(); ++bit) {
            const auto byte = static_cast<unsigned char>(bytes[bit / 8]);
            ones[bit] += byte >> bit % 8 & 1;
        }
    }
    // Six standard deviations of 600 coins are 73: once in a million such runs one of them strays.
    for (const int each : ones) {
        CHECK(each > count / 2 - 74);
        CHECK(each < count / 2 + 74);
    }
    till_store_release(store);
}

TEST_CASE_TEMPLATE("[SE-2] no token rests in the store's files in any spelling", Door, CApiDoor,
                   HttpDoor) {
    const abi::Directory directory;
    const std::string path = directory.file("shop.db");
    const abi::Handle store(path);
    Door door(store);
    REQUIRE(door.join("alice", "alice@example.com", "canary-Passw0rd-4711").ok);
    const Login login = door.enter("alice", "canary-Passw0rd-4711");
    const Login child = door.refresh(login.refresh);
    REQUIRE(child.answer.ok);
    REQUIRE(door.request_reset("alice@example.com").ok);
    const auto mails = abi::claim(store, 10);
    REQUIRE(mails->count >= 1);
    std::vector<std::string> tokens{login.refresh, child.refresh, login.refresh.substr(0, 20),
                                    child.refresh.substr(24)};
    for (std::size_t i = 0; i < mails->count; ++i) {
        if (mails->items[i]->token.data != nullptr) {
            tokens.emplace_back(view(mails->items[i]->token));
        }
    }
    REQUIRE(tokens.size() > 4);
    const std::string bytes = bytes_of_store(path);
    REQUIRE(bytes.find("alice@example.com") != std::string::npos);  // the search does find
    CHECK(bytes.find("canary-Passw0rd-4711") == std::string::npos);
    CHECK(bytes.find(login.access) == std::string::npos);
    for (const std::string& token : tokens) {
        for (const std::string& each : spellings(token)) {
            CAPTURE(each);
            CHECK(bytes.find(each) == std::string::npos);
        }
    }
}

TEST_CASE_TEMPLATE("[SE-3] reuse of a rotated token ends its session alone, whoever comes first",
                   Door, CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    const Login other = door.enter("alice", good_password);
    // The thief comes second: what the victim has by then dies with what the thief has.
    const Login login = door.enter("alice", good_password);
    const Login child = door.refresh(login.refresh);
    const Login grandchild = door.refresh(child.refresh);
    REQUIRE(grandchild.answer.ok);
    store.advance(11 * second);
    CHECK_FALSE(door.refresh(child.refresh).answer.ok);
    CHECK_FALSE(door.refresh(grandchild.refresh).answer.ok);
    CHECK_FALSE(door.whoami(grandchild.access).ok);
    // The thief comes first: the victim's honest try ends it.
    const Login again = door.enter("alice", good_password);
    const Login stolen = door.refresh(door.refresh(again.refresh).refresh);
    REQUIRE(stolen.answer.ok);
    store.advance(11 * second);
    CHECK_FALSE(door.refresh(again.refresh).answer.ok);
    CHECK_FALSE(door.refresh(stolen.refresh).answer.ok);
    CHECK(door.whoami(other.access).ok);
    CHECK(door.refresh(other.refresh).answer.ok);
}

TEST_CASE_TEMPLATE("[SE-4] fifty at once that refresh one token get one child", Door, CApiDoor,
                   HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    std::string token = door.enter("alice", good_password).refresh;
    for (int round = 0; round < 2; ++round) {
        std::vector<std::string> children(50);
        std::vector<std::thread> threads;
        for (std::string& child : children) {
            threads.emplace_back([&] { child = door.refresh(token).refresh; });
        }
        for (std::thread& thread : threads) thread.join();
        const std::set<std::string> different(children.begin(), children.end());
        CHECK(different.size() == 1);
        CHECK_FALSE(children.front().empty());
        token = children.front();
    }
    CHECK(door.refresh(token).answer.ok);
}

TEST_CASE_TEMPLATE(
    "[SE-4] a first token lives through twenty refreshes, unless a child was adopted", Door,
    CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    const Login first = door.enter("alice", good_password);
    std::set<std::string> children;
    for (int i = 0; i < 20; ++i) {
        store.advance(20 * hour);
        const Login next = door.refresh(first.refresh);
        REQUIRE(next.answer.ok);
        CHECK(door.whoami(next.access).ok);
        children.insert(next.refresh);
    }
    REQUIRE(children.size() == 1);
    CHECK(door.refresh(*children.begin()).answer.ok);  // adopted
    store.advance(11 * second);
    CHECK_FALSE(door.refresh(first.refresh).answer.ok);
    CHECK_FALSE(door.refresh(*children.begin()).answer.ok);
}

TEST_CASE_TEMPLATE("[SE-5] a session ends when idle, and after thirty days however it is used",
                   Door, CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    const Login idle = door.enter("alice", good_password);
    std::string token = door.enter("alice", good_password).refresh;
    store.advance(day - second);
    token = door.refresh(token).refresh;
    store.advance(second);
    CHECK_FALSE(door.refresh(idle.refresh).answer.ok);
    for (int i = 1; i < 30; ++i) {
        const Login next = door.refresh(token);
        REQUIRE(next.answer.ok);
        token = next.refresh;
        store.advance(day - second);
    }
    CHECK(door.refresh(token).answer.ok);  // 29 s before its end
    store.advance(30 * second);
    CHECK_FALSE(door.refresh(token).answer.ok);
}

TEST_CASE_TEMPLATE("[SE-6] a logout ends refresh and access at the next call", Door, CApiDoor,
                   HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    const Login here = door.enter("alice", good_password);
    const Login there = door.enter("alice", good_password);
    REQUIRE(door.leave(here.refresh).ok);
    CHECK_FALSE(door.whoami(here.access).ok);
    CHECK_FALSE(door.refresh(here.refresh).answer.ok);
    CHECK_FALSE(door.change_password(here.access, good_password, "An0ther-pass!word").ok);
    CHECK_FALSE(door.rename(here.access, "alicia").ok);
    CHECK_FALSE(door.find_order(here.access, 1).ok);
    CHECK(door.whoami(there.access).ok);
    const Login third = door.enter("alice", good_password);
    REQUIRE(door.end_sessions(third.access).ok);
    for (const Login* each : {&there, &third}) {
        CHECK_FALSE(door.whoami(each->access).ok);
        CHECK_FALSE(door.refresh(each->refresh).answer.ok);
    }
}

TEST_CASE_TEMPLATE("[SE-7] disabling, deleting and demotion act at the next call", Door, CApiDoor,
                   HttpDoor) {
    const TestStore store;
    Door door(store);
    const std::int64_t alice = create_user(store, "alice");
    const std::int64_t bob = create_user(store, "bob");
    const std::int64_t sam = create_user(store, "sam", "", true);
    const Login logins[] = {door.enter("alice", good_password), door.enter("bob", good_password),
                            door.enter("sam", good_password)};
    for (const Login& login : logins) REQUIRE(door.whoami(login.access).ok);
    REQUIRE(update(store, alice, TILL_USER_IS_ACTIVE) == TILL_OK);
    const till_call system = abi::as_system();
    till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
    in.user_id = bob;
    REQUIRE(till_user_delete(store, &system, &in, nullptr) == TILL_OK);
    REQUIRE(update(store, sam, TILL_USER_IS_STAFF) == TILL_OK);
    for (const Login& login : logins) {
        CHECK_FALSE(door.whoami(login.access).ok);
        CHECK_FALSE(door.refresh(login.refresh).answer.ok);
    }
    CHECK_FALSE(door.enter("alice", good_password).answer.ok);
    CHECK_FALSE(door.enter("bob", good_password).answer.ok);
    CHECK(door.enter("sam", good_password).answer.ok);  // a plain user now
}

TEST_CASE_TEMPLATE("[SE-8] each login is a session of its own, listed without its tokens", Door,
                   CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    const Login first = door.enter("alice", good_password);
    const Login next = door.enter("alice", good_password);
    CHECK(first.access != next.access);
    CHECK(first.refresh.substr(0, 21) != next.refresh.substr(0, 21));
    const std::string listed = door.list_sessions(first.access);
    for (const Login* each : {&first, &next}) {
        for (const std::string& spelling : spellings(each->refresh)) {
            CHECK(listed.find(spelling) == std::string::npos);
        }
        CHECK(listed.find(to_hex(from_base64url(each->refresh).substr(0, 16))) ==
              std::string::npos);
        CHECK(listed.find(each->access) == std::string::npos);
    }
}
