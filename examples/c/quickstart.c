/* SPDX-License-Identifier: MIT */
/* till in a page of C: open a store, register, log in, place an order, pay, list.
 *
 *     quickstart FILE      FILE is made when it is missing
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <till/till.h>

/* Every call returns a status; on failure `error` says what to do. */
static void check(till_status status, const till_error* error, const char* what) {
    if (status == TILL_OK) return;
    fprintf(stderr, "%s: %s\n", what,
            error != NULL ? error->message.data : till_status_name(status));
    till_free(error);
    exit(1); /* NOLINT(concurrency-mt-unsafe): one thread */
}

static void print_order(const till_order* order) {
    printf("order %" PRId64 ": %zu lines, %" PRId64 ".%02d %s, %s\n", order->id, order->line_count,
           order->total.minor / 100, (int)(order->total.minor % 100), order->total.currency,
           till_order_state_name(order->status));
}

static till_store* open_store(const char* path) {
    const till_error* error = NULL;
    till_store* store = NULL;
    till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
    in.path.data = path;
    in.path.len = TILL_STRLEN;
    check(till_store_open(&in, &store, &error), error, "open");
    return store;
}

int main(int argc, char** argv) {
    const till_error* error = NULL;
    till_store* store = open_store(argc > 1 ? argv[1] : "shop.db");

    /* A visitor makes an account (NULL in place of a call: an anonymous one) and logs in. */
    const till_tokens* tokens = NULL;
    till_register_in visitor = TILL_REGISTER_IN_INIT;
    visitor.username = (till_str)TILL_STR("ada");
    visitor.password = (till_str)TILL_STR("analytical engine");
    check(till_register(store, NULL, &visitor, &tokens, &error), error, "register");
    till_free(tokens);

    till_login_in login = TILL_LOGIN_IN_INIT;
    login.username = visitor.username;
    login.password = visitor.password;
    check(till_login(store, NULL, &login, &tokens, &error), error, "login");
    printf("logged in as %s\n", tokens->user->username.data);

    /* From here on the access token says who calls. With the key, repeating the call is safe. */
    till_call ada = TILL_CALL_INIT;
    ada.actor = TILL_ACTOR_TOKEN;
    ada.token = tokens->access;
    ada.idempotency_key = (till_str)TILL_STR("basket-1");

    till_order_line_in tea = TILL_ORDER_LINE_IN_INIT;
    tea.name = (till_str)TILL_STR("Green tea");
    tea.quantity = 2;
    tea.amount_minor = 890; /* cents */
    till_order_line_in pot = TILL_ORDER_LINE_IN_INIT;
    pot.name = (till_str)TILL_STR("Teapot");
    pot.quantity = 1;
    pot.amount_minor = 3990;
    const till_order_line_in* lines[] = {&tea, &pot};
    till_order_place_in basket = TILL_ORDER_PLACE_IN_INIT;
    basket.lines = lines;
    basket.line_count = 2;
    const till_order* order = NULL;
    check(till_order_place(store, &ada, &basket, &order, &error), error, "place");
    print_order(order);

    /* She starts the payment; the host, who hears from the bank, completes it. */
    const till_payment* payment = NULL;
    till_payment_start_in pay = TILL_PAYMENT_START_IN_INIT;
    pay.order_id = order->id;
    pay.method = TILL_METHOD_CARD;
    ada.idempotency_key = (till_str)TILL_STR("payment-1");
    check(till_payment_start(store, &ada, &pay, &payment, &error), error, "pay");

    till_call host = TILL_CALL_INIT;
    host.actor = TILL_ACTOR_SYSTEM;
    till_payment_act_in complete = TILL_PAYMENT_ACT_IN_INIT;
    complete.payment_id = payment->id;
    till_free(payment);
    check(till_payment_complete(store, &host, &complete, &payment, &error), error, "complete");
    printf("payment %" PRId64 ": %s\n", payment->id, till_payment_state_name(payment->status));

    const till_order_page* page = NULL;
    ada.idempotency_key = (till_str){NULL, 0};
    check(till_order_list(store, &ada, NULL, &page, &error), error, "list");
    for (size_t i = 0; i < page->count; ++i) print_order(page->items[i]);

    till_free(page);
    till_free(payment);
    till_free(order);
    till_free(tokens);
    till_store_release(store);
    return 0;
}
