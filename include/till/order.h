/* SPDX-License-Identifier: MIT */
/*
 * Orders: 1-100 lines in one currency, owned by a user or by nobody (a walk-in).
 *
 * Prices are as good as the actor who set them: system and staff set them, a plain user only claims
 * an item's price. Setting `prices`: "open" takes claims, but such an order is not shipped or
 * handed over before staff confirm its prices; "trusted" lets claims count.
 *
 * Refusals by state are TILL_E_CONFLICT with a code: invalid_transition, prices_not_verified,
 * not_paid, payment_completed (refund it first).
 */
#ifndef TILL_ORDER_H
#define TILL_ORDER_H

#include <till/types.h>

TILL_EXTERN_BEGIN

typedef int32_t till_order_state;
#define TILL_ORDER_PENDING 1
#define TILL_ORDER_SHIPPED 2
#define TILL_ORDER_DELIVERED 3
#define TILL_ORDER_CANCELLED 4

/* "pending" …; "unknown" for a number this library does not know. Static; never NULL. */
TILL_API const char *TILL_CALL till_order_state_name(till_order_state state);

typedef int32_t till_line_kind;
#define TILL_LINE_ITEM 1
#define TILL_LINE_DISCOUNT 2
#define TILL_LINE_SHIPPING 3
#define TILL_LINE_TAX 4
#define TILL_LINE_FEE 5
#define TILL_LINE_TIP 6
#define TILL_LINE_ROUNDING 7

/* "item" …; "unknown" for a number this library does not know. Static; never NULL. */
TILL_API const char *TILL_CALL till_line_kind_name(till_line_kind kind);

typedef int32_t till_price_source;
#define TILL_PRICE_HOST 1      /* set by the system */
#define TILL_PRICE_STAFF 2     /* set or confirmed by staff */
#define TILL_PRICE_CATALOGUE 3 /* reserved */
#define TILL_PRICE_CLIENT 4    /* claimed by a plain user */

/* "host" …; "unknown" for a number this library does not know. Static; never NULL. */
TILL_API const char *TILL_CALL till_price_source_name(till_price_source source);

/* ---- Place ------------------------------------------------------------------------------- */

typedef struct till_order_line_in {
    uint32_t struct_size;
    uint32_t flags;
    till_line_kind kind;  /* 0: item */
    till_bool included;   /* other kinds: already inside the prices, not added to the total */
    int64_t quantity;     /* item: 1-2147483647; other kinds: 0 or 1 */
    int64_t amount_minor; /* item: unit price, >= 0; other kinds: the signed amount */
    till_str name;        /* product name or label, 1-100 code points */
    till_str sku;         /* optional, item only, <= 64 */
} till_order_line_in;
/* The defaults; set fields after it. */
#define TILL_ORDER_LINE_IN_INIT \
    { sizeof(till_order_line_in), 0, 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 } }

#define TILL_ORDER_WALK_IN 1u /* the order belongs to nobody; system and staff */

typedef struct till_order_place_in {
    uint32_t struct_size;
    uint32_t flags;    /* TILL_ORDER_WALK_IN */
    int64_t user_id;   /* the owner; 0: the actor (system: a walk-in). Another's: system, staff. */
    till_str currency; /* ISO 4217; absent: the setting `currency` */
    const till_order_line_in *const *lines;
    size_t line_count;      /* 1-100 */
    till_str reference;     /* your own id, 1-64 bytes, unique per owner for ever: replay by it */
    till_str series;        /* 1-16 of A-Z 0-9 -: draws its next gapless number; system, staff */
    till_str contact_name;  /* walk-in only, <= 100 */
    till_str contact_email; /* walk-in only */
    till_str metadata;      /* a JSON object, <= 4096 bytes */
} till_order_place_in;
/* The defaults; set fields after it. */
#define TILL_ORDER_PLACE_IN_INIT \
    { sizeof(till_order_place_in), 0, 0, { NULL, 0 }, NULL, 0, { NULL, 0 }, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 }, { NULL, 0 } }

typedef struct till_order_line {
    uint32_t struct_size;
    till_line_kind kind;
    till_bool included;
    till_price_source price_source;
    int64_t quantity;
    int64_t unit_price_minor;
    int64_t amount_minor; /* what the line adds to the total unless included */
    till_str name;
    till_str sku;
} till_order_line;

typedef struct till_order {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t id;
    int64_t user_id;   /* 0: a walk-in */
    int64_t placed_by; /* the acting user, 0: the system */
    int64_t version;
    till_money total;
    till_order_state status;
    till_bool price_verified;
    till_time created_us;
    till_time updated_us;
    int64_t number; /* in `series`; 0: none */
    till_str series;
    till_str reference;
    till_str contact_name;
    till_str contact_email;
    till_str metadata;
    const till_order_line *const *lines;
    size_t line_count;
    till_bool replayed; /* the answer to a repeated key or reference */
    uint32_t reserved0;
} till_order;

/* Places an order. Anonymous: TILL_E_UNAUTHENTICATED. TILL_E_VALIDATION with paths such as
 * "/lines/2/quantity", "/currency" (unknown_currency), "/lines" (total_negative, total_overflow);
 * TILL_E_PERMISSION (another's order, non-item lines or a series by a plain user);
 * TILL_E_ALREADY_EXISTS "/reference" when the reference was used with another content (the same
 * content answers the same order, replayed); TILL_E_IDEMPOTENCY_MISMATCH; TILL_E_BUSY,
 * TILL_E_OUTCOME_UNKNOWN: repeat with the same key. */
TILL_API till_status TILL_CALL till_order_place(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_order_place_in *in,
                                                const till_order **out,
                                                const till_error **TILL_NULLABLE err);

