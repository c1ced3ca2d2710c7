/* SPDX-License-Identifier: MIT */
/**
 * @defgroup payment Payments, refunds, counter sale
 * @brief What was paid for an order, and what went back.
 *
 * | from      | event    | to        | who           | when                          |
 * |-----------|----------|-----------|---------------|-------------------------------|
 * | pending   | complete | completed | staff, system |                               |
 * | pending   | fail     | failed    | staff, system |                               |
 * | failed    | complete | completed | staff, system | the order still waits for it  |
 * | failed    | complete | surplus   | staff, system | otherwise                     |
 * | completed | refunds  | refunded  | staff, system | refunded in full              |
 * | surplus   | refunds  | refunded  | staff, system | refunded in full              |
 *
 * An order has at most one live payment (pending or completed); failed ones stay as history. It
 * still waits for late money while it is pending or shipped and no payment is live; money that
 * comes later, or twice, becomes a surplus, whose only way out is a refund. What is not in the
 * table is #TILL_E_CONFLICT (invalid_transition). The library moves no money: a state is what your
 * provider, or your cash drawer, told you.
 * @{
 */
#ifndef TILL_PAYMENT_H
#define TILL_PAYMENT_H

#include <till/order.h>
#include <till/types.h>

TILL_EXTERN_BEGIN

/** Where a payment stands. Accept numbers you do not know. */
typedef int32_t till_payment_state;
#define TILL_PAYMENT_PENDING 1    /**< Started; the outcome is open. */
#define TILL_PAYMENT_COMPLETED 2  /**< The money is here. */
#define TILL_PAYMENT_FAILED 3     /**< It did not come, as yet. */
#define TILL_PAYMENT_SURPLUS 4    /**< It came too late or twice: refund it. */
#define TILL_PAYMENT_REFUNDED 5   /**< All of it went back; final. */
#define TILL_PAYMENT_AUTHORIZED 6 /**< Reserved. */
#define TILL_PAYMENT_VOIDED 7     /**< Reserved. */

/** The name of a payment's state: "pending".
 *
 * @param state  any number
 * @return static text, never NULL; "unknown" for a number this library does not know */
TILL_API const char *TILL_CALL till_payment_state_name(till_payment_state state);

/** How it was paid. Accept numbers you do not know. */
typedef int32_t till_payment_method;
#define TILL_METHOD_CASH 1     /**< Coins and notes. */
#define TILL_METHOD_CARD 2     /**< A card, or a wallet that acts as one. */
#define TILL_METHOD_TRANSFER 3 /**< From account to account. */
#define TILL_METHOD_OTHER 4    /**< Vouchers and the rest. */

/** The name of a payment's method: "cash".
 *
 * @param method  any number
 * @return static text, never NULL; "unknown" for a number this library does not know */
TILL_API const char *TILL_CALL till_payment_method_name(till_payment_method method);

/** Where a refund stands. Accept numbers you do not know. */
typedef int32_t till_refund_state;
#define TILL_REFUND_PENDING 1   /**< Its amount is set aside. */
#define TILL_REFUND_SUCCEEDED 2 /**< The money went back; final. */
#define TILL_REFUND_FAILED 3    /**< It did not, and may be refunded again; final. */

/** The name of a refund's state: "pending".
 *
 * @param state  any number
 * @return static text, never NULL; "unknown" for a number this library does not know */
TILL_API const char *TILL_CALL till_refund_state_name(till_refund_state state);

/** A payment. */
typedef struct till_payment {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t id;
    int64_t order_id;   /**< What it pays. */
    int64_t user_id;    /**< The order's owner; 0: a walk-in. */
    int64_t started_by; /**< The acting user; 0: the system or an API key. */
    int64_t version;
    till_money amount;           /**< The order's total when it was started. */
    int64_t refunding_minor;     /**< Sum of pending and succeeded refunds; <= amount. */
    int64_t refunded_minor;      /**< Sum of succeeded refunds; <= refunding_minor. */
    till_payment_state status;   /**< TILL_PAYMENT_*. */
    till_payment_method method;  /**< TILL_METHOD_*. */
    till_str provider;           /**< Absent: none. */
    till_str provider_reference; /**< Absent: none, or none as yet. */
    till_time created_us;
    till_time updated_us;
    till_time completed_us; /**< When the money came; #TILL_TIME_NONE: never. */
    till_bool replayed;
    uint32_t reserved0;
} till_payment;

/** Payments. */
typedef struct till_payment_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_payment *const *items;
    size_t count;
    const till_payment *first;
    size_t row_stride;
    till_str next_cursor;
} till_payment_page;

#define TILL_PAYMENT_COMPLETE_NOW 1u /**< The money is here (cash); staff, system. */

