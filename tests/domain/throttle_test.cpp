// SPDX-License-Identifier: MIT
#include "domain/throttle.hpp"

#include <doctest/doctest.h>

using namespace till;
using namespace till::domain;

namespace {

constexpr Time start = 1'800'000'000 * us_per_second;
constexpr GuessLimit usual{};

// One wrong guess at `now`; false when it was not let through.
bool guess_wrong(Guesses& guesses, Time now, const GuessLimit& limit = usual) {
    if (!reserve_guess(guesses, limit, now).allowed) return false;
    guesses = settle_guess(guesses, Guess::wrong, limit, now);
    return true;
}

}  // namespace

TEST_CASE(
    "[AU-4] the fifth failure begins to wait, each further one twice as long, up to the most") {
    Guesses guesses;
    Time now = start;
    for (int i = 0; i < 5; ++i) CHECK(guess_wrong(guesses, now));
    for (std::int64_t delay = us_per_second; delay < 15 * us_per_minute; delay *= 2) {
        const Admission early = reserve_guess(guesses, usual, now + delay - 1);
        CHECK_FALSE(early.allowed);
        CHECK(early.retry_after_us == 1);
        now += delay;
        CHECK(guess_wrong(guesses, now));
    }
    CHECK(guesses.blocked_until == now + usual.delay_max_us);
    CHECK(guess_wrong(guesses, now + usual.delay_max_us));
    CHECK(guesses.blocked_until == now + 2 * usual.delay_max_us);
}

TEST_CASE("a refused try changes nothing, so trying on does not lengthen the wait") {
    Guesses guesses;
    for (int i = 0; i < 8; ++i) guess_wrong(guesses, start + i * us_per_minute);
    const Guesses before = guesses;
    for (int i = 0; i < 100; ++i) {
        CHECK_FALSE(reserve_guess(guesses, usual, guesses.blocked_until - 1).allowed);
    }
    CHECK(guesses.blocked_until == before.blocked_until);
    CHECK(guesses.failures == before.failures);
}

TEST_CASE("a success forgets the failures") {
    Guesses guesses;
    for (int i = 0; i < 7; ++i) guess_wrong(guesses, start + i * us_per_minute);
    const Time now = guesses.blocked_until;
    REQUIRE(reserve_guess(guesses, usual, now).allowed);
    guesses = settle_guess(guesses, Guess::right, usual, now);
    CHECK(guesses.failures == 0);
    for (int i = 0; i < 5; ++i) CHECK(guess_wrong(guesses, now));
}

TEST_CASE("guesses sent at once are bounded before any has failed, and single after failures") {
    Guesses crowd;
    int let_through = 0;
    for (int i = 0; i < 200; ++i) let_through += reserve_guess(crowd, usual, start).allowed ? 1 : 0;
    CHECK(let_through == 25);

    Guesses slowed;
    for (int i = 0; i < 5; ++i) guess_wrong(slowed, start);
    CHECK(reserve_guess(slowed, usual, slowed.blocked_until).allowed);
    CHECK_FALSE(reserve_guess(slowed, usual, slowed.blocked_until).allowed);
}

TEST_CASE("what was reserved by a process that died counts as failed") {
    Guesses guesses;
    for (int i = 0; i < 6; ++i) REQUIRE(reserve_guess(guesses, usual, start).allowed);
    const Time later = start + reservation_us + 1;
    REQUIRE(reserve_guess(guesses, usual, later).allowed);
    CHECK(guesses.failures == 6);
    CHECK(guesses.reserved == 1);
}

TEST_CASE("an abandoned try counts for nothing") {
    Guesses guesses;
    for (int i = 0; i < 50; ++i) {
        REQUIRE(reserve_guess(guesses, usual, start).allowed);
        guesses = settle_guess(guesses, Guess::abandoned, usual, start);
    }
    CHECK(guesses.failures == 0);
    CHECK(guesses.reserved == 0);
}

TEST_CASE("a clock that is set back makes nobody wait for longer than the most") {
    Guesses guesses;
    for (int i = 0; i < 9; ++i) guess_wrong(guesses, start + i * us_per_hour);
    const Time back = start - 30 * us_per_day;
    const Admission refused = reserve_guess(guesses, usual, back);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.retry_after_us <= usual.delay_max_us);

    Time full_at = 0;
    const RateLimit limit{2, us_per_hour};
    REQUIRE(charge_rate(full_at, limit, start).allowed);
    REQUIRE(charge_rate(full_at, limit, start).allowed);
    const Admission rate = charge_rate(full_at, limit, back);
    CHECK_FALSE(rate.allowed);
    CHECK(rate.retry_after_us <= us_per_hour);
}

TEST_CASE("[AU-4] an hour of guessing lets few through and a day fewer than a hundred an hour") {
    Guesses guesses;
    int in_an_hour = 0;
    for (Time now = start; now < start + us_per_hour; now += us_per_second / 2) {
        in_an_hour += guess_wrong(guesses, now) ? 1 : 0;
    }
    CHECK(in_an_hour > 5);
    CHECK(in_an_hour <= 100);
}

TEST_CASE("without a limit everything is let through") {
    Guesses guesses;
    for (int i = 0; i < 200; ++i) CHECK(guess_wrong(guesses, start, GuessLimit{0, us_per_second}));
    Time full_at = 0;
    for (int i = 0; i < 200; ++i) CHECK(charge_rate(full_at, RateLimit{}, start).allowed);
    CHECK(full_at == 0);
}

TEST_CASE("a rate lets its count through at once, then one each interval") {
    const RateLimit limit{3, us_per_hour};
    Time full_at = 0;
    for (int i = 0; i < 3; ++i) CHECK(charge_rate(full_at, limit, start).allowed);
    const Admission refused = charge_rate(full_at, limit, start);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.retry_after_us == us_per_hour / 3);
    CHECK(charge_rate(full_at, limit, start + us_per_hour / 3).allowed);
    CHECK_FALSE(charge_rate(full_at, limit, start + us_per_hour / 3).allowed);
}

TEST_CASE("a refund takes one charge back") {
    const RateLimit limit{2, us_per_hour};
    Time full_at = 0;
    for (int i = 0; i < 20; ++i) {
        REQUIRE(charge_rate(full_at, limit, start).allowed);
        full_at = refund_rate(full_at, limit);
    }
    CHECK(full_at == start);
}
