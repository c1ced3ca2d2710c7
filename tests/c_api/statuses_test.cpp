// SPDX-License-Identifier: MIT
//
// The statuses that headers name and that no story of the other files comes by: each provoked once.
// tests/docs/statuses.py holds what calls return against what their comments say.
#include "c_api/files.hpp"
#include "c_api/shop.hpp"

#include <cstdlib>
#include <functional>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

using namespace abi;

namespace {

// Ann has an order and a pending payment; Bob has nothing to do with them.
struct Street : TestStore {
    Street() {
        ann = create_user(*this, "ann", "ann@example.com");
        bob = create_user(*this, "bob", "bob@example.com");
        order = place(*this, as_user(ann));
        payment = pay(*this, as_user(ann), order)->id;
    }
    std::int64_t ann = 0;
    std::int64_t bob = 0;
    std::int64_t order = 0;
    std::int64_t payment = 0;
};

till_call keyed(till_call call, const char* key) {
    call.idempotency_key = str(key);
    return call;
}

using PaymentAct = decltype(&till_payment_complete);
till_status act_on_payment(till_store* store, const till_call& call, PaymentAct act,
                           std::int64_t id, std::int64_t if_version = 0,
                           std::string_view reference = {}) {
    till_payment_act_in in = TILL_PAYMENT_ACT_IN_INIT;
    in.payment_id = id;
    in.if_version = if_version;
    in.provider_reference = str(reference);
    Owned<till_payment> payment;
    return act(store, &call, &in, Out(payment), nullptr);
}

using RefundAct = decltype(&till_refund_succeed);
till_status act_on_refund(till_store* store, const till_call& call, RefundAct act, std::int64_t id,
                          std::int64_t if_version = 0) {
    till_refund_act_in in = TILL_REFUND_ACT_IN_INIT;
    in.refund_id = id;
    in.if_version = if_version;
    Owned<till_refund> refund;
    return act(store, &call, &in, Out(refund), nullptr);
}

till_status refund(till_store* store, const till_call& call, std::int64_t payment,
                   std::int64_t amount, Owned<till_refund>& out) {
    till_refund_start_in in = TILL_REFUND_START_IN_INIT;
    in.payment_id = payment;
    in.amount_minor = amount;
    return till_refund_start(store, &call, &in, Out(out), nullptr);
}

till_status pay_by(till_store* store, const till_call& call, std::int64_t order,
                   std::string_view reference, Owned<till_payment>& out) {
    till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
    in.order_id = order;
    in.provider = str("bank");
    in.provider_reference = str(reference);
    return till_payment_start(store, &call, &in, Out(out), nullptr);
}

// In a child process: its status, which it ends with as 100 - status.
till_status in_child(const std::function<till_status()>& call) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(call() + 100);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status) - 100;
}

}  // namespace

TEST_CASE("[AZ-2] a plain user is told that he may not") {
    const Street street;
    const till_call ann = as_user(street.ann);
    Owned<till_setting_page> settings;
    till_setting_update_in update = TILL_SETTING_UPDATE_IN_INIT;
    till_currency_add_in currency = TILL_CURRENCY_ADD_IN_INIT;
    till_backup_in backup = TILL_BACKUP_IN_INIT;
    Owned<till_report> report;
    Owned<till_signing_key> key;
    std::int64_t newest = 0;
    std::string code;
    CHECK(till_signing_key_rotate(street, &ann, Out(key), nullptr) == TILL_E_PERMISSION);
    CHECK(till_setting_list(street, &ann, Out(settings), nullptr) == TILL_E_PERMISSION);
    CHECK(till_setting_update(street, &ann, &update, Out(settings), nullptr) == TILL_E_PERMISSION);
    CHECK(till_currency_add(street, &ann, &currency, nullptr) == TILL_E_PERMISSION);
    CHECK(till_store_backup(street, &ann, &backup, Out(report), nullptr) == TILL_E_PERMISSION);
    CHECK(till_store_check(street, &ann, Out(report), nullptr) == TILL_E_PERMISSION);
    CHECK(till_store_maintain(street, &ann, nullptr, Out(report), nullptr) == TILL_E_PERMISSION);
    CHECK(till_event_wait(street, &ann, 0, &newest, nullptr) == TILL_E_PERMISSION);
    for (const OrderAct change : {till_order_ship, till_order_deliver, till_order_hand_over}) {
        CHECK(act(street, ann, change, street.order, code) == TILL_E_PERMISSION);
        CHECK(act(street, as_system(), change, street.order, code, 9) == TILL_E_PRECONDITION);
    }
    CHECK(act(street, as_system(), till_order_cancel, street.order, code, 9) ==
          TILL_E_PRECONDITION);
    Owned<till_payment> payment;
    CHECK(try_pay(street, ann, street.order, payment, nullptr, TILL_PAYMENT_COMPLETE_NOW) ==
          TILL_E_PERMISSION);
    CHECK(act_on_payment(street, ann, till_payment_fail, street.payment) == TILL_E_PERMISSION);
    CHECK(act_on_payment(street, as_system(), till_payment_fail, street.payment, 9) ==
          TILL_E_PRECONDITION);
}

