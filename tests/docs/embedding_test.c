/* SPDX-License-Identifier: MIT */
/*
 * Runs every sample of the embedding guide and of the stability policy. The samples are static, so
 * that one which is not called here fails the build.
 */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* fork, strdup, nanosleep */
#endif

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <till/testing.h>
#include <till/till.h>
#include <time.h>
#include <unistd.h>

/* After the headers that they need. */
/* clang-format off */
#include "embedding_samples.h"
#include "stability_samples.h"
/* clang-format on */

#define CHECK(condition)                                                    \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                        \
        }                                                                   \
    } while (0)

static int logged;
static void count_lines(uintptr_t userdata, const till_log_record* record) {
    (void)userdata;
    (void)record;
    ++logged;
}

/* Refuses the first mail it is asked to send. */
static int asked;
static int send_all_but_first(const till_message* message) {
    CHECK(message->to.len > 0);
    return asked++ > 0;
}

static till_call as_system(void) {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    return call;
}

static int64_t events(till_store* store) {
    const till_store_info* info;
    int64_t last;
    CHECK(till_store_info_get(store, NULL, &info, NULL) == TILL_OK);
    last = last_event_of(info);
    till_free(info);
    return last;
}

static int64_t add_user(till_store* store, const char* name, const char* email) {
    const till_call system = as_system();
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    const till_user* user;
    int64_t id;
    in.username.data = name;
    in.username.len = TILL_STRLEN;
    in.email.data = email;
    in.email.len = TILL_STRLEN;
    CHECK(till_user_create(store, &system, &in, &user, NULL) == TILL_OK);
    id = user->id;
    till_free(user);
    return id;
}

/* A sale whose first commit fails to sync is repeated, and sold once. */
static void test_sale(till_store* store, const till_order_place_in* order) {
    till_call call = as_system();
    till_sale_in sale = TILL_SALE_IN_INIT;
    const till_receipt* receipt = NULL;
    int64_t first;

    call.idempotency_key = (till_str)TILL_STR("sale-1");
    sale.order = order;
    CHECK(sell(store, &call, &sale, &receipt) == TILL_OK);
    first = receipt->order->id;
    till_free(receipt);
    CHECK(sell(store, &call, &sale, &receipt) == TILL_OK);
    CHECK(receipt->replayed && receipt->order->id == first);
    till_free(receipt);
    sale.method = TILL_METHOD_CARD;
    CHECK(sell(store, &call, &sale, &receipt) == TILL_E_IDEMPOTENCY_MISMATCH);
}

static void test_faults(const till_order_place_in* order) {
    till_testing_fault_in fault = TILL_TESTING_FAULT_IN_INIT;
    till_call call = as_system();
    till_sale_in sale = TILL_SALE_IN_INIT;
    const till_receipt* receipt = NULL;
    const till_order_page* page;
    till_store* store;

    CHECK(till_testing_store_open(NULL, &store, NULL) == TILL_OK);
    call.idempotency_key = (till_str)TILL_STR("sale-1");
    sale.order = order;
    fault.fault = TILL_FAULT_SYNC;
    fault.countdown = 1;
    CHECK(till_testing_fault_set(store, &fault, NULL) == TILL_OK);
    CHECK(till_sale(store, &call, &sale, &receipt, NULL) == TILL_E_OUTCOME_UNKNOWN);
    CHECK(sell(store, &call, &sale, &receipt) == TILL_OK);
    till_free(receipt);
    CHECK(till_order_list(store, &call, NULL, &page, NULL) == TILL_OK);
    CHECK(page->count == 1);
    till_free(page);
    till_store_release(store);
}

static void test_batch(till_store* store, const till_order_place_in* order) {
    const till_order_place_in* const orders[] = {order, order, order};
    till_order_place_in bad = *order;
    const till_order_place_in* mixed[2];
    int64_t before = events(store);
    size_t first, count, i;

    CHECK(place_all(store, orders, 3) == TILL_OK);
    CHECK(events(store) == before + 3);
    before = events(store);
    bad.line_count = 0;
    mixed[0] = order;
    mixed[1] = &bad;
    CHECK(place_all(store, mixed, 2) == TILL_E_VALIDATION);
    CHECK(events(store) == before);
    CHECK(count_orders(store, &first) == TILL_OK);
    for (i = 0; i < 67; ++i) CHECK(place_all(store, orders, 3) == TILL_OK); /* over a page */
    CHECK(count_orders(store, &count) == TILL_OK);
    CHECK(count == first + 201);
}

static void test_error(till_store* store, const till_order_place_in* order) {
    const till_call system = as_system();
    till_order_place_in bad = *order;
    const till_order* placed;
    const till_error* error;
    till_status status;

    bad.line_count = 0;
    status = till_order_place(store, &system, &bad, &placed, &error);
    CHECK(status == TILL_E_VALIDATION && error->violation_count == 1);
    explain(status, error);
    till_free(error);
}

static void test_mails(till_store* store) {
    const till_str address = TILL_STR("ada@example.com");
    int64_t id = add_user(store, "ada", address.data);
    char* name = name_of_user(store, id);

    CHECK(name != NULL && strcmp(name, "ada") == 0);
    free(name);
    CHECK(name_of_user(store, id + 1000) == NULL);
    CHECK(till_password_reset_request(store, NULL, address.data, address.len, NULL) == TILL_OK);
    CHECK(till_email_resend(store, NULL, address.data, address.len, NULL) == TILL_OK);
    CHECK(send_mails(store, send_all_but_first) == 1);
    CHECK(asked == 2);
}

int main(int argc, char** argv) {
    till_order_line_in line = TILL_ORDER_LINE_IN_INIT;
    const till_order_line_in* lines[1];
    till_order_place_in order = TILL_ORDER_PLACE_IN_INIT;
    char path[512];
    char copy[512];
    char lost[512];
    till_store* store;
    till_store* again;

    CHECK(argc == 2); /* a directory of the test's own */
    snprintf(path, sizeof path, "%s/shop.db", argv[1]);
    snprintf(copy, sizeof copy, "%s/copy.db", argv[1]);
    snprintf(lost, sizeof lost, "%s/nowhere/shop.db", argv[1]);
    line.name = (till_str)TILL_STR("Tea");
    line.quantity = 1;
    line.amount_minor = 250;
    lines[0] = &line;
    order.lines = lines;
    order.line_count = 1;

    CHECK(serve_in_child(path) == 0);
    CHECK(serve_in_child(lost) == 1);
    store = open_shop(path, count_lines);
    CHECK(store != NULL);
    test_sale(store, &order);
    test_batch(store, &order);
    test_error(store, &order);
    test_mails(store);
    CHECK(back_up(store, copy) == TILL_OK);
    CHECK(back_up(store, copy) == TILL_E_ALREADY_EXISTS);
    again = open_shop(copy, NULL);
    CHECK(events(again) == events(store));
    till_store_release(again);
    till_store_release(store);
    CHECK(logged == 0);
    test_faults(&order);
    CHECK(session_ends_in_time());
    return 0;
}
