// SPDX-License-Identifier: MIT
//
// A busy shop: sixteen threads register, refresh, place, pay and list on one store at once. What
// each thread was told must be there afterwards, and nothing else. Under ThreadSanitizer this is
// the widest mix of calls that share connections, the writer, the policy and the hashing pool.
#include "c_api/abi.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace abi;

namespace {

constexpr int threads = 16;
constexpr int rounds = 8;

// doctest's assertions are not free under contention: threads count, the test checks.
struct Tally {
    std::atomic<std::int64_t> orders{0};
    std::atomic<std::int64_t> payments{0};
    std::atomic<std::int64_t> refreshes{0};
    std::atomic<std::int64_t> listed{0};
    std::atomic<int> failures{0};
};

std::int64_t place(till_store* store, const till_call& call) {
    till_order_line_in line = TILL_ORDER_LINE_IN_INIT;
    line.name = TILL_STR("Tea");
    line.quantity = 2;
    line.amount_minor = 250;
    const till_order_line_in* lines[] = {&line};
    till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
    in.lines = lines;
    in.line_count = 1;
    Owned<till_order> order;
    if (till_order_place(store, &call, &in, Out(order), nullptr) != TILL_OK) return 0;
    return order->id;
}

bool pay(till_store* store, const till_call& call, std::int64_t order_id) {
    till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
    in.order_id = order_id;
    Owned<till_payment> payment;
    return till_payment_start(store, &call, &in, Out(payment), nullptr) == TILL_OK;
}

std::int64_t count_orders(till_store* store, const till_call& call) {
    till_order_query query = TILL_ORDER_QUERY_INIT;
    query.limit = 200;
    Owned<till_order_page> page;
    if (till_order_list(store, &call, &query, Out(page), nullptr) != TILL_OK) return -1;
    return static_cast<std::int64_t>(page->count);
}

void visit(till_store* store, int number, Tally& tally) {
    const std::string name = "visitor" + std::to_string(number);
    till_register_in in = TILL_REGISTER_IN_INIT;
    in.username = str(name);
    in.password = TILL_STR("correct-horse-battery");
    Owned<till_tokens> tokens;
    if (till_register(store, nullptr, &in, Out(tokens), nullptr) != TILL_OK) {
        ++tally.failures;
        return;
    }
    for (int round = 1; round <= rounds; ++round) {
        Owned<till_tokens> next;
        const std::string_view refresh = view(tokens->refresh);
        if (till_session_refresh(store, nullptr, refresh.data(), refresh.size(), Out(next),
                                 nullptr) != TILL_OK) {
            ++tally.failures;
            return;
        }
        tokens = std::move(next);
        ++tally.refreshes;
        const till_call call = as_token(view(tokens->access));
        const std::int64_t order_id = place(store, call);
        if (order_id == 0) {
            ++tally.failures;
            return;
        }
        ++tally.orders;
        if (pay(store, call, order_id)) ++tally.payments;
        // His own orders and nobody else's, the newest included.
        if (count_orders(store, call) != round) ++tally.failures;
        ++tally.listed;
    }
}

// What every thread is told when all register at once, `name(i)` and `email(i)` each; the codes of
// those who were refused.
struct Race {
    int won = 0;
    std::vector<std::string> refused;  // "status path"
};

template <class Name, class Email>
Race race_to_register(till_store* store, Name name, Email email) {
    std::vector<std::string> told(threads);
    std::atomic<int> ready{0};
    std::vector<std::thread> racers;
    for (int i = 0; i < threads; ++i) {
        racers.emplace_back([&, i] {
            const std::string its_name = name(i);
            const std::string its_email = email(i);
            till_register_in in = TILL_REGISTER_IN_INIT;
            in.username = str(its_name);
            in.email = str(its_email);
            in.password = TILL_STR("correct-horse-battery");
            ++ready;
            while (ready < threads) std::this_thread::yield();
            Owned<till_tokens> tokens;
            const till_error* error = nullptr;
            const till_status status = till_register(store, nullptr, &in, Out(tokens), &error);
            if (status != TILL_OK) {
                told[static_cast<std::size_t>(i)] = till_status_name(status);
                if (error->violation_count == 1) {
                    told[static_cast<std::size_t>(i)] +=
                        " " + std::string(view(error->violations[0]->path));
                }
            }
            till_free(error);
        });
    }
    for (std::thread& each : racers) each.join();
    Race race;
    for (std::string& each : told) {
        if (each.empty()) {
            ++race.won;
        } else {
            race.refused.push_back(std::move(each));
        }
    }
    return race;
}

}  // namespace

TEST_CASE("of sixteen who register one user name or one address at once, one gets it") {
    const TestStore store;
    const auto same_name = race_to_register(
        store, [](int i) { return std::string(i % 2 == 0 ? "ann" : "ANN"); },
        [](int i) { return "ann" + std::to_string(i) + "@example.com"; });
    CHECK(same_name.won == 1);
    CHECK(same_name.refused ==
          std::vector<std::string>(threads - 1, "TILL_E_ALREADY_EXISTS /username"));
    // Where nobody proves an address; elsewhere all may have it until one does.
    till_call system = as_system();
    const till_param off{TILL_STR("email_verification"), TILL_STR("off")};
    till_setting_update_in setting = TILL_SETTING_UPDATE_IN_INIT;
    setting.values = &off;
    setting.count = 1;
    Owned<till_setting_page> settings;
    REQUIRE(till_setting_update(store, &system, &setting, Out(settings), nullptr) == TILL_OK);
    const auto same_email = race_to_register(
        store, [](int i) { return "bob" + std::to_string(i); },
        [](int i) { return std::string(i % 2 == 0 ? "bob@example.com" : "Bob@Example.com"); });
    CHECK(same_email.won == 1);
    CHECK(same_email.refused ==
          std::vector<std::string>(threads - 1, "TILL_E_ALREADY_EXISTS /email"));
}

TEST_CASE("sixteen visitors at once get what they were told and see only their own") {
    const TestStore store;
    Tally tally;
    std::vector<std::thread> visitors;
    for (int number = 0; number < threads; ++number) {
        visitors.emplace_back([&, number] { visit(store, number, tally); });
    }
    for (std::thread& each : visitors) each.join();
    CHECK(tally.failures == 0);
    CHECK(tally.refreshes == threads * rounds);
    CHECK(tally.orders == threads * rounds);
    CHECK(tally.payments == threads * rounds);

    till_call system = as_system();
    CHECK(count_orders(store, system) == threads * rounds);
    Owned<till_report> report;
    Err err;
    CHECK(till_store_check(store, &system, Out(report), err) == TILL_OK);
    CHECK(report->sound == 1);
}
