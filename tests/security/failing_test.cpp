// SPDX-License-Identifier: MIT
//
// Rows CF-4, PW-8 and ID: what fails lets nobody in, what is asked too much at once is put off, and
// a key is its owner's alone.
#include "c_api/files.hpp"
#include "security/door.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <vector>

using namespace security;
using abi::create_user;
using abi::good_password;
using abi::TestStore;
using nlohmann::json;

namespace {

void set_fault(till_store* store, till_fault fault, std::uint32_t countdown, bool persistent) {
    till_testing_fault_in in = TILL_TESTING_FAULT_IN_INIT;
    in.fault = fault;
    in.countdown = countdown;
    in.persistent = persistent ? 1 : 0;
    REQUIRE(till_testing_fault_set(store, &in, nullptr) == TILL_OK);
}

// From now on the kernel gives this process no randomness.
bool forbid_randomness() {
    sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EIO),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{sizeof code / sizeof code[0], code};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// Kilobytes that this process has had in memory at most.
long most_memory_kib() {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("VmHWM:", 0) == 0) return std::stol(line.substr(6));
    }
    return 0;
}

}  // namespace

TEST_CASE_TEMPLATE("[CF-4] while the storage fails nobody gets in, and afterwards who should", Door,
                   CApiDoor, HttpDoor) {
    const TestStore store;
    Door door(store);
    create_user(store, "alice");
    create_user(store, "mallory");
    const Login alice = door.enter("alice", good_password);
    const Login gone = door.enter("mallory", good_password);
    REQUIRE(door.leave(gone.refresh).ok);
    for (const till_fault fault : {TILL_FAULT_STATEMENT, TILL_FAULT_READ, TILL_FAULT_WRITE}) {
        for (std::uint32_t countdown = 1; countdown <= 6; ++countdown) {
            CAPTURE(fault);
            CAPTURE(countdown);
            const Client client{"198.51.100." + std::to_string(countdown)};
            set_fault(store, fault, countdown, false);
            CHECK_FALSE(door.whoami(gone.access).ok);
            CHECK_FALSE(door.refresh(gone.refresh).answer.ok);
            CHECK_FALSE(door.enter("alice", "Wr0ng-pass!word", client).answer.ok);
            set_fault(store, TILL_FAULT_NONE, 0, false);
        }
        set_fault(store, fault, 1, true);
        CHECK_FALSE(door.whoami(gone.access).ok);
        // What every login writes fails, and so does he whom nothing else would stop.
        if (fault != TILL_FAULT_READ) CHECK_FALSE(door.enter("alice", good_password).answer.ok);
        CHECK_FALSE(door.enter("nobody", good_password).answer.ok);
        set_fault(store, TILL_FAULT_NONE, 0, false);
        store.advance(std::int64_t{1'000'000} * 10);
    }
    CHECK(door.whoami(alice.access).ok);
}

TEST_CASE("[CF-4] without the kernel's randomness no token is made<c_api>") {
    const abi::Directory directory;
    const std::string path = directory.file("shop.db");
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const abi::Handle store(path);
        create_user(store, "alice");
        Owned<till_tokens> tokens;
        if (abi::try_login(store, "alice", good_password, tokens, nullptr) != TILL_OK) ::_exit(1);
        if (!forbid_randomness()) ::_exit(2);
        tokens.reset();
        const till_status status = abi::try_login(store, "alice", good_password, tokens, nullptr);
        ::_exit(status != TILL_OK && tokens == nullptr ? 0 : 3);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    // To stop the process lets nobody in, either.
    const bool stopped = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    CHECK((stopped || (WIFEXITED(status) && WEXITSTATUS(status) == 0)));
}

