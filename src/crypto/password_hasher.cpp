// SPDX-License-Identifier: MIT
#include "crypto/password_hasher.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace till::crypto {
namespace {

constexpr std::int64_t retry_after_ms = 1000;
constexpr std::int64_t deadline_us_max =
    9'000'000'000'000'000;  // Fits in steady_clock's nanoseconds.

Error busy(const char* message) {
    Error error = make_error(Status::busy, "hashing_busy", message);
    error.retryable = true;
    error.retry_after_ms = retry_after_ms;
    return error;
}

}  // namespace

class PasswordHasher::Place {
public:
    explicit Place(PasswordHasher& hasher) noexcept : hasher_(hasher) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { hasher_.leave(); }

private:
    PasswordHasher& hasher_;
};

PasswordHasher::PasswordHasher(PasswordParams params, Random& random, HashingLimits limits)
    : params_(params),
      random_(random),
      concurrent_max_(limits.concurrent != 0 ? limits.concurrent
                                             : std::max(1u, std::thread::hardware_concurrency())),
      queue_max_(limits.queue) {}

Result<void> PasswordHasher::enter(std::int64_t deadline_us) {
    std::unique_lock lock(mutex_);
    if (running_ >= concurrent_max_) {
        if (waiting_ >= queue_max_) {
            ++refused_;
            return busy("Too many passwords are being checked. Try again shortly.");
        }
        // steady_clock is CLOCK_MONOTONIC, the clock of the deadline.
        const std::chrono::steady_clock::time_point until{
            std::chrono::microseconds(std::min(deadline_us, deadline_us_max))};
        ++waiting_;
        const bool free =
            place_free_.wait_until(lock, until, [this] { return running_ < concurrent_max_; });
        --waiting_;
        if (!free) {
            ++refused_;
            return busy("A password could not be checked in time. Try again shortly.");
        }
    }
    ++running_;
    return ok();
}

void PasswordHasher::leave() noexcept {
    {
        const std::lock_guard lock(mutex_);
        --running_;
        ++done_;
    }
    place_free_.notify_one();
}

HashingLoad PasswordHasher::load() const noexcept {
    const std::lock_guard lock(mutex_);
    return {running_, waiting_, done_, refused_};
}

Result<std::string> PasswordHasher::hash(std::string_view password, std::int64_t deadline_us) {
    TILL_CHECK(enter(deadline_us));
    const Place place(*this);
    return hash_password(params_, password, random_);
}

Result<PasswordMatch> PasswordHasher::verify(std::string_view encoded, std::string_view password,
                                             std::int64_t deadline_us) {
    TILL_CHECK(enter(deadline_us));
    const Place place(*this);
    return verify_password(params_, encoded, password);
}

Result<void> PasswordHasher::dummy_verify(std::string_view password, std::int64_t deadline_us) {
    TILL_CHECK(enter(deadline_us));
    const Place place(*this);
    verify_nothing(params_, password);
    return ok();
}

}  // namespace till::crypto