/** How an order is paid. */
typedef struct till_payment_start_in {
    uint32_t struct_size;
    uint32_t flags;             /**< #TILL_PAYMENT_COMPLETE_NOW. */
    int64_t order_id;           /**< What it pays. */
    int64_t amount_minor;       /**< 0: the order's total; else it must equal it. */
    till_str currency;          /**< Absent: the order's; else it must equal it. */
    till_payment_method method; /**< 0: #TILL_METHOD_OTHER. */
    uint32_t reserved0;
    till_str provider;           /**< Optional, <= 32 bytes of a-z 0-9 - _. */
    till_str provider_reference; /**< Optional, <= 255 bytes; unique with a provider. */
} till_payment_start_in;
/** The defaults; set fields after it. */
#define TILL_PAYMENT_START_IN_INIT \
    { sizeof(till_payment_start_in), 0, 0, 0, { NULL, 0 }, 0, 0, { NULL, 0 }, { NULL, 0 } }

/** Starts a payment of a pending or shipped order with a total above zero. Owner, staff, system.
 * Honours the idempotency key.
 *
 * @retval TILL_E_VALIDATION            "/amount" (amount_mismatch), "/currency"
 *                                      (currency_mismatch), "/method" (invalid_choice),
 *                                      "/provider", "/provider_reference"
 * @retval TILL_E_NOT_FOUND             no such order, or not to be seen
 * @retval TILL_E_PERMISSION            the owner says #TILL_PAYMENT_COMPLETE_NOW
 * @retval TILL_E_CONFLICT              order_not_payable (delivered, cancelled), payment_exists
 *                                      (look at it), nothing_to_pay (the total is 0)
 * @retval TILL_E_ALREADY_EXISTS        "/provider_reference": another payment bears it; look at it
 * @retval TILL_E_IDEMPOTENCY_MISMATCH  the key was used with another input */
TILL_API till_status TILL_CALL till_payment_start(till_store *store,
                                                  const till_call *TILL_NULLABLE call,
                                                  const till_payment_start_in *in,
                                                  const till_payment **out,
                                                  const till_error **TILL_NULLABLE err);

/** A payment by id. Its order's owner, staff, system.
 *
 * @param payment_id  its id
 * @retval TILL_E_NOT_FOUND  no such payment, or not to be seen */
TILL_API till_status TILL_CALL till_payment_get(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                int64_t payment_id, const till_payment **out,
                                                const till_error **TILL_NULLABLE err);

/** Which payments. */
typedef struct till_payment_query {
    uint32_t struct_size;
    uint32_t flags;   /**< TILL_LIST_* of order.h. */
    int64_t user_id;  /**< 0: the actor himself, unless #TILL_LIST_ALL_USERS or order_id. */
    int64_t order_id; /**< One order's, and user_id does not count; 0: any. */
    till_str cursor;
    till_payment_state status; /**< 0: any. */
    uint32_t limit;            /**< Rows a page; 0: 50; at most 200. */
    till_payment_method method; /**< 0: any. */
    uint32_t reserved0;
    till_time from_us;  /**< Started at this time or later; 0: from the first. */
    till_time until_us; /**< Started before this time; 0: up to the last. As in till_order_query. */
    till_str provider_reference; /**< Of whatever provider; staff, system; no other filter. */
} till_payment_query;
/** The defaults; set fields after it. */
#define TILL_PAYMENT_QUERY_INIT \
    { sizeof(till_payment_query), 0, 0, 0, { NULL, 0 }, 0, 0, 0, 0, 0, 0, { NULL, 0 } }

/** Payments, newest first. One's own, and an order's that one may see: any user; all, or another's:
 * staff, system.
 *
 * @param query  NULL: the defaults
 * @retval TILL_E_VALIDATION  "/limit" (too_large), "/status", "/method" (invalid_choice),
 *                            "/provider_reference" (conflict: with another filter)
 * @retval TILL_E_CURSOR      start at the first page
 * @retval TILL_E_NOT_FOUND   no such order, or not to be seen
 * @retval TILL_E_PERMISSION  a plain user asks for another's list, or by provider_reference */
TILL_API till_status TILL_CALL till_payment_list(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_payment_query *TILL_NULLABLE query,
                                                 const till_payment_page **out,
                                                 const till_error **TILL_NULLABLE err);

/** What became of which payment. */
typedef struct till_payment_act_in {
    uint32_t struct_size;
    uint32_t flags;     /**< 0. */
    int64_t payment_id; /**< Its id. */
    int64_t if_version;
    till_str provider_reference; /**< Complete: sets it when absent so far, <= 255 bytes; a payment
                                      that has one keeps it. Fail: not used. */
} till_payment_act_in;
/** The defaults; set fields after it. */
#define TILL_PAYMENT_ACT_IN_INIT \
    { sizeof(till_payment_act_in), 0, 0, 0, { NULL, 0 } }

