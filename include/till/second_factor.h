/* SPDX-License-Identifier: MIT */
/**
 * @defgroup second_factor Second factor
 * @brief A code of an authenticator app, asked for after the password.
 *
 * TOTP (RFC 6238: SHA-1, six digits, 30 seconds), as every authenticator app makes it. A user sets
 * it up in two steps: till_second_factor_begin() gives the secret for his app,
 * till_second_factor_confirm() takes a first code of it and gives ten recovery codes, for the day
 * on which he has lost the app. From then on till_login() answers a challenge instead of tokens,
 * and till_login_second() takes that challenge with a code.
 *
 * A code counts in its own 30 seconds, those before and those after, by the store's clock, and
 * once. A recovery code counts once. Wrong codes are counted per user as wrong passwords are: after
 * 5 in a row each next try waits, 1 s doubling to 15 minutes (settings throttle_login_failures,
 * throttle_login_delay; what is laxer there does not count here), but not where the user has logged
 * in from before. Nobody is locked out for ever. When a login's tries begin to wait it is an event
 * (second_factor.codes_refused) and a mail to the user, whose password somebody knows.
 *
 * The user is mailed, too, if he has an address, when his factor is confirmed or removed, by
 * whomever, when his recovery codes are renewed and when one has logged in (till_message.kind). All
 * of this is an event as well, which staff and API keys with the scope events:read see.
 *
 * What changes a factor needs fresh authentication of the actor: with an access token, a password
 * login of that session in the last 10 minutes, or his password beside the call. No code is asked
 * for: a live session with the password removes one's own factor, and a superuser's removes
 * anybody's.
 *
 * The setting second_factor_staff: required asks every member of the staff and every superuser for
 * one. Who has none yet may log in, read himself and his sessions, end them, and set one up;
 * everything else is #TILL_E_PERMISSION (second_factor_required). It does not guard an account
 * before that: whoever knows the password of one without a factor can set up his own.
 * till_session_verify() says that a session lives, not what it may: it succeeds for who has none
 * yet, too.
 *
 * Secrets are sealed in the file (XChaCha20-Poly1305), recovery codes and challenges stored as
 * digests. The sealing key stands in the file, too, unless the opener brings one of its own
 * (till_store_open_in.secret_key): then nothing in a stolen file or backup gives a code. It is
 * sealed under that key at the first open that brings it, and stays so. That open overwrites it as
 * it was, in the file and in the write-ahead log; where somebody reads meanwhile it warns in the
 * log hook, and till_store_maintain() does it. Older backups hold it as it was, and so may the disk
 * beneath the files.
 *
 * Keep that key: without it, or with another, till_second_factor_begin(), _confirm(),
 * till_recovery_codes_renew(), till_login_second() and the logins of users who have a factor are
 * #TILL_E_CONFLICT (secret_key_missing, secret_key_wrong), and everything else works. The way out
 * of a lost key is till_second_factor_remove() by a superuser or the system.
 * @{
 */
#ifndef TILL_SECOND_FACTOR_H
#define TILL_SECOND_FACTOR_H

#include <till/session.h>
#include <till/types.h>

TILL_EXTERN_BEGIN

/** Whether a user has a second factor. No secret is in it. */
typedef struct till_second_factor {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t user_id;             /**< Whose. */
    till_time enabled_us;        /**< Since when; #TILL_TIME_NONE: it is not in force. */
    till_bool is_enabled;        /**< 1: his logins ask for a code. */
    till_bool is_pending;        /**< 1: begun, waiting for till_second_factor_confirm(). */
    till_bool is_required;       /**< 1: the setting second_factor_staff asks it of him. */
    int32_t recovery_codes_left; /**< Of ten. */
} till_second_factor;

/** The second factor of a user. Self, superuser, system.
 *
 * @param user_id  0: the actor himself
 *
 * @retval TILL_E_VALIDATION  "/user_id" (required: the system is no user)
 * @retval TILL_E_NOT_FOUND   no such user, or not to be seen
 * @retval TILL_E_PERMISSION  staff asks for somebody else's */
TILL_API till_status TILL_CALL till_second_factor_get(till_store *store,
                                                      const till_call *TILL_NULLABLE call,
                                                      int64_t user_id,
                                                      const till_second_factor **out,
                                                      const till_error **TILL_NULLABLE err);

