/* SPDX-License-Identifier: MIT */
/*
 * The types every till function shares: strings, money, time, status, error, and the context of a
 * call.
 *
 * Argument order, without exceptions: store, call, input, outputs, error. Outputs are set to NULL
 * at entry; a failed call leaves them NULL. Whatever a call returns is one immutable block that
 * stays valid after the store is closed, may be read from any thread, and is freed by till_free().
 * Every function on a store may be called from any thread at any time unless it says otherwise.
 */
#ifndef TILL_TYPES_H
#define TILL_TYPES_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define TILL_CALL __cdecl
#else
#define TILL_CALL
#endif

#if defined(TILL_STATIC)
#define TILL_API
#elif defined(__GNUC__)
#define TILL_API __attribute__((visibility("default")))
#else
#define TILL_API
#endif

#if defined(__cplusplus)
#define TILL_EXTERN_BEGIN extern "C" {
#define TILL_EXTERN_END }
#else
#define TILL_EXTERN_BEGIN
#define TILL_EXTERN_END
#endif

/* Marks a pointer that may be NULL, for readers and binding generators. Every other pointer must
 * not be: NULL there is TILL_E_MISUSE. */
#define TILL_NULLABLE

/* True when a result was made by a library that knows `field`: test it before reading a field that
 * is newer than the oldest library you accept. */
#if defined(__cplusplus)
#define TILL_SIZEOF_FIELD(type, field) sizeof(type::field)
#else
#define TILL_SIZEOF_FIELD(type, field) sizeof(((const type *)0)->field)
#endif
#define TILL_HAS(result, type, field) \
    (offsetof(type, field) + TILL_SIZEOF_FIELD(type, field) <= (result)->struct_size)

TILL_EXTERN_BEGIN

/* ---- Leaf types, frozen for ever --------------------------------------------------------- */

/* A borrowed string. In: UTF-8 without NUL (secrets: any bytes); `len` TILL_STRLEN means that
 * `data` ends with a NUL. Out: always followed by a NUL; absent is data == NULL, empty is
 * data != NULL and len == 0. */
typedef struct till_str {
    const char *data;
    size_t len;
} till_str;

#define TILL_STRLEN SIZE_MAX

/* A till_str initialiser from a string literal. */
#define TILL_STR(literal) { (literal), sizeof(literal) - 1 }

/* Minor units (cents) of an ISO 4217 currency. `exponent` says how many digits the minor unit has:
 * JPY 0, USD 2, BHD 3. In inputs `exponent` is ignored: the store's currency table knows it. */
typedef struct till_money {
    int64_t minor;
    char currency[4]; /* three letters and a NUL */
    int32_t exponent;
} till_money;

/* Microseconds since the Unix epoch, UTC. */
typedef int64_t till_time;
#define TILL_TIME_NONE INT64_MIN

typedef int32_t till_bool; /* 0 or 1 */

/* ---- Status ------------------------------------------------------------------------------ */

/* 0 or a negative error. The numbers are frozen and grouped by what you do next. Accept numbers
 * you do not know: treat them by `till_error.retryable`. */
typedef int32_t till_status;

#define TILL_OK 0
/* Fix the program. */
#define TILL_E_MISUSE (-1)            /* NULL where none may be, a call the contract forbids */
#define TILL_E_STRUCT_SIZE (-2)       /* an input's struct_size is smaller than its first version,
                                         or absurd */
#define TILL_E_UNSUPPORTED_FIELD (-3) /* an input uses a field, flag or value this library lacks */
/* Fix the input. */
#define TILL_E_VALIDATION (-10) /* till_error.violations names every broken rule */
#define TILL_E_CURSOR (-11)     /* a cursor that is not ours or belongs to another query */
/* Look at the store again, then decide. */
#define TILL_E_NOT_FOUND (-20)            /* no such object, or not yours to see */
#define TILL_E_ALREADY_EXISTS (-21)       /* a unique name, reference or payment is taken */
#define TILL_E_CONFLICT (-22)             /* the object's state does not allow it */
#define TILL_E_PRECONDITION (-23)         /* if_version: somebody changed it before you */
#define TILL_E_IDEMPOTENCY_MISMATCH (-24) /* the key was used with another input */
/* Log in, or ask somebody who may. */
#define TILL_E_UNAUTHENTICATED (-30)
#define TILL_E_PERMISSION (-31)
/* Try again: later, or (outcome unknown) at once with the same idempotency key. */
#define TILL_E_RATE_LIMITED (-40)
#define TILL_E_BUSY (-41)            /* the timeout passed; nothing happened */
#define TILL_E_OUTCOME_UNKNOWN (-42) /* the commit's sync failed; repeat with the same key */
/* Open a store. */
#define TILL_E_CLOSED (-50)
#define TILL_E_FORKED (-51)      /* the store was opened before fork(): open your own */
#define TILL_E_VERSION (-52)     /* the file, or the caller's header, is newer than this library */
#define TILL_E_NOT_A_STORE (-53) /* a file that till did not make */
#define TILL_E_CORRUPT (-54)     /* restore a backup */
#define TILL_E_FILE_SYSTEM (-55) /* a network file system, and the caller has not allowed it */
/* Help the machine. */
#define TILL_E_IO (-60)
#define TILL_E_STORAGE_FULL (-61) /* free space; reads go on, writes work again at once */
#define TILL_E_NO_MEMORY (-62)
#define TILL_E_READ_ONLY (-63)
/* Report a defect. */
#define TILL_E_INTERNAL (-99)

