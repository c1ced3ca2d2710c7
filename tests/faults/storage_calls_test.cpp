// SPDX-License-Identifier: MIT
//
// Every storage call of every changing use case fails once: for N = 1, 2, … the N-th write, full
// disk, read and statement. The use case is then wholly there or wholly not (invariants 1 and 2),
// says so by its status, and works at once when the fault is over.
#include "faults/faults.hpp"

#include <array>
#include <vector>

using namespace abi;

namespace {

// What every use case starts from.
struct Scene {
    FaultyStore store;
    std::int64_t ann = create_user(store, "ann", "ann@example.com");
    std::int64_t bob = create_user(store, "bob", "bob@example.com");
    Login session = login(store, "ann");
    std::int64_t unpaid = place(store, as_system());
    std::int64_t started = place(store, as_system());
    std::int64_t pending_payment = pay(store, as_system(), started)->id;
    std::int64_t paid = place(store, as_system());
    std::int64_t payment = pay(store, as_system(), paid, TILL_PAYMENT_COMPLETE_NOW)->id;

    // What comes later is seen by its time, too.
    Scene() {
        // A login that a fault cuts off leaves its reserved try behind for a minute.
        set(store, "throttle_login_failures", "0");
        REQUIRE(till_testing_clock_advance(store, 1'000'000, nullptr) == TILL_OK);
    }
};

struct UseCase {
    const char* name;
    till_status (*run)(const Scene& scene, const till_call& system);
};

till_status act_on(const Scene& scene, const till_call& system, OrderAct change, std::int64_t id) {
    till_order_act_in in = TILL_ORDER_ACT_IN_INIT;
    in.order_id = id;
    Owned<till_order> order;
    return change(scene.store, &system, &in, Out(order), nullptr);
}

till_status settle(const Scene& scene, const till_call& system,
                   decltype(&till_payment_complete) change) {
    till_payment_act_in in = TILL_PAYMENT_ACT_IN_INIT;
    in.payment_id = scene.pending_payment;
    Owned<till_payment> payment;
    return change(scene.store, &system, &in, Out(payment), nullptr);
}

till_status refund(const Scene& scene, const till_call& system) {
    till_refund_start_in in = TILL_REFUND_START_IN_INIT;
    in.payment_id = scene.payment;
    in.flags = TILL_REFUND_SUCCEED_NOW;
    in.reason = str("returned");
    Owned<till_refund> refund;
    return till_refund_start(scene.store, &system, &in, Out(refund), nullptr);
}

till_status sell(const Scene& scene, const till_call& system) {
    Cart cart(250, 2);
    cart.in.series = str("R");
    till_sale_in in = TILL_SALE_IN_INIT;
    in.order = &cart.in;
    Owned<till_receipt> receipt;
    return till_sale(scene.store, &system, &in, Out(receipt), nullptr);
}

till_status update_user(const Scene& scene, const till_call& system) {
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = scene.ann;
    in.mask = TILL_USER_EMAIL | TILL_USER_FIRST_NAME | TILL_USER_IS_STAFF;
    in.email = str("anna@example.com");
    in.first_name = str("Anna");
    in.is_staff = 1;
    Owned<till_user> user;
    return till_user_update(scene.store, &system, &in, Out(user), nullptr);
}

till_status delete_user(const Scene& scene, const till_call& system) {
    till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
    in.user_id = scene.ann;
    return till_user_delete(scene.store, &system, &in, nullptr);
}

till_status change_password(const Scene& scene, const till_call& system) {
    till_password_change_in in = TILL_PASSWORD_CHANGE_IN_INIT;
    in.user_id = scene.ann;
    in.new_password = str("An0ther-pass!word");
    return till_password_change(scene.store, &system, &in, nullptr);
}

till_status update_settings(const Scene& scene, const till_call& system) {
    const std::array<till_param, 3> values{{{TILL_STR("currency"), TILL_STR("EUR")},
                                            {TILL_STR("ship_unpaid"), TILL_STR("true")},
                                            {TILL_STR("shop_name"), TILL_STR("Corner")}}};
    till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
    in.values = values.data();
    in.count = values.size();
    Owned<till_setting_page> page;
    return till_setting_update(scene.store, &system, &in, Out(page), nullptr);
}

till_status place_many(const Scene& scene, const till_call& system) {
    Cart first(100);
    Cart second(200, 3);
    second.in.reference = str("many-2");
    const std::array<const till_order_place_in*, 2> inputs{&first.in, &second.in};
    Owned<till_order_batch> batch;
    const till_status status = till_order_place_many(scene.store, &system, inputs.data(),
                                                     inputs.size(), Out(batch), nullptr);
    if (status != TILL_OK || batch->failed_count == 0) return status;
    // Each on its own: none may have gone in while another failed of storage.
    CHECK(batch->failed_count == 2);
    return batch->errors[0]->status;
}

const std::vector<UseCase>& use_cases() {
    static const std::vector<UseCase> all{
        {"register",
         [](const Scene& scene, const till_call&) {
             Owned<till_tokens> tokens;
             return try_register(scene.store, "cid", "cid@example.com", good_password, tokens,
                                 nullptr);
         }},
        {"login",
         [](const Scene& scene, const till_call&) {
             Owned<till_tokens> tokens;
             return try_login(scene.store, "bob", good_password, tokens, nullptr);
         }},
        {"refresh",
         [](const Scene& scene, const till_call&) {
             Owned<till_tokens> tokens;
             return try_refresh(scene.store, scene.session.refresh, tokens, nullptr);
         }},
        {"logout",
         [](const Scene& scene, const till_call&) {
             const std::string& token = scene.session.refresh;
             return till_logout(scene.store, nullptr, token.data(), token.size(), nullptr);
         }},
        {"place",
         [](const Scene& scene, const till_call& system) {
             Cart cart(1'000, 3);
             cart.item(5, 2, "Sugar").other(TILL_LINE_TAX, 70);
             cart.in.reference = str("r-1");
             Owned<till_order> order;
             return try_place(scene.store, system, cart, order, nullptr);
         }},
        {"place_many", place_many},
        {"sale", sell},
        {"payment start",
         [](const Scene& scene, const till_call& system) {
             Owned<till_payment> payment;
             return try_pay(scene.store, system, scene.unpaid, payment, nullptr);
         }},
        {"payment complete",
         [](const Scene& scene, const till_call& system) {
             return settle(scene, system, till_payment_complete);
         }},
        {"payment fail",
         [](const Scene& scene, const till_call& system) {
             return settle(scene, system, till_payment_fail);
         }},
        {"refund", refund},
        {"ship",
         [](const Scene& scene, const till_call& system) {
             return act_on(scene, system, till_order_ship, scene.paid);
         }},
        {"cancel",
         [](const Scene& scene, const till_call& system) {
             return act_on(scene, system, till_order_cancel, scene.started);
         }},
        {"user update", update_user},
        {"user delete", delete_user},
        {"password change", change_password},
        {"settings update", update_settings},
    };
    return all;
}

// What a call may say when its storage failed in this way.
bool documented(till_fault fault, till_status status) {
    switch (status) {
        case TILL_OK:
        case TILL_E_IO:
            return true;
        case TILL_E_STORAGE_FULL:
            return fault == TILL_FAULT_FULL;
        case TILL_E_OUTCOME_UNKNOWN:
            return fault == TILL_FAULT_WRITE || fault == TILL_FAULT_SYNC ||
                   fault == TILL_FAULT_READ;
        default:
            return false;
    }
}

struct Pictures {
    std::string before;
    std::string after;
};

Pictures pictures_of(const UseCase& use_case) {
    const Scene scene;
    Pictures pictures{picture(scene.store), {}};
    REQUIRE(use_case.run(scene, as_system()) == TILL_OK);
    pictures.after = picture(scene.store);
    CHECK(pictures.after != pictures.before);
    return pictures;
}

// Fails call after call until none is left to fail; gives how many failed.
int fail_each_call(const UseCase& use_case, till_fault fault, const Pictures& pictures) {
    auto scene = std::make_unique<Scene>();
    int failures = 0;
    for (std::int64_t at = 1; at < 200; ++at) {
        CAPTURE(at);
        set_fault(scene->store, fault, at);
        const till_status status = use_case.run(*scene, as_system());
        end_fault(scene->store);
        CAPTURE(std::string(till_status_name(status)));
        CHECK(documented(fault, status));
        const std::string now = picture(scene->store);
        if (status == TILL_OK) {
            CHECK(now == pictures.after);
            require_sound(scene->store);
            return failures;
        }
        ++failures;
        if (status != TILL_E_OUTCOME_UNKNOWN) {
            CHECK(now == pictures.before);
            continue;
        }
        // Whole or not at all. The store reopens before its next write, which may still find it.
        CHECK((now == pictures.before || now == pictures.after));
        place(scene->store, as_system());
        require_sound(scene->store);
        scene = std::make_unique<Scene>();
    }
    FAIL("the use case never succeeds");
    return failures;
}

void fail_calls(till_fault fault, bool must_hit) {
    for (const UseCase& use_case : use_cases()) {
        CAPTURE(std::string(use_case.name));
        const Pictures pictures = pictures_of(use_case);
        const int failures = fail_each_call(use_case, fault, pictures);
        if (must_hit) CHECK(failures > 0);
    }
}

}  // namespace

TEST_CASE("when any write to the file fails, the change is there as a whole or not at all") {
    fail_calls(TILL_FAULT_WRITE, true);
}

TEST_CASE("when the disk is full at any write, nothing of the change is there") {
    fail_calls(TILL_FAULT_FULL, true);
}

TEST_CASE("when any read of the file fails, the change is there as a whole or not at all") {
    fail_calls(TILL_FAULT_READ, false);
}

TEST_CASE("when any statement fails, nothing of the change is there") {
    fail_calls(TILL_FAULT_STATEMENT, true);
}

TEST_CASE("when any sync fails, the outcome is unknown and the change is there as a whole or not") {
    fail_calls(TILL_FAULT_SYNC, true);
}
