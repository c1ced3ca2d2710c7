// SPDX-License-Identifier: MIT
// The till-server program as its operator meets it.
#include "fixture.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace till_server_test;

extern "C" char** environ;

namespace {

// A run of the program with its output in a pipe.
class Program {
public:
    explicit Program(std::vector<std::string> arguments, const std::string& input = "") {
        int output[2];
        int stdin_pipe[2];
        REQUIRE(::pipe2(output, O_CLOEXEC) == 0);
        REQUIRE(::pipe2(stdin_pipe, O_CLOEXEC) == 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, stdin_pipe[0], 0);
        posix_spawn_file_actions_adddup2(&actions, output[1], 1);
        posix_spawn_file_actions_adddup2(&actions, output[1], 2);
        arguments.insert(arguments.begin(), TILL_SERVER_PROGRAM);
        std::vector<char*> raw;
        for (std::string& argument : arguments) raw.push_back(argument.data());
        raw.push_back(nullptr);
        REQUIRE(::posix_spawn(&pid_, raw[0], &actions, nullptr, raw.data(), environ) == 0);
        posix_spawn_file_actions_destroy(&actions);
        ::close(stdin_pipe[0]);
        ::close(output[1]);
        REQUIRE(::write(stdin_pipe[1], input.data(), input.size()) ==
                static_cast<ssize_t>(input.size()));
        ::close(stdin_pipe[1]);
        output_ = ::fdopen(output[0], "r");
    }
    ~Program() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        std::fclose(output_);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    // Reads lines until one holds `part`.
    std::string until(std::string_view part) {
        char line[4096];
        while (std::fgets(line, sizeof line, output_) != nullptr) {
            text += line;
            if (std::string_view(line).find(part) != std::string_view::npos) return line;
        }
        FAIL(std::string(part) << " was never printed:\n" << text);
        return "";
    }
    int finish() {
        char line[4096];
        while (std::fgets(line, sizeof line, output_) != nullptr) text += line;
        int status = 0;
        REQUIRE(::waitpid(pid_, &status, 0) == pid_);
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    void signal(int number) { REQUIRE(::kill(pid_, number) == 0); }

    std::string text;

private:
    pid_t pid_ = 0;
    FILE* output_ = nullptr;
};

int run(const std::vector<std::string>& arguments, std::string* text = nullptr,
        const std::string& input = "") {
    Program program(arguments, input);
    const int status = program.finish();
    if (text != nullptr) *text = program.text;
    return status;
}

bool says(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a store lives through demo, settings, backup, restore and check") {
    TemporaryDirectory directory;
    const std::string db = directory.file("shop.db");
    std::string text;
    CHECK(run({"demo", "--db", db}, &text) == 0);
    CHECK(says(text, "alice, password "));
    CHECK(run({"demo", "--db", db}, &text) == 1);
    CHECK(says(text, "name another file"));
    CHECK(run({"settings", "--db", db, "set", "shop_name=Corner", "currency=EUR"}) == 0);
    CHECK(run({"settings", "--db", db, "get", "shop_name"}, &text) == 0);
    CHECK(text == "Corner\n");
    CHECK(run({"settings", "--db", db}, &text) == 0);
    CHECK(says(text, "currency = EUR\n"));
    CHECK(run({"settings", "--db", db, "set", "nonsense=1"}, &text) == 1);
    CHECK(says(text, "/nonsense"));
    CHECK(run({"settings", "--db", directory.file("missing.db")}) == 1);
    const std::string copy = directory.file("copy.db");
    CHECK(run({"backup", "--db", db, "--to", copy}) == 0);
    CHECK(run({"backup", "--db", db, "--to", copy}) == 1);
    CHECK(run({"settings", "--db", db, "set", "shop_name=Later"}) == 0);
    CHECK(run({"restore", "--from", copy, "--db", db}) == 0);
    CHECK(run({"settings", "--db", db, "get", "shop_name"}, &text) == 0);
    CHECK(text == "Corner\n");
    CHECK(run({"maintain", "--db", db}) == 0);
    CHECK(run({"check", "--db", db}, &text) == 0);
    CHECK(says(text, "sound"));
}

TEST_CASE("a superuser's password comes from standard input and is checked") {
    TemporaryDirectory directory;
    const std::string db = directory.file("shop.db");
    std::string text;
    CHECK(run({"create-superuser", "--db", db, "--username", "root"}, &text, "12345678\n") == 1);
    CHECK(says(text, "/password"));
    CHECK(run({"create-superuser", "--db", db, "--username", "root", "--email", "r@example.com"},
              &text, "correct-horse-battery\n") == 0);
    CHECK(says(text, "Superuser root"));
    CHECK_FALSE(says(text, "correct-horse"));
}

TEST_CASE("wrong use exits with 2 and says what to do") {
    std::string text;
    CHECK(run({}, &text) == 2);
    CHECK(says(text, "usage: till-server"));
    CHECK(run({"nonsense"}) == 2);
    CHECK(run({"serve"}, &text) == 2);
    CHECK(says(text, "--db FILE"));
    CHECK(run({"serve", "--db", "x", "--listen", "0.0.0.0:1"}, &text) == 2);
    CHECK(says(text, "--allow-plain-http"));
    CHECK(run({"--help"}, &text) == 0);
    CHECK(run({"serve", "--help"}, &text) == 0);
    CHECK(says(text, "--trusted-proxy"));
    CHECK(run({"version"}, &text) == 0);
    CHECK(says(text, "sqlite"));
}

TEST_CASE("serve answers, reopens its log at SIGHUP and drains at SIGTERM") {
    TemporaryDirectory directory;
    const std::string log = directory.file("log");
    const std::string mails = directory.file("mails");
    REQUIRE(::mkdir(mails.c_str(), 0700) == 0);
    const std::string db = directory.file("shop.db");
    std::string text;
    CHECK(run({"serve", "--db", db, "--listen", "127.0.0.1:0", "--mail-dir", mails}, &text) == 2);
    CHECK(says(text, "settings --db FILE set public_url="));
    CHECK(run({"settings", "--db", db, "set", "public_url=https://shop.example"}) == 0);

    Program server({"serve", "--db", db, "--listen", "127.0.0.1:0", "--mail-dir", mails, "--log",
                    log, "--log-format", "json"});
    const std::string line = server.until("Serving ");
    const int port = std::atoi(line.c_str() + line.rfind(':') + 1);
    RawClient client(static_cast<uint16_t>(port));
    client.send(get("/healthz"));
    CHECK(client.read().status == 200);
    std::filesystem::rename(log, log + ".1");
    server.signal(SIGHUP);
    while (!std::filesystem::exists(log)) {
        client.send(get("/healthz"));
        REQUIRE(client.read().status == 200);
    }
    server.signal(SIGTERM);
    CHECK(client.at_end());
    CHECK(server.finish() == 0);
    CHECK(std::filesystem::file_size(log) > 0);
}
