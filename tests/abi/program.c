/* SPDX-License-Identifier: MIT */
/*
 * A program of another time: built against headers that are older or newer than the library, it
 * does what a shop does in a day. Its fields of the day are those that every one of these headers
 * has. With TILL_NEWER it also fills in what the library cannot know, and must be refused.
 */
#include <stdio.h>
#include <string.h>
#include <till/http.h>
#include <till/testing.h>
#include <till/till.h>

static int wrong;

static void expect(till_status status, till_status wanted, const char* what) {
    if (status == wanted) return;
    printf("%s: %s, not %s\n", what, till_status_name(status), till_status_name(wanted));
    ++wrong;
}

static void check(int holds, const char* what) {
    if (holds) return;
    printf("%s\n", what);
    ++wrong;
}

static till_str text(const char* literal) {
    till_str made;
    made.data = literal;
    made.len = strlen(literal);
    return made;
}

static till_call as_system(void) {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    return call;
}

static int64_t place(till_store* store, const till_call* call, const char* reference) {
    till_order_line_in line = TILL_ORDER_LINE_IN_INIT;
    till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
    const till_order_line_in* lines[1];
    const till_order* order = NULL;
    int64_t id = 0;
    line.quantity = 2;
    line.amount_minor = 350;
    line.name = text("Tea");
    lines[0] = &line;
    in.lines = lines;
    in.line_count = 1;
    in.reference = text(reference);
    expect(till_order_place(store, call, &in, &order, NULL), TILL_OK, "till_order_place");
    if (order != NULL) {
        id = order->id;
        check(order->total.minor == 700, "the total is not 700");
        check(order->total.exponent == 2, "the exponent is not 2");
        check(order->status == TILL_ORDER_PENDING, "the order is not pending");
    }
    till_free(order);
    return id;
}

static void pay(till_store* store, const till_call* call, int64_t order_id) {
    till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
    till_order_act_in act = TILL_ORDER_ACT_IN_INIT;
    const till_payment* payment = NULL;
    const till_order* order = NULL;
    in.order_id = order_id;
    in.flags = TILL_PAYMENT_COMPLETE_NOW;
    in.method = TILL_METHOD_CASH;
    expect(till_payment_start(store, call, &in, &payment, NULL), TILL_OK, "till_payment_start");
    if (payment != NULL) check(payment->amount.minor == 700, "the payment is not 700");
    till_free(payment);
    act.order_id = order_id;
    expect(till_order_hand_over(store, call, &act, &order, NULL), TILL_OK, "till_order_hand_over");
    if (order != NULL) check(order->status == TILL_ORDER_DELIVERED, "not delivered");
    till_free(order);
}

static void list(till_store* store, const till_call* call) {
    till_order_query query = TILL_ORDER_QUERY_INIT;
    const till_order_page* page = NULL;
    size_t seen = 0;
    query.flags = TILL_LIST_OLDEST_FIRST;
    expect(till_order_list(store, call, &query, &page, NULL), TILL_OK, "till_order_list");
    if (page != NULL) {
        /* By the pointers, and by the library's stride: never by sizeof, which is another's. */
        for (seen = 0; seen < page->count; ++seen) {
            check(page->items[seen]->id == (int64_t)seen + 1, "the list is out of order");
            check(page->items[seen]->total.minor == 700, "a row is not 700");
        }
    }
    check(seen == 3, "the list has not three orders");
    till_free(page);
}

static void refuse(till_store* store, const till_call* call) {
    till_order_act_in act = TILL_ORDER_ACT_IN_INIT;
    const till_order* order = NULL;
    const till_error* error = NULL;
    act.order_id = 99;
    expect(till_order_cancel(store, call, &act, &order, &error), TILL_E_NOT_FOUND, "an order 99");
    check(error != NULL && strcmp(error->code.data, "order_not_found") == 0, "another code");
    check(error != NULL && error->status == TILL_E_NOT_FOUND, "another status");
    till_free(error);
}

