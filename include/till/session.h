/* SPDX-License-Identifier: MIT */
/**
 * @defgroup session Registration, login and sessions
 * @brief Who is there, and for how long.
 *
 * A session has an access token (a signed JWT, RFC 9068's `at+jwt`, 5 minutes by the setting
 * access_token_lifetime, checked against the session at every call) and a refresh token (opaque,
 * rotating; 1 day idle by refresh_idle_lifetime, 30 days in all by session_lifetime).
 *
 * A refresh token presented again within 10 seconds gives the same child; presented later it is a
 * theft and ends the session. A client that never adopts a child may keep its first token, unless
 * the setting strict_rotation is on.
 * @{
 */
#ifndef TILL_SESSION_H
#define TILL_SESSION_H

#include <till/types.h>
#include <till/user.h>

TILL_EXTERN_BEGIN

/** What a login gives. Holds secrets: the block is wiped when freed. */
typedef struct till_tokens {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t session_id;           /**< 0: none was opened: a second factor is due (`challenge`), or
                                       the address must be verified first (setting
                                       email_verification: mandatory). */
    till_str access;              /**< For till_call.token; absent when session_id is 0. */
    till_str refresh;             /**< For till_session_refresh(); absent when session_id is 0. */
    till_time access_expires_us;  /**< #TILL_TIME_NONE when session_id is 0. */
    till_time refresh_expires_us; /**< If it is not used before; #TILL_TIME_NONE as above. */
    const till_user *user;        /**< Who it is; never NULL. Beside a `challenge` his id and user
                                       name alone: the password opens no more of him. */
    till_str challenge;           /**< A second factor is due: for till_login_second(), once. */
    till_time challenge_expires_us; /**< In 5 minutes; #TILL_TIME_NONE without a challenge. */
} till_tokens;

/** A new account. Limits as in till_user_create_in. */
typedef struct till_register_in {
    uint32_t struct_size;
    uint32_t flags;      /**< 0. */
    till_str username;   /**< 1-150. */
    till_str email;      /**< Optional unless the setting email_verification is mandatory. */
    till_str password;   /**< By the rules of user.h. */
    till_str first_name; /**< <= 50. */
    till_str last_name;  /**< <= 50. */
    till_str locale;     /**< Absent: the call's client_locale, if it is a language tag. */
} till_register_in;
/** The defaults; set fields after it. */
#define TILL_REGISTER_IN_INIT \
    { sizeof(till_register_in), 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 } }

/** A visitor makes his own account and is logged in. Any actor. Puts a verification mail into the
 * outbox unless the setting email_verification is off. With the setting reveal_accounts off an
 * address that somebody has already is answered as any other, and its owner is mailed instead; that
 * a user name is taken is always told, and counts as a registration. Not in a batch; refuses a key.
 *
 * @retval TILL_E_MISUSE          in a batch, or with an idempotency key
 * @retval TILL_E_VALIDATION      "/username", "/email", "/password" (see user.h), "/first_name",
 *                                "/last_name", "/locale"; `taken` among others that are broken, too
 * @retval TILL_E_ALREADY_EXISTS  "/username", "/email" (taken): choose another
 * @retval TILL_E_RATE_LIMITED    too many from this client_address: wait for retry_after_ms
 * @retval TILL_E_BUSY            hashing_busy, store_busy: try again */
TILL_API till_status TILL_CALL till_register(till_store *store, const till_call *TILL_NULLABLE call,
                                             const till_register_in *in, const till_tokens **out,
                                             const till_error **TILL_NULLABLE err);

/** Who wants to log in. */
typedef struct till_login_in {
    uint32_t struct_size;
    uint32_t flags;    /**< 0. */
    till_str username; /**< Compared as a key: NFKC, case-folded. */
    till_str password; /**< Compared in NFKC, never trimmed. */
} till_login_in;
/** The defaults; set fields after it. */
#define TILL_LOGIN_IN_INIT \
    { sizeof(till_login_in), 0, { NULL, 0 }, { NULL, 0 } }

/** Opens a session, or, for a user who has a second factor (second_factor.h), answers a challenge
 * for till_login_second() and no tokens. Any actor. Unknown user, wrong password and inactive user
 * are one answer, in equal time. After 5 failures of an account in a row each next try waits, 1 s
 * doubling to 15 minutes (NIST SP 800-63B, 5.2.2), but not where the account has logged in from
 * before. Not in a batch; refuses a key.
 *
 * @retval TILL_E_MISUSE           in a batch, or with an idempotency key
 * @retval TILL_E_VALIDATION       "/username", "/password" (blank)
 * @retval TILL_E_UNAUTHENTICATED  invalid_credentials; email_not_verified: the password is right,
 *                                 and the setting email_verification is mandatory
 * @retval TILL_E_RATE_LIMITED     too many failures of this account, or from this client_address:
 *                                 wait for retry_after_ms
 * @retval TILL_E_CONFLICT         secret_key_missing, secret_key_wrong: the password is right, and
 *                                 the user's second factor needs the key that the store was not
 *                                 opened with (till_store_open_in.secret_key)
 * @retval TILL_E_BUSY             hashing_busy, store_busy: try again */
TILL_API till_status TILL_CALL till_login(till_store *store, const till_call *TILL_NULLABLE call,
                                          const till_login_in *in, const till_tokens **out,
                                          const till_error **TILL_NULLABLE err);

/** A new access token and the next refresh token. Any actor: the token is the proof. Refuses a key.
 *
 * @param refresh      a refresh token
 * @param refresh_len  its bytes, or #TILL_STRLEN
 *
 * @retval TILL_E_MISUSE           with an idempotency key
 * @retval TILL_E_UNAUTHENTICATED  token_not_valid (malformed, unknown, expired, ended, reused), or
 *                                 no_active_account (deactivated, deleted): log in again */