TEST_CASE("[AZ-1] [AZ-5] what is another's is not there, or not to be listed") {
    const Street street;
    const till_call bob = as_user(street.bob);
    till_event_query events = TILL_EVENT_QUERY_INIT;
    till_payment_query payments = TILL_PAYMENT_QUERY_INIT;
    Owned<till_event_page> event_page;
    Owned<till_payment_page> payment_page;
    events.order_id = street.order;
    CHECK(till_event_list(street, &bob, &events, Out(event_page), nullptr) == TILL_E_NOT_FOUND);
    payments.order_id = street.order;
    CHECK(till_payment_list(street, &bob, &payments, Out(payment_page), nullptr) ==
          TILL_E_NOT_FOUND);
    payments.order_id = 0;
    payments.user_id = street.ann;
    CHECK(till_payment_list(street, &bob, &payments, Out(payment_page), nullptr) ==
          TILL_E_PERMISSION);
}

TEST_CASE("[ID-3] a key answers what its actor may still see") {
    const Street street;
    const till_call clerk = keyed(as_user(create_user(street, "clerk", "", true)), "k");
    Cart cart;
    cart.in.user_id = street.ann;
    Owned<till_order> order;
    Err err;
    REQUIRE(try_place(street, clerk, cart, order, err) == TILL_OK);
    till_user_update_in demotion = TILL_USER_UPDATE_IN_INIT;
    demotion.user_id = clerk.user_id;
    demotion.mask = TILL_USER_IS_STAFF;
    const till_call system = as_system();
    Owned<till_user> user;
    REQUIRE(till_user_update(street, &system, &demotion, Out(user), nullptr) == TILL_OK);
    CHECK(try_place(street, clerk, cart, order, err) == TILL_E_NOT_FOUND);
}

TEST_CASE("[ID-2] another input under a used key is told apart") {
    const Street street;
    const till_call system = keyed(as_system(), "k");
    Owned<till_payment> payment;
    const std::int64_t order = place(street, as_user(street.bob));
    REQUIRE(try_pay(street, system, order, payment, nullptr, TILL_PAYMENT_COMPLETE_NOW) == TILL_OK);
    CHECK(try_pay(street, system, order, payment, nullptr) == TILL_E_IDEMPOTENCY_MISMATCH);
    Owned<till_refund> back;
    const std::int64_t paid =
        pay(street, as_system(), place(street, as_user(street.bob)), TILL_PAYMENT_COMPLETE_NOW)->id;
    REQUIRE(refund(street, system, paid, 1, back) == TILL_OK);
    CHECK(refund(street, system, paid, 2, back) == TILL_E_IDEMPOTENCY_MISMATCH);
    Cart cart;
    till_sale_in sale = TILL_SALE_IN_INIT;
    sale.order = &cart.in;
    Owned<till_receipt> receipt;
    REQUIRE(till_sale(street, &system, &sale, Out(receipt), nullptr) == TILL_OK);
    sale.method = TILL_METHOD_CARD;
    CHECK(till_sale(street, &system, &sale, Out(receipt), nullptr) == TILL_E_IDEMPOTENCY_MISMATCH);
    till_user_update_in change = TILL_USER_UPDATE_IN_INIT;
    change.user_id = street.ann;
    change.mask = TILL_USER_FIRST_NAME;
    change.first_name = str("Ann");
    Owned<till_user> user;
    REQUIRE(till_user_update(street, &system, &change, Out(user), nullptr) == TILL_OK);
    change.first_name = str("Anne");
    CHECK(till_user_update(street, &system, &change, Out(user), nullptr) ==
          TILL_E_IDEMPOTENCY_MISMATCH);
}

