// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <exception>
#include <fcntl.h>
#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace till::testing {

// A forked process that runs a function and can send numbers back. To be forked while no other
// thread runs. It ends by _exit, so that nothing of the parent's is destroyed twice.
class Child {
public:
    template <class F>
    explicit Child(F&& body) {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        pid_ = ::fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            ::close(ends[0]);
            pipe_ = ends[1];
            int code = exit_exception;
            try {
                code = body(*this);
            } catch (const std::exception& exception) {
                const std::string line = std::string("child: ") + exception.what() + "\n";
                static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
            }
            ::_exit(code);
        }
        ::close(ends[1]);
        pipe_ = ends[0];
    }
    Child(Child&& other) noexcept : pid_(other.pid_), pipe_(other.pipe_) {
        other.pid_ = -1;
        other.pipe_ = -1;
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    Child& operator=(Child&&) = delete;
    ~Child() {
        if (pid_ > 0) {
            signal(SIGKILL);
            wait();
        }
        if (pipe_ >= 0) ::close(pipe_);
    }

    static constexpr int exit_exception = 99;

    void send(std::int64_t number) { static_cast<void>(!::write(pipe_, &number, sizeof number)); }
    // The next number of the child; -1 when it has ended without one.
    std::int64_t receive() {
        std::int64_t number = -1;
        if (::read(pipe_, &number, sizeof number) != static_cast<ssize_t>(sizeof number)) return -1;
        return number;
    }
    void signal(int number) { ::kill(pid_, number); }
    // Its exit code, or minus the signal that ended it.
    int wait() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    std::int64_t pid() const noexcept { return pid_; }

private:
    ::pid_t pid_ = -1;
    int pipe_ = -1;
};

}  // namespace till::testing
