/* SPDX-License-Identifier: MIT */
/*
 * Testing with till: a throw-away store with cheap hashing, a clock you set and seeded randomness.
 * Everything here needs a store opened with TILL_OPEN_TESTING (else TILL_E_PERMISSION); such a
 * store is marked in its file and never opens without the flag. The structs keep the ABI's
 * promise, the behaviour does not.
 */
#ifndef TILL_TESTING_H
#define TILL_TESTING_H

#include <till/store.h>
#include <till/types.h>

TILL_EXTERN_BEGIN

typedef struct till_testing_in {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t seed;        /* 0: the system's randomness; else reproducible ids and tokens */
    till_time now_us;     /* 0: the system's clock; else a clock that stands until it is moved:
                             a time from 1970 to 2999 */
    till_bool real_hashing; /* 0: Argon2id at its cheapest */
    uint32_t reserved0;
} till_testing_in;
/* The defaults; set fields after it. */
#define TILL_TESTING_IN_INIT \
    { sizeof(till_testing_in), 0, 0, 0, 0, 0 }

/* Opens a store in a new directory below $TMPDIR; the last release removes it. */
TILL_API till_status TILL_CALL till_testing_store_open(const till_testing_in *TILL_NULLABLE in,
                                                       till_store **out,
                                                       const till_error **TILL_NULLABLE err);

/* Moves the store's clock (of this opener) to a time; it stands there from then on. */
TILL_API till_status TILL_CALL till_testing_clock_set(till_store *store, till_time now_us,
                                                      const till_error **TILL_NULLABLE err);

/* Moves the clock on, or back. A running clock stands from then on. */
TILL_API till_status TILL_CALL till_testing_clock_advance(till_store *store, int64_t by_us,
                                                          const till_error **TILL_NULLABLE err);

/* What the store's clock says. */
TILL_API till_status TILL_CALL till_testing_clock_get(till_store *store, till_time *out_us,
                                                      const till_error **TILL_NULLABLE err);

typedef struct till_testing_token {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_str token;
} till_testing_token;

/* Signs any header and claims (JSON texts) with the store's current key: a forged access token. An
 * absent header means the right one. */
TILL_API till_status TILL_CALL till_testing_token_forge(till_store *store, const char *claims,
                                                        size_t claims_len,
                                                        const char *TILL_NULLABLE header,
                                                        size_t header_len,
                                                        const till_testing_token **out,
                                                        const till_error **TILL_NULLABLE err);

typedef int32_t till_fault;
#define TILL_FAULT_NONE 0
#define TILL_FAULT_WRITE 1 /* a write to the file or its log fails */
#define TILL_FAULT_SYNC 2
#define TILL_FAULT_FULL 3  /* a write finds the disk full */
#define TILL_FAULT_READ 4
#define TILL_FAULT_STATEMENT 5 /* a statement's step fails */

typedef struct till_testing_fault_in {
    uint32_t struct_size;
    uint32_t flags;
    till_fault fault;
    till_bool persistent; /* 0: once */
    int64_t countdown;    /* 1: the next one, 2: the one after it, … */
} till_testing_fault_in;
/* The defaults; set fields after it. */
#define TILL_TESTING_FAULT_IN_INIT \
    { sizeof(till_testing_fault_in), 0, 0, 0, 0 }

/* Makes a later storage call of this store fail; TILL_FAULT_NONE ends it. */
TILL_API till_status TILL_CALL till_testing_fault_set(till_store *store,
                                                      const till_testing_fault_in *in,
                                                      const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

#endif