TEST_CASE("[PA-4] a taken name or reference of a provider is told") {
    const Street street;
    const till_call system = as_system();
    till_user_create_in again = TILL_USER_CREATE_IN_INIT;
    again.username = str("Ann");
    Owned<till_user> user;
    Err err;
    CHECK(till_user_create(street, &system, &again, Out(user), err) == TILL_E_ALREADY_EXISTS);
    CHECK(err.violations() == "/username:taken");
    Owned<till_payment> first, second;
    REQUIRE(pay_by(street, system, place(street, system), "r-1", first) == TILL_OK);
    CHECK(pay_by(street, system, place(street, system), "r-1", second) == TILL_E_ALREADY_EXISTS);
    REQUIRE(pay_by(street, system, place(street, system), "", second) == TILL_OK);
    CHECK(act_on_payment(street, system, till_payment_complete, second->id, 0, "r-1") ==
          TILL_E_ALREADY_EXISTS);
}

TEST_CASE("[PA-2] a refund and its payment refuse what their states do not allow") {
    const Street street;
    const till_call system = as_system(), ann = as_user(street.ann);
    std::string code;
    REQUIRE(act_on_payment(street, system, till_payment_complete, street.payment) == TILL_OK);
    Owned<till_refund> back;
    CHECK(refund(street, ann, street.payment, 0, back) == TILL_E_PERMISSION);
    REQUIRE(refund(street, system, street.payment, 0, back) == TILL_OK);
    for (const RefundAct settle : {till_refund_succeed, till_refund_fail}) {
        CHECK(act_on_refund(street, ann, settle, back->id) == TILL_E_PERMISSION);
        CHECK(act_on_refund(street, system, settle, back->id, 9) == TILL_E_PRECONDITION);
    }
    REQUIRE(act_on_refund(street, system, till_refund_fail, back->id) == TILL_OK);
    CHECK(act_on_refund(street, system, till_refund_succeed, back->id) == TILL_E_CONFLICT);
    REQUIRE(refund(street, system, street.payment, 0, back) == TILL_OK);
    REQUIRE(act_on_refund(street, system, till_refund_succeed, back->id) == TILL_OK);
    CHECK(act_on_payment(street, system, till_payment_complete, street.payment) == TILL_E_CONFLICT);
    till_refund_query query = TILL_REFUND_QUERY_INIT;
    query.payment_id = street.payment;
    query.cursor = str("AAAA");
    Owned<till_refund_page> page;
    CHECK(till_refund_list(street, &system, &query, Out(page), nullptr) == TILL_E_CURSOR);
    REQUIRE(act(street, ann, till_order_cancel, street.order, code) == TILL_OK);
    CHECK(act(street, system, till_order_confirm_prices, street.order, code) == TILL_E_CONFLICT);
}

TEST_CASE("who needs a reading connection is told that all are taken") {
    const Street street;
    std::vector<till_batch*> batches;
    till_call call = as_system();
    call.timeout_ms = 20;
    till_status status = TILL_OK;
    while (status == TILL_OK && batches.size() < 1000) {
        till_batch* batch = nullptr;
        status = till_batch_begin_read(street, &call, &batch, nullptr);
        if (status == TILL_OK) batches.push_back(batch);
    }
    CHECK(status == TILL_E_BUSY);
    CHECK(batches.size() == 64);  // the header's number
    for (till_batch* batch : batches) till_batch_rollback(batch);
}