/* Over HTTP: the same library's adapter, and structs of its own. */
static void ask(till_store* store) {
    till_http_app_in in = TILL_HTTP_APP_IN_INIT;
    till_http_request request = TILL_HTTP_REQUEST_INIT;
    const till_http_request* requests[1];
    const till_http_response* response = NULL;
    till_http_app* app = NULL;
    in.mount = text("/api");
    expect(till_http_app_create(store, &in, &app, NULL), TILL_OK, "till_http_app_create");
    if (app == NULL) return;
    request.method = text("GET");
    request.target = text("/api/orders/1/");
    check(till_http_plan(app, &request) == TILL_HTTP_READ, "the plan is not to read");
    check(till_http_body_max(app, &request) > 0, "no body may come");
    expect(till_http_handle(app, &request, &response), TILL_OK, "till_http_handle");
    check(response != NULL && response->status == 401, "an order for anyone");
    till_free(response);
    requests[0] = &request;
    expect(till_http_handle_batch(app, requests, 1, &response), TILL_OK, "till_http_handle_batch");
    till_free(response);
#if defined(TILL_NEWER)
    request.newer_field = 1;
    expect(till_http_handle(app, &request, &response), TILL_E_UNSUPPORTED_FIELD, "request");
    expect(till_http_handle_batch(app, requests, 1, &response), TILL_E_UNSUPPORTED_FIELD,
           "requests");
    check(till_http_body_max(app, &request) == 0, "a body to a refused request");
#endif
    till_http_app_release(app);
#if defined(TILL_NEWER)
    in.newer_field = 1;
    expect(till_http_app_create(store, &in, &app, NULL), TILL_E_UNSUPPORTED_FIELD, "app");
#endif
}

#if defined(TILL_NEWER)
static void refuse_newer_fields(till_store* store) {
    till_call call = as_system();
    till_order_act_in act = TILL_ORDER_ACT_IN_INIT;
    till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
    till_order_line_in line = TILL_ORDER_LINE_IN_INIT;
    till_order_query query = TILL_ORDER_QUERY_INIT;
    const till_order_line_in* lines[1];
    const till_order* order = NULL;
    const till_order_page* page = NULL;
    const till_error* error = NULL;
    act.order_id = 1;
    act.newer_field = 1;
    expect(till_order_cancel(store, &call, &act, &order, &error), TILL_E_UNSUPPORTED_FIELD, "act");
    check(error != NULL && error->message.len > 0, "the refusal says nothing");
    till_free(error);
    query.newer_field = 1;
    expect(till_order_list(store, &call, &query, &page, NULL), TILL_E_UNSUPPORTED_FIELD, "query");
    lines[0] = &line;
    in.lines = lines;
    in.line_count = 1;
    line.quantity = 1;
    line.name = text("Tea");
    line.newer_field = 1;
    expect(till_order_place(store, &call, &in, &order, NULL), TILL_E_UNSUPPORTED_FIELD, "line");
    line.newer_field = 0;
    in.newer_field = UINT64_C(1) << 63;
    expect(till_order_place(store, &call, &in, &order, NULL), TILL_E_UNSUPPORTED_FIELD, "place");
    in.newer_field = 0;
    call.newer_field = 1;
    expect(till_order_place(store, &call, &in, &order, NULL), TILL_E_UNSUPPORTED_FIELD, "call");
    call.newer_field = 0;
    check(order == NULL && page == NULL, "a refused call has an output");
    /* A result says by its size that it lacks what this program knows. */
    expect(till_order_get(store, &call, 1, &order, NULL), TILL_OK, "till_order_get");
    check(order != NULL && !TILL_HAS(order, till_order, newer_field), "TILL_HAS is wrong");
    check(order != NULL && TILL_HAS(order, till_order, lines), "TILL_HAS misses lines");
    till_free(order);
}
#endif

int main(void) {
    till_testing_in testing = TILL_TESTING_IN_INIT;
    till_maintain_in maintain = TILL_MAINTAIN_IN_INIT;
    till_user_create_in user = TILL_USER_CREATE_IN_INIT;
    till_call call = as_system();
    till_store* store = NULL;
    const till_user* ann = NULL;
    const till_report* report = NULL;
    testing.seed = 7;
    testing.now_us = INT64_C(1700000000000000);
    expect(till_testing_store_open(&testing, &store, NULL), TILL_OK, "till_testing_store_open");
    if (store == NULL) return 1;
    user.username = text("ann");
    expect(till_user_create(store, &call, &user, &ann, NULL), TILL_OK, "till_user_create");
    check(ann != NULL && strcmp(ann->username.data, "ann") == 0, "the user is not ann");
    till_free(ann);
    pay(store, &call, place(store, &call, "a"));
    place(store, &call, "b");
    place(store, &call, "c");
    check(place(store, &call, "b") == 2, "a repeated reference is another order");
    list(store, &call);
    refuse(store, &call);
    ask(store);
    maintain.budget_ms = 10000;
    expect(till_store_maintain(store, &call, &maintain, &report, NULL), TILL_OK, "maintain");
    check(report != NULL && report->sound, "maintenance did not finish");
    till_free(report);
#if defined(TILL_NEWER)
    refuse_newer_fields(store);
#endif
    till_store_release(store);
    printf("order %u bytes, call %u: %d wrong\n", (unsigned)sizeof(till_order),
           (unsigned)sizeof(till_call), wrong);
    return wrong != 0;
}
