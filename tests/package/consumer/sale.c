/* SPDX-License-Identifier: MIT */
/* A walk-in buys two espressos. Says the sale, what till says it is built of, and, when the program
 * links a SQLite for itself, that one's version. Compiled as C99, and as C++17 by sale.cpp. */
#include <stdio.h>
#include <till/till.h>

#ifdef HAS_SQLITE
#include <sqlite3.h>
#endif

static int report(const till_error* error) {
    fprintf(stderr, "%s\n", error != NULL ? error->message.data : "no error object");
    till_free(error);
    return 1;
}

int main(int argc, char** argv) {
    till_store_open_in open = TILL_STORE_OPEN_IN_INIT;
    till_call system = TILL_CALL_INIT;
    till_order_line_in line = TILL_ORDER_LINE_IN_INIT;
    const till_order_line_in* lines[1];
    till_order_place_in order = TILL_ORDER_PLACE_IN_INIT;
    till_sale_in sale = TILL_SALE_IN_INIT;
    const till_str name = TILL_STR("Espresso");
    const till_receipt* receipt = NULL;
    const till_error* error = NULL;
    till_store* store = NULL;

    if (argc != 2) return 2;
    open.path.data = argv[1];
    open.path.len = TILL_STRLEN;
    if (till_store_open(&open, &store, &error) != TILL_OK) return report(error);
    system.actor = TILL_ACTOR_SYSTEM;
    lines[0] = &line;
    line.name = name;
    line.quantity = 2;
    line.amount_minor = 250;
    order.lines = lines;
    order.line_count = 1;
    sale.order = &order;
    if (till_sale(store, &system, &sale, &receipt, &error) != TILL_OK) return report(error);
    printf("sold for %ld\n", (long)receipt->order->total.minor);
    till_free(receipt);
    till_store_release(store);
    printf("till %s\n", till_build_info());
#ifdef HAS_SQLITE
    printf("own sqlite %s\n", sqlite3_libversion());
#endif
    return 0;
}