TEST_CASE("who needs the writer is told that another thread has it") {
    const Street street;
    const Login ann = login(street, "ann");
    empty_outbox(street);
    REQUIRE(till_password_reset_request(street, nullptr, "bob@example.com", TILL_STRLEN, nullptr) ==
            TILL_OK);
    const auto mails = claim(street);
    REQUIRE(mails->count == 1);
    till_batch* batch = nullptr;
    REQUIRE(till_batch_begin(street, nullptr, &batch, nullptr) == TILL_OK);
    std::thread([&] {
        till_call call = as_system();
        call.timeout_ms = 1;
        till_call token = as_token(ann.access);
        token.timeout_ms = 1;
        till_batch* second = nullptr;
        CHECK(till_batch_begin(street, &call, &second, nullptr) == TILL_E_BUSY);
        Owned<till_tokens> tokens;
        till_login_in in = TILL_LOGIN_IN_INIT;
        in.username = str("ann");
        in.password = str(good_password);
        CHECK(till_login(street, &call, &in, Out(tokens), nullptr) == TILL_E_BUSY);
        till_register_in visitor = TILL_REGISTER_IN_INIT;
        visitor.username = str("carl");
        visitor.password = str(good_password);
        CHECK(till_register(street, &call, &visitor, Out(tokens), nullptr) == TILL_E_BUSY);
        till_user_create_in user = TILL_USER_CREATE_IN_INIT;
        user.username = str("dora");
        Owned<till_user> made;
        CHECK(till_user_create(street, &call, &user, Out(made), nullptr) == TILL_E_BUSY);
        till_password_change_in change = TILL_PASSWORD_CHANGE_IN_INIT;
        change.new_password = str("an0ther-Good-one");
        CHECK(till_password_change(street, &token, &change, nullptr) == TILL_E_BUSY);
        till_password_reset_in reset = TILL_PASSWORD_RESET_IN_INIT;
        reset.user_id = street.bob;
        reset.token = mails->items[0]->token;
        reset.new_password = str("an0ther-Good-one");
        CHECK(till_password_reset(street, &call, &reset, nullptr) == TILL_E_BUSY);
        till_user_delete_in deletion = TILL_USER_DELETE_IN_INIT;
        deletion.user_id = street.bob;
        CHECK(till_user_delete(street, &call, &deletion, nullptr) == TILL_E_BUSY);
        till_user_update_in update = TILL_USER_UPDATE_IN_INIT;
        update.user_id = street.bob;
        update.mask = TILL_USER_EMAIL;
        update.email = str("bert@example.com");
        CHECK(till_user_update(street, &call, &update, Out(made), nullptr) == TILL_E_BUSY);
        Owned<till_second_factor_setup> setup;
        Owned<till_recovery_codes> codes;
        CHECK(till_second_factor_begin(street, &token, nullptr, Out(setup), nullptr) ==
              TILL_E_BUSY);
        CHECK(till_second_factor_remove(street, &token, nullptr, nullptr) == TILL_E_BUSY);
        CHECK(till_recovery_codes_renew(street, &token, nullptr, Out(codes), nullptr) ==
              TILL_E_BUSY);
    }).join();
    till_batch_rollback(batch);
}

