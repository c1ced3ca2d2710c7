// SPDX-License-Identifier: MIT
// Another program that serves the replay's stores: "till_parity --server-command 'python3
// serve.py'".
//
// It is told on its standard input and answers on its standard output, a line each:
//   open PATH NOW_US   serve that testing store at a clock of that time; answers the port
//   advance BY_US      move the clock on; answers "ok"
//   close              end with that store; answers "ok"
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <sys/types.h>

namespace till_parity {

class ServerProcess {
public:
    // Runs the command in a shell. Throws std::runtime_error.
    explicit ServerProcess(const std::string& command);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    std::uint16_t open(const std::string& path, std::int64_t now_us);
    void advance(std::int64_t by_us);
    void close();

private:
    // Throws std::runtime_error when the program has ended.
    std::string ask(const std::string& line);

    pid_t child_ = 0;
    std::FILE* to_ = nullptr;
    std::FILE* from_ = nullptr;
};

}  // namespace till_parity
