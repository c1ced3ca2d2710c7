// SPDX-License-Identifier: MIT
//
// Four processes do the same thing to one file at the same time. As in races_test.cpp, one of them
// succeeds and every other one is told why not. Each child opens the store itself: a store does not
// survive a fork.
#include "core/shop.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace till;
using namespace till::core;
using namespace till::core::testing;

namespace {

constexpr int children = 4;

// A pipe that lets all children go at once: they read until its last writer has closed it.
class Gate {
public:
    Gate() { REQUIRE(::pipe(ends_) == 0); }
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;
    ~Gate() { ::close(ends_[0]); }
    void wait() const {
        ::close(ends_[1]);
        char byte = 0;
        while (::read(ends_[0], &byte, 1) > 0) {
        }
    }
    void open() const { ::close(ends_[1]); }

private:
    int ends_[2] = {-1, -1};
};

// What throws in a child ends it by a signal, which its parent sees.
template <class Act>
[[noreturn]] void run_child(const std::string& path, const std::string& refusal, const Gate& gate,
                            Act& act, int index) noexcept {
    int code = 3;
    {
        const std::unique_ptr<Store> store = open_shop(path);
        gate.wait();
        const std::string said = act(*store, index);
        if (said == "done") code = 0;
        if (said == "replayed") code = 1;
        if (said == refusal) code = 2;
    }
    ::_exit(code);
}

// Exit codes of what `act(index)` said in each child, sorted: 0 done, 1 replayed, 2 the expected
// refusal, 3 anything else.
template <class Act>
std::vector<int> race_processes(const std::string& path, const std::string& refusal, Act act) {
    const Gate gate;
    std::vector<::pid_t> pids;
    for (int i = 0; i < children; ++i) {
        const ::pid_t pid = ::fork();
        REQUIRE(pid >= 0);
        if (pid == 0) run_child(path, refusal, gate, act, i);
        pids.push_back(pid);
    }
    gate.open();
    std::vector<int> codes;
    for (const ::pid_t pid : pids) {
        int status = 0;
        REQUIRE(::waitpid(pid, &status, 0) == pid);
        codes.push_back(WIFEXITED(status) ? WEXITSTATUS(status) : 99);
    }
    std::sort(codes.begin(), codes.end());
    return codes;
}

template <class T>
std::string told(const Result<Answer<T>>& result) {
    if (!result.has_value()) return result.error().code;
    return result->replayed ? "replayed" : "done";
}

// A store with one order that is paid and one that is not; closed again.
struct Closed {
    Closed() : path(directory.file("shop.db")) {
        const std::unique_ptr<Store> store = open_shop(path);
        const Basket basket;
        unpaid = place_order(*store, as_system(), basket.input)->value.id;
        const std::int64_t other = place_order(*store, as_system(), basket.input)->value.id;
        payment = start_payment(*store, as_system(), payment_for(other, true))->value.id;
    }
    till::testing::TempDir directory;
    std::string path;
    std::int64_t unpaid = 0;
    std::int64_t payment = 0;
};

}  // namespace

TEST_CASE("four processes start one live payment") {
    const Closed shop;
    const auto codes = race_processes(shop.path, "payment_exists", [&](Store& store, int) {
        return told(start_payment(store, as_system(), payment_for(shop.unpaid)));
    });
    CHECK(codes == std::vector<int>{0, 2, 2, 2});
}

TEST_CASE("[ID-2] four processes with one key place one order") {
    const Closed shop;
    const auto codes = race_processes(shop.path, "", [&](Store& store, int) {
        const Basket basket;
        return told(place_order(store, with_key(as_system(), "k"), basket.input));
    });
    CHECK(codes == std::vector<int>{0, 1, 1, 1});
}

TEST_CASE("four processes with one key and different inputs place one order") {
    const Closed shop;
    const auto codes = race_processes(shop.path, "idempotency_mismatch", [&](Store& store, int i) {
        const Basket basket(i + 1, 100);
        return told(place_order(store, with_key(as_system(), "k"), basket.input));
    });
    CHECK(codes == std::vector<int>{0, 2, 2, 2});
}

TEST_CASE("four processes with one reference and one content place one order") {
    const Closed shop;
    const auto codes = race_processes(shop.path, "", [&](Store& store, int) {
        Basket basket;
        basket.input.reference = "r";
        return told(place_order(store, as_system(), basket.input));
    });
    CHECK(codes == std::vector<int>{0, 1, 1, 1});
}

TEST_CASE("[PA-2] four processes refund small amounts up to the payment and not beyond") {
    const Closed shop;
    const auto codes = race_processes(shop.path, "refund_exceeds_payment", [&](Store& store, int) {
        domain::RefundInput input;
        input.payment_id = shop.payment;
        input.amount_minor = 400;  // two of four fit into 1000
        input.succeed_now = true;
        return told(start_refund(store, as_system(), input));
    });
    CHECK(codes == std::vector<int>{0, 0, 2, 2});
}

TEST_CASE("four processes with one reference and different contents place one order") {
    const Closed shop;
    const auto codes = race_processes(shop.path, "reference_taken", [&](Store& store, int i) {
        Basket basket(i + 1, 100);
        basket.input.reference = "r";
        return told(place_order(store, as_system(), basket.input));
    });
    CHECK(codes == std::vector<int>{0, 2, 2, 2});
}

TEST_CASE("four processes refund one payment once") {
    const Closed shop;
    const auto codes = race_processes(shop.path, "refund_exceeds_payment", [&](Store& store, int) {
        domain::RefundInput input;
        input.payment_id = shop.payment;
        return told(start_refund(store, as_system(), input));
    });
    CHECK(codes == std::vector<int>{0, 2, 2, 2});
}

TEST_CASE("four processes draw a series without a gap") {
    const Closed shop;
    const auto codes = race_processes(shop.path, "", [&](Store& store, int) {
        Basket basket;
        basket.input.series = "R";
        for (int i = 0; i < 10; ++i) {
            if (told(place_order(store, as_system(), basket.input)) != "done") return "failed";
        }
        return "done";
    });
    CHECK(codes == std::vector<int>(children, 0));
    const std::unique_ptr<Store> store = open_shop(shop.path);
    CHECK(outcome(find_order(*store, as_system(), {0, {}, "R", 40})) == "ok");
    CHECK(outcome(find_order(*store, as_system(), {0, {}, "R", 41})) == "order_not_found");
}