/** The money came: pending or failed -> completed, or failed -> surplus. A completed, surplus
 * payment stays as it is, #TILL_OK: providers tell good news twice. Staff, system; never the
 * owner. Refuses a key.
 *
 * @retval TILL_E_MISUSE          with an idempotency key
 * @retval TILL_E_VALIDATION      "/provider_reference"
 * @retval TILL_E_NOT_FOUND       no such payment, or not to be seen
 * @retval TILL_E_PERMISSION      the owner asks, who may not
 * @retval TILL_E_CONFLICT        invalid_transition: it was refunded
 * @retval TILL_E_ALREADY_EXISTS  "/provider_reference": another payment bears it; look at it
 * @retval TILL_E_PRECONDITION    changed since if_version: read it again */
TILL_API till_status TILL_CALL till_payment_complete(till_store *store,
                                                     const till_call *TILL_NULLABLE call,
                                                     const till_payment_act_in *in,
                                                     const till_payment **out,
                                                     const till_error **TILL_NULLABLE err);

/** pending -> failed. A failed payment stays as it is, #TILL_OK. Staff, system. Refuses a key.
 *
 * @retval TILL_E_MISUSE        with an idempotency key
 * @retval TILL_E_NOT_FOUND     no such payment, or not to be seen
 * @retval TILL_E_PERMISSION    the owner asks, who may not
 * @retval TILL_E_CONFLICT      invalid_transition: the money is here, or went back
 * @retval TILL_E_PRECONDITION  changed since if_version: read it again */
TILL_API till_status TILL_CALL till_payment_fail(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_payment_act_in *in,
                                                 const till_payment **out,
                                                 const till_error **TILL_NULLABLE err);

/* ---- Refunds ----------------------------------------------------------------------------- */

/** A refund. */
typedef struct till_refund {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t id;
    int64_t payment_id; /**< What it gives back. */
    int64_t order_id;   /**< The payment's. */
    int64_t created_by; /**< The acting user; 0: the system or an API key. */
    int64_t version;
    till_money amount;        /**< Above 0, in the payment's currency. */
    till_refund_state status; /**< TILL_REFUND_*. */
    till_bool replayed;
    till_str reason;             /**< Absent: none. */
    till_str provider_reference; /**< Absent: none, or none as yet. */
    till_time created_us;
    till_time updated_us;
} till_refund;

/** Refunds, newest first. */
typedef struct till_refund_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_refund *const *items;
    size_t count;
    const till_refund *first;
    size_t row_stride;
    till_str next_cursor;
} till_refund_page;

#define TILL_REFUND_SUCCEED_NOW 1u /**< The money is already back (cash). */

/** What goes back. */
typedef struct till_refund_start_in {
    uint32_t struct_size;
    uint32_t flags;       /**< #TILL_REFUND_SUCCEED_NOW. */
    int64_t payment_id;   /**< Of which payment. */
    int64_t amount_minor; /**< 0: all that is left. */
    till_str reason;      /**< Optional, <= 500. */
    till_str provider_reference; /**< Optional, <= 255 bytes; kept, not compared with others. */
    int64_t if_version; /**< The payment's, which each of its refunds raises; 0: whatever it is. A
                             replay by the key does not look at it. */
} till_refund_start_in;
/** The defaults; set fields after it. */
#define TILL_REFUND_START_IN_INIT \
    { sizeof(till_refund_start_in), 0, 0, 0, { NULL, 0 }, { NULL, 0 }, 0 }

/** Starts a refund of a completed or surplus payment. Pending and succeeded refunds never exceed
 * it; succeeded in full, it becomes refunded. Staff, system. Honours the idempotency key.
 *
 * @retval TILL_E_VALIDATION            "/amount" (too_small), "/reason", "/provider_reference"
 * @retval TILL_E_NOT_FOUND             no such payment, or not to be seen
 * @retval TILL_E_PERMISSION            the owner asks, who may not
 * @retval TILL_E_CONFLICT              refund_exceeds_payment (the message says what is left),
 *                                      invalid_transition (no money came)
 * @retval TILL_E_PRECONDITION          the payment changed since if_version: read it again
 * @retval TILL_E_IDEMPOTENCY_MISMATCH  the key was used with another input */
TILL_API till_status TILL_CALL till_refund_start(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_refund_start_in *in,
                                                 const till_refund **out,
                                                 const till_error **TILL_NULLABLE err);

