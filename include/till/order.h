/* SPDX-License-Identifier: MIT */
/**
 * @defgroup order Orders
 * @brief 1-100 lines in one currency, owned by a user or by nobody (a walk-in).
 *
 * | from    | event     | to        | who           | when                    |
 * |---------|-----------|-----------|---------------|-------------------------|
 * | pending | ship      | shipped   | staff, system | prices verified, paid   |
 * | shipped | deliver   | delivered | staff, system |                         |
 * | pending | hand_over | delivered | staff, system | prices verified, paid   |
 * | pending | cancel    | cancelled | and the owner | no completed payment    |
 *
 * Nothing is to be paid when the total is 0 or the setting ship_unpaid is on.
 *
 * What is not in the table is #TILL_E_CONFLICT (invalid_transition); a condition that does not hold
 * is #TILL_E_CONFLICT, too: prices_not_verified, not_paid, payment_completed.
 *
 * Prices are as good as the actor who set them: system and staff set them, a plain user only claims
 * an item's price. Setting `prices`: "open" takes claims, but such an order is not shipped or
 * handed over before staff or system confirm its prices; "trusted" lets claims count.
 * @{
 */
#ifndef TILL_ORDER_H
#define TILL_ORDER_H

#include <till/types.h>

TILL_EXTERN_BEGIN

/** Where an order stands. Accept numbers you do not know. */
typedef int32_t till_order_state;
#define TILL_ORDER_PENDING 1   /**< Placed. */
#define TILL_ORDER_SHIPPED 2   /**< On its way. */
#define TILL_ORDER_DELIVERED 3 /**< In the buyer's hands; final. */
#define TILL_ORDER_CANCELLED 4 /**< Given up; final. */

/** The name of an order's state: "pending".
 *
 * @param state  any number
 * @return static text, never NULL; "unknown" for a number this library does not know */
TILL_API const char *TILL_CALL till_order_state_name(till_order_state state);

/** What a line is. All but items are set by staff and system alone. Accept numbers you do not know.
 */
typedef int32_t till_line_kind;
#define TILL_LINE_ITEM 1     /**< A product, with a quantity and a unit price. */
#define TILL_LINE_DISCOUNT 2 /**< Usually negative. */
#define TILL_LINE_SHIPPING 3 /**< Bringing it. */
#define TILL_LINE_TAX 4      /**< Often `included` in the prices. */
#define TILL_LINE_FEE 5      /**< A deposit, a service. */
#define TILL_LINE_TIP 6      /**< For who served. */
#define TILL_LINE_ROUNDING 7 /**< To the smallest coin. */

/** The name of a line's kind: "item".
 *
 * @param kind  any number
 * @return static text, never NULL; "unknown" for a number this library does not know */
TILL_API const char *TILL_CALL till_line_kind_name(till_line_kind kind);

/** Who answers for a line's price. Accept numbers you do not know. */
typedef int32_t till_price_source;
#define TILL_PRICE_HOST 1      /**< Set or confirmed by the system. */
#define TILL_PRICE_STAFF 2     /**< Set or confirmed by staff, or a key with prices:set. */
#define TILL_PRICE_CATALOGUE 3 /**< Reserved. */
#define TILL_PRICE_CLIENT 4    /**< Claimed by a plain user. */

/** The name of a price's source: "host".
 *
 * @param source  any number
 * @return static text, never NULL; "unknown" for a number this library does not know */
TILL_API const char *TILL_CALL till_price_source_name(till_price_source source);

/* ---- Place ------------------------------------------------------------------------------- */

/** A line to be ordered. */
typedef struct till_order_line_in {
    uint32_t struct_size;
    uint32_t flags;       /**< 0. */
    till_line_kind kind;  /**< 0: #TILL_LINE_ITEM. */
    till_bool included;   /**< Other kinds: already inside the prices, not added to the total. */
    int64_t quantity;     /**< Item: 1-2147483647; other kinds: 0 or 1. */
    int64_t amount_minor; /**< Item: unit price, >= 0; other kinds: the signed amount. */
    till_str name;        /**< Product name or label, 1-100. */
    till_str sku;         /**< Optional, item only, <= 64. */
} till_order_line_in;
/** The defaults; set fields after it. */
#define TILL_ORDER_LINE_IN_INIT \
    { sizeof(till_order_line_in), 0, 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 } }

#define TILL_ORDER_WALK_IN 1u /**< The order belongs to nobody; system, staff. */