/* The name of a status ("TILL_E_BUSY"), "unknown" for a number this library does not know. Static;
 * never NULL. */
TILL_API const char *TILL_CALL till_status_name(till_status status);

/* ---- Errors ------------------------------------------------------------------------------ */

typedef struct till_param {
    till_str name;
    till_str value;
} till_param;

/* One broken rule of an input. */
typedef struct till_violation {
    till_str path;    /* JSON pointer in input field names: "/lines/2/quantity"; "" is the whole */
    till_str code;    /* stable token: "too_large" */
    till_str message; /* English, for developers */
    const till_param *params; /* what the rule is: {"max", "100"} */
    size_t param_count;
} till_violation;

/* Why a call failed. A result like any other: free it with till_free(). */
typedef struct till_error {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_status status;
    till_bool retryable;    /* the same call may succeed later */
    int64_t retry_after_ms; /* 0: no advice */
    int64_t source_code;    /* the engine's own code (SQLite's extended code, errno), or 0 */
    till_str code;          /* stable token: "order_not_found" */
    till_str message;       /* one line of English that says what to do; never a secret */
    const till_violation *const *violations;
    size_t violation_count;
} till_error;

/* What a sister library writes into `kind` of the blocks that it makes with malloc() and hands out
 * for till_free(). Nobody else needs them. */
#define TILL_KIND_ERROR 0x17110001u
#define TILL_KIND_HTTP_RESPONSE 0x17110100u
#define TILL_KIND_SECRET 0x40000000u /* added: the block is wiped when freed */

/* Frees any result: record, page, report, error or response. NULL is fine. Never fails, never
 * blocks. Blocks that held secrets are wiped first. */
TILL_API void TILL_CALL till_free(const void *TILL_NULLABLE result);

/* ---- The context of a call --------------------------------------------------------------- */

typedef int32_t till_actor_kind;
#define TILL_ACTOR_ANONYMOUS 0
#define TILL_ACTOR_TOKEN 1  /* `token` is an access token; session and roles are checked now */
#define TILL_ACTOR_KEY 2    /* `token` is an API key */
#define TILL_ACTOR_USER 3   /* `user_id`; the host vouches that it has authenticated him */
#define TILL_ACTOR_SYSTEM 4 /* the host itself; may do everything */

typedef struct till_batch till_batch;
typedef struct till_store till_store;

/* Who calls, on whose behalf, and how long it may take. NULL in place of a till_call is an
 * anonymous call with the defaults. Borrowed for the duration of the call. */
typedef struct till_call {
    uint32_t struct_size;
    uint32_t flags; /* 0 */
    till_actor_kind actor;
    uint32_t timeout_ms; /* waiting for writer, lock and hashing; 0: 5000; at most 600000 */
    int64_t user_id;     /* with TILL_ACTOR_USER */
    till_str token;      /* with TILL_ACTOR_TOKEN and TILL_ACTOR_KEY */
    till_str idempotency_key; /* 1-255 bytes; absent: none. Calls that issue tokens refuse it. */
    till_str client_address;  /* as the host knows it; kept with sessions, used by limits; <= 64 */
    till_str client_agent;    /* cut at 255 bytes */
    till_str client_locale;   /* BCP 47; chooses the language of mails */
    till_str trace_id;        /* <= 64 bytes of visible ASCII; kept with the events of this call */
    till_batch *batch;        /* see batch.h */
} till_call;
/* The defaults; set fields after it. */
#define TILL_CALL_INIT \
    { sizeof(till_call), 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 }, NULL }

TILL_EXTERN_END

#endif
