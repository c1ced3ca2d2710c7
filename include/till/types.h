/* SPDX-License-Identifier: MIT */
/**
 * @defgroup types Conventions and shared types
 * @brief Strings, money, time, status, error, and the context of a call.
 *
 * What holds for every function is said here once and nowhere else.
 *
 * **Arguments** stand in one order, without exceptions: store, call, input, outputs, error. Outputs
 * are set to NULL at entry; a failed call leaves them NULL.
 *
 * **Threads.** A function on a store may be called from any thread at any time, unless its comment
 * says otherwise; 256 KiB of stack suffice. It starts no thread, installs no signal handler, prints
 * nothing and opens no network connection.
 *
 * **Results** are immutable blocks. A block stays valid after its store is closed, may be read from
 * any thread, and is freed as a whole by till_free(); what it points to is part of it.
 *
 * **Inputs** are borrowed during the call. A zero field means its default, and absent is a till_str
 * whose `data` is NULL. Text is UTF-8 without NUL and without code points that the library's
 * Unicode tables do not assign; limits count code points unless they say bytes; names, labels and
 * references hold no control characters. A broken limit is #TILL_E_VALIDATION with one of the codes
 * blank, too_short, too_long, too_small, too_large, invalid, invalid_choice, invalid_utf8, nul,
 * control, unassigned; the value itself is never echoed.
 *
 * **Lists** are pages: ask again with `next_cursor` of the page before and the same query until
 * it is absent. A cursor never expires.
 *
 * **Actors.** Each comment says who may call. *Self* is the user himself, *owner* the user whose
 * order it is, *staff* a user with is_staff or is_superuser, *superuser* one with is_superuser,
 * *system* the host, *any actor* anonymous ones, too. Roles are read in the call's own transaction.
 * An API key has no role; what its scopes open, and nothing else, stands in key.h.
 * Who may not do it and may know that the object exists is told #TILL_E_PERMISSION; to others it is
 * #TILL_E_NOT_FOUND. Anonymous, he is told #TILL_E_UNAUTHENTICATED.
 *
 * **Idempotency.** A call that honours the key of its till_call says so: repeated with the same key
 * and input it changes nothing and answers the object as it is now, `replayed`; with other input it
 * is #TILL_E_IDEMPOTENCY_MISMATCH. A refused call leaves the key unused. Keys are scoped by actor
 * and function and kept for the setting `idempotency_retention` (7 days). Every other call that
 * changes an object refuses a key with #TILL_E_MISUSE (no_idempotency_key); calls that read, and
 * those of store.h and batch.h, ignore it.
 *
 * **Every function is there since 0.1**, unless it says `@since`.
 *
 * @anchor anycall
 * **Statuses of any call.** Not repeated at the functions; what to do stands at each constant.
 *
 * - the program: #TILL_E_MISUSE, #TILL_E_STRUCT_SIZE, #TILL_E_UNSUPPORTED_FIELD;
 * - a field of the till_call: #TILL_E_VALIDATION (`/idempotency_key`, `/timeout_ms`, `/trace_id`,
 *   `/client_address`, `/client_locale`);
 * - its actor: #TILL_E_UNAUTHENTICATED: token_not_valid (log in again, or refresh), user_not_found,
 *   user_inactive, no_active_account (of a user id), key_not_valid, key_revoked, key_expired,
 *   not_authenticated (anonymous); #TILL_E_PERMISSION: an API key without the scope, see key.h;
 * - the store: #TILL_E_CLOSED, #TILL_E_FORKED, #TILL_E_BUSY (store_busy, readers_busy,
 *   batch_expired; hashing_busy where passwords are hashed);
 * - the machine: #TILL_E_IO, #TILL_E_NO_MEMORY, #TILL_E_CORRUPT, #TILL_E_NOT_A_STORE and, in calls
 *   that write, #TILL_E_STORAGE_FULL, #TILL_E_READ_ONLY, #TILL_E_OUTCOME_UNKNOWN;
 * - the library: #TILL_E_INTERNAL.
 *
 * A function that changes a versioned object also answers #TILL_E_PRECONDITION (stale_version) when
 * its input has an `if_version`, and only then.
 *
 * @anchor fields
 * **Fields** that mean the same in every struct:
 *
 * - `struct_size`: sizeof the struct as its maker knows it: set by the INIT macro, see #TILL_HAS.
 * - `kind`: what the block is; for till_free().
 * - `block_size`: bytes of the whole block, for who copies it into one buffer of his own.
 * - `kind_reserved`: 0; `kind` of a row that is no block of its own.
 * - `flags`: the constants that the comment names; others are #TILL_E_UNSUPPORTED_FIELD.
 * - `reserved0`: 0.
 * - `items`: the rows, `count` pointers.
 * - `count`: number of rows.
 * - `first`: the first row, for bulk readers: the others follow `row_stride` bytes apart.
 * - `row_stride`: bytes from one row to the next, at least sizeof the row as you know it.
 * - `next_cursor`: asks for the next page; absent: this is the last one.
 * - `cursor`: next_cursor of the page before, of the same query; absent: the first page.
 * - `id`: never reused; ascending in commit order.
 * - `version`: 1 at first, raised by every change; what `if_version` is compared with.
 * - `if_version`: the version the caller has seen; another one is #TILL_E_PRECONDITION. 0: any.
 * - `created_us`: when it was made.
 * - `updated_us`: when it was last changed.
 * - `replayed`: 1: the answer to a repeated key or reference; nothing was done.
 * @{
 */
