// SPDX-License-Identifier: MIT
//
// Sessions across processes: refreshing together, being killed in the middle, and seeing at the
// next call what another process did. Each process is forked before it opens its own store.
#include "c_api/accounts.hpp"
#include "c_api/files.hpp"

#include <array>
#include <csignal>
#include <functional>
#include <set>
#include <string>
#include <sys/wait.h>
#include <vector>

using namespace abi;

namespace {

constexpr int processes = 8;
constexpr int odd = 200;  // an exit code for what should not happen

pid_t in_child(const std::function<int()>& work) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(work());
    return child;
}

int exit_code(pid_t child) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool writes(int descriptor, std::string_view text) {
    return ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

struct Pipe {
    std::array<int, 2> ends{-1, -1};
    Pipe() { REQUIRE(::pipe(ends.data()) == 0); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_writing();
        ::close(ends[0]);
    }
    void close_writing() {
        if (ends[1] >= 0) ::close(ends[1]);
        ends[1] = -1;
    }
    // Tokens that came, 64 characters each.
    std::vector<std::string> tokens() {
        close_writing();
        std::vector<std::string> all;
        std::string token(64, ' ');
        while (::read(ends[0], token.data(), token.size()) == static_cast<ssize_t>(token.size())) {
            all.push_back(token);
        }
        return all;
    }
};

// A process that answers, for each token that it is sent, whether it is let in.
class Watcher {
public:
    explicit Watcher(const std::string& path) {
        child_ = in_child([&] {
            const Handle store(path);
            std::array<char, 4096> token{};
            for (;;) {
                const ssize_t size = ::read(down_.ends[0], token.data(), token.size());
                if (size <= 1) return 0;
                const std::string_view text(token.data(), static_cast<std::size_t>(size));
                if (!writes(up_.ends[1], whoami(store, text) == TILL_OK ? "y" : "n")) return odd;
            }
        });
    }
    ~Watcher() {
        if (writes(down_.ends[1], "q")) exit_code(child_);
    }
    bool lets_in(const std::string& access) {
        REQUIRE(writes(down_.ends[1], access));
        char answer = '?';
        REQUIRE(::read(up_.ends[0], &answer, 1) == 1);
        return answer == 'y';
    }

private:
    Pipe down_;
    Pipe up_;
    pid_t child_ = 0;
};

}  // namespace

TEST_CASE("[SE-4] eight processes that refresh one token get one child, which alone lives on") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    std::string token;
    {
        const Handle store(path);
        create_user(store, "alice");
        token = login(store, "alice").refresh;
    }
    for (int round = 0; round < 2; ++round) {
        Pipe pipe;
        std::vector<pid_t> children;
        for (int i = 0; i < processes; ++i) {
            children.push_back(in_child([&] {
                const Handle store(path);
                Owned<till_tokens> tokens;
                if (try_refresh(store, token, tokens, nullptr) != TILL_OK) return odd;
                return writes(pipe.ends[1], view(tokens->refresh)) ? 0 : odd;
            }));
        }
        for (const pid_t child : children) CHECK(exit_code(child) == 0);
        const std::vector<std::string> got = pipe.tokens();
        CHECK(got.size() == processes);
        const std::set<std::string> different(got.begin(), got.end());
        REQUIRE(different.size() == 1);
        token = *different.begin();
    }
    const Handle store(path);
    Owned<till_tokens> tokens;
    CHECK(try_refresh(store, token, tokens, nullptr) == TILL_OK);
}

