// SPDX-License-Identifier: MIT
//
// Four processes on one file. Each is forked before it opens its own store, and answers by its exit
// code or a pipe.
#include "c_api/accounts.hpp"
#include "c_api/files.hpp"

#include <functional>
#include <set>
#include <sys/wait.h>
#include <vector>

using namespace abi;

namespace {

constexpr int processes = 4;

// Runs `work` in this many processes; gives their exit codes.
std::vector<int> in_processes(const std::function<int()>& work) {
    std::vector<pid_t> children;
    for (int i = 0; i < processes; ++i) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) ::_exit(work());
        children.push_back(child);
    }
    std::vector<int> codes;
    for (const pid_t child : children) {
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        codes.push_back(WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    }
    return codes;
}

constexpr int names = 20;
constexpr int odd = 200;  // an exit code for what should not happen

}  // namespace

TEST_CASE("of four processes that register the same names each name goes to one") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    { const Handle first(path); }
    const std::vector<int> won = in_processes([&] {
        const Handle store(path);
        int count = 0;
        for (int i = 0; i < names; ++i) {
            Owned<till_tokens> tokens;
            const till_status status =
                try_register(store, "user" + std::to_string(i), "", good_password, tokens, nullptr);
            if (status == TILL_OK) ++count;
            if (status != TILL_OK && status != TILL_E_ALREADY_EXISTS) return odd;
        }
        return count;
    });
    int sum = 0;
    for (const int each : won) sum += each;
    CHECK(sum == names);
    const Handle store(path);
    for (int i = 0; i < names; ++i) login(store, "user" + std::to_string(i));
}

TEST_CASE("[SE-4] four processes that refresh one token get one child, which alone lives on") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    Login alice;
    {
        const Handle store(path);
        create_user(store, "alice");
        alice = login(store, "alice");
    }
    int ends[2] = {-1, -1};
    REQUIRE(::pipe(ends) == 0);
    const std::vector<int> codes = in_processes([&] {
        const Handle store(path);
        for (int i = 0; i < 10; ++i) {
            Owned<till_tokens> tokens;
            if (try_refresh(store, alice.refresh, tokens, nullptr) != TILL_OK) return odd;
            // A pipe takes as much as this in one piece.
            const auto size = static_cast<ssize_t>(tokens->refresh.len);
            if (::write(ends[1], tokens->refresh.data, tokens->refresh.len) != size) return odd;
        }
        return 0;
    });
    ::close(ends[1]);
    CHECK(codes == std::vector<int>(processes, 0));
    std::set<std::string> children;
    std::string child(alice.refresh.size(), ' ');
    while (::read(ends[0], child.data(), child.size()) == static_cast<ssize_t>(child.size())) {
        children.insert(child);
    }
    ::close(ends[0]);
    REQUIRE(children.size() == 1);
    const Handle store(path);
    Owned<till_tokens> tokens;
    CHECK(try_refresh(store, *children.begin(), tokens, nullptr) == TILL_OK);
}

TEST_CASE("[AU-4] four processes that guess one password at once are let through as one would be") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    {
        const Handle store(path);
        create_user(store, "alice");
    }
    const std::vector<int> compared = in_processes([&] {
        const Handle store(path);
        int count = 0;
        for (int i = 0; i < 40; ++i) {
            Owned<till_tokens> tokens;
            const till_status status =
                try_login(store, "alice", "Wr0ng-pass!word", tokens, nullptr);
            if (status == TILL_E_UNAUTHENTICATED) ++count;
            if (status != TILL_E_UNAUTHENTICATED && status != TILL_E_RATE_LIMITED) return odd;
        }
        return count;
    });
    int sum = 0;
    for (const int each : compared) sum += each;
    CHECK(sum >= 5);
    // 25 before the first has failed, and one a second or less while this runs.
    CHECK(sum <= 40);
}
