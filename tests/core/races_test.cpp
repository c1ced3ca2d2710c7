// SPDX-License-Identifier: MIT
//
// Sixteen threads do the same thing at the same time: one of them succeeds, every other one is
// told clearly why not, and money is conserved.
#include "core/shop.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace till;
using namespace till::core;
using namespace till::core::testing;

namespace {

constexpr std::size_t threads = 16;

// Runs `act(index)` in all threads as close together as they start; gives what each said, sorted.
template <class Act>
std::vector<std::string> race(Act act) {
    std::vector<std::string> said(threads);
    std::atomic<std::size_t> ready{0};
    std::vector<std::thread> racers;
    for (std::size_t i = 0; i < threads; ++i) {
        racers.emplace_back([&, i] {
            ready.fetch_add(1);
            while (ready.load() < threads) std::this_thread::yield();
            said[i] = act(i);
        });
    }
    for (std::thread& racer : racers) racer.join();
    std::sort(said.begin(), said.end());
    return said;
}

template <class T>
std::string told(const Result<Answer<T>>& result) {
    if (!result.has_value()) return result.error().code;
    return result->replayed ? "replayed" : "done";
}

std::vector<std::string> one_done(const std::string& others) {
    std::vector<std::string> expected(threads, others);
    expected[0] = "done";
    std::sort(expected.begin(), expected.end());
    return expected;
}

}  // namespace

TEST_CASE("of sixteen payments of one order one is live") {
    Shop shop;
    const std::int64_t order = placed(shop, as_system()).id;
    const auto said = race(
        [&](std::size_t) { return told(start_payment(shop, as_system(), payment_for(order))); });
    CHECK(said == one_done("payment_exists"));
}

// Invariant 3.
TEST_CASE("[ID-2] sixteen calls with one key place one order") {
    Shop shop;
    const Basket basket;
    std::array<std::int64_t, threads> ids{};
    const auto said = race([&](std::size_t i) {
        const auto answer = place_order(shop, with_key(as_user(shop.ann), "k"), basket.input);
        ids[i] = answer.has_value() ? answer->value.id : 0;
        return told(answer);
    });
    CHECK(said == one_done("replayed"));
    CHECK(std::all_of(ids.begin(), ids.end(), [](std::int64_t id) { return id == 1; }));
}

TEST_CASE("[ID-2] sixteen calls with one key and different inputs place one order") {
    Shop shop;
    const auto said = race([&](std::size_t i) {
        const Basket basket(static_cast<std::int64_t>(i) + 1, 100);
        return told(place_order(shop, with_key(as_user(shop.ann), "k"), basket.input));
    });
    CHECK(said == one_done("idempotency_mismatch"));
}

// Invariant 3.
TEST_CASE("sixteen orders of one reference are one order, or one and fifteen refusals") {
    Shop shop;
    const auto same = race([&](std::size_t) {
        Basket basket;
        basket.input.reference = "same";
        return told(place_order(shop, as_user(shop.ann), basket.input));
    });
    CHECK(same == one_done("replayed"));
    const auto different = race([&](std::size_t i) {
        Basket basket(static_cast<std::int64_t>(i) + 1, 100);
        basket.input.reference = "different";
        return told(place_order(shop, as_user(shop.ann), basket.input));
    });
    CHECK(different == one_done("reference_taken"));
}

TEST_CASE("[PA-2] of sixteen refunds of the whole amount one is started") {
    Shop shop;
    const std::int64_t payment = paid(shop, placed(shop, as_system()).id).id;
    const auto said = race([&](std::size_t) {
        domain::RefundInput input;
        input.payment_id = payment;
        input.amount_minor = 1'000;
        return told(start_refund(shop, as_system(), input));
    });
    CHECK(said == one_done("refund_exceeds_payment"));
}

// Invariant 4.
TEST_CASE("[PA-2] sixteen small refunds stop where the payment ends") {
    Shop shop;
    const std::int64_t payment = paid(shop, placed(shop, as_system()).id).id;
    const auto said = race([&](std::size_t) {
        domain::RefundInput input;
        input.payment_id = payment;
        input.amount_minor = 150;
        input.succeed_now = true;
        return told(start_refund(shop, as_system(), input));
    });
    CHECK(std::count(said.begin(), said.end(), "done") == 6);
    CHECK(std::count(said.begin(), said.end(), "refund_exceeds_payment") == 10);
    CHECK(get_payment(shop, as_system(), payment)->value.refunded_minor == 900);
}

TEST_CASE("of sixteen cancellations with one version one happens") {
    Shop shop;
    const std::int64_t order = placed(shop, as_user(shop.ann)).id;
    const auto said = race([&](std::size_t) {
        return told(cancel_order(shop, as_user(shop.ann), {order, 1}));
    });
    CHECK(said == one_done("stale_version"));
}

TEST_CASE("a series stays gapless when sixteen draw from it and half are refused") {
    Shop shop;
    race([&](std::size_t i) {
        Basket basket(i % 2 == 0 ? 1 : 0, 100);
        basket.input.series = "R";
        return told(place_order(shop, as_system(), basket.input));
    });
    for (std::int64_t number = 1; number <= 8; ++number) {
        CHECK(outcome(find_order(shop, as_system(), {0, {}, "R", number})) == "ok");
    }
    CHECK(outcome(find_order(shop, as_system(), {0, {}, "R", 9})) == "order_not_found");
}

TEST_CASE("completing and cancelling at once ends paid or cancelled, never both") {
    for (int round = 0; round < 8; ++round) {
        Shop shop;
        const std::int64_t order = placed(shop, as_system()).id;
        const auto started = start_payment(shop, as_system(), payment_for(order));
        const std::int64_t payment = started->value.id;
        race([&](std::size_t i) {
            if (i % 2 == 0) return told(cancel_order(shop, as_system(), {order, 0}));
            return told(complete_payment(shop, as_system(), {payment, 0, {}}));
        });
        const auto order_now = get_order(shop, as_system(), order)->value.status;
        const auto payment_now = get_payment(shop, as_system(), payment)->value.status;
        const bool paid_order = order_now == domain::OrderState::pending &&
                                payment_now == domain::PaymentState::completed;
        const bool cancelled_order = order_now == domain::OrderState::cancelled &&
                                     payment_now == domain::PaymentState::surplus;
        CHECK((paid_order || cancelled_order));
    }
}
