// SPDX-License-Identifier: MIT
#include "crypto/password_hasher.hpp"

#include "base/os.hpp"
#include "base/testing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace till::crypto;

namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

// Randomness that holds its caller, inside the hasher, until the test lets go.
class Turnstile final : public till::Random {
public:
    void fill(std::span<std::byte> out) override {
        std::unique_lock lock(mutex_);
        ++inside_;
        most_inside_ = std::max(most_inside_, inside_);
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
        --inside_;
        for (std::byte& byte : out) byte = std::byte{1};
    }
    void wait_for(int inside) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return inside_ >= inside; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    int most_inside() {
        const std::lock_guard lock(mutex_);
        return most_inside_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int inside_ = 0;
    int most_inside_ = 0;
    bool open_ = false;
};

}  // namespace

TEST_CASE("a hasher hashes, verifies and pretends to verify") {
    till::testing::SeededRandom random(1);
    PasswordHasher hasher(cheap_password_params, random);
    const auto encoded = hasher.hash("correct horse", never);
    REQUIRE(encoded.has_value());
    CHECK(hasher.verify(*encoded, "correct horse", never).value() == PasswordMatch::match);
    CHECK(hasher.verify(*encoded, "wrong", never).value() == PasswordMatch::no_match);
    CHECK(hasher.dummy_verify("correct horse", never).has_value());
    CHECK(hasher.params().memory_kib == 8);
}

TEST_CASE("a free place is taken even when the deadline has passed") {
    till::testing::SeededRandom random(1);
    PasswordHasher hasher(cheap_password_params, random);
    CHECK(hasher.dummy_verify("x", 0).has_value());
}

TEST_CASE("[PW-8] a caller who has waited until the deadline is told to try again") {
    Turnstile turnstile;
    PasswordHasher hasher(cheap_password_params, turnstile, {1, 64});
    std::thread holder([&] { CHECK(hasher.hash("held", never).has_value()); });
    turnstile.wait_for(1);
    const auto late = hasher.dummy_verify("late", till::os::monotonic_us() + 1000);
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().status == till::Status::busy);
    CHECK(late.error().code == std::string("hashing_busy"));
    CHECK(late.error().retryable);
    CHECK(late.error().retry_after_ms > 0);
    CHECK_FALSE(hasher.hash("past", 0).has_value());
    CHECK_FALSE(hasher.verify("", "past", -1).has_value());
    turnstile.open();
    holder.join();
    CHECK(hasher.dummy_verify("free again", 0).has_value());
}

TEST_CASE("[PW-8] a full queue refuses at once") {
    Turnstile turnstile;
    PasswordHasher hasher(cheap_password_params, turnstile, {1, 0});
    std::thread holder([&] { CHECK(hasher.hash("held", never).has_value()); });
    turnstile.wait_for(1);
    const auto refused = hasher.dummy_verify("no room", never);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().status == till::Status::busy);
    turnstile.open();
    holder.join();
}

TEST_CASE("[PW-8] no more hashes run at once than allowed, and everyone who waits is served") {
    Turnstile turnstile;
    PasswordHasher hasher(cheap_password_params, turnstile, {3, 64});
    std::atomic<int> served{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] {
            if (hasher.hash("password", never).has_value()) ++served;
        });
    }
    turnstile.wait_for(3);
    turnstile.open();
    for (std::thread& thread : threads) thread.join();
    CHECK(served == 16);
    CHECK(turnstile.most_inside() == 3);
}

TEST_CASE("a failure inside gives the place back") {
    class Broken final : public till::Random {
        void fill(std::span<std::byte>) override {
            throw till::Failure(till::make_error(till::Status::io, "random_unavailable", "None."));
        }
    } broken;
    PasswordHasher hasher(cheap_password_params, broken, {1, 0});
    CHECK_THROWS_AS((void)hasher.hash("x", 0), till::Failure);
    CHECK(hasher.dummy_verify("x", 0).has_value());
}
