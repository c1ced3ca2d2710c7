// SPDX-License-Identifier: MIT
//
// Writers are killed at random moments. What they had acknowledged over a pipe is there, what was
// under way is there as a whole or not at all, and a repeat with the same key has one effect
// (invariants 1 to 3 and 8). TILL_SEED replays a round.
#include "faults/deeds.hpp"
#include "faults/faults.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <utility>
#include <vector>

using namespace abi;

namespace {

std::uint64_t seed_of_run() {
    const char* given = std::getenv("TILL_SEED");  // NOLINT(concurrency-mt-unsafe)
    if (given != nullptr) return std::strtoull(given, nullptr, 10);
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count() %
                                      1'000'000'000);
}

pid_t spawn(const std::vector<std::string>& arguments, int output) {
    std::vector<char*> raw;
    std::vector<std::string> copies = arguments;
    for (std::string& each : copies) raw.push_back(each.data());
    raw.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    REQUIRE(::posix_spawn_file_actions_init(&actions) == 0);
    if (output >= 0) REQUIRE(::posix_spawn_file_actions_adddup2(&actions, output, 1) == 0);
    pid_t pid = -1;
    REQUIRE(::posix_spawn(&pid, raw[0], &actions, nullptr, raw.data(), environ) == 0);
    ::posix_spawn_file_actions_destroy(&actions);
    return pid;
}

// One writing process and what it has acknowledged.
class Writer {
public:
    Writer(const std::string& store, std::uint64_t seed, int number, const std::string& refresh,
           const std::string& mode) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
        pid_ = spawn({TILL_WRITER, "write", store, std::to_string(seed), std::to_string(number),
                      "1", refresh, mode},
                     ends[1]);
        ::close(ends[1]);
        pipe_ = ends[0];
        REQUIRE(::fcntl(pipe_, F_SETFL, O_NONBLOCK) == 0);
    }
    Writer(Writer&& other) noexcept
        : acknowledged(std::move(other.acknowledged)),
          pid_(std::exchange(other.pid_, -1)),
          pipe_(std::exchange(other.pipe_, -1)) {}
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    Writer& operator=(Writer&&) = delete;
    ~Writer() {
        kill();
        if (pipe_ >= 0) ::close(pipe_);
    }

    // Reads what has come; false at the end. A line's rest may come later.
    bool read() {
        std::array<char, 4096> bytes{};
        for (;;) {
            const ssize_t size = ::read(pipe_, bytes.data(), bytes.size());
            if (size < 0) return true;  // nothing more now
            if (size == 0) return false;
            acknowledged.append(bytes.data(), static_cast<std::size_t>(size));
        }
    }
    // Waits for its next line, at most until the deadline; false when none came.
    bool wait(std::int64_t timeout_ms) const {
        pollfd event{pipe_, POLLIN, 0};
        return ::poll(&event, 1, static_cast<int>(timeout_ms)) == 1;
    }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(std::exchange(pid_, -1), &status, 0) > 0);
        // It ran until it was killed: a call that failed would have ended it by itself.
        CHECK(WIFSIGNALED(status));
        read();
    }

    std::string acknowledged;

private:
    pid_t pid_ = -1;
    int pipe_ = -1;
};

struct Round {
    Directory directory{memory_directory()};
    std::string path = directory.file("shop.db");
    std::vector<std::string> refresh;
    std::vector<Writer> writers;
};

void start(Round& round, std::uint64_t seed, int writers, const std::string& mode) {
    {
        const Handle store(round.path);
        for (int i = 0; i < writers; ++i) {
            create_user(store, faults::writer_name(i));
            round.refresh.push_back(login(store, faults::writer_name(i)).refresh);
        }
    }
    for (int i = 0; i < writers; ++i) {
        round.writers.emplace_back(round.path, seed, i, round.refresh[static_cast<std::size_t>(i)],
                                   mode);
    }
}

// The exit code of a fresh process that looks at what a writer left.
int check(const Round& round, std::uint64_t seed, std::size_t writer) {
    const std::string file = round.directory.file("acknowledged");
    std::ofstream(file, std::ios::trunc) << round.writers[writer].acknowledged;
    const pid_t pid = spawn({TILL_WRITER, "check", round.path, std::to_string(seed),
                             std::to_string(writer), file, round.refresh[writer]},
                            -1);
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Kills the writers one after the other, each at a moment of its own: those that are left recover
// what the dead one held.
std::size_t run_round(std::uint64_t seed, int writers) {
    CAPTURE(seed);
    CAPTURE(writers);
    Round round;
    start(round, seed, writers, "truth");
    for (std::size_t i = 0; i < round.writers.size(); ++i) {
        // Once it works: a process takes its time to start on a crowded machine.
        REQUIRE(round.writers[i].wait(60'000));
        const auto moment = std::chrono::microseconds(faults::mixed(seed + i) % 60'000);
        const auto until = std::chrono::steady_clock::now() + moment;
        while (std::chrono::steady_clock::now() < until) {
            for (Writer& writer : round.writers) writer.read();
            round.writers[i].wait(1);
        }
        round.writers[i].kill();
    }
    std::size_t acknowledged = 0;
    for (std::size_t i = 0; i < round.writers.size(); ++i) {
        CHECK(check(round, seed, i) == 0);
        const std::string& lines = round.writers[i].acknowledged;
        acknowledged += static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
    }
    return acknowledged;
}

}  // namespace

TEST_CASE("what a killed writer acknowledged is there, and what it did not is whole or absent") {
    const std::uint64_t seed = seed_of_run();
    std::size_t acknowledged = 0;
    for (int round = 0; round < 9; ++round) {
        acknowledged += run_round(seed + static_cast<std::uint64_t>(round), 1 + round % 3);
    }
    MESSAGE("TILL_SEED=" << seed << ": " << acknowledged << " acknowledged deeds");
    CHECK(acknowledged > 9);
}

TEST_CASE("the check catches a writer that acknowledges too early or the wrong thing") {
    for (const char* lie : {"early", "wrong"}) {
        CAPTURE(std::string(lie));
        Round round;
        start(round, 1, 1, lie);
        // It kills itself after its lie.
        while (round.writers[0].wait(60'000) && round.writers[0].read()) {
        }
        round.writers[0].kill();
        CHECK(check(round, 1, 0) == 1);
    }
}