/** What became of which refund. */
typedef struct till_refund_act_in {
    uint32_t struct_size;
    uint32_t flags;    /**< 0. */
    int64_t refund_id; /**< Its id. */
    int64_t if_version;
    till_str provider_reference; /**< Sets it when absent so far, <= 255 bytes. */
} till_refund_act_in;
/** The defaults; set fields after it. */
#define TILL_REFUND_ACT_IN_INIT \
    { sizeof(till_refund_act_in), 0, 0, 0, { NULL, 0 } }

/** pending -> succeeded. Repeating it changes nothing. Staff, system. Refuses a key.
 *
 * @retval TILL_E_MISUSE        with an idempotency key
 * @retval TILL_E_VALIDATION    "/provider_reference"
 * @retval TILL_E_NOT_FOUND     no such refund, or not to be seen
 * @retval TILL_E_PERMISSION    the owner asks, who may not
 * @retval TILL_E_CONFLICT      invalid_transition: it failed
 * @retval TILL_E_PRECONDITION  changed since if_version: read it again */
TILL_API till_status TILL_CALL till_refund_succeed(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_refund_act_in *in,
                                                   const till_refund **out,
                                                   const till_error **TILL_NULLABLE err);

/** pending -> failed: the amount may be refunded again. Repeating it changes nothing. Staff,
 * system. Refuses a key.
 *
 * @retval TILL_E_MISUSE        with an idempotency key
 * @retval TILL_E_VALIDATION    "/provider_reference"
 * @retval TILL_E_NOT_FOUND     no such refund, or not to be seen
 * @retval TILL_E_PERMISSION    the owner asks, who may not
 * @retval TILL_E_CONFLICT      invalid_transition: it succeeded
 * @retval TILL_E_PRECONDITION  changed since if_version: read it again */
TILL_API till_status TILL_CALL till_refund_fail(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_refund_act_in *in,
                                                const till_refund **out,
                                                const till_error **TILL_NULLABLE err);

/** Which refunds. */
typedef struct till_refund_query {
    uint32_t struct_size;
    uint32_t flags;     /**< 0. */
    int64_t payment_id; /**< Of which payment. */
    till_str cursor;
    uint32_t limit; /**< Rows a page; 0: 50; at most 200. */
    uint32_t reserved0;
} till_refund_query;
/** The defaults; set fields after it. */
#define TILL_REFUND_QUERY_INIT \
    { sizeof(till_refund_query), 0, 0, { NULL, 0 }, 0, 0 }

/** A payment's refunds, newest first. Its order's owner, staff, system.
 *
 * @retval TILL_E_VALIDATION  "/limit" (too_large)
 * @retval TILL_E_CURSOR      start at the first page
 * @retval TILL_E_NOT_FOUND   no such payment, or not to be seen */
TILL_API till_status TILL_CALL till_refund_list(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_refund_query *query,
                                                const till_refund_page **out,
                                                const till_error **TILL_NULLABLE err);

/* ---- Counter sale ------------------------------------------------------------------------ */

/** What is sold, and how it is paid. */
typedef struct till_sale_in {
    uint32_t struct_size;
    uint32_t flags;                   /**< 0. */
    const till_order_place_in *order; /**< As for till_order_place(). */
    till_payment_method method;       /**< 0: #TILL_METHOD_CASH. */
    uint32_t reserved0;
    till_str provider;           /**< As for till_payment_start(). */
    till_str provider_reference; /**< As for till_payment_start(). */
} till_sale_in;
/** The defaults; set fields after it. */
#define TILL_SALE_IN_INIT \
    { sizeof(till_sale_in), 0, NULL, 0, 0, { NULL, 0 }, { NULL, 0 } }

/** A sale, as it is now. */
typedef struct till_receipt {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_order *order;     /**< Part of this block. */
    const till_payment *payment; /**< Part of this block; NULL when the total is 0. */
    till_bool replayed;
    uint32_t reserved0;
} till_receipt;

/** Places, pays and hands over in one transaction with one key: the whole sale or nothing. Staff,
 * system. Replays by the idempotency key, and by the order's `reference`: of the same order,
 * whatever the payment's fields say then.
 *
 * @retval TILL_E_VALIDATION            as till_order_place() and till_payment_start()
 * @retval TILL_E_PERMISSION            a plain user
 * @retval TILL_E_CONFLICT              prices_not_verified: an API key without prices:set
 * @retval TILL_E_ALREADY_EXISTS        "/reference" (an order with another content, or one that was
 *                                      not sold at the counter), "/provider_reference"
 * @retval TILL_E_IDEMPOTENCY_MISMATCH  the key was used with another input */
TILL_API till_status TILL_CALL till_sale(till_store *store, const till_call *TILL_NULLABLE call,
                                         const till_sale_in *in, const till_receipt **out,
                                         const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

/** @} */
#endif