// The call, given the number of its try, is let through at first and refused before long.
void expect_limit(const Street& street, const char* name,
                  const std::function<till_status(int)>& call) {
    CAPTURE(name);
    CHECK(call(0) != TILL_E_RATE_LIMITED);
    till_status last = TILL_OK;
    for (int round = 1; round < 5 && last != TILL_E_RATE_LIMITED; ++round) last = call(round);
    CHECK(last == TILL_E_RATE_LIMITED);
    // By hours everything is forgotten again, so that no call is refused for another's sake.
    street.advance(3'600'000'000);
}

TEST_CASE("[AU-4] who tries too often is told to wait") {
    const Street street;
    set(street, "access_token_lifetime", "86400");
    const Login ann = login(street, "ann");
    const till_call token = as_token(ann.access);
    set(street, "throttle_login_failures", "2");
    set(street, "throttle_registration_source", "1");
    set(street, "throttle_mail_address", "1");
    till_call visitor = TILL_CALL_INIT;
    visitor.client_address = str("203.0.113.7");
    Owned<till_tokens> tokens;
    till_login_in wrong = TILL_LOGIN_IN_INIT;
    wrong.username = str("bob");
    wrong.password = str("wrong");
    till_register_in account = TILL_REGISTER_IN_INIT;
    account.password = str(good_password);
    till_password_change_in change = TILL_PASSWORD_CHANGE_IN_INIT;
    change.old_password = str("wrong");
    change.new_password = str("an0ther-Good-one");
    till_user_delete_in deletion = TILL_USER_DELETE_IN_INIT;
    deletion.password = str("wrong");
    till_user_update_in update = TILL_USER_UPDATE_IN_INIT;
    update.mask = TILL_USER_EMAIL;
    update.email = str("next@example.com");
    update.password = str("wrong");
    const till_str mail = str("bob@example.com");
    const std::pair<const char*, std::function<till_status(int)>> calls[] = {
        {"login", [&](int) { return till_login(street, nullptr, &wrong, Out(tokens), nullptr); }},
        {"register",
         [&](int round) {
             const std::string name = "visitor" + std::to_string(round);
             account.username = str(name);
             return till_register(street, &visitor, &account, Out(tokens), nullptr);
         }},
        {"change", [&](int) { return till_password_change(street, &token, &change, nullptr); }},
        {"new address",
         [&](int) {
             Owned<till_user> user;
             return till_user_update(street, &token, &update, Out(user), nullptr);
         }},
        {"delete", [&](int) { return till_user_delete(street, &token, &deletion, nullptr); }},
        {"reset",
         [&](int) {
             return till_password_reset_request(street, nullptr, mail.data, mail.len, nullptr);
         }},
        {"resend",
         [&](int) { return till_email_resend(street, nullptr, mail.data, mail.len, nullptr); }},
    };
    for (const auto& [name, call] : calls) expect_limit(street, name, call);
}

TEST_CASE("[AU-4] who guesses at the password beside a second factor is told to wait") {
    const Street street;
    set(street, "access_token_lifetime", "86400");
    const Login ann = login(street, "ann");
    const till_call token = as_token(ann.access);
    set(street, "throttle_login_failures", "2");
    till_second_factor_begin_in begin = TILL_SECOND_FACTOR_BEGIN_IN_INIT;
    till_second_factor_remove_in remove = TILL_SECOND_FACTOR_REMOVE_IN_INIT;
    till_recovery_codes_renew_in renew = TILL_RECOVERY_CODES_RENEW_IN_INIT;
    begin.password = remove.password = renew.password = str("wrong");
    Owned<till_second_factor_setup> setup;
    Owned<till_recovery_codes> codes;
    expect_limit(street, "begin", [&](int) {
        return till_second_factor_begin(street, &token, &begin, Out(setup), nullptr);
    });
    expect_limit(street, "remove",
                 [&](int) { return till_second_factor_remove(street, &token, &remove, nullptr); });
    expect_limit(street, "renew", [&](int) {
        return till_recovery_codes_renew(street, &token, &renew, Out(codes), nullptr);
    });
}

TEST_CASE("a batch ends in one of five ways") {
    const Street street;
    till_call call = as_system();
    till_batch* batch = nullptr;
    const auto begin = [&] {
        REQUIRE(till_batch_begin(street, nullptr, &batch, nullptr) == TILL_OK);
        call.batch = batch;
        Owned<till_order> order;
        REQUIRE(try_place(street, call, Cart(), order, nullptr) == TILL_OK);
    };
    CHECK(till_batch_commit(nullptr, nullptr) == TILL_E_MISUSE);
    begin();
    CHECK(in_child([&] { return till_batch_commit(batch, nullptr); }) == TILL_E_FORKED);
    CHECK(till_batch_commit(batch, nullptr) == TILL_OK);
    begin();
    // Its second passes in calls, none of which it outlives.
    Owned<till_order> order;
    while (till_order_get(street, &call, street.order, Out(order), nullptr) == TILL_OK) {
    }
    CHECK(till_batch_commit(batch, nullptr) == TILL_E_BUSY);
    begin();
    till_testing_fault_in fault = TILL_TESTING_FAULT_IN_INIT;
    fault.fault = TILL_FAULT_SYNC;
    fault.countdown = 1;
    REQUIRE(till_testing_fault_set(street, &fault, nullptr) == TILL_OK);
    CHECK(till_batch_commit(batch, nullptr) == TILL_E_OUTCOME_UNKNOWN);
    begin();
    REQUIRE(till_store_close(street) == TILL_OK);
    CHECK(till_batch_commit(batch, nullptr) == TILL_E_CLOSED);
}
