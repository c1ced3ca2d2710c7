// SPDX-License-Identifier: MIT
#include "server_process.hpp"

#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace till_parity {

ServerProcess::ServerProcess(const std::string& command) {
    int to[2] = {-1, -1};
    int from[2] = {-1, -1};
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe to the server command");
    child_ = fork();
    if (child_ == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
        _exit(127);
    }
    ::close(to[0]);
    ::close(from[1]);
    if (child_ < 0) throw std::runtime_error("the server command did not start");
    to_ = fdopen(to[1], "w");
    from_ = fdopen(from[0], "r");
    // A program that has ended is said by its missing answer.
    std::signal(SIGPIPE, SIG_IGN);
}

ServerProcess::~ServerProcess() {
    if (to_ != nullptr) std::fclose(to_);  // Its standard input ends, and so does it.
    if (from_ != nullptr) std::fclose(from_);
    if (child_ > 0) waitpid(child_, nullptr, 0);
}

std::string ServerProcess::ask(const std::string& line) {
    std::fputs((line + "\n").c_str(), to_);
    std::fflush(to_);
    char answer[64];
    if (std::fgets(answer, sizeof answer, from_) == nullptr)
        throw std::runtime_error("the server command ended instead of answering: " + line);
    std::string text = answer;
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

std::uint16_t ServerProcess::open(const std::string& path, std::int64_t now_us) {
    const std::string answer = ask("open " + path + " " + std::to_string(now_us));
    std::uint16_t port = 0;
    const auto parsed = std::from_chars(answer.data(), answer.data() + answer.size(), port);
    if (port == 0 || parsed.ptr != answer.data() + answer.size())
        throw std::runtime_error("the server command answered no port: " + answer);
    return port;
}

void ServerProcess::advance(std::int64_t by_us) {
    if (const std::string answer = ask("advance " + std::to_string(by_us)); answer != "ok")
        throw std::runtime_error("the server command did not move its clock: " + answer);
}

void ServerProcess::close() {
    if (const std::string answer = ask("close"); answer != "ok")
        throw std::runtime_error("the server command did not close its store: " + answer);
}

}  // namespace till_parity