TEST_CASE(
    "[PW-8] of a hundred logins at once few hash, and the rest is told to come again<c_api>") {
    till_testing_in in = TILL_TESTING_IN_INIT;
    in.real_hashing = 1;
    till_store* store = nullptr;
    REQUIRE(till_testing_store_open(&in, &store, nullptr) == TILL_OK);
    create_user(store, "alice");
    abi::set(store, "throttle_login_failures", "0");
    const long before = most_memory_kib();
    std::atomic<int> in_time{0};
    std::atomic<int> put_off{0};
    std::atomic<int> odd{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 100; ++i) {
        threads.emplace_back([&] {
            till_login_in login = TILL_LOGIN_IN_INIT;
            login.username = str("alice");
            login.password = str(good_password);
            till_call call = TILL_CALL_INIT;
            call.timeout_ms = 300;
            Owned<till_tokens> tokens;
            Err err;
            const till_status status = till_login(store, &call, &login, Out(tokens), err);
            if (status == TILL_OK) {
                ++in_time;
            } else if (status == TILL_E_BUSY && err->retryable == 1) {
                ++put_off;
            } else {
                ++odd;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    MESSAGE(in_time << " in time, " << put_off << " put off");
    CHECK(odd == 0);
    CHECK(in_time > 0);
    CHECK(put_off > 0);
    // A hundred at once would need 1.9 GiB; threads' stacks and a few hashes are far less.
    // A sanitizer's shadow counts too.
    if (TILL_SLOWNESS < 30) CHECK(most_memory_kib() - before < 400 * 1024);
    till_store_release(store);
}

TEST_CASE("[ID-1] [ID-3] a key has 1 to 255 bytes and is its owner's alone<http>") {
    const TestStore store;
    HttpDoor door(store);
    create_user(store, "alice");
    create_user(store, "bob");
    const std::string alice = door.enter("alice", good_password).access;
    const std::string bob = door.enter("bob", good_password).access;
    const auto place = [&](const std::string& access, const std::string& key,
                           const char* name = "Mug") {
        return door.send("POST", "/orders/",
                         json{{"product_name", name}, {"quantity", 1}, {"price", "2.00"}}.dump(),
                         {{"Content-Type", "application/json"},
                          {"Authorization", "Bearer " + access},
                          {"Idempotency-Key", key}});
    };
    for (const std::string& bad : {std::string(), std::string(256, 'k')}) {
        CHECK(place(alice, bad).status == 400);
    }
    const Reply first = place(alice, "key-1");
    REQUIRE(first.status == 201);
    const Reply again = place(alice, "key-1");
    CHECK(json::parse(again.body).at("id") == json::parse(first.body).at("id"));
    CHECK(place(alice, "key-1", "Cup").status == 422);
    // Another's same key is another key: it shows nothing and makes an order of its own.
    const Reply others = place(bob, "key-1");
    REQUIRE(others.status == 201);
    CHECK(json::parse(others.body).at("id") != json::parse(first.body).at("id"));
    CHECK(place(bob, std::string(255, 'k')).status == 201);
}

TEST_CASE("[ID-1] a key has 1 to 255 bytes and lives for a day at least<c_api>") {
    const TestStore store;
    const std::int64_t alice = create_user(store, "alice");
    const auto create = [&](std::string_view key) {
        till_call call = abi::as_system();
        call.idempotency_key = str(key);
        till_user_create_in in = TILL_USER_CREATE_IN_INIT;
        in.username = str("carol");
        Owned<till_user> user;
        const till_status status = till_user_create(store, &call, &in, Out(user), nullptr);
        return std::pair{status, user == nullptr ? 0 : user->id};
    };
    CHECK(create("").first == TILL_E_VALIDATION);
    CHECK(create(std::string(256, 'k')).first == TILL_E_VALIDATION);
    const auto first = create(std::string(255, 'k'));
    REQUIRE(first.first == TILL_OK);
    store.advance(std::int64_t{24} * 3600 * 1'000'000 - 1);
    for (int i = 0; i < 20; ++i)
        abi::login(store, "alice");  // writes, each of which sweeps a little
    CHECK(create(std::string(255, 'k')) == first);
    const till_call system = abi::as_system();
    const till_param change{TILL_STR("idempotency_retention"), TILL_STR("86399")};
    till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
    in.values = &change;
    in.count = 1;
    Owned<till_setting_page> page;
    CHECK(till_setting_update(store, &system, &in, Out(page), nullptr) == TILL_E_VALIDATION);
    CHECK(alice > 0);
}
