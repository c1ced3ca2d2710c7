// SPDX-License-Identifier: MIT
//
// A commit whose sync failed: nobody knows, the caller repeats with the same key, and there is one
// effect (invariants 2 and 3).
#include "faults/faults.hpp"

#include <functional>
#include <map>
#include <vector>

using namespace abi;

namespace {

struct Answer {
    till_status status = TILL_OK;
    std::int64_t id = 0;
    bool replayed = false;
};

using Keyed = std::function<Answer(till_store*, const till_call&)>;

Answer place_keyed(till_store* store, const till_call& call) {
    const Cart cart(700, 2);
    Owned<till_order> order;
    const till_status status = try_place(store, call, cart, order, nullptr);
    if (status != TILL_OK) return {status};
    return {status, order->id, order->replayed == 1};
}

Answer sell_keyed(till_store* store, const till_call& call) {
    Cart cart(250, 2);
    cart.in.series = str("R");
    till_sale_in in = TILL_SALE_IN_INIT;
    in.order = &cart.in;
    Owned<till_receipt> receipt;
    const till_status status = till_sale(store, &call, &in, Out(receipt), nullptr);
    if (status != TILL_OK) return {status};
    CHECK(receipt->order->number == 1);
    return {status, receipt->order->id, receipt->replayed == 1};
}

// Pays order 1, which the scene has placed.
Answer pay_keyed(till_store* store, const till_call& call) {
    Owned<till_payment> payment;
    const till_status status = try_pay(store, call, 1, payment, nullptr);
    if (status != TILL_OK) return {status};
    return {status, payment->id, payment->replayed == 1};
}

Answer refund_keyed(till_store* store, const till_call& call) {
    till_refund_start_in in = TILL_REFUND_START_IN_INIT;
    in.payment_id = 1;  // of order 2, which the scene has paid
    in.amount_minor = 400;
    Owned<till_refund> refund;
    const till_status status = till_refund_start(store, &call, &in, Out(refund), nullptr);
    if (status != TILL_OK) return {status};
    return {status, refund->id, refund->replayed == 1};
}

Answer create_keyed(till_store* store, const till_call& call) {
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = str("dora");
    Owned<till_user> user;
    const till_status status = till_user_create(store, &call, &in, Out(user), nullptr);
    if (status != TILL_OK) return {status};
    return {status, user->id, user->replayed == 1};
}

const std::map<std::string, Keyed>& calls() {
    static const std::map<std::string, Keyed> all{{"place", place_keyed},
                                                  {"sale", sell_keyed},
                                                  {"payment", pay_keyed},
                                                  {"refund", refund_keyed},
                                                  {"user", create_keyed}};
    return all;
}

struct Scene {
    FaultyStore store;
    std::int64_t unpaid = place(store, as_system());
    std::int64_t paid = place(store, as_system());
    std::int64_t payment = pay(store, as_system(), paid, TILL_PAYMENT_COMPLETE_NOW)->id;
};

till_call keyed() {
    till_call call = as_system();
    call.idempotency_key = str("once");
    return call;
}

// What one undisturbed call leaves.
std::string picture_after(const Keyed& call) {
    const Scene scene;
    const Answer answer = call(scene.store, keyed());
    REQUIRE(answer.status == TILL_OK);
    CHECK_FALSE(answer.replayed);
    return picture(scene.store);
}

void check_one_effect(const Keyed& call, till_fault fault, std::int64_t at,
                      const std::string& expected) {
    const Scene scene;
    const std::string before = picture(scene.store);
    set_fault(scene.store, fault, at);
    const Answer first = call(scene.store, keyed());
    end_fault(scene.store);
    const bool happened = picture(scene.store) != before;
    if (happened) CHECK((first.status == TILL_OK || first.status == TILL_E_OUTCOME_UNKNOWN));
    const Answer second = call(scene.store, keyed());
    CHECK(second.status == TILL_OK);
    CHECK(second.replayed == happened);
    const Answer third = call(scene.store, keyed());
    CHECK(third.status == TILL_OK);
    CHECK(third.replayed);
    CHECK(third.id == second.id);
    CHECK(picture(scene.store) == expected);
    require_sound(scene.store);
}

}  // namespace

TEST_CASE("a call whose sync failed says that it does not know, and its repeat has one effect") {
    for (const auto& [name, call] : calls()) {
        CAPTURE(name);
        const std::string expected = picture_after(call);
        {
            const Scene scene;
            set_fault(scene.store, TILL_FAULT_SYNC);
            CHECK(call(scene.store, keyed()).status == TILL_E_OUTCOME_UNKNOWN);
        }
        check_one_effect(call, TILL_FAULT_SYNC, 1, expected);
    }
}

