// SPDX-License-Identifier: MIT
#include "base/os.hpp"

#include "base/testing.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <vector>

TEST_CASE("the system clock reads microseconds since 1970") {
    const till::os::SystemClock clock;
    CHECK(clock.now_us() > 1'600'000'000 * till::us_per_second);
    CHECK(clock.now_us() < 10'000'000'000 * till::us_per_second);
}

TEST_CASE("monotonic time never goes back") {
    std::int64_t last = till::os::monotonic_us();
    for (int i = 0; i < 1000; ++i) {
        const std::int64_t now = till::os::monotonic_us();
        CHECK(now >= last);
        last = now;
    }
}

TEST_CASE("system randomness fills whole buffers and does not repeat") {
    till::os::SystemRandom random;
    std::vector<std::byte> big(1'000'000);
    random.fill(big);
    std::array<int, 256> counts{};
    for (const std::byte byte : big) ++counts[std::to_integer<std::size_t>(byte)];
    // 3906 expected of each value, deviation 62: a thousand away is no chance.
    for (const int count : counts) CHECK((count > 2900 && count < 4900));
    std::set<std::array<std::byte, 16>> seen;
    for (int i = 0; i < 1000; ++i) {
        std::array<std::byte, 16> bytes{};
        random.fill(bytes);
        seen.insert(bytes);
    }
    CHECK(seen.size() == 1000);
}

TEST_CASE("a fake clock moves only when told") {
    till::testing::FakeClock clock(5);
    CHECK(clock.now_us() == 5);
    clock.advance(till::us_per_minute);
    CHECK(clock.now_us() == 60'000'005);
    clock.set(1);
    CHECK(clock.now_us() == 1);
}

TEST_CASE("seeded randomness repeats for its seed and differs between seeds") {
    std::array<std::byte, 32> a{}, b{}, c{};
    till::testing::SeededRandom(1).fill(a);
    till::testing::SeededRandom(1).fill(b);
    till::testing::SeededRandom(2).fill(c);
    CHECK(a == b);
    CHECK(a != c);
}
