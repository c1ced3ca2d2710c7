/* SPDX-License-Identifier: MIT */
/*
 * Payments, refunds and the counter sale.
 *
 * An order has at most one live payment (pending or completed); failed ones stay as history. Money
 * that comes too late or twice becomes a surplus, whose only way out is a refund.
 *
 * Refusals by state are TILL_E_CONFLICT with a code: invalid_transition, order_not_payable,
 * payment_exists, nothing_to_pay, refund_exceeds_payment.
 */
#ifndef TILL_PAYMENT_H
#define TILL_PAYMENT_H

#include <till/order.h>
#include <till/types.h>

TILL_EXTERN_BEGIN

typedef int32_t till_payment_state;
#define TILL_PAYMENT_PENDING 1
#define TILL_PAYMENT_COMPLETED 2
#define TILL_PAYMENT_FAILED 3
#define TILL_PAYMENT_SURPLUS 4
#define TILL_PAYMENT_REFUNDED 5
#define TILL_PAYMENT_AUTHORIZED 6 /* reserved */
#define TILL_PAYMENT_VOIDED 7     /* reserved */

/* "pending" …; "unknown" for a number this library does not know. Static; never NULL. */
TILL_API const char *TILL_CALL till_payment_state_name(till_payment_state state);

typedef int32_t till_payment_method;
#define TILL_METHOD_CASH 1
#define TILL_METHOD_CARD 2
#define TILL_METHOD_TRANSFER 3
#define TILL_METHOD_OTHER 4

/* "cash" …; "unknown" for a number this library does not know. Static; never NULL. */
TILL_API const char *TILL_CALL till_payment_method_name(till_payment_method method);

typedef int32_t till_refund_state;
#define TILL_REFUND_PENDING 1
#define TILL_REFUND_SUCCEEDED 2
#define TILL_REFUND_FAILED 3

/* "pending" …; "unknown" for a number this library does not know. Static; never NULL. */
TILL_API const char *TILL_CALL till_refund_state_name(till_refund_state state);

typedef struct till_payment {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t id;
    int64_t order_id;
    int64_t user_id;    /* the order's owner; 0: a walk-in */
    int64_t started_by; /* the acting user; 0: the system */
    int64_t version;
    till_money amount;
    int64_t refunding_minor; /* pending and succeeded refunds */
    int64_t refunded_minor;  /* succeeded refunds */
    till_payment_state status;
    till_payment_method method;
    till_str provider;
    till_str provider_reference;
    till_time created_us;
    till_time updated_us;
    till_time completed_us; /* TILL_TIME_NONE: never */
    till_bool replayed;
    uint32_t reserved0;
} till_payment;

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

#define TILL_PAYMENT_COMPLETE_NOW 1u /* the money is here (cash); staff, system */

typedef struct till_payment_start_in {
    uint32_t struct_size;
    uint32_t flags; /* TILL_PAYMENT_COMPLETE_NOW */
    int64_t order_id;
    int64_t amount_minor; /* 0: the order's total; else it must equal it */
    till_str currency;    /* absent: the order's; else it must equal it */
    till_payment_method method; /* 0: other */
    uint32_t reserved0;
    till_str provider;           /* <= 32 bytes of a-z 0-9 - _ */
    till_str provider_reference; /* <= 255 bytes, unique with provider */
} till_payment_start_in;
/* The defaults; set fields after it. */
#define TILL_PAYMENT_START_IN_INIT \
    { sizeof(till_payment_start_in), 0, 0, 0, { NULL, 0 }, 0, 0, { NULL, 0 }, { NULL, 0 } }

/* Starts a payment of a pending or shipped order with a total above zero. Owner, staff, system.
 * TILL_E_NOT_FOUND (the order), TILL_E_VALIDATION ("/amount": amount_mismatch; "/currency":
 * currency_mismatch), TILL_E_CONFLICT (order_not_payable, payment_exists, nothing_to_pay),
 * TILL_E_ALREADY_EXISTS "/provider_reference". Honours the idempotency key. */
TILL_API till_status TILL_CALL till_payment_start(till_store *store,
                                                  const till_call *TILL_NULLABLE call,
                                                  const till_payment_start_in *in,
                                                  const till_payment **out,
                                                  const till_error **TILL_NULLABLE err);

/* A payment. Its order's owner, staff, system; others TILL_E_NOT_FOUND. */
TILL_API till_status TILL_CALL till_payment_get(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                int64_t payment_id, const till_payment **out,
                                                const till_error **TILL_NULLABLE err);

typedef struct till_payment_query {
    uint32_t struct_size;
    uint32_t flags;   /* TILL_LIST_* of order.h */
    int64_t user_id;  /* 0: the actor himself, unless TILL_LIST_ALL_USERS or order_id */
    int64_t order_id; /* 0: any */
    till_str cursor;
    till_payment_state status; /* 0: any */
    uint32_t limit;            /* 0: 50; at most 200 */
} till_payment_query;
/* The defaults; set fields after it. */
#define TILL_PAYMENT_QUERY_INIT \
    { sizeof(till_payment_query), 0, 0, 0, { NULL, 0 }, 0, 0 }

/* Payments, newest first. TILL_E_CURSOR, TILL_E_PERMISSION, TILL_E_NOT_FOUND (the order). */
TILL_API till_status TILL_CALL till_payment_list(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_payment_query *TILL_NULLABLE query,
                                                 const till_payment_page **out,
                                                 const till_error **TILL_NULLABLE err);

