// SPDX-License-Identifier: MIT
#include "domain/session.hpp"

#include <doctest/doctest.h>

using namespace till;
using namespace till::domain;

namespace {

constexpr Time start = 1'800'000'000 * us_per_second;
const SessionPolicy lenient{};
const SessionPolicy strict{us_per_day, 30 * us_per_day, true};

Rotation session(std::optional<Time> rotated_at, bool rotates) {
    return {begin_life(start, lenient), rotated_at, rotates};
}

}  // namespace

TEST_CASE("a session lives a day idle and thirty days in all") {
    const SessionLife life = begin_life(start, lenient);
    CHECK(life.idle_expires_at == start + us_per_day);
    CHECK(life.expires_at == start + 30 * us_per_day);
    CHECK(is_live(life, start));
    CHECK(is_live(life, start + us_per_day - 1));
    CHECK_FALSE(is_live(life, start + us_per_day));

    const SessionLife used = extend_life(start + us_per_hour, life.expires_at, lenient);
    CHECK(used.idle_expires_at == start + us_per_hour + us_per_day);
    CHECK(used.expires_at == life.expires_at);
    const SessionLife late = extend_life(life.expires_at - us_per_hour, life.expires_at, lenient);
    CHECK(late.idle_expires_at == life.expires_at);
    CHECK_FALSE(is_live(late, life.expires_at));
}

TEST_CASE("[SE-5] refreshing never moves the absolute end") {
    Rotation row = session(std::nullopt, false);
    Time now = start;
    int refreshes = 0;
    for (;; ++refreshes) {
        now += us_per_day - 1;
        const RefreshDecision next = decide_refresh(row, Presented::current, now, lenient);
        if (next.refresh == Refresh::expired) break;
        CHECK(next.life.expires_at == start + 30 * us_per_day);
        row = {next.life, now, next.rotates};
    }
    CHECK(refreshes == 30);
}

TEST_CASE("the login's token gets its first child without showing that the client rotates") {
    const auto next =
        decide_refresh(session(std::nullopt, false), Presented::current, start + 1, lenient);
    CHECK(next.refresh == Refresh::fresh_child);
    CHECK_FALSE(next.rotates);
    CHECK(next.life.idle_expires_at == start + 1 + us_per_day);
}

TEST_CASE("presenting a child shows that the client rotates") {
    const auto next =
        decide_refresh(session(start, false), Presented::current, start + us_per_hour, lenient);
    CHECK(next.refresh == Refresh::fresh_child);
    CHECK(next.rotates);
}

TEST_CASE("a client that keeps its first token gets the same child for as long as it lives") {
    const auto next = decide_refresh(session(start, false), Presented::previous,
                                     start + 20 * us_per_hour, lenient);
    CHECK(next.refresh == Refresh::same_child);
    CHECK_FALSE(next.rotates);
    CHECK(next.life.idle_expires_at == start + 44 * us_per_hour);
}

TEST_CASE("a rotated token gives the same child for ten seconds and is reuse afterwards") {
    const Rotation row = session(start, true);
    const auto at = [&](std::int64_t after) {
        return decide_refresh(row, Presented::previous, start + after, lenient).refresh;
    };
    CHECK(at(0) == Refresh::same_child);
    CHECK(at(refresh_grace_us) == Refresh::same_child);
    CHECK(at(refresh_grace_us + 1) == Refresh::reuse);
    CHECK(at(us_per_hour) == Refresh::reuse);
}

TEST_CASE("strict rotation gives the login's token the ten seconds and no more") {
    const Rotation row = session(start, false);
    const auto at = [&](std::int64_t after) {
        return decide_refresh(row, Presented::previous, start + after, strict).refresh;
    };
    CHECK(at(refresh_grace_us) == Refresh::same_child);
    CHECK(at(refresh_grace_us + 1) == Refresh::reuse);
}

TEST_CASE("any other secret is reuse whatever the session's state") {
    for (const bool rotates : {false, true}) {
        for (const std::optional<Time> rotated_at : {std::optional<Time>{}, std::optional{start}}) {
            for (const SessionPolicy& policy : {lenient, strict}) {
                CHECK(decide_refresh(session(rotated_at, rotates), Presented::other, start, policy)
                          .refresh == Refresh::reuse);
            }
        }
    }
}

TEST_CASE("an expired session refreshes nothing, whatever is presented") {
    for (const Presented presented : {Presented::current, Presented::previous, Presented::other}) {
        CHECK(
            decide_refresh(session(start, true), presented, start + us_per_day, lenient).refresh ==
            Refresh::expired);
    }
}

TEST_CASE("a password login is fresh for ten minutes") {
    CHECK(is_fresh_login(start, start));
    CHECK(is_fresh_login(start, start + 10 * us_per_minute - 1));
    CHECK_FALSE(is_fresh_login(start, start + 10 * us_per_minute));
    CHECK_FALSE(is_fresh_login(std::nullopt, start));
}