#ifndef TILL_TYPES_H
#define TILL_TYPES_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
/** The calling convention of every function. */
#define TILL_CALL __cdecl
#else
/** The calling convention of every function. */
#define TILL_CALL
#endif

/* Define TILL_STATIC when you link the static library. */
#if defined(TILL_STATIC)
/** Marks what the library exports. */
#define TILL_API
#elif defined(__GNUC__)
/** Marks what the library exports. */
#define TILL_API __attribute__((visibility("default")))
#else
/** Marks what the library exports. */
#define TILL_API
#endif

#if defined(__cplusplus)
/** Opens C linkage in C++. */
#define TILL_EXTERN_BEGIN extern "C" {
/** Closes what TILL_EXTERN_BEGIN opens. */
#define TILL_EXTERN_END }
#else
/** Opens C linkage in C++. */
#define TILL_EXTERN_BEGIN
/** Closes what TILL_EXTERN_BEGIN opens. */
#define TILL_EXTERN_END
#endif

/** Marks a pointer that may be NULL, for readers and binding generators. Every other pointer must
 * not be: NULL there is #TILL_E_MISUSE. */
#define TILL_NULLABLE

#if defined(__cplusplus)
/** The size of a struct's field. */
#define TILL_SIZEOF_FIELD(type, field) sizeof(type::field)
#else
/** The size of a struct's field. */
#define TILL_SIZEOF_FIELD(type, field) sizeof(((const type *)0)->field)
#endif
/** True when a result was made by a library that knows `field`: test it before reading a field that
 * is newer than the oldest library you accept. */
#define TILL_HAS(result, type, field) \
    (offsetof(type, field) + TILL_SIZEOF_FIELD(type, field) <= (result)->struct_size)

TILL_EXTERN_BEGIN

/* ---- Leaf types, frozen for ever --------------------------------------------------------- */

/** A borrowed string, in and out. */
typedef struct till_str {
    const char *data; /**< In: UTF-8 without NUL (secrets: any bytes). Out: followed by a NUL.
                           NULL: absent; not NULL and `len` 0: empty. */
    size_t len;       /**< In bytes. In: #TILL_STRLEN says that `data` ends with a NUL. */
} till_str;

/** For till_str.len: `data` ends with a NUL. */
#define TILL_STRLEN SIZE_MAX

/** A till_str initialiser from a string literal. */
#define TILL_STR(literal) { (literal), sizeof(literal) - 1 }

/** An amount in the currency's smallest unit. */
typedef struct till_money {
    int64_t minor;    /**< Minor units: cents. */
    char currency[4]; /**< ISO 4217 code: three letters and a NUL. */
    int32_t exponent; /**< Digits of the minor unit: JPY 0, USD 2, BHD 3. */
} till_money;

/** Microseconds since the Unix epoch, UTC. */
typedef int64_t till_time;
/** No time: never, or not yet. */
#define TILL_TIME_NONE INT64_MIN

/** 0 or 1; in inputs anything else is #TILL_E_MISUSE (not_a_bool). */
typedef int32_t till_bool;

