// SPDX-License-Identifier: MIT
//
// Figures for monitoring: each moves with what it stands for.
#include "c_api/accounts.hpp"
#include "c_api/files.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <sys/wait.h>
#include <unistd.h>

using namespace abi;

namespace {

Owned<till_store_metrics> metrics_of(till_store* store) {
    const till_call system = as_system();
    Owned<till_store_metrics> metrics;
    Err err;
    REQUIRE(till_store_metrics_get(store, &system, Out(metrics), err) == TILL_OK);
    return metrics;
}

template <std::size_t N>
std::int64_t sum(const std::int64_t (&counts)[N]) {
    return std::accumulate(counts, counts + N, std::int64_t{0});
}

template <std::size_t N>
bool ascends(const std::int64_t (&bounds)[N]) {
    return std::adjacent_find(bounds, bounds + N, std::greater_equal<>()) == bounds + N;
}

}  // namespace

TEST_CASE("commits, their times and their sizes are counted") {
    const TestStore store;
    const auto before = metrics_of(store);
    CHECK(ascends(before->commit_us_bounds));
    CHECK(ascends(before->group_bounds));
    CHECK(before->group_bounds[0] == 1);
    const till_call system = as_system();
    till_batch* batch = nullptr;
    REQUIRE(till_batch_begin(store, &system, &batch, nullptr) == TILL_OK);
    till_call joined = system;
    joined.batch = batch;
    for (int i = 0; i < 3; ++i) {
        till_user_create_in in = TILL_USER_CREATE_IN_INIT;
        const std::string name = "user" + std::to_string(i);
        in.username = str(name);
        Owned<till_user> user;
        REQUIRE(till_user_create(store, &joined, &in, Out(user), nullptr) == TILL_OK);
    }
    REQUIRE(till_batch_commit(batch, nullptr) == TILL_OK);
    create_user(store, "alone");

    const auto after = metrics_of(store);
    CHECK(after->commits == before->commits + 2);
    CHECK(after->group_writes == before->group_writes + 4);
    CHECK(after->group_counts[0] == before->group_counts[0] + 1);  // one operation
    CHECK(after->group_counts[2] == before->group_counts[2] + 1);  // three or four
    CHECK(sum(after->group_counts) == sum(before->group_counts) + 2);
    CHECK(sum(after->commit_us_counts) == after->commits);
    CHECK(after->commit_us > before->commit_us);
    CHECK(after->file_bytes > 0);
    CHECK(after->log_bytes > 0);
    CHECK(after->readers >= 1);
}

TEST_CASE("sessions, the outbox and hashes are those of now") {
    const TestStore store;
    create_user(store, "alice", "alice@example.com");
    const auto before = metrics_of(store);
    CHECK(before->sessions == 0);
    CHECK(before->outbox == 0);
    CHECK(before->outbox_oldest_us == TILL_TIME_NONE);
    const Login first = login(store, "alice");
    login(store, "alice");
    const std::string email = "alice@example.com";
    REQUIRE(till_password_reset_request(store, nullptr, email.data(), email.size(), nullptr) ==
            TILL_OK);
    const auto during = metrics_of(store);
    CHECK(during->sessions == 2);
    CHECK(during->outbox == 1);
    CHECK(during->outbox_oldest_us == start_time);
    CHECK(during->hashes == before->hashes + 2);
    CHECK(during->hashes_running == 0);
    CHECK(during->hashes_waiting == 0);
    REQUIRE(till_logout(store, nullptr, first.refresh.data(), first.refresh.size(), nullptr) ==
            TILL_OK);
    CHECK(metrics_of(store)->sessions == 1);
    store.advance(std::int64_t{400} * 24 * 3600 * 1'000'000);  // beyond every session's life
    CHECK(metrics_of(store)->sessions == 0);
}

TEST_CASE("figures are for staff and the system") {
    const TestStore store;
    create_user(store, "alice");
    create_user(store, "clerk", "", true);
    Owned<till_store_metrics> metrics;
    for (const char* name : {"alice", "clerk"}) {
        const Login who = login(store, name);
        till_call call = TILL_CALL_INIT;
        call.actor = TILL_ACTOR_TOKEN;
        call.token = str(who.access);
        const till_status status = till_store_metrics_get(store, &call, Out(metrics), nullptr);
        CHECK(status == (std::string_view(name) == "clerk" ? TILL_OK : TILL_E_PERMISSION));
    }
    CHECK(till_store_metrics_get(store, nullptr, Out(metrics), nullptr) == TILL_E_UNAUTHENTICATED);
}

TEST_CASE("each process counts for itself") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    constexpr int users = 10;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const Handle store(path);
        for (int i = 0; i < users; ++i) create_user(store, "user" + std::to_string(i));
        ::_exit(metrics_of(store)->commits >= users ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    const Handle store(path);
    CHECK(metrics_of(store)->commits < users);
}
