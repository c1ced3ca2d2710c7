/* SPDX-License-Identifier: MIT */
/**
 * @defgroup key API keys
 * @brief For workers and tills: programs that call for the shop and are nobody's login.
 *
 * A key is named, has scopes, may expire and can be revoked; both act at the very next call in
 * every process. The store keeps its SHA-256 alone, so it is shown once, when it is made. It goes
 * into till_call.token with #TILL_ACTOR_KEY.
 *
 * A key acts as nobody's user. An order it places is a walk-in's unless a user is named, its
 * `placed_by` is 0, and the event names the key. Where a comment says *self* or *owner*, that is
 * never a key. Idempotency keys are scoped by the API key, so two of them never meet.
 *
 * Scopes, and what each opens. Whatever is not named here is #TILL_E_PERMISSION for every key: no
 * key makes keys, changes settings, users or passwords, or backs up.
 *
 *   orders:place    till_order_place(), till_order_place_many(), for walk-ins and for named users;
 *                   prices are claims, as a plain user's
 *   prices:set      prices that such a key sets count (price_source: staff), lines that are no
 *                   items, and till_order_confirm_prices()
 *   orders:read     orders: get, find, list
 *   orders:fulfil   ship, deliver, hand over, cancel; get and find
 *   payments:read   payments and refunds: get, list
 *   payments:write  start, complete, fail and refund; get
 *   users:read      till_user_get(), till_user_find(), till_user_list()
 *   events:read     till_event_list(), till_event_wait()
 *   outbox:work     the outbox. Its mails carry reset links: who has this can take over accounts
 *   reports:read    till_report_totals(), till_report_standing(), till_store_metrics_get()
 *
 * till_sale() needs orders:place, orders:fulfil and payments:write; prices:set as well, or its
 * prices do not count and the sale is refused unless the setting `prices` is trusted.
 * @{
 */
#ifndef TILL_KEY_H
#define TILL_KEY_H

#include <till/types.h>

TILL_EXTERN_BEGIN

/** An API key. The answer of till_key_create() holds a secret: that block is wiped when freed. */
typedef struct till_key {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t id;
    till_str name;          /**< Which till, which worker. */
    till_str scopes;        /**< Names with one blank between them, in the order above. */
    till_str secret;        /**< "till_key_…", 52 bytes. Absent, but from till_key_create(). */
    int64_t created_by;     /**< The user who made it; 0: the system. */
    till_time created_us;
    till_time expires_us;   /**< When it ends; #TILL_TIME_NONE: never. */
    till_time last_used_us; /**< To a minute, and once the process that saw the use has written
                                 something, as till_store_maintain() does; #TILL_TIME_NONE:
                                 never. */
    till_time revoked_us;   /**< #TILL_TIME_NONE: it is not. */
} till_key;

/** API keys, newest first. */
typedef struct till_key_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_key *const *items;
    size_t count;
    const till_key *first;
    size_t row_stride;
    till_str next_cursor;
} till_key_page;

/** A new API key. */
typedef struct till_key_create_in {
    uint32_t struct_size;
    uint32_t flags;       /**< 0. */
    till_str name;        /**< 1-100: which till, which worker. */
    till_str scopes;      /**< One or more of the names above, blanks between them. */
    till_time expires_us; /**< 0: never. */
} till_key_create_in;
/** The defaults; set fields after it. */
#define TILL_KEY_CREATE_IN_INIT \
    { sizeof(till_key_create_in), 0, { NULL, 0 }, { NULL, 0 }, 0 }

/** Makes a key and shows its secret, this once. Superuser, system. Refuses an idempotency key.
 *
 * @retval TILL_E_MISUSE      with an idempotency key
 * @retval TILL_E_VALIDATION  "/name", "/scopes" (blank, invalid_choice), "/expires" (too_small:
 *                            past)
 * @retval TILL_E_PERMISSION  for others */
TILL_API till_status TILL_CALL till_key_create(till_store *store,
                                               const till_call *TILL_NULLABLE call,
                                               const till_key_create_in *in, const till_key **out,
                                               const till_error **TILL_NULLABLE err);

/** Which keys. */
typedef struct till_key_query {
    uint32_t struct_size;
    uint32_t flags; /**< 0. */
    till_str cursor;
    uint32_t limit; /**< Rows a page; 0: 50; at most 200. */
    uint32_t reserved0;
} till_key_query;
/** The defaults; set fields after it. */
#define TILL_KEY_QUERY_INIT \
    { sizeof(till_key_query), 0, { NULL, 0 }, 0, 0 }

/** Every key, newest first; revoked and expired ones, too. Superuser, system.
 *
 * @param query  NULL: the defaults
 * @retval TILL_E_VALIDATION  "/limit" (too_large)
 * @retval TILL_E_CURSOR      start at the first page
 * @retval TILL_E_PERMISSION  for others */
TILL_API till_status TILL_CALL till_key_list(till_store *store, const till_call *TILL_NULLABLE call,
                                             const till_key_query *TILL_NULLABLE query,
                                             const till_key_page **out,
                                             const till_error **TILL_NULLABLE err);

/** Ends a key for ever: refused at the next call, in every process. Once more changes nothing.
 * Superuser, system. Refuses an idempotency key.
 *
 * @param key_id  its id
 *
 * @retval TILL_E_MISUSE      with an idempotency key
 * @retval TILL_E_NOT_FOUND   key_not_found
 * @retval TILL_E_PERMISSION  for others */
TILL_API till_status TILL_CALL till_key_revoke(till_store *store,
                                               const till_call *TILL_NULLABLE call, int64_t key_id,
                                               const till_key **out,
                                               const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

/** @} */
#endif