typedef struct till_payment_act_in {
    uint32_t struct_size;
    uint32_t flags;
    int64_t payment_id;
    int64_t if_version;          /* 0: whatever it is */
    till_str provider_reference; /* complete: sets it when absent so far */
} till_payment_act_in;
/* The defaults; set fields after it. */
#define TILL_PAYMENT_ACT_IN_INIT \
    { sizeof(till_payment_act_in), 0, 0, 0, { NULL, 0 } }

/* pending -> completed; failed -> completed while the order is payable and no other payment is
 * live, else -> surplus. Completing a completed payment again: TILL_OK, nothing changes. Staff,
 * system; never the owner (TILL_E_PERMISSION). TILL_E_NOT_FOUND, TILL_E_PRECONDITION,
 * TILL_E_CONFLICT (invalid_transition), TILL_E_ALREADY_EXISTS. */
TILL_API till_status TILL_CALL till_payment_complete(till_store *store,
                                                     const till_call *TILL_NULLABLE call,
                                                     const till_payment_act_in *in,
                                                     const till_payment **out,
                                                     const till_error **TILL_NULLABLE err);

/* pending -> failed. Staff, system. Statuses as till_payment_complete(). */
TILL_API till_status TILL_CALL till_payment_fail(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_payment_act_in *in,
                                                 const till_payment **out,
                                                 const till_error **TILL_NULLABLE err);

/* ---- Refunds ----------------------------------------------------------------------------- */

typedef struct till_refund {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t id;
    int64_t payment_id;
    int64_t order_id;
    int64_t created_by; /* 0: the system */
    int64_t version;
    till_money amount;
    till_refund_state status;
    till_bool replayed;
    till_str reason;
    till_str provider_reference;
    till_time created_us;
    till_time updated_us;
} till_refund;

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

#define TILL_REFUND_SUCCEED_NOW 1u /* the money is already back (cash) */

typedef struct till_refund_start_in {
    uint32_t struct_size;
    uint32_t flags; /* TILL_REFUND_SUCCEED_NOW */
    int64_t payment_id;
    int64_t amount_minor; /* 0: all that is left */
    till_str reason;      /* <= 500 */
    till_str provider_reference;
} till_refund_start_in;
/* The defaults; set fields after it. */
#define TILL_REFUND_START_IN_INIT \
    { sizeof(till_refund_start_in), 0, 0, 0, { NULL, 0 }, { NULL, 0 } }

/* Starts a refund of a completed or surplus payment. Staff, system. Pending and succeeded refunds
 * never exceed the payment (TILL_E_CONFLICT, refund_exceeds_payment); refunded in full, the payment
 * becomes refunded. Honours the idempotency key. */
TILL_API till_status TILL_CALL till_refund_start(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_refund_start_in *in,
                                                 const till_refund **out,
                                                 const till_error **TILL_NULLABLE err);

typedef struct till_refund_act_in {
    uint32_t struct_size;
    uint32_t flags;
    int64_t refund_id;
    int64_t if_version;
    till_str provider_reference;
} till_refund_act_in;
/* The defaults; set fields after it. */
#define TILL_REFUND_ACT_IN_INIT \
    { sizeof(till_refund_act_in), 0, 0, 0, { NULL, 0 } }

/* pending -> succeeded. Staff, system. Repeating it changes nothing. */
TILL_API till_status TILL_CALL till_refund_succeed(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_refund_act_in *in,
                                                   const till_refund **out,
                                                   const till_error **TILL_NULLABLE err);

/* pending -> failed: the amount may be refunded again. Staff, system. */
TILL_API till_status TILL_CALL till_refund_fail(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_refund_act_in *in,
                                                const till_refund **out,
                                                const till_error **TILL_NULLABLE err);

typedef struct till_refund_query {
    uint32_t struct_size;
    uint32_t flags;
    int64_t payment_id;
    till_str cursor;
    uint32_t limit; /* 0: 50; at most 200 */
    uint32_t reserved0;
} till_refund_query;
/* The defaults; set fields after it. */
#define TILL_REFUND_QUERY_INIT \
    { sizeof(till_refund_query), 0, 0, { NULL, 0 }, 0, 0 }

/* A payment's refunds, newest first. Who may see the payment. */
TILL_API till_status TILL_CALL till_refund_list(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_refund_query *query,
                                                const till_refund_page **out,
                                                const till_error **TILL_NULLABLE err);

/* ---- Counter sale ------------------------------------------------------------------------ */

typedef struct till_sale_in {
    uint32_t struct_size;
    uint32_t flags;
    const till_order_place_in *order;
    till_payment_method method; /* 0: cash */
    uint32_t reserved0;
    till_str provider;
    till_str provider_reference;
} till_sale_in;
/* The defaults; set fields after it. */
#define TILL_SALE_IN_INIT \
    { sizeof(till_sale_in), 0, NULL, 0, 0, { NULL, 0 }, { NULL, 0 } }

typedef struct till_receipt {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_order *order;
    const till_payment *payment; /* NULL when the total is 0 */
    till_bool replayed;
    uint32_t reserved0;
} till_receipt;

/* Place, pay and hand over in one transaction with one key: the whole sale or nothing. Staff,
 * system. Statuses of till_order_place() and till_payment_start(). */
TILL_API till_status TILL_CALL till_sale(till_store *store, const till_call *TILL_NULLABLE call,
                                         const till_sale_in *in, const till_receipt **out,
                                         const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

#endif
