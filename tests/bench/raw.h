/* SPDX-License-Identifier: MIT */
/*
 * The other side of the benchmark: what a careful C program does with the same SQL on the same
 * schema through the SQLite C API, with cached statements and synchronous=FULL.
 */
#ifndef TILL_BENCH_RAW_H
#define TILL_BENCH_RAW_H

#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

typedef struct raw raw;

/* Opens a store's file; nobody else may have it open. Ends the program when anything fails, as all
 * functions here do: a benchmark of errors is none. */
raw* raw_open(const char* path);
void raw_close(raw* db);

/* Places `count` orders of one line in one durable transaction: actor, idempotency key, order,
 * line, event, sweep. Users are taken in turn from 1 to `users`. Gives the last order's id. */
int64_t raw_place(raw* db, int count, int64_t users);

/* Reads an order and its lines in one read transaction; gives a sum over what was read. */
int64_t raw_get(raw* db, int64_t order_id);

/* Reads a user's 20 newest orders with their lines. */
int64_t raw_list(raw* db, int64_t user_id);

#if defined(__cplusplus)
}
#endif

#endif
