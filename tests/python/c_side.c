/* SPDX-License-Identifier: MIT */
/* The C side of the Python benchmarks: calls that take no time, and the same calls by C threads. */
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

typedef int32_t (*place_function)(void* store, const void* call, const void* in, const void** out,
                                  const void** err);
typedef void (*free_function)(const void* block);

static const void* canned_block;

#pragma GCC visibility push(default) /* Python calls these. */
void canned_answer(const void* block);
int32_t canned_place(void* store, const void* call, const void* in, const void** out,
                     const void** err);
void canned_free(const void* block);
double seconds_of_threads(place_function place, free_function free_block, void* store,
                          const void* call, const void* in, int32_t threads, int32_t orders_each);
#pragma GCC visibility pop

/* The block that canned_place() answers, again and again. */
void canned_answer(const void* block) { canned_block = block; }

int32_t canned_place(void* store, const void* call, const void* in, const void** out,
                     const void** err) {
    (void)store;
    (void)call;
    (void)in;
    *err = NULL;
    *out = canned_block;
    return 0;
}

void canned_free(const void* block) { (void)block; }

struct work {
    place_function place;
    free_function free_block;
    void* store;
    const void* call;
    const void* in;
    int32_t orders;
    int32_t failed;
};

static void* work(void* argument) {
    struct work* mine = argument;
    for (int32_t i = 0; i < mine->orders; ++i) {
        const void* order = NULL;
        const void* error = NULL;
        if (mine->place(mine->store, mine->call, mine->in, &order, &error) != 0) ++mine->failed;
        mine->free_block(order);
        mine->free_block(error);
    }
    return NULL;
}

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* How long so many threads take to place so many orders each; negative when a call failed. */
double seconds_of_threads(place_function place, free_function free_block, void* store,
                          const void* call, const void* in, int32_t threads, int32_t orders_each) {
    pthread_t handles[64];
    struct work works[64];
    int32_t failed = 0;
    if (threads > 64) return -1;
    const double start = now_s();
    for (int32_t i = 0; i < threads; ++i) {
        works[i] = (struct work){place, free_block, store, call, in, orders_each, 0};
        if (pthread_create(&handles[i], NULL, work, &works[i]) != 0) return -1;
    }
    for (int32_t i = 0; i < threads; ++i) {
        pthread_join(handles[i], NULL);
        failed += works[i].failed;
    }
    return failed == 0 ? now_s() - start : -1;
}