/* ---- Status ------------------------------------------------------------------------------ */

/** 0 or a negative error. The numbers are frozen and grouped by what you do next. Accept numbers
 * you do not know: treat them by till_error.retryable. */
typedef int32_t till_status;

/** Done: durable, or inside a batch applied (see batch.h). */
#define TILL_OK 0

/* Fix the program. */
/** NULL where none may be, or a call that the contract forbids. Nothing happened. */
#define TILL_E_MISUSE (-1)
/** An input's struct_size is smaller than its first version, or absurd: use the INIT macro. */
#define TILL_E_STRUCT_SIZE (-2)
/** An input uses a field, flag or value that this library lacks: update the library. */
#define TILL_E_UNSUPPORTED_FIELD (-3)

/* Fix the input. */
/** till_error.violations names every broken rule at once: show them to who typed it. */
#define TILL_E_VALIDATION (-10)
/** A cursor that is not ours or belongs to another query: start at the first page. */
#define TILL_E_CURSOR (-11)

/* Look at the store again, then decide. */
/** No such object, or not the actor's to see; nobody can tell which. */
#define TILL_E_NOT_FOUND (-20)
/** A unique name, address, reference or file is taken: choose another. */
#define TILL_E_ALREADY_EXISTS (-21)
/** The object's state does not allow it; till_error.code says why. Repeating it does not help. */
#define TILL_E_CONFLICT (-22)
/** `if_version`: somebody changed it before you. Read it again, then decide again. */
#define TILL_E_PRECONDITION (-23)
/** The key was used with another input: a defect of the caller, or a new key is due. */
#define TILL_E_IDEMPOTENCY_MISMATCH (-24)

/* Log in, or ask somebody who may. */
/** Nobody, or not any more: log in again. till_error.code tells a stale token from a wrong one. */
#define TILL_E_UNAUTHENTICATED (-30)
/** Known, and not allowed: ask somebody who may. */
#define TILL_E_PERMISSION (-31)

/* Try again: later, or (outcome unknown) at once with the same idempotency key. */
/** Too many tries (throttled): wait for retry_after_ms. The limits are the settings throttle_*. */
#define TILL_E_RATE_LIMITED (-40)
/** The timeout passed while waiting, for whom the message names; nothing happened. Try later. */
#define TILL_E_BUSY (-41)
/** The commit's sync failed: it may or may not have happened. Repeat at once with the same key. */
#define TILL_E_OUTCOME_UNKNOWN (-42)

/* Open a store. */
/** till_store_close() was called: open the store again. */
#define TILL_E_CLOSED (-50)
/** The store was opened before fork(): open your own in the child. */
#define TILL_E_FORKED (-51)
/** The file, or the caller's header, is newer than this library: update the library. */
#define TILL_E_VERSION (-52)
/** A file that till did not make, or no file. Left as it was. */
#define TILL_E_NOT_A_STORE (-53)
/** The file is damaged: stop writing, run till_store_check(), restore a backup. */
#define TILL_E_CORRUPT (-54)
/** A network file system that the caller has not allowed, one without a write-ahead log, or a file
 * with several names: move the store. */
#define TILL_E_FILE_SYSTEM (-55)

/* Help the machine. */
/** The disk or file system failed; source_code has the engine's code. Look at the system's log. */
#define TILL_E_IO (-60)
/** The disk is full; nothing happened. Free space: reads go on, writes work again at once. */
#define TILL_E_STORAGE_FULL (-61)
/** Memory ran out; nothing happened. */
#define TILL_E_NO_MEMORY (-62)
/** The file may not be written: check its owner, its mode and the mount. */
#define TILL_E_READ_ONLY (-63)

/* Report a defect. */
/** A broken invariant of the library; the transaction was undone. Report till_error.message. */
#define TILL_E_INTERNAL (-99)

/** The name of a status: "TILL_E_BUSY".
 *
 * @param status  any number
 * @return static text, never NULL; "unknown" for a number this library does not know */
TILL_API const char *TILL_CALL till_status_name(till_status status);

/* ---- Errors ------------------------------------------------------------------------------ */

/** A name with its value. */
typedef struct till_param {
    till_str name;  /**< As the comment of its array says. */
    till_str value; /**< Text, also of numbers. */
} till_param;