/** What is ordered. */
typedef struct till_order_place_in {
    uint32_t struct_size;
    uint32_t flags;    /**< #TILL_ORDER_WALK_IN. */
    int64_t user_id;   /**< The owner; 0: the actor (system: a walk-in). Another: system, staff. */
    till_str currency; /**< ISO 4217; absent: the setting `currency`. */
    const till_order_line_in *const *lines; /**< The lines, in their order on the receipt. */
    size_t line_count;      /**< 1-100 `lines`. */
    till_str reference;     /**< Your own id, 1-64 bytes, unique per owner for ever: replays. */
    till_str series;        /**< 1-16 of A-Z 0-9 -: draws its next gapless number; system, staff. */
    till_str contact_name;  /**< Walk-in only, <= 100. */
    till_str contact_email; /**< Walk-in only, <= 254. */
    till_str metadata;      /**< A JSON object, <= 4096 bytes, <= 32 levels deep. */
} till_order_place_in;
/** The defaults; set fields after it. */
#define TILL_ORDER_PLACE_IN_INIT \
    { sizeof(till_order_place_in), 0, 0, { NULL, 0 }, NULL, 0, { NULL, 0 }, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 }, { NULL, 0 } }

/** A line of an order. */
typedef struct till_order_line {
    uint32_t struct_size;
    till_line_kind kind;            /**< TILL_LINE_*. */
    till_bool included;             /**< 1: inside the prices, not added to the total. */
    till_price_source price_source; /**< TILL_PRICE_*. */
    int64_t quantity;               /**< 1 for all but items. */
    int64_t unit_price_minor;       /**< In the order's currency. */
    int64_t amount_minor;           /**< What the line adds to the total unless included. */
    till_str name;                  /**< Product name or label. */
    till_str sku;                   /**< Absent: none. */
} till_order_line;

/** An order with its lines. */
typedef struct till_order {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t id;
    int64_t user_id;   /**< The owner; 0: a walk-in. */
    int64_t placed_by; /**< The acting user; 0: the system or an API key. */
    int64_t version;
    till_money total;         /**< The sum of the lines that are not included; >= 0. */
    till_order_state status;  /**< TILL_ORDER_PENDING, … */
    till_bool price_verified; /**< 1: staff or system answer for every price. */
    till_time created_us;
    till_time updated_us;
    int64_t number;         /**< In `series`; 0: none. */
    till_str series;        /**< Absent: none. */
    till_str reference;     /**< Absent: none. */
    till_str contact_name;  /**< Absent: none. */
    till_str contact_email; /**< Absent: none. */
    till_str metadata;      /**< As it was given; absent: none. */
    const till_order_line *const *lines; /**< As they were given. */
    size_t line_count;                   /**< Number of `lines`. */
    till_bool replayed;
    uint32_t reserved0;
} till_order;

/** Places an order. Any user, staff, system. Replays by the idempotency key, and by `reference`:
 * the same content answers the same order.
 *
 * @retval TILL_E_VALIDATION            "/lines" (too_few, too_many, total_negative,
 *                                      total_overflow), "/lines/2/quantity", "/lines/2/amount",
 *                                      "/currency" (unknown_currency), "/user_id" (unknown_user,
 *                                      not_allowed), "/metadata" (invalid_json), …
 * @retval TILL_E_PERMISSION            a plain user orders for another or for a walk-in, sets a
 *                                      line that is no item, or draws a number
 * @retval TILL_E_ALREADY_EXISTS        "/reference" was used with another content: a defect of the
 *                                      caller, or a new reference is due
 * @retval TILL_E_NOT_FOUND             the key's order is not the actor's to see any more
 * @retval TILL_E_IDEMPOTENCY_MISMATCH  the key was used with another input */
TILL_API till_status TILL_CALL till_order_place(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_order_place_in *in,
                                                const till_order **out,
                                                const till_error **TILL_NULLABLE err);

/** One outcome an input, in order: items[i] or errors[i] is NULL. */
typedef struct till_order_batch {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_order *const *items;  /**< NULL where it failed. */
    const till_error *const *errors; /**< NULL where it did not; part of this block. */
    size_t count;                    /**< Number of `items`, and of `errors`. */
    size_t failed_count;             /**< How many failed. */
} till_order_batch;

/** Places up to 1000 orders in one durable commit; each succeeds or fails on its own, as by
 * till_order_place(). An idempotency key covers each by its position. #TILL_OK also when some
 * failed.
 *
 * @param in  `count` pointers; one that is NULL fails alone
 * @param count  0-1000
 *
 * @retval TILL_E_VALIDATION  "/count" (too_many) */
