/* SPDX-License-Identifier: MIT */
/**
 * @defgroup testing Testing
 * @brief A throw-away store with cheap hashing, a clock you move and seeded randomness.
 *
 * Everything here needs a store opened with #TILL_OPEN_TESTING, else #TILL_E_PERMISSION
 * (not_a_testing_store); such a store is marked in its file and never opens without the flag. The
 * structs keep the ABI's promise, the behaviour does not.
 * @{
 */
#ifndef TILL_TESTING_H
#define TILL_TESTING_H

#include <till/store.h>
#include <till/types.h>

TILL_EXTERN_BEGIN

/** How a testing store differs from a real one. */
typedef struct till_testing_in {
    uint32_t struct_size;
    uint32_t flags;         /**< 0. */
    uint64_t seed;          /**< 0: the system's randomness; else reproducible tokens and names. */
    till_time now_us;       /**< 0: the system's clock; else one that stands there until it is
                                 moved: a time from 1970 to 2999. */
    till_bool real_hashing; /**< 0: Argon2id at its cheapest. */
    uint32_t reserved0;
} till_testing_in;
/** The defaults; set fields after it. */
#define TILL_TESTING_IN_INIT \
    { sizeof(till_testing_in), 0, 0, 0, 0, 0 }

/** Opens a store in a new directory below $TMPDIR (else /tmp); the last release removes it.
 *
 * @param in  NULL: the defaults
 * @param[out] out  one reference, released by till_store_release()
 * @param[out] err  why it failed
 *
 * @retval TILL_E_VALIDATION  "/now_us" (out_of_range)
 * @retval TILL_E_IO          no_temporary_directory, and as till_store_open() */
TILL_API till_status TILL_CALL till_testing_store_open(const till_testing_in *TILL_NULLABLE in,
                                                       till_store **out,
                                                       const till_error **TILL_NULLABLE err);

/** Moves the clock of this opener to a time; it stands there from then on. It must have been opened
 * with now_us.
 *
 * @param now_us  a time from 1970 to 2999
 * @retval TILL_E_VALIDATION  "/now_us" (out_of_range)
 * @retval TILL_E_PERMISSION  not_a_testing_store; clock_runs: opened without now_us */
TILL_API till_status TILL_CALL till_testing_clock_set(till_store *store, till_time now_us,
                                                      const till_error **TILL_NULLABLE err);

/** Moves the clock of this opener on, or back. It must have been opened with now_us.
 *
 * @param by_us  microseconds, negative to go back
 * @retval TILL_E_VALIDATION  "/now_us" (out_of_range)
 * @retval TILL_E_PERMISSION  not_a_testing_store; clock_runs: opened without now_us */
TILL_API till_status TILL_CALL till_testing_clock_advance(till_store *store, int64_t by_us,
                                                          const till_error **TILL_NULLABLE err);

/** What the clock of this opener says.
 *
 * @param[out] out_us  the time
 * @retval TILL_E_PERMISSION  not_a_testing_store */
TILL_API till_status TILL_CALL till_testing_clock_get(till_store *store, till_time *out_us,
                                                      const till_error **TILL_NULLABLE err);

/** A token. The block is wiped when freed. */
typedef struct till_testing_token {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_str token; /**< header.claims.signature */
} till_testing_token;

/** Signs any header and claims (JSON texts) with the store's current key: a forged access token.
 *
 * @param claims      a JSON text, not looked at
 * @param claims_len  its bytes, or #TILL_STRLEN
 * @param header      a JSON text, not looked at; NULL: the right one
 * @param header_len  its bytes, or #TILL_STRLEN
 *
 * @retval TILL_E_PERMISSION  not_a_testing_store */
TILL_API till_status TILL_CALL till_testing_token_forge(till_store *store, const char *claims,
                                                        size_t claims_len,
                                                        const char *TILL_NULLABLE header,
                                                        size_t header_len,
                                                        const till_testing_token **out,
                                                        const till_error **TILL_NULLABLE err);

/** What fails. */
typedef int32_t till_fault;
#define TILL_FAULT_NONE 0      /**< Nothing. */
#define TILL_FAULT_WRITE 1     /**< A write to the file or its log. */
#define TILL_FAULT_SYNC 2      /**< A sync of the file or its log. */
#define TILL_FAULT_FULL 3      /**< A write finds the disk full. */
#define TILL_FAULT_READ 4      /**< A read of the file or its log. */
#define TILL_FAULT_STATEMENT 5 /**< A statement's step. */

/** What fails, and when. */
typedef struct till_testing_fault_in {
    uint32_t struct_size;
    uint32_t flags;       /**< 0. */
    till_fault fault;     /**< TILL_FAULT_*. */
    till_bool persistent; /**< 0: once; 1: from then on. */
    int64_t countdown;    /**< 1: the next one, 2: the one after it, … */
} till_testing_fault_in;
/** The defaults; set fields after it. */
#define TILL_TESTING_FAULT_IN_INIT \
    { sizeof(till_testing_fault_in), 0, 0, 0, 0 }

/** Makes a later storage call of this store fail; #TILL_FAULT_NONE ends it.
 *
 * @retval TILL_E_PERMISSION  not_a_testing_store */
TILL_API till_status TILL_CALL till_testing_fault_set(till_store *store,
                                                      const till_testing_fault_in *in,
                                                      const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

/** @} */
#endif
