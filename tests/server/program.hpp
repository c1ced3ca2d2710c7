// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern "C" char** environ;

namespace till_server_test {

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
    pid_t pid() const { return pid_; }

    std::string text;

private:
    pid_t pid_ = 0;
    FILE* output_ = nullptr;
};

// The port in the line with which `serve` says that it listens.
inline uint16_t port_of(Program& server) {
    const std::string line = server.until("Serving ");
    return static_cast<uint16_t>(std::atoi(line.c_str() + line.rfind(':') + 1));
}

}  // namespace till_server_test