TILL_API till_status TILL_CALL till_order_place_many(till_store *store,
                                                     const till_call *TILL_NULLABLE call,
                                                     const till_order_place_in *const *in,
                                                     size_t count, const till_order_batch **out,
                                                     const till_error **TILL_NULLABLE err);

/* ---- Read -------------------------------------------------------------------------------- */

/** An order by id. Owner, staff, system.
 *
 * @param order_id  its id
 * @retval TILL_E_NOT_FOUND  no such order, or not to be seen */
TILL_API till_status TILL_CALL till_order_get(till_store *store,
                                              const till_call *TILL_NULLABLE call, int64_t order_id,
                                              const till_order **out,
                                              const till_error **TILL_NULLABLE err);

/** Up to 1000 orders by id in one snapshot; one that is missing or not to be seen has an error in
 * its place. Any user, staff, system.
 *
 * @param order_ids  `count` ids
 * @param count      0-1000
 *
 * @retval TILL_E_VALIDATION  "/count" (too_many) */
TILL_API till_status TILL_CALL till_order_get_many(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const int64_t *order_ids, size_t count,
                                                   const till_order_batch **out,
                                                   const till_error **TILL_NULLABLE err);

/** Which order: by reference, or by series and number. */
typedef struct till_order_find_in {
    uint32_t struct_size;
    uint32_t flags;     /**< 0. */
    int64_t user_id;    /**< With reference: the owner; 0: the actor (system, staff: walk-ins). */
    till_str reference; /**< Either this, */
    till_str series;    /**< or this */
    int64_t number;     /**< with this. */
} till_order_find_in;
/** The defaults; set fields after it. */
#define TILL_ORDER_FIND_IN_INIT \
    { sizeof(till_order_find_in), 0, 0, { NULL, 0 }, { NULL, 0 }, 0 }

/** An order by its reference, or by series and number. Owner, staff, system.
 *
 * @retval TILL_E_VALIDATION  "" (required: one of the two ways, not both)
 * @retval TILL_E_NOT_FOUND   no such order, or not to be seen */
TILL_API till_status TILL_CALL till_order_find(till_store *store,
                                               const till_call *TILL_NULLABLE call,
                                               const till_order_find_in *in, const till_order **out,
                                               const till_error **TILL_NULLABLE err);

/** Orders. */
typedef struct till_order_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_order *const *items;
    size_t count;
    const till_order *first;
    size_t row_stride;
    till_str next_cursor;
} till_order_page;

#define TILL_LIST_OLDEST_FIRST 1u /**< By ascending id; else newest first. */
#define TILL_LIST_ALL_USERS 2u    /**< Everybody's, walk-ins too: staff, system (its default). */
#define TILL_LIST_UNVERIFIED 4u   /**< Orders with a price that nobody vouches for. */
#define TILL_LIST_VERIFIED 8u     /**< Orders without one. */

/** Which orders. A reference, or a series and a number, names orders by itself: with it goes a user
 * and no other filter; of several owners' orders of one reference the list is by owner. */
typedef struct till_order_query {
    uint32_t struct_size;
    uint32_t flags;  /**< TILL_LIST_*. */
    int64_t user_id; /**< 0: the actor himself, unless #TILL_LIST_ALL_USERS. */
    till_str cursor;
    till_order_state status; /**< 0: any. */
    uint32_t limit;          /**< Rows a page; 0: 50; at most 200. */
    till_time from_us;  /**< Placed at this time or later; 0: from the first. */
    till_time until_us; /**< Placed before this time; 0: up to the last. Time is looked for through
                             ids: what was placed while a clock was set back by more than an hour
                             may be missing. */
    till_str reference; /**< The caller's own id. */
    till_str series;    /**< With its number. */
    int64_t number;     /**< In `series`. */
} till_order_query;
/** The defaults; set fields after it. */
#define TILL_ORDER_QUERY_INIT \
    { sizeof(till_order_query), 0, 0, { NULL, 0 }, 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 }, 0 }

/** Orders, newest first. One's own: any user; all, or another's: staff, system.
 *
 * @param query  NULL: the defaults
 * @retval TILL_E_VALIDATION  "/limit" (too_large), "/status" (invalid_choice), "/number",
 *                            "/series" (required: together), "/number", "/reference" (conflict:
 *                            with another filter)
 * @retval TILL_E_CURSOR      start at the first page
 * @retval TILL_E_PERMISSION  a plain user asks for another's list */
