/* SPDX-License-Identifier: MIT */
/*
 * Registration, login and sessions.
 *
 * A session has an access token (a signed JWT, 5 minutes by default, checked against the session at
 * every call) and a refresh token (opaque, rotating). A refresh token presented again within 10
 * seconds gives the same child; presented later it is a theft and ends the session. A client that
 * never adopts a child may keep its first token, unless the setting strict_rotation is on.
 */
#ifndef TILL_SESSION_H
#define TILL_SESSION_H

#include <till/types.h>
#include <till/user.h>

TILL_EXTERN_BEGIN

/* What a login gives. Holds secrets: the block is wiped when freed. */
typedef struct till_tokens {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t session_id; /* 0: none was opened (e-mail verification is mandatory and outstanding) */
    till_str access;    /* absent when session_id is 0 */
    till_str refresh;
    till_time access_expires_us;
    till_time refresh_expires_us;
    const till_user *user;
} till_tokens;

typedef struct till_register_in {
    uint32_t struct_size;
    uint32_t flags;
    till_str username;
    till_str email; /* optional unless the setting email_verification is mandatory */
    till_str password;
    till_str first_name;
    till_str last_name;
    till_str locale; /* absent: the call's client_locale */
} till_register_in;
/* The defaults; set fields after it. */
#define TILL_REGISTER_IN_INIT \
    { sizeof(till_register_in), 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 } }

/* A visitor makes his own account and is logged in. Any actor. TILL_E_VALIDATION,
 * TILL_E_ALREADY_EXISTS ("/username", "/email": taken), TILL_E_RATE_LIMITED (too many from this
 * client_address), TILL_E_BUSY. Refuses an idempotency key and a batch. */
TILL_API till_status TILL_CALL till_register(till_store *store, const till_call *TILL_NULLABLE call,
                                             const till_register_in *in, const till_tokens **out,
                                             const till_error **TILL_NULLABLE err);

typedef struct till_login_in {
    uint32_t struct_size;
    uint32_t flags;
    till_str username;
    till_str password;
} till_login_in;
/* The defaults; set fields after it. */
#define TILL_LOGIN_IN_INIT \
    { sizeof(till_login_in), 0, { NULL, 0 }, { NULL, 0 } }

/* Opens a session. Any actor. TILL_E_UNAUTHENTICATED with code invalid_credentials for an unknown
 * user, a wrong password and an inactive user alike, in equal time; code email_not_verified when
 * the password is right and verification is mandatory. TILL_E_RATE_LIMITED: after 5 failures of an
 * account in a row each next try waits, 1 s doubling to 15 minutes (NIST SP 800-63B 5.2.2); it does
 * not for who comes from an address that the account has logged in from before. Also after too many
 * failures from one client_address. See retry_after_ms, and the settings throttle_*. TILL_E_BUSY.
 * Refuses an idempotency key and a batch. */
TILL_API till_status TILL_CALL till_login(till_store *store, const till_call *TILL_NULLABLE call,
                                          const till_login_in *in, const till_tokens **out,
                                          const till_error **TILL_NULLABLE err);

/* A new access token and the next refresh token. Any actor: the token is the proof.
 * TILL_E_UNAUTHENTICATED: token_not_valid (malformed, unknown, expired, reused: log in again),
 * no_active_account (the user was deleted or deactivated). Refuses an idempotency key. */
TILL_API till_status TILL_CALL till_session_refresh(till_store *store,
                                                    const till_call *TILL_NULLABLE call,
                                                    const char *refresh, size_t refresh_len,
                                                    const till_tokens **out,
                                                    const till_error **TILL_NULLABLE err);

typedef struct till_session {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t id;
    int64_t user_id;
    till_time created_us;
    till_time last_used_us; /* of its refresh token */
    till_time idle_expires_us;
    till_time expires_us;
    till_str client_address;
    till_str client_agent;
    till_bool is_current; /* the session of the call's own token */
    uint32_t reserved0;
} till_session;

typedef struct till_session_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_session *const *items;
    size_t count;
    const till_session *first;
    size_t row_stride;
    till_str next_cursor;
} till_session_page;

/* The live session of an access or refresh token. Any actor: the token is the proof. Changes
 * nothing. TILL_E_UNAUTHENTICATED (token_not_valid). */
TILL_API till_status TILL_CALL till_session_verify(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const char *token, size_t token_len,
                                                   const till_session **out,
                                                   const till_error **TILL_NULLABLE err);

/* Ends the session of this refresh token. Any actor: the token is the proof.
 * TILL_E_UNAUTHENTICATED (token_not_valid) if it belongs to no live session. */
TILL_API till_status TILL_CALL till_logout(till_store *store, const till_call *TILL_NULLABLE call,
                                           const char *refresh, size_t refresh_len,
                                           const till_error **TILL_NULLABLE err);

typedef struct till_session_query {
    uint32_t struct_size;
    uint32_t flags;
    int64_t user_id; /* 0: the actor himself; another: superuser or system */
    till_str cursor;
    uint32_t limit; /* 0: 50; at most 200 */
    uint32_t reserved0;
} till_session_query;
/* The defaults; set fields after it. */
#define TILL_SESSION_QUERY_INIT \
    { sizeof(till_session_query), 0, 0, { NULL, 0 }, 0, 0 }

/* A user's live sessions, newest first. TILL_E_NOT_FOUND, TILL_E_CURSOR. */
TILL_API till_status TILL_CALL till_session_list(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_session_query *TILL_NULLABLE query,
                                                 const till_session_page **out,
                                                 const till_error **TILL_NULLABLE err);

typedef struct till_session_end_in {
    uint32_t struct_size;
    uint32_t flags;
    int64_t user_id;    /* 0: the actor himself */
    int64_t session_id; /* 0: all sessions of the user (the call's own one too) */
} till_session_end_in;
/* The defaults; set fields after it. */
#define TILL_SESSION_END_IN_INIT \
    { sizeof(till_session_end_in), 0, 0, 0 }

/* Ends sessions at once, in every process. Self, superuser, system. TILL_E_NOT_FOUND. */
TILL_API till_status TILL_CALL till_session_end(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_session_end_in *in,
                                                const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

#endif