/** What an authenticator app is given. Holds secrets: the block is wiped when freed. */
typedef struct till_second_factor_setup {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_str secret; /**< 32 letters and digits in base32, to be typed. */
    till_str uri;    /**< "otpauth://totp/…", to be shown as a QR code: names the setting shop_name
                          and the user. */
} till_second_factor_setup;

/** Who begins a second factor. */
typedef struct till_second_factor_begin_in {
    uint32_t struct_size;
    uint32_t flags;    /**< 0. */
    till_str password; /**< The actor's own; may be absent within 10 minutes of this session's
                            password login, or without an access token. */
} till_second_factor_begin_in;
/** The defaults; set fields after it. */
#define TILL_SECOND_FACTOR_BEGIN_IN_INIT \
    { sizeof(till_second_factor_begin_in), 0, { NULL, 0 } }

/** Makes a secret for the actor's authenticator app, and shows it this once. Logins ask for it only
 * after till_second_factor_confirm(); begun again before that, the secret is another. The user
 * himself. Not in a batch with a password; refuses a key.
 *
 * @param in  NULL: the defaults
 * @retval TILL_E_MISUSE        in a batch with a password, or with an idempotency key
 * @retval TILL_E_VALIDATION    "/password" (required: log in anew or give it; wrong), "/user_id"
 *                              (required: the system is no user)
 * @retval TILL_E_CONFLICT      second_factor_enabled: remove it first; secret_key_missing,
 *                              secret_key_wrong: open the store with its key
 * @retval TILL_E_RATE_LIMITED  too many wrong passwords, as till_login(): wait for retry_after_ms
 * @retval TILL_E_BUSY          hashing_busy, store_busy: try again */
TILL_API till_status TILL_CALL till_second_factor_begin(
    till_store *store, const till_call *TILL_NULLABLE call,
    const till_second_factor_begin_in *TILL_NULLABLE in, const till_second_factor_setup **out,
    const till_error **TILL_NULLABLE err);

/** Recovery codes, each good for one login. Holds secrets: the block is wiped when freed. */
typedef struct till_recovery_codes {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_str *codes; /**< "abcd-efgh-ijkl-mnop-qrst-uvwx": base32, typed in either case, with
                                or without hyphens and blanks. */
    size_t code_count;     /**< Number of `codes`: 10. */
} till_recovery_codes;

/** Puts in force what till_second_factor_begin() began, and shows the recovery codes, this once.
 * The code does not count for a login any more: the next one does. The user's other sessions end:
 * the password alone has opened them. Within 10 minutes of it. The user himself. Refuses a key.
 *
 * @param code      six digits of the app, blanks between them or not
 * @param code_len  its bytes, or #TILL_STRLEN
 *
 * @retval TILL_E_MISUSE      with an idempotency key
 * @retval TILL_E_VALIDATION  "/code" (wrong: not the code of now; look at the device's clock),
 *                            "/user_id" (required: the system is no user)
 * @retval TILL_E_CONFLICT    second_factor_not_begun (or too long ago), second_factor_enabled
 *                            (already); secret_key_… as till_second_factor_begin()
 * @retval TILL_E_RATE_LIMITED too many wrong codes of this user: wait for retry_after_ms */
TILL_API till_status TILL_CALL till_second_factor_confirm(till_store *store,
                                                          const till_call *TILL_NULLABLE call,
                                                          const char *code, size_t code_len,
                                                          const till_recovery_codes **out,
                                                          const till_error **TILL_NULLABLE err);

/** Whose second factor is to go. */
typedef struct till_second_factor_remove_in {
    uint32_t struct_size;
    uint32_t flags;    /**< 0. */
    int64_t user_id;   /**< 0: the actor himself; another: superuser or system. */
    till_str password; /**< The actor's own, whoever's factor it is; as in
                            till_second_factor_begin_in. */
} till_second_factor_remove_in;
/** The defaults; set fields after it. */
#define TILL_SECOND_FACTOR_REMOVE_IN_INIT \
    { sizeof(till_second_factor_remove_in), 0, 0, { NULL, 0 } }