TILL_API till_status TILL_CALL till_order_list(till_store *store,
                                               const till_call *TILL_NULLABLE call,
                                               const till_order_query *TILL_NULLABLE query,
                                               const till_order_page **out,
                                               const till_error **TILL_NULLABLE err);

/* ---- Change ------------------------------------------------------------------------------ */

/** What is done to which order. */
typedef struct till_order_act_in {
    uint32_t struct_size;
    uint32_t flags;   /**< 0. */
    int64_t order_id; /**< Its id. */
    int64_t if_version;
} till_order_act_in;
/** The defaults; set fields after it. */
#define TILL_ORDER_ACT_IN_INIT \
    { sizeof(till_order_act_in), 0, 0, 0 }

/** pending -> shipped. Staff, system. Refuses a key: repeated it is invalid_transition.
 *
 * @retval TILL_E_MISUSE        with an idempotency key
 * @retval TILL_E_NOT_FOUND     no such order, or not to be seen
 * @retval TILL_E_PERMISSION    the owner asks, who may not
 * @retval TILL_E_CONFLICT      invalid_transition; prices_not_verified:
 *                              till_order_confirm_prices(); not_paid: pay it first
 * @retval TILL_E_PRECONDITION  changed since if_version: read it again */
TILL_API till_status TILL_CALL till_order_ship(till_store *store,
                                               const till_call *TILL_NULLABLE call,
                                               const till_order_act_in *in, const till_order **out,
                                               const till_error **TILL_NULLABLE err);

/** shipped -> delivered. Staff, system. Refuses a key.
 *
 * @retval TILL_E_MISUSE        with an idempotency key
 * @retval TILL_E_NOT_FOUND     no such order, or not to be seen
 * @retval TILL_E_PERMISSION    the owner asks, who may not
 * @retval TILL_E_CONFLICT      invalid_transition
 * @retval TILL_E_PRECONDITION  changed since if_version: read it again */
TILL_API till_status TILL_CALL till_order_deliver(till_store *store,
                                                  const till_call *TILL_NULLABLE call,
                                                  const till_order_act_in *in,
                                                  const till_order **out,
                                                  const till_error **TILL_NULLABLE err);

/** pending -> delivered, over the counter. Staff, system. Refuses a key.
 *
 * @retval TILL_E_MISUSE        with an idempotency key
 * @retval TILL_E_NOT_FOUND     no such order, or not to be seen
 * @retval TILL_E_PERMISSION    the owner asks, who may not
 * @retval TILL_E_CONFLICT      invalid_transition; prices_not_verified, not_paid: as for shipping
 * @retval TILL_E_PRECONDITION  changed since if_version: read it again */
TILL_API till_status TILL_CALL till_order_hand_over(till_store *store,
                                                    const till_call *TILL_NULLABLE call,
                                                    const till_order_act_in *in,
                                                    const till_order **out,
                                                    const till_error **TILL_NULLABLE err);

/** pending -> cancelled. Owner, staff, system. A pending payment fails with it. Refuses a key.
 *
 * @retval TILL_E_MISUSE        with an idempotency key
 * @retval TILL_E_NOT_FOUND     no such order, or not to be seen
 * @retval TILL_E_CONFLICT      invalid_transition; payment_completed: refund it in full first
 * @retval TILL_E_PRECONDITION  changed since if_version: read it again */
TILL_API till_status TILL_CALL till_order_cancel(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_order_act_in *in,
                                                 const till_order **out,
                                                 const till_error **TILL_NULLABLE err);

/** Staff or system vouch for the prices of a pending order: its claims become theirs. Verified
 * already it is #TILL_OK, and nothing changes. Refuses a key.
 *
 * @retval TILL_E_MISUSE        with an idempotency key
 * @retval TILL_E_NOT_FOUND     no such order, or not to be seen
 * @retval TILL_E_PERMISSION    the owner asks, who may not
 * @retval TILL_E_CONFLICT      invalid_transition: it is not pending
 * @retval TILL_E_PRECONDITION  changed since if_version: read it again */
TILL_API till_status TILL_CALL till_order_confirm_prices(till_store *store,
                                                         const till_call *TILL_NULLABLE call,
                                                         const till_order_act_in *in,
                                                         const till_order **out,
                                                         const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

/** @} */
#endif
