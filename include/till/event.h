/* SPDX-License-Identifier: MIT */
/*
 * Events: every change of a user, session, order, payment, refund or setting, in the transaction
 * that made it. An order's history, the audit log and a feed. Never personal data.
 *
 * Outbox: work for the outside world, mails first, written in the same transaction. A row names a
 * template and ids; the address is read and a single-use token is minted when a host claims it.
 */
#ifndef TILL_EVENT_H
#define TILL_EVENT_H

#include <till/types.h>

TILL_EXTERN_BEGIN

typedef struct till_event {
    uint32_t struct_size;
    uint32_t kind_reserved;
    int64_t sequence; /* ascending in commit order */
    till_time at_us;
    till_actor_kind actor; /* TILL_ACTOR_ANONYMOUS, _USER, _KEY, _SYSTEM */
    uint32_t reserved0;
    int64_t actor_id;    /* user or key id; 0: none */
    till_str kind;       /* "order.placed", "payment.completed", "user.created", … */
    int64_t subject_id;  /* id of what the kind's first word names */
    int64_t order_id;    /* 0: none */
    till_str trace_id;
    till_str data; /* a JSON object; absent: nothing more to say */
} till_event;

typedef struct till_event_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_event *const *items;
    size_t count;
    const till_event *first;
    size_t row_stride;
} till_event_page;

#define TILL_EVENTS_NEWEST_FIRST 1u

typedef struct till_event_query {
    uint32_t struct_size;
    uint32_t flags;
    int64_t after;    /* oldest first: sequence above this. Newest first: below; 0: from the end */
    int64_t order_id; /* 0: all */
    int64_t subject_id; /* with order_id 0: events of this subject id without an order (users, …) */
    uint32_t limit;   /* 0: 100; at most 1000 */
    uint32_t reserved0;
} till_event_query;
/* The defaults; set fields after it. */
#define TILL_EVENT_QUERY_INIT \
    { sizeof(till_event_query), 0, 0, 0, 0, 0, 0 }

/* Events by sequence: resume with the last one's sequence. One order's: who may see the order. All:
 * staff, system. TILL_E_NOT_FOUND (the order), TILL_E_PERMISSION. */
TILL_API till_status TILL_CALL till_event_list(till_store *store,
                                               const till_call *TILL_NULLABLE call,
                                               const till_event_query *TILL_NULLABLE query,
                                               const till_event_page **out,
                                               const till_error **TILL_NULLABLE err);

/* Waits until there is an event after this sequence, made by any process, or the call's timeout
 * passes (TILL_OK either way). `out_sequence` is the newest sequence. Staff, system. Refused in a
 * batch. */
TILL_API till_status TILL_CALL till_event_wait(till_store *store,
                                               const till_call *TILL_NULLABLE call, int64_t after,
                                               int64_t *out_sequence,
                                               const till_error **TILL_NULLABLE err);

/* ---- Outbox ------------------------------------------------------------------------------ */

typedef struct till_message {
    uint32_t struct_size;
    uint32_t kind_reserved;
    int64_t id;
    till_str kind;    /* "mail.email_verification", "mail.password_reset", … */
    till_str lease;   /* give it back with acknowledge or fail */
    int64_t user_id;
    int64_t order_id; /* 0: none */
    till_str to;      /* the stored address */
    till_str username;
    till_str locale;
    till_str link;    /* from the settings' templates, with the token; absent: none */
    till_str token;   /* single-use; absent: none */
    till_str shop_name;
    till_time created_us;
    till_time expires_us; /* of the row */
    int64_t attempts;     /* this claim included */
} till_message;

typedef struct till_message_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size; /* holds secrets: wiped when freed */
    const till_message *const *items;
    size_t count;
    const till_message *first;
    size_t row_stride;
} till_message_page;

typedef struct till_outbox_claim_in {
    uint32_t struct_size;
    uint32_t flags;
    uint32_t limit;    /* 0: 16; at most 100 */
    uint32_t lease_ms; /* 0: 60000; at most 3600000 */
} till_outbox_claim_in;
/* The defaults; set fields after it. */
#define TILL_OUTBOX_CLAIM_IN_INIT \
    { sizeof(till_outbox_claim_in), 0, 0, 0 }

/* Takes due messages for a while; nobody else gets them before the lease ends. Rows whose user or
 * address is gone are dropped. System. */
TILL_API till_status TILL_CALL till_outbox_claim(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_outbox_claim_in *TILL_NULLABLE in,
                                                 const till_message_page **out,
                                                 const till_error **TILL_NULLABLE err);

typedef struct till_outbox_settle_in {
    uint32_t struct_size;
    uint32_t flags;
    int64_t id;
    till_str lease;
    uint32_t retry_after_ms; /* fail: 0: 60000 doubling with each attempt, at most an hour */
    uint32_t reserved0;
} till_outbox_settle_in;
/* The defaults; set fields after it. */
#define TILL_OUTBOX_SETTLE_IN_INIT \
    { sizeof(till_outbox_settle_in), 0, 0, { NULL, 0 }, 0, 0 }

/* Done: the row goes. System. TILL_E_NOT_FOUND: the lease ran out and somebody else has it. */
TILL_API till_status TILL_CALL till_outbox_acknowledge(till_store *store,
                                                       const till_call *TILL_NULLABLE call,
                                                       const till_outbox_settle_in *in,
                                                       const till_error **TILL_NULLABLE err);

/* Not now: due again later, until it expires. System. TILL_E_NOT_FOUND as above. */
TILL_API till_status TILL_CALL till_outbox_fail(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_outbox_settle_in *in,
                                                const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

#endif