TILL_API till_status TILL_CALL till_session_refresh(till_store *store,
                                                    const till_call *TILL_NULLABLE call,
                                                    const char *refresh, size_t refresh_len,
                                                    const till_tokens **out,
                                                    const till_error **TILL_NULLABLE err);

/** A live session. An ended one has no row. */
typedef struct till_session {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t id;
    int64_t user_id;           /**< Whose it is. */
    till_time created_us;
    till_time last_used_us;    /**< When its refresh token was last used. */
    till_time idle_expires_us; /**< When it ends unless it is refreshed. */
    till_time expires_us;      /**< When it ends in any case. */
    till_str client_address;   /**< Of the login's till_call; absent: unknown. */
    till_str client_agent;     /**< Of the login's till_call; absent: unknown. */
    till_bool is_current;      /**< 1: the session of the call's own token. */
    uint32_t reserved0;
} till_session;

/** Sessions, newest first. */
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

/** The live session of an access or refresh token. Any actor: the token is the proof. Changes
 * nothing. It says that the session lives, not what it may: see second_factor.h.
 *
 * @param token      either kind
 * @param token_len  its bytes, or #TILL_STRLEN
 *
 * @retval TILL_E_UNAUTHENTICATED  token_not_valid: log in again */
TILL_API till_status TILL_CALL till_session_verify(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const char *token, size_t token_len,
                                                   const till_session **out,
                                                   const till_error **TILL_NULLABLE err);

/** Ends the session of this refresh token. Any actor: the token is the proof. Refuses a key.
 *
 * @param refresh      a refresh token, the current one or the one before
 * @param refresh_len  its bytes, or #TILL_STRLEN
 *
 * @retval TILL_E_MISUSE           with an idempotency key
 * @retval TILL_E_UNAUTHENTICATED  token_not_valid: it belongs to no live session; nothing to end */
TILL_API till_status TILL_CALL till_logout(till_store *store, const till_call *TILL_NULLABLE call,
                                           const char *refresh, size_t refresh_len,
                                           const till_error **TILL_NULLABLE err);

/** Whose sessions. */
typedef struct till_session_query {
    uint32_t struct_size;
    uint32_t flags;  /**< 0. */
    int64_t user_id; /**< 0: the actor himself; another: superuser or system. */
    till_str cursor;
    uint32_t limit; /**< Rows a page; 0: 50; at most 200. */
    uint32_t reserved0;
} till_session_query;
/** The defaults; set fields after it. */
#define TILL_SESSION_QUERY_INIT \
    { sizeof(till_session_query), 0, 0, { NULL, 0 }, 0, 0 }

/** A user's live sessions, newest first. Self, superuser, system.
 *
 * @param query  NULL: the defaults
 * @retval TILL_E_VALIDATION  "/limit" (too_large), "/user_id" (required: the system is no user)
 * @retval TILL_E_CURSOR      start at the first page
 * @retval TILL_E_NOT_FOUND   no such user, or not to be seen
 * @retval TILL_E_PERMISSION  staff asks for somebody else's */
TILL_API till_status TILL_CALL till_session_list(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_session_query *TILL_NULLABLE query,
                                                 const till_session_page **out,
                                                 const till_error **TILL_NULLABLE err);

/** Which sessions end. */
typedef struct till_session_end_in {
    uint32_t struct_size;
    uint32_t flags;     /**< 0. */
    int64_t user_id;    /**< 0: the actor himself; another: superuser or system. */
    int64_t session_id; /**< 0: all sessions of the user (the call's own one, too). */
} till_session_end_in;
/** The defaults; set fields after it. */
#define TILL_SESSION_END_IN_INIT \
    { sizeof(till_session_end_in), 0, 0, 0 }

/** Ends sessions: dead at the next call, in every process. Self, superuser, system. Refuses a key.
 *
 * @retval TILL_E_MISUSE      with an idempotency key
 * @retval TILL_E_VALIDATION  "/user_id" (required: the system is no user)
 * @retval TILL_E_NOT_FOUND   session_not_found (ended already: that is well), user_not_found
 * @retval TILL_E_PERMISSION  staff asks for somebody else's */
TILL_API till_status TILL_CALL till_session_end(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_session_end_in *in,
                                                const till_error **TILL_NULLABLE err);

/** A key that signs access tokens, and the one it replaced. */
typedef struct till_signing_key {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_str kid;                  /**< Names it in the tokens that it signs. */
    till_time created_us;
    till_str previous_kid;         /**< The key that signed until now. */
    till_time previous_expires_us; /**< When the last token it signed has run out: from then on it
                                        verifies nothing and is destroyed. */
} till_signing_key;

/** Signs access tokens with a new key from now on, in every process. Tokens that the replaced key
 * signed stay good until they run out, so nobody has to log in again. Sessions and refresh tokens
 * need no key. System, superuser. An event "signing_key.rotated". Refuses a key.
 *
 * @retval TILL_E_MISUSE        with an idempotency key
 * @retval TILL_E_PERMISSION    neither system nor superuser
 * @retval TILL_E_RATE_LIMITED  too_many_keys: 15 replaced keys still verify; wait for
 *                              retry_after_ms */
TILL_API till_status TILL_CALL till_signing_key_rotate(till_store *store,
                                                       const till_call *TILL_NULLABLE call,
                                                       const till_signing_key **out,
                                                       const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

/** @} */
#endif
