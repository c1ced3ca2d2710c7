/* SPDX-License-Identifier: MIT */
/**
 * @defgroup event Events and outbox
 * @brief What happened, and what the outside world is to be told.
 *
 * Events: every change of a user, session, second factor, API key, order, payment, refund or
 * setting, in the transaction that made it. An order's history, the audit log and a feed. Never
 * personal data; but staff, and API keys with the scope events:read, see all of them, and so who
 * has a second factor and how it fares.
 *
 * Kinds, and the members of their data. Kinds and members are only ever added: skip what you do not
 * know. Money is minor units beside its currency; `from` and `to` are state names.
 *
 *   order.placed            total_minor currency line_count price_verified
 *   order.prices_confirmed  total_minor currency price_source ("host", "staff")
 *   order.shipped .delivered .handed_over .cancelled
 *                           from to
 *   payment.started         amount_minor currency method ("cash", "card", "transfer", "other")
 *   payment.completed .failed .exceeded .refunded
 *                           from to amount_minor currency
 *   refund.started          payment_id amount_minor currency
 *   refund.succeeded .failed
 *                           from to payment_id amount_minor currency
 *   user.created .deleted .email_verified
 *                           (none)
 *   user.email_lost         (none): another account has proved the address
 *   user.updated            fields: names of what changed, never their values
 *   user.password_changed   by
 *   key.created             scopes
 *   key.revoked             (none)
 *   session.opened          user_id
 *   session.ended           user_id reason
 *   second_factor.enabled .removed .recovery_codes_renewed
 *                           (none); the subject is the user
 *   second_factor.recovery_code_used
 *                           left
 *   second_factor.codes_refused
 *                           (none): wrong codes after the right password, so many that the next
 *                           tries wait. Once until one is right, or none is tried for an hour
 *                           after the wait
 *   setting.changed         name value
 *   currency.added          code
 *   signing_key.rotated     kid
 *
 * Outbox: work for the outside world, mails first, written in the same transaction. A row names a
 * template and ids; the address is read and a single-use token is minted when a host claims it. A
 * row that nobody sends expires after the setting outbox_lifetime (3 days). Mails that only tell
 * something go to users who have an address; several of one kind that wait are one.
 * @{
 */
#ifndef TILL_EVENT_H
#define TILL_EVENT_H

#include <till/types.h>

TILL_EXTERN_BEGIN

/** Something that happened. */
typedef struct till_event {
    uint32_t struct_size;
    uint32_t kind_reserved;
    int64_t sequence;      /**< Ascending in commit order, not without gaps. */
    till_time at_us;       /**< By the store's clock. */
    till_actor_kind actor; /**< #TILL_ACTOR_ANONYMOUS, _USER (by a token, too), _KEY, _SYSTEM. */
    uint32_t reserved0;
    int64_t actor_id;   /**< User or key id; 0: none. */
    till_str kind;      /**< "order.placed", "payment.completed", "user.created", … Accept kinds you
                             do not know. */
    int64_t subject_id; /**< Id of what the kind's first word names. */
    int64_t order_id;   /**< 0: none. */
    till_str trace_id;  /**< Of the till_call; absent: none. */
    till_str data;      /**< A JSON object; absent: nothing more to say. */
} till_event;

/** Events. There is no cursor: resume after the last one's sequence. */
typedef struct till_event_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_event *const *items;
    size_t count;
    const till_event *first;
    size_t row_stride;
} till_event_page;

#define TILL_EVENTS_NEWEST_FIRST 1u /**< By descending sequence; else oldest first. */

/** Which events. */
typedef struct till_event_query {
    uint32_t struct_size;
    uint32_t flags;     /**< #TILL_EVENTS_NEWEST_FIRST. */
    int64_t after;      /**< Oldest first: above this sequence. Newest first: below it; 0: all. */
    int64_t order_id;   /**< 0: all. */
    int64_t subject_id; /**< With order_id 0: of this subject alone (a user, …). 0: any. */
    uint32_t limit;     /**< Rows a page; 0: 100; at most 1000. */
    uint32_t reserved0;
    int64_t actor_id;      /**< What he did; 0: any. No order, no subject, no kind beside it. */
    till_actor_kind actor; /**< Of actor_id: #TILL_ACTOR_USER (0, too) or #TILL_ACTOR_KEY. */
    uint32_t reserved1;    /**< 0. */
    till_str kind;         /**< "order.shipped"; absent: any. No order, no subject beside it. */
    till_time from_us;     /**< At this time or later; 0: from the first. */
    till_time until_us;    /**< Before this time; 0: up to the last. As in till_order_query. */
} till_event_query;
/** The defaults; set fields after it. */
#define TILL_EVENT_QUERY_INIT \
    { sizeof(till_event_query), 0, 0, 0, 0, 0, 0, 0, 0, 0, { NULL, 0 }, 0, 0 }

/** Events by sequence. One order's: its owner, staff, system. All: staff, system.
 *
 * @param query  NULL: the defaults
 * @retval TILL_E_VALIDATION  "/limit" (too_large), "/actor" (invalid_choice), "/actor_id", "/kind"
 *                            (conflict: with another filter)
 * @retval TILL_E_NOT_FOUND   no such order, or not to be seen
 * @retval TILL_E_PERMISSION  a plain user asks for all */