/** Removes a second factor with its recovery codes, also one that was only begun: the password
 * alone logs in again. Challenges that are open end. Needs no secret_key. Self, superuser, system.
 * Not in a batch with a password; refuses a key.
 *
 * @param in  NULL: the defaults
 * @retval TILL_E_MISUSE        in a batch with a password, or with an idempotency key
 * @retval TILL_E_VALIDATION    "/password" (required: log in anew or give it; wrong), "/user_id"
 *                              (required: the system is no user)
 * @retval TILL_E_NOT_FOUND     second_factor_not_found; user_not_found: no such user, or not to be
 *                              seen
 * @retval TILL_E_PERMISSION    staff removes somebody else's
 * @retval TILL_E_RATE_LIMITED  too many wrong passwords, as till_login(): wait for retry_after_ms
 * @retval TILL_E_BUSY          hashing_busy, store_busy: try again */
TILL_API till_status TILL_CALL till_second_factor_remove(
    till_store *store, const till_call *TILL_NULLABLE call,
    const till_second_factor_remove_in *TILL_NULLABLE in, const till_error **TILL_NULLABLE err);

/** Who wants new recovery codes. */
typedef struct till_recovery_codes_renew_in {
    uint32_t struct_size;
    uint32_t flags;    /**< 0. */
    till_str password; /**< As in till_second_factor_begin_in. */
} till_recovery_codes_renew_in;
/** The defaults; set fields after it. */
#define TILL_RECOVERY_CODES_RENEW_IN_INIT \
    { sizeof(till_recovery_codes_renew_in), 0, { NULL, 0 } }

/** Ten new recovery codes, shown this once; the old ones count no more. The user himself. Not in a
 * batch with a password; refuses a key.
 *
 * @param in  NULL: the defaults
 * @retval TILL_E_MISUSE        in a batch with a password, or with an idempotency key
 * @retval TILL_E_VALIDATION    "/password" (required: log in anew or give it; wrong), "/user_id"
 *                              (required: the system is no user)
 * @retval TILL_E_NOT_FOUND     second_factor_not_found: there is none, or it is not confirmed
 * @retval TILL_E_CONFLICT      secret_key_… as till_second_factor_begin()
 * @retval TILL_E_RATE_LIMITED  too many wrong passwords, as till_login(): wait for retry_after_ms
 * @retval TILL_E_BUSY          hashing_busy, store_busy: try again */
TILL_API till_status TILL_CALL till_recovery_codes_renew(
    till_store *store, const till_call *TILL_NULLABLE call,
    const till_recovery_codes_renew_in *TILL_NULLABLE in, const till_recovery_codes **out,
    const till_error **TILL_NULLABLE err);

/** The second step of a login. */
typedef struct till_login_second_in {
    uint32_t struct_size;
    uint32_t flags;     /**< 0. */
    till_str challenge; /**< till_tokens.challenge of till_login(). */
    till_str code;      /**< Six digits of the app, or a recovery code. */
} till_login_second_in;
/** The defaults; set fields after it. */
#define TILL_LOGIN_SECOND_IN_INIT \
    { sizeof(till_login_second_in), 0, { NULL, 0 }, { NULL, 0 } }

/** Opens the session that till_login() asked a code for. A wrong code leaves the challenge open; a
 * right one uses it up. Any actor: challenge and code are the proof. In a batch: commit that also
 * when this is refused, or the wrong code is not counted. Refuses a key.
 *
 * @retval TILL_E_MISUSE           with an idempotency key
 * @retval TILL_E_VALIDATION       "/challenge", "/code" (blank)
 * @retval TILL_E_UNAUTHENTICATED  challenge_not_valid: unknown, used, older than 5 minutes, or
 *                                 overtaken by a new password: begin with till_login();
 *                                 invalid_code: wrong, used or too old: ask for the next one
 * @retval TILL_E_RATE_LIMITED     too many wrong codes of this user: wait for retry_after_ms
 * @retval TILL_E_CONFLICT         secret_key_… as till_second_factor_begin() */
TILL_API till_status TILL_CALL till_login_second(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_login_second_in *in,
                                                 const till_tokens **out,
                                                 const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

/** @} */
#endif