/** One broken rule of an input. */
typedef struct till_violation {
    till_str path;    /**< JSON pointer (RFC 6901) in input field names, which drop `_minor`:
                           "/lines/2/quantity", "/amount"; "" is the whole input. */
    till_str code;    /**< Stable token: "too_large". */
    till_str message; /**< English, for developers. */
    const till_param *params; /**< What the rule is: {"max", "100"}. */
    size_t param_count;       /**< Number of `params`. */
} till_violation;

/** Why a call failed. A result like any other: free it with till_free(). */
typedef struct till_error {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_status status;     /**< What the call returned. */
    till_bool retryable;    /**< 1: the same call may succeed later. */
    int64_t retry_after_ms; /**< When to try again; 0: no advice. */
    int64_t source_code;    /**< The engine's own code (SQLite's extended code, errno), or 0. */
    till_str code;          /**< Stable token: "order_not_found". Branch on status, then on this. */
    till_str message;       /**< One line of English that says what to do; never a secret. */
    const till_violation *const *violations; /**< Every broken rule; NULL when there is none. */
    size_t violation_count;                  /**< Number of `violations`. */
} till_error;

/** `kind` of a till_error. This one and the next two are for sister libraries that make blocks with
 * malloc() and hand them out for till_free(); nobody else needs them. */
#define TILL_KIND_ERROR 0x17110001u
/** `kind` of a till_http_response. */
#define TILL_KIND_HTTP_RESPONSE 0x17110100u
/** Added to a kind: the block is wiped when freed. */
#define TILL_KIND_SECRET 0x40000000u

/** Frees any result: record, page, report, error or response. Never fails, never blocks, and may be
 * called after the store is gone and from within a log hook. Blocks that held secrets are wiped.
 *
 * @param result  NULL is fine; a row or string inside a block is not */
TILL_API void TILL_CALL till_free(const void *TILL_NULLABLE result);

/* ---- The context of a call --------------------------------------------------------------- */

/** On whose behalf a call runs: never a role, which the store knows itself. */
typedef int32_t till_actor_kind;
#define TILL_ACTOR_ANONYMOUS 0 /**< Nobody, as yet. */
#define TILL_ACTOR_TOKEN 1     /**< `token` is an access token; its session is checked now. */
#define TILL_ACTOR_KEY 2       /**< `token` is an API key, see key.h; it is checked now. */
#define TILL_ACTOR_USER 3      /**< `user_id`; the host vouches that it has authenticated him. */
#define TILL_ACTOR_SYSTEM 4    /**< The host itself; may do everything. */

/** Several calls in one commit: see batch.h. */
typedef struct till_batch till_batch;
/** An open store: see store.h. */
typedef struct till_store till_store;

/** Who calls, on whose behalf, and how long it may take. NULL in place of a till_call is an
 * anonymous call with the defaults. Borrowed for the duration of the call. */
typedef struct till_call {
    uint32_t struct_size;
    uint32_t flags;        /**< 0. */
    till_actor_kind actor; /**< TILL_ACTOR_*. */
    uint32_t timeout_ms;   /**< Bounds waiting for writer, lock, reader and hashing, not the work
                                itself; 0: 5000; at most 600000. */
    int64_t user_id;       /**< With #TILL_ACTOR_USER. */
    till_str token;        /**< With #TILL_ACTOR_TOKEN and #TILL_ACTOR_KEY. */
    till_str idempotency_key; /**< 1-255 bytes of your choice, unique a deed; absent: none. */
    till_str client_address;  /**< As the host knows it, <= 64 visible ASCII; kept with sessions,
                                   counted by the settings throttle_*; absent: not counted. */
    till_str client_agent;    /**< Cut at 255 bytes; kept with sessions. */
    till_str client_locale;   /**< BCP 47, <= 35 (RFC 5646, 4.4.1); the language of a new user. */
    till_str trace_id;        /**< <= 64 visible ASCII; kept with the events of this call. */
    till_batch *batch;        /**< The batch it is part of, see batch.h; NULL: none. */
} till_call;
/** The defaults; set fields after it. */
#define TILL_CALL_INIT \
    { sizeof(till_call), 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 }, NULL }

TILL_EXTERN_END

/** @} */
#endif