TILL_API till_status TILL_CALL till_event_list(till_store *store,
                                               const till_call *TILL_NULLABLE call,
                                               const till_event_query *TILL_NULLABLE query,
                                               const till_event_page **out,
                                               const till_error **TILL_NULLABLE err);

/** Waits until there is an event after this sequence, made by any process, or the call's timeout
 * passes: #TILL_OK either way. Staff, system. Not in a batch; refuses a key.
 *
 * @param after              a sequence, 0 from the start
 * @param[out] out_sequence  the newest sequence; not above `after`: the time passed
 *
 * @retval TILL_E_MISUSE      in a batch, or with an idempotency key
 * @retval TILL_E_PERMISSION  a plain user
 * @retval TILL_E_CLOSED      the store was closed meanwhile: end the loop */
TILL_API till_status TILL_CALL till_event_wait(till_store *store,
                                               const till_call *TILL_NULLABLE call, int64_t after,
                                               int64_t *out_sequence,
                                               const till_error **TILL_NULLABLE err);

/* ---- Outbox ------------------------------------------------------------------------------ */

/** A mail to be sent. */
typedef struct till_message {
    uint32_t struct_size;
    uint32_t kind_reserved;
    int64_t id;
    till_str kind;    /**< "mail.email_verification", "mail.password_reset",
                           "mail.password_changed", "mail.email_change" (to a new address),
                           "mail.email_change_requested" (to the one it will replace),
                           "mail.email_changed" (to the one before), "mail.address_in_use" (somebody
                           else has given it), "mail.second_factor_enabled",
                           "mail.second_factor_removed", "mail.second_factor_refused" (somebody with
                           the password gave wrong codes), "mail.recovery_codes_renewed",
                           "mail.recovery_code_used". Fail kinds you do not know. */
    till_str lease;   /**< Give it back with acknowledge or fail. */
    int64_t user_id;  /**< Whom it is about. */
    int64_t order_id; /**< 0: none. */
    till_str to;      /**< The address. */
    till_str username; /**< His name now. */
    till_str locale;   /**< The user's, else the shop's. */
    till_str link;     /**< From the settings' templates, with the token; absent: none. */
    till_str token;    /**< Single-use; absent: none. A new claim makes the one before void. */
    till_str shop_name; /**< The setting shop_name. */
    till_time created_us;
    till_time expires_us; /**< Of the row: after it nobody gets it. */
    int64_t attempts;     /**< This claim included. */
    int64_t recovery_codes_left; /**< Of "mail.recovery_code_used": now. Else 0. */
} till_message;

/** Mails to be sent. Holds secrets: the block is wiped when freed. */
typedef struct till_message_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_message *const *items;
    size_t count;
    const till_message *first;
    size_t row_stride;
} till_message_page;

/** How many, for how long. */
typedef struct till_outbox_claim_in {
    uint32_t struct_size;
    uint32_t flags;    /**< 0. */
    uint32_t limit;    /**< 0: 16; at most 100. */
    uint32_t lease_ms; /**< 0: 60000; at most 3600000. */
} till_outbox_claim_in;
/** The defaults; set fields after it. */
#define TILL_OUTBOX_CLAIM_IN_INIT \
    { sizeof(till_outbox_claim_in), 0, 0, 0 }

/** Takes due messages for a while; nobody else gets them before the lease ends. Rows whose user or
 * address is gone are dropped. An empty page: nothing is due. System. Refuses a key.
 *
 * @param in  NULL: the defaults
 * @retval TILL_E_MISUSE      with an idempotency key
 * @retval TILL_E_VALIDATION  "/limit", "/lease_ms" (too_large)
 * @retval TILL_E_PERMISSION  not the system */
TILL_API till_status TILL_CALL till_outbox_claim(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_outbox_claim_in *TILL_NULLABLE in,
                                                 const till_message_page **out,
                                                 const till_error **TILL_NULLABLE err);

/** Which message. */
typedef struct till_outbox_settle_in {
    uint32_t struct_size;
    uint32_t flags;          /**< 0. */
    int64_t id;              /**< Of the message. */
    till_str lease;          /**< Of the message. */
    uint32_t retry_after_ms; /**< Fail: 0: 60000 doubling with each attempt, at most an hour. */
    uint32_t reserved0;
} till_outbox_settle_in;
/** The defaults; set fields after it. */
#define TILL_OUTBOX_SETTLE_IN_INIT \
    { sizeof(till_outbox_settle_in), 0, 0, { NULL, 0 }, 0, 0 }

/** Done: the row goes. System. Refuses a key.
 *
 * @retval TILL_E_MISUSE      with an idempotency key
 * @retval TILL_E_NOT_FOUND   lease_not_found: it ran out and somebody else has it, or it is settled
 * @retval TILL_E_PERMISSION  not the system */
TILL_API till_status TILL_CALL till_outbox_acknowledge(till_store *store,
                                                       const till_call *TILL_NULLABLE call,
                                                       const till_outbox_settle_in *in,
                                                       const till_error **TILL_NULLABLE err);

/** Not now: due again later, until it expires. System. Refuses a key.
 *
 * @retval TILL_E_MISUSE      with an idempotency key
 * @retval TILL_E_NOT_FOUND   lease_not_found: it ran out and somebody else has it, or it is settled
 * @retval TILL_E_PERMISSION  not the system */
TILL_API till_status TILL_CALL till_outbox_fail(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_outbox_settle_in *in,
                                                const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

/** @} */
#endif