TEST_CASE("a call whose N-th write failed has one effect when it is repeated with its key") {
    for (const auto& [name, call] : calls()) {
        CAPTURE(name);
        const std::string expected = picture_after(call);
        for (std::int64_t at = 1; at <= 30; at += 3) {
            CAPTURE(at);
            check_one_effect(call, TILL_FAULT_WRITE, at, expected);
        }
    }
}

TEST_CASE("a call has one effect also when its repeats fail in turn while the store reopens") {
    for (const auto& [name, call] : calls()) {
        CAPTURE(name);
        const std::string expected = picture_after(call);
        for (const till_fault fault : {TILL_FAULT_SYNC, TILL_FAULT_WRITE, TILL_FAULT_READ}) {
            for (std::int64_t at = 1; at <= 4; ++at) {
                CAPTURE(fault);
                CAPTURE(at);
                const Scene scene;
                set_fault(scene.store, TILL_FAULT_SYNC);
                CHECK(call(scene.store, keyed()).status == TILL_E_OUTCOME_UNKNOWN);
                set_fault(scene.store, fault, at);
                const till_status second = call(scene.store, keyed()).status;
                CAPTURE(std::string(till_status_name(second)));
                CHECK(
                    (second == TILL_OK || second == TILL_E_IO || second == TILL_E_OUTCOME_UNKNOWN));
                end_fault(scene.store);
                CHECK(call(scene.store, keyed()).status == TILL_OK);
                CHECK(call(scene.store, keyed()).replayed);
                CHECK(picture(scene.store) == expected);
                require_sound(scene.store);
            }
        }
    }
}

TEST_CASE("a batch whose sync failed is unknown as a whole, and its repeat has one effect each") {
    const Scene scene;
    const std::string before = picture(scene.store);
    const auto run_batch = [&](till_fault fault) {
        till_batch* batch = nullptr;
        REQUIRE(till_batch_begin(scene.store, nullptr, &batch, nullptr) == TILL_OK);
        till_call call = keyed();
        call.batch = batch;
        std::vector<Answer> answers;
        for (const auto& [name, each] : calls()) {
            if (name == "user") continue;
            answers.push_back(each(scene.store, call));
            CHECK(answers.back().status == TILL_OK);
        }
        set_fault(scene.store, fault);
        Err err;
        const till_status status = till_batch_commit(batch, err);
        end_fault(scene.store);
        if (fault != TILL_FAULT_NONE) CHECK(status == TILL_E_OUTCOME_UNKNOWN);
        if (fault == TILL_FAULT_NONE) CHECK(status == TILL_OK);
        return answers;
    };
    run_batch(TILL_FAULT_SYNC);
    const bool happened = picture(scene.store) != before;
    const std::vector<Answer> second = run_batch(TILL_FAULT_NONE);
    for (const Answer& answer : second) CHECK(answer.replayed == happened);
    const std::string after = picture(scene.store);
    const std::vector<Answer> third = run_batch(TILL_FAULT_NONE);
    for (std::size_t i = 0; i < third.size(); ++i) {
        CHECK(third[i].replayed);
        CHECK(third[i].id == second[i].id);
    }
    CHECK(picture(scene.store) == after);
    require_sound(scene.store);
}

TEST_CASE(
    "[CF-4] a storage that stays broken refuses every write, serves reads, and is forgiven at "
    "once") {
    const Scene scene;
    for (const till_fault fault : {TILL_FAULT_SYNC, TILL_FAULT_FULL, TILL_FAULT_WRITE}) {
        CAPTURE(fault);
        const std::string before = picture(scene.store);
        set_fault(scene.store, fault, 1, true);
        for (int attempt = 0; attempt < 3; ++attempt) {
            const till_status status = place_keyed(scene.store, as_system()).status;
            CAPTURE(std::string(till_status_name(status)));
            CHECK((status == TILL_E_IO || status == TILL_E_STORAGE_FULL ||
                   status == TILL_E_OUTCOME_UNKNOWN));
            Owned<till_order> order;
            const till_call system = as_system();
            CHECK(till_order_get(scene.store, &system, scene.paid, Out(order), nullptr) == TILL_OK);
        }
        end_fault(scene.store);
        CHECK(place_keyed(scene.store, as_system()).status == TILL_OK);
        CHECK(picture(scene.store) != before);
        require_sound(scene.store);
    }
}
