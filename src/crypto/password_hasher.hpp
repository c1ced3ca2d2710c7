// SPDX-License-Identifier: MIT
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/password.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace till::crypto {

// How many hashes run at once and how many callers may wait for their turn.
struct HashingLimits {
    unsigned concurrent = 0;  // 0: the number of hardware threads, at least 1.
    unsigned queue = 64;      // Beyond about a second of work, waiting is worse than being refused.
};

// What a hasher does now, and did since it was made.
struct HashingLoad {
    std::int64_t running = 0;
    std::int64_t waiting = 0;
    std::int64_t done = 0;
    std::int64_t refused = 0;  // the queue was full, or the deadline came first
};

// Hashes and checks passwords with bounded memory and CPU. Safe from any thread; callers wait in no
// particular order. Every call waits until `deadline_us` (os::monotonic_us) at the latest; a free
// place is taken even when the deadline has passed. Errors: Status::busy, code "hashing_busy",
// retryable, when the queue is full or the deadline came first. Throws Failure(no_memory,
// retryable). Never call it inside a transaction of the writer.
class PasswordHasher {
public:
    PasswordHasher(PasswordParams params, Random& random, HashingLimits limits = {});
    PasswordHasher(const PasswordHasher&) = delete;
    PasswordHasher& operator=(const PasswordHasher&) = delete;
    ~PasswordHasher() = default;

    // See hash_password.
    Result<std::string> hash(std::string_view password, std::int64_t deadline_us);

    // See verify_password.
    Result<PasswordMatch> verify(std::string_view encoded, std::string_view password,
                                 std::int64_t deadline_us);

    // As a verify that fails, for a user who does not exist.
    Result<void> dummy_verify(std::string_view password, std::int64_t deadline_us);

    const PasswordParams& params() const noexcept { return params_; }
    HashingLoad load() const noexcept;

private:
    class Place;  // One of the `concurrent` places, held while hashing.
    Result<void> enter(std::int64_t deadline_us);
    void leave() noexcept;

    const PasswordParams params_;
    Random& random_;
    const unsigned concurrent_max_;
    const unsigned queue_max_;
    mutable std::mutex mutex_;
    std::condition_variable place_free_;
    unsigned running_ = 0;
    unsigned waiting_ = 0;
    std::int64_t done_ = 0;
    std::int64_t refused_ = 0;
};

}  // namespace till::crypto
