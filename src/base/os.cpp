// SPDX-License-Identifier: MIT
#include "base/os.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

namespace till::os {
namespace {

std::int64_t read_us(clockid_t clock) noexcept {
    timespec now{};
    clock_gettime(clock, &now);  // Cannot fail for the two clocks used here.
    return static_cast<std::int64_t>(now.tv_sec) * us_per_second + now.tv_nsec / 1000;
}

}  // namespace

std::int64_t process_id() noexcept { return ::getpid(); }

std::int64_t monotonic_us() noexcept { return read_us(CLOCK_MONOTONIC); }

bool can_reserve(std::size_t bytes) noexcept {
    void* const place =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) return false;
    munmap(place, bytes);
    return true;
}

Time SystemClock::now_us() const noexcept { return read_us(CLOCK_REALTIME); }

void SystemRandom::fill(std::span<std::byte> out) {
    while (!out.empty()) {
        const ssize_t got = getrandom(out.data(), out.size(), 0);
        if (got > 0) {
            out = out.subspan(static_cast<std::size_t>(got));
        } else if (got == 0 || errno != EINTR) {
            Error error = make_error(Status::io, "random_unavailable",
                                     "The operating system gives no random bytes.");
            error.retryable = true;
            error.source_code = got == 0 ? 0 : errno;
            throw Failure(std::move(error));
        }
    }
}

}  // namespace till::os