// A client that refreshes and adopts each child is killed at a random moment. What it had adopted
// last, or the child that it was about to be told, refreshes; both are one chain, and its earlier
// tokens are dead.
TEST_CASE("[SE-4] a client killed while it refreshes has exactly one usable token") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    std::string token;
    std::int64_t user = 0;
    {
        const Handle store(path);
        user = create_user(store, "alice");
        token = login(store, "alice").refresh;
    }
    int refreshed = 0;
    for (int round = 0; round < 25; ++round) {
        CAPTURE(round);
        Pipe pipe;
        const pid_t child = in_child([&] {
            const Handle store(path);
            std::string held = token;
            for (;;) {
                Owned<till_tokens> tokens;
                if (try_refresh(store, held, tokens, nullptr) != TILL_OK) return odd;
                held = view(tokens->refresh);
                if (!writes(pipe.ends[1], held)) return odd;
            }
        });
        pipe.close_writing();
        // Once it is at work, a moment of its refreshing that no round shares with another.
        std::string held(64, ' ');
        REQUIRE(::read(pipe.ends[0], held.data(), held.size()) == 64);
        ::usleep(static_cast<useconds_t>(1'300 * round));
        REQUIRE(::kill(child, SIGKILL) == 0);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));  // no crash of its own
        const std::vector<std::string> told = pipe.tokens();
        refreshed += 1 + static_cast<int>(told.size());
        if (!told.empty()) held = told.back();
        // One session, whose holder goes on with what he was told last.
        const Handle store(path);
        Owned<till_tokens> next;
        REQUIRE(try_refresh(store, held, next, nullptr) == TILL_OK);
        const till_call call = as_user(user);
        Owned<till_session_page> sessions;
        REQUIRE(till_session_list(store, &call, nullptr, Out(sessions), nullptr) == TILL_OK);
        CHECK(sessions->count == 1);
        token = view(next->refresh);
        Owned<till_tokens> again;
        REQUIRE(try_refresh(store, token, again, nullptr) == TILL_OK);
        token = view(again->refresh);
        // What lies two steps back is reuse: asked of a copy of the session it would end it, so
        // only whether it verifies is asked, which changes nothing.
        Owned<till_session> session;
        CHECK(till_session_verify(store, nullptr, held.data(), held.size(), Out(session),
                                  nullptr) == TILL_E_UNAUTHENTICATED);
        CHECK(till_session_verify(store, nullptr, token.data(), token.size(), Out(session),
                                  nullptr) == TILL_OK);
    }
    CHECK(refreshed > 25);
}

TEST_CASE("[SE-6] [SE-7] what ends a session is seen by the next call of every process") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    { const Handle first(path); }
    Watcher watchers[] = {Watcher(path), Watcher(path), Watcher(path)};
    const Handle store(path);
    const till_call system = as_system();
    const auto expect = [&](const Login& login, bool is_in) {
        for (Watcher& watcher : watchers) CHECK(watcher.lets_in(login.access) == is_in);
    };
    const auto update = [&](std::int64_t id, std::uint64_t mask) {
        till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
        in.user_id = id;
        in.mask = mask;
        Owned<till_user> user;
        REQUIRE(till_user_update(store, &system, &in, Out(user), nullptr) == TILL_OK);
    };
    const std::vector<std::function<void(std::int64_t, const Login&)>> endings{
        [&](std::int64_t, const Login& login) {
            REQUIRE(till_logout(store, nullptr, login.refresh.data(), login.refresh.size(),
                                nullptr) == TILL_OK);
        },
        [&](std::int64_t, const Login& login) {
            const till_call call = as_token(login.access);
            const till_session_end_in in = TILL_SESSION_END_IN_INIT;
            REQUIRE(till_session_end(store, &call, &in, nullptr) == TILL_OK);
        },
        [&](std::int64_t id, const Login&) {
            till_password_change_in in = TILL_PASSWORD_CHANGE_IN_INIT;
            in.user_id = id;
            in.new_password = str("An0ther-pass!word");
            REQUIRE(till_password_change(store, &system, &in, nullptr) == TILL_OK);
        },
        [&](std::int64_t id, const Login&) { update(id, TILL_USER_IS_ACTIVE); },
        [&](std::int64_t id, const Login&) { update(id, TILL_USER_IS_STAFF); },
        [&](std::int64_t id, const Login&) {
            till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
            in.user_id = id;
            REQUIRE(till_user_delete(store, &system, &in, nullptr) == TILL_OK);
        },
        [&](std::int64_t, const Login& login) {
            // A replayed grandparent.
            Owned<till_tokens> child;
            Owned<till_tokens> grandchild;
            Owned<till_tokens> none;
            REQUIRE(try_refresh(store, login.refresh, child, nullptr) == TILL_OK);
            REQUIRE(try_refresh(store, view(child->refresh), grandchild, nullptr) == TILL_OK);
            CHECK(try_refresh(store, login.refresh, none, nullptr) == TILL_E_UNAUTHENTICATED);
        },
    };
    int number = 0;
    for (const auto& end : endings) {
        CAPTURE(number);
        const std::string name = "user" + std::to_string(++number);
        const std::int64_t id = create_user(store, name, "", true);
        const Login victim = login(store, name);
        expect(victim, true);
        end(id, victim);
        expect(victim, false);
    }
}