/* One outcome an input, in order: items[i] or errors[i] is NULL. */
typedef struct till_order_batch {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_order *const *items;
    const till_error *const *errors; /* owned by this block: never free them singly */
    size_t count;
    size_t failed_count;
} till_order_batch;

/* Places up to 1000 orders in one durable commit; each succeeds or fails on its own. An idempotency
 * key covers each by its position. TILL_OK also when some failed: see failed_count. */
TILL_API till_status TILL_CALL till_order_place_many(till_store *store,
                                                     const till_call *TILL_NULLABLE call,
                                                     const till_order_place_in *const *in,
                                                     size_t count, const till_order_batch **out,
                                                     const till_error **TILL_NULLABLE err);

/* ---- Read -------------------------------------------------------------------------------- */

/* An order. Owner, staff, system; others TILL_E_NOT_FOUND. */
TILL_API till_status TILL_CALL till_order_get(till_store *store,
                                              const till_call *TILL_NULLABLE call, int64_t order_id,
                                              const till_order **out,
                                              const till_error **TILL_NULLABLE err);

/* Up to 1000 orders by id in one snapshot; a missing one has an error in its place. */
TILL_API till_status TILL_CALL till_order_get_many(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const int64_t *order_ids, size_t count,
                                                   const till_order_batch **out,
                                                   const till_error **TILL_NULLABLE err);

typedef struct till_order_find_in {
    uint32_t struct_size;
    uint32_t flags;
    int64_t user_id;    /* with reference: the owner; 0: the actor (system, staff: walk-ins) */
    till_str reference; /* either this */
    till_str series;    /* or series and number */
    int64_t number;
} till_order_find_in;
/* The defaults; set fields after it. */
#define TILL_ORDER_FIND_IN_INIT \
    { sizeof(till_order_find_in), 0, 0, { NULL, 0 }, { NULL, 0 }, 0 }

/* An order by its reference, or by series and number. TILL_E_NOT_FOUND. */
TILL_API till_status TILL_CALL till_order_find(till_store *store,
                                               const till_call *TILL_NULLABLE call,
                                               const till_order_find_in *in, const till_order **out,
                                               const till_error **TILL_NULLABLE err);

typedef struct till_order_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_order *const *items;
    size_t count;
    const till_order *first;
    size_t row_stride;
    till_str next_cursor; /* absent: the end */
} till_order_page;

#define TILL_LIST_OLDEST_FIRST 1u
#define TILL_LIST_ALL_USERS 2u /* staff and system; the default of system */

typedef struct till_order_query {
    uint32_t struct_size;
    uint32_t flags;   /* TILL_LIST_* */
    int64_t user_id;  /* 0: the actor himself, unless TILL_LIST_ALL_USERS */
    till_str cursor;  /* next_cursor of the previous page of the same query */
    till_order_state status; /* 0: any */
    uint32_t limit;          /* 0: 50; at most 200 */
} till_order_query;
/* The defaults; set fields after it. */
#define TILL_ORDER_QUERY_INIT \
    { sizeof(till_order_query), 0, 0, { NULL, 0 }, 0, 0 }

/* Orders, newest first. TILL_E_CURSOR, TILL_E_PERMISSION (another's list). */
TILL_API till_status TILL_CALL till_order_list(till_store *store,
                                               const till_call *TILL_NULLABLE call,
                                               const till_order_query *TILL_NULLABLE query,
                                               const till_order_page **out,
                                               const till_error **TILL_NULLABLE err);

/* ---- Change ------------------------------------------------------------------------------ */

typedef struct till_order_act_in {
    uint32_t struct_size;
    uint32_t flags;
    int64_t order_id;
    int64_t if_version; /* 0: whatever it is */
} till_order_act_in;
/* The defaults; set fields after it. */
#define TILL_ORDER_ACT_IN_INIT \
    { sizeof(till_order_act_in), 0, 0, 0 }

/* pending -> shipped. Staff, system; prices verified; paid, or total 0, or the setting ship_unpaid.
 * TILL_E_NOT_FOUND, TILL_E_PERMISSION, TILL_E_PRECONDITION, TILL_E_CONFLICT (see the top). */
TILL_API till_status TILL_CALL till_order_ship(till_store *store,
                                               const till_call *TILL_NULLABLE call,
                                               const till_order_act_in *in, const till_order **out,
                                               const till_error **TILL_NULLABLE err);

/* shipped -> delivered. Staff, system. Statuses as till_order_ship(). */
TILL_API till_status TILL_CALL till_order_deliver(till_store *store,
                                                  const till_call *TILL_NULLABLE call,
                                                  const till_order_act_in *in,
                                                  const till_order **out,
                                                  const till_error **TILL_NULLABLE err);

/* pending -> delivered, over the counter. Conditions and statuses as till_order_ship(). */
TILL_API till_status TILL_CALL till_order_hand_over(till_store *store,
                                                    const till_call *TILL_NULLABLE call,
                                                    const till_order_act_in *in,
                                                    const till_order **out,
                                                    const till_error **TILL_NULLABLE err);

/* pending -> cancelled. Owner, staff, system. A pending payment fails with it; a completed one must
 * be refunded first (payment_completed). Statuses as till_order_ship(). */
TILL_API till_status TILL_CALL till_order_cancel(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_order_act_in *in,
                                                 const till_order **out,
                                                 const till_error **TILL_NULLABLE err);

/* Staff or system vouch for the prices of a pending order: its claims become theirs. Already
 * verified: TILL_OK, nothing changes. Statuses as till_order_ship(). */
TILL_API till_status TILL_CALL till_order_confirm_prices(till_store *store,
                                                         const till_call *TILL_NULLABLE call,
                                                         const till_order_act_in *in,
                                                         const till_order **out,
                                                         const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

#endif
