/* SPDX-License-Identifier: MIT */
/**
 * @defgroup user Users
 * @brief Accounts with their profile, image and password.
 *
 * User names and e-mail addresses are compared by a key: NFKC, then case-folded. A user name is one
 * account's. So is an address that its user has proved by the token of a mail. An address that
 * nobody has proved may be several accounts': who proves it keeps it, and the others lose it. With
 * the setting email_verification off nobody proves anything, and an address is the first one's.
 * Login is by user name alone. A deleted user leaves a tombstone: an id without any personal field,
 * whose name and address are free again.
 *
 * Passwords have 8 code points to 1024 bytes, are never trimmed, and are compared in NFKC. Their
 * violations come all at once: blank, password_too_short, password_too_long (alone),
 * password_too_similar (to the `attribute` in its params), password_too_common,
 * password_entirely_numeric. They are Django's four rules.
 * @{
 */
#ifndef TILL_USER_H
#define TILL_USER_H

#include <till/types.h>

TILL_EXTERN_BEGIN

/** A user, or his tombstone: then every personal field is absent. */
typedef struct till_user {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t id;
    int64_t version;
    till_str username;       /**< In NFKC, as he wrote it otherwise. */
    till_str email;          /**< Mails go to it. Absent: none. */
    till_str first_name;     /**< May be empty. */
    till_str last_name;      /**< May be empty. */
    till_str phone_no;       /**< May be empty. */
    till_str address;        /**< May be empty, may have lines. */
    till_str locale;         /**< BCP 47; absent: the shop's. */
    till_str image_name;     /**< "<32 hex digits>.<png|jpg|webp|gif>"; absent: no image. */
    till_time created_us;
    till_time last_login_us; /**< #TILL_TIME_NONE: never. */
    till_time deleted_us;    /**< #TILL_TIME_NONE: he lives. */
    till_bool is_active;     /**< 0: he cannot log in. */
    till_bool is_staff;      /**< 1: may see and fulfil everybody's orders. */
    till_bool is_superuser;  /**< 1: may change settings and everybody. */
    till_bool email_verified; /**< 1: he has answered a mail to this address. */
    till_bool has_password;   /**< 0: no password login. */
    till_bool replayed;
    till_str new_email; /**< Will be `email` once its token comes back; absent: none waits. */
} till_user;

/** Users. */
typedef struct till_user_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_user *const *items;
    size_t count;
    const till_user *first;
    size_t row_stride;
    till_str next_cursor;
} till_user_page;

#define TILL_USER_USERNAME 0x1u         /**< In till_user_update_in.mask: touch `username`. */
#define TILL_USER_EMAIL 0x2u            /**< Touch `email`. */
#define TILL_USER_FIRST_NAME 0x4u       /**< Touch `first_name`. */
#define TILL_USER_LAST_NAME 0x8u        /**< Touch `last_name`. */
#define TILL_USER_PHONE_NO 0x10u        /**< Touch `phone_no`. */
#define TILL_USER_ADDRESS 0x20u         /**< Touch `address`. */
#define TILL_USER_LOCALE 0x40u          /**< Touch `locale`. */
#define TILL_USER_IS_ACTIVE 0x80u       /**< Touch `is_active`: staff of plain users, superuser. */
#define TILL_USER_IS_STAFF 0x100u       /**< Touch `is_staff`: superuser, system. */
#define TILL_USER_IS_SUPERUSER 0x200u   /**< Touch `is_superuser`: superuser, system. */
#define TILL_USER_EMAIL_VERIFIED 0x400u /**< Touch `email_verified`: superuser, system. */

/** A new user. */
typedef struct till_user_create_in {
    uint32_t struct_size;
    uint32_t flags;         /**< 0. */
    till_str username;      /**< 1-150: letters, digits and @ . + - _, after NFKC. */
    till_str email;         /**< Optional, <= 254 (RFC 5321, 4.5.3.1.3). */
    till_str password;      /**< Absent: no password login. */
    till_str password_hash; /**< Instead: Django's encoded form (pbkdf2_sha256, argon2, scrypt) or
                                 ours; system only; upgraded at the first login. */
    till_str first_name;    /**< <= 50. */
    till_str last_name;     /**< <= 50. */
    till_str phone_no;      /**< <= 15 (the digits of E.164). */
    till_str address;       /**< <= 2000; may have lines. */
    till_str locale;        /**< BCP 47, <= 35 (RFC 5646, 4.4.1). */
    till_bool is_staff;     /**< See till_user. */
    till_bool is_superuser; /**< See till_user. */
    till_bool is_inactive;  /**< 1: cannot log in as yet. */
    till_bool email_verified; /**< System only; without an address it stays 0. */
} till_user_create_in;
/** The defaults; set fields after it. */
#define TILL_USER_CREATE_IN_INIT \
    { sizeof(till_user_create_in), 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, 0, 0, 0, 0 }

/** Creates a user. System, superuser. Honours the idempotency key; the password is part of the
 * input. With a password not in a batch.
 *
 * @retval TILL_E_MISUSE                in a batch, with a password
 * @retval TILL_E_VALIDATION            each field by its name; "/password_hash" (invalid, conflict)
 * @retval TILL_E_PERMISSION            neither, or a field that is the system's alone
 * @retval TILL_E_ALREADY_EXISTS        "/username", "/email" (taken): choose another
 * @retval TILL_E_IDEMPOTENCY_MISMATCH  the key was used with other fields or another password
 * @retval TILL_E_BUSY                  hashing_busy, store_busy: try again */
TILL_API till_status TILL_CALL till_user_create(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_user_create_in *in,
                                                const till_user **out,
                                                const till_error **TILL_NULLABLE err);

/** A user by id, a tombstone too. Self, staff, system.
 *
 * @param user_id  0: the actor himself
 * @retval TILL_E_VALIDATION  "/user_id" (required: the system is no user)
 * @retval TILL_E_NOT_FOUND   no such user, or not to be seen */
TILL_API till_status TILL_CALL till_user_get(till_store *store, const till_call *TILL_NULLABLE call,
                                             int64_t user_id, const till_user **out,
                                             const till_error **TILL_NULLABLE err);

/** Whom to find: one of the two. */
typedef struct till_user_find_in {
    uint32_t struct_size;
    uint32_t flags;    /**< 0. */
    till_str username; /**< Compared as a key. */
    till_str email;    /**< Compared as a key. */
} till_user_find_in;
/** The defaults; set fields after it. */
#define TILL_USER_FIND_IN_INIT \
    { sizeof(till_user_find_in), 0, { NULL, 0 }, { NULL, 0 } }

/** A user by user name or e-mail: who has proved the address, else who has held it for longest.
 * Staff, system.
 *
 * @retval TILL_E_VALIDATION  "" (one_of: give one of the two)
 * @retval TILL_E_NOT_FOUND   nobody has it
 * @retval TILL_E_PERMISSION  a plain user */
TILL_API till_status TILL_CALL till_user_find(till_store *store,
                                              const till_call *TILL_NULLABLE call,
                                              const till_user_find_in *in, const till_user **out,
                                              const till_error **TILL_NULLABLE err);

#define TILL_USERS_ACTIVE 1u   /**< Those who may log in. */
#define TILL_USERS_INACTIVE 2u /**< Those who may not. */
#define TILL_USERS_STAFF 4u    /**< Staff. */
#define TILL_USERS_PLAIN 8u    /**< All but staff. */

/** Which users: by one prefix at most, or by TILL_USERS_*. */
typedef struct till_user_query {
    uint32_t struct_size;
    uint32_t flags;           /**< TILL_USERS_*, without a prefix. */
    till_str username_prefix; /**< <= 254, compared as a key; sorts by user name. */
    till_str email_prefix;    /**< <= 254, compared as a key; sorts by address. */
    till_str cursor;
    uint32_t limit; /**< Rows a page; 0: 50; at most 200. */
    uint32_t reserved0;
} till_user_query;
/** The defaults; set fields after it. */
#define TILL_USER_QUERY_INIT \
    { sizeof(till_user_query), 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, 0, 0 }

/** Users, newest first or by prefix; tombstones left out. Staff, system.
 *
 * @param query  NULL: the defaults
 * @retval TILL_E_VALIDATION  "/limit" (too_large), "/email_prefix" (conflict), "/flags" (conflict:
 *                            with a prefix), a prefix that is no text
 * @retval TILL_E_CURSOR      start at the first page
 * @retval TILL_E_PERMISSION  a plain user */
TILL_API till_status TILL_CALL till_user_list(till_store *store,
                                              const till_call *TILL_NULLABLE call,
                                              const till_user_query *TILL_NULLABLE query,
                                              const till_user_page **out,
                                              const till_error **TILL_NULLABLE err);

/** What changes of a user. Limits as in till_user_create_in. */
typedef struct till_user_update_in {
    uint32_t struct_size;
    uint32_t flags;      /**< 0. */
    int64_t user_id;     /**< 0: the actor himself. */
    int64_t if_version;
    uint64_t mask;       /**< TILL_USER_*: what is touched; fields without their bit are ignored. */
    till_str username;   /**< 1-150. */
    till_str email;      /**< Absent: takes it away. Another one: see till_user_update(). */
    till_str first_name; /**< <= 50. */
    till_str last_name;  /**< <= 50. */
    till_str phone_no;   /**< <= 15. */
    till_str address;    /**< <= 2000. */
    till_str locale;     /**< Absent: the shop's. */
    till_bool is_active;      /**< 0 ends his sessions. */
    till_bool is_staff;       /**< 0, where it was 1, ends his sessions. */
    till_bool is_superuser;   /**< 0, where it was 1, ends his sessions. */
    till_bool email_verified; /**< 1 needs an address, and takes it from others who hold it. */
    till_str password;        /**< The actor's own, for a change of his address. */
} till_user_update_in;
/** The defaults; set fields after it. */
#define TILL_USER_UPDATE_IN_INIT \
    { sizeof(till_user_update_in), 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, 0, 0, 0, 0, { NULL, 0 } }

/** Changes a user. Self: profile, user name, address, locale. Staff: the same of plain users, and
 * is_active. Superuser and system: everything of everybody. Deactivation and demotion act at the
 * next call. Honours the idempotency key; the password is no part of the input.
 *
 * Another address takes the place of one that is there when it is proved: until then it waits in
 * `new_email`, is mailed a token for till_email_verify(), and the old one is told. A new password
 * drops it. It changes at once, and the old one is told, where there was none, where the setting
 * email_verification is off, and where `email_verified` is set with it. Who changes his own address
 * with an access token needs a password login of that session in the last 10 minutes, or gives
 * `password`; with one that is looked at not in a batch.
 *
 * @retval TILL_E_MISUSE                in a batch, with a password that is looked at
 * @retval TILL_E_VALIDATION            each field by its name; "/user_id" (required); "/password"
 *                                      (required, wrong); "/email" (required by mandatory
 *                                      verification)
 * @retval TILL_E_NOT_FOUND             no such user, or not to be seen
 * @retval TILL_E_PERMISSION            a field that is not the actor's to change, or staff changes
 *                                      staff
 * @retval TILL_E_ALREADY_EXISTS        "/username", "/email" (taken): choose another
 * @retval TILL_E_CONFLICT              last_superuser: make another one first
 * @retval TILL_E_PRECONDITION          changed since if_version: read it again
 * @retval TILL_E_IDEMPOTENCY_MISMATCH  the key was used with another input
 * @retval TILL_E_RATE_LIMITED          too many wrong passwords, as till_login(), or own names
 *                                      asked for (throttle_rename_user): wait for retry_after_ms
 * @retval TILL_E_BUSY                  hashing_busy, store_busy: try again */
TILL_API till_status TILL_CALL till_user_update(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_user_update_in *in,
                                                const till_user **out,
                                                const till_error **TILL_NULLABLE err);

/** Who is deleted. */
typedef struct till_user_delete_in {
    uint32_t struct_size;
    uint32_t flags;     /**< 0. */
    int64_t user_id;    /**< 0: the actor himself. */
    int64_t if_version;
    till_str password;  /**< His own, when he deletes himself with an access token. */
} till_user_delete_in;
/** The defaults; set fields after it. */
#define TILL_USER_DELETE_IN_INIT \
    { sizeof(till_user_delete_in), 0, 0, 0, { NULL, 0 } }

/** Leaves a tombstone: personal fields erased, sessions, image and unsent mails gone, orders and
 * payments kept. In the file what was erased is overwritten with zeros; the write-ahead log tells
 * it until the next till_store_maintain() empties that. Backups keep what they had. Self,
 * superuser, system. Refuses a key; with a token of his own not in a batch.
 *
 * @retval TILL_E_MISUSE        with an idempotency key, or in a batch where a password is needed
 * @retval TILL_E_VALIDATION    "/password" (required, wrong), "/user_id" (required)
 * @retval TILL_E_NOT_FOUND     no such user, deleted already, or not to be seen
 * @retval TILL_E_PERMISSION    staff deletes somebody else
 * @retval TILL_E_CONFLICT      last_superuser: make another one first
 * @retval TILL_E_PRECONDITION  changed since if_version: read it again
 * @retval TILL_E_RATE_LIMITED  too many wrong passwords, as till_login(): wait for retry_after_ms
 * @retval TILL_E_BUSY          hashing_busy, store_busy: try again */
TILL_API till_status TILL_CALL till_user_delete(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_user_delete_in *in,
                                                const till_error **TILL_NULLABLE err);

/* ---- Image ------------------------------------------------------------------------------- */

/** Whose image, and which. */
typedef struct till_user_image_set_in {
    uint32_t struct_size;
    uint32_t flags;  /**< 0. */
    int64_t user_id; /**< 0: the actor himself. */
    till_str data;   /**< PNG, JPEG, WebP or GIF by content, <= 2 MiB; empty: remove the image. */
} till_user_image_set_in;
/** The defaults; set fields after it. */
#define TILL_USER_IMAGE_SET_IN_INIT \
    { sizeof(till_user_image_set_in), 0, 0, { NULL, 0 } }

/** Sets or removes the image; every new one has a new name. Self, staff for plain users, superuser,
 * system. Refuses a key.
 *
 * @retval TILL_E_MISUSE      with an idempotency key
 * @retval TILL_E_VALIDATION  "/data" (too_large, invalid_image), "/user_id" (required)
 * @retval TILL_E_NOT_FOUND   no such user, or not to be seen
 * @retval TILL_E_PERMISSION  staff for staff */
TILL_API till_status TILL_CALL till_user_image_set(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_user_image_set_in *in,
                                                   const till_user **out,
                                                   const till_error **TILL_NULLABLE err);

/** An image. */
typedef struct till_image {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_str name;       /**< As in till_user.image_name. */
    till_str media_type; /**< "image/png", "image/jpeg", "image/webp" or "image/gif". */
    till_str data;       /**< The bytes, as they were set. */
    till_time created_us;
} till_image;

/** An image by its name (till_user.image_name). Any actor: the name is the secret.
 *
 * @param name      of the image
 * @param name_len  its bytes, or #TILL_STRLEN
 *
 * @retval TILL_E_NOT_FOUND  replaced, removed, or never there */
TILL_API till_status TILL_CALL till_user_image_get(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const char *name, size_t name_len,
                                                   const till_image **out,
                                                   const till_error **TILL_NULLABLE err);

/* ---- Password and e-mail ----------------------------------------------------------------- */

/** Whose password becomes what. */
typedef struct till_password_change_in {
    uint32_t struct_size;
    uint32_t flags;        /**< 0. */
    int64_t user_id;       /**< 0: the actor himself; another: superuser, system. */
    till_str old_password; /**< The actor's own; may be absent within 10 minutes of this session's
                                password login; not asked for another's. */
    till_str new_password; /**< By the rules at the top. */
} till_password_change_in;
/** The defaults; set fields after it. */
#define TILL_PASSWORD_CHANGE_IN_INIT \
    { sizeof(till_password_change_in), 0, 0, { NULL, 0 }, { NULL, 0 } }

/** Changes a password, ends the user's other sessions and mails him. Not in a batch; refuses a key.
 *
 * @retval TILL_E_MISUSE        in a batch, or with an idempotency key
 * @retval TILL_E_VALIDATION    "/old_password" (required, wrong), "/new_password" (see the top),
 *                              "/user_id" (required)
 * @retval TILL_E_NOT_FOUND     no such user, or not to be seen
 * @retval TILL_E_PERMISSION    staff changes somebody else's
 * @retval TILL_E_CONFLICT      password_changed at the same time: log in again
 * @retval TILL_E_RATE_LIMITED  too many wrong passwords, as till_login(): wait for retry_after_ms
 * @retval TILL_E_BUSY          hashing_busy, store_busy: try again */
TILL_API till_status TILL_CALL till_password_change(till_store *store,
                                                    const till_call *TILL_NULLABLE call,
                                                    const till_password_change_in *in,
                                                    const till_error **TILL_NULLABLE err);

/** Puts a reset mail for this address into the outbox, and answers the same if nobody has it. It is
 * one account's: of the user who has proved the address, if he is active; else of the active one
 * who has held it for longest. Any actor. Refuses a key.
 *
 * @param email  an address
 * @param email_len  its bytes, or #TILL_STRLEN
 *
 * @retval TILL_E_MISUSE        with an idempotency key
 * @retval TILL_E_VALIDATION    "/email" (blank, too_long, invalid)
 * @retval TILL_E_RATE_LIMITED  too many such mails to this address, whoever has it, or from this
 *                              client_address: wait for retry_after_ms */
TILL_API till_status TILL_CALL till_password_reset_request(till_store *store,
                                                           const till_call *TILL_NULLABLE call,
                                                           const char *email, size_t email_len,
                                                           const till_error **TILL_NULLABLE err);

/** A new password with the token of a reset mail. */
typedef struct till_password_reset_in {
    uint32_t struct_size;
    uint32_t flags;        /**< 0. */
    int64_t user_id;       /**< till_message.user_id; the link has it in base 36. */
    till_str token;        /**< From the mail. */
    till_str new_password; /**< By the rules at the top. */
} till_password_reset_in;
/** The defaults; set fields after it. */
#define TILL_PASSWORD_RESET_IN_INIT \
    { sizeof(till_password_reset_in), 0, 0, { NULL, 0 }, { NULL, 0 } }

/** Sets a new password with the token of a reset mail (10 minutes by the setting
 * password_reset_lifetime); his address counts as verified, all sessions end, nobody is logged in.
 * Any actor: the token is the proof. Not in a batch; refuses a key.
 *
 * @retval TILL_E_MISUSE      in a batch, or with an idempotency key
 * @retval TILL_E_VALIDATION  "/user_id" or "/token" (invalid: unknown, used, expired: ask for a new
 *                            mail), "/new_password" (see the top)
 * @retval TILL_E_BUSY        hashing_busy, store_busy: try again */
TILL_API till_status TILL_CALL till_password_reset(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_password_reset_in *in,
                                                   const till_error **TILL_NULLABLE err);

/** Confirms an e-mail address with the token of a verification mail, or of one that was sent to a
 * new address, which becomes the user's (10 min by the setting email_verification_lifetime). Other
 * accounts lose it. Any actor: the token is the proof. Refuses a key.
 *
 * @param token      from the mail
 * @param token_len  its bytes, or #TILL_STRLEN
 *
 * @retval TILL_E_MISUSE     with an idempotency key
 * @retval TILL_E_NOT_FOUND  token_not_found: unknown, used or expired; ask for a new mail */
TILL_API till_status TILL_CALL till_email_verify(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const char *token, size_t token_len,
                                                 const till_error **TILL_NULLABLE err);

/** Mails a new token to this address for each active user who has not proved it, or for whom it
 * waits, the newest 5 of each; none if somebody has proved it, or with the setting
 * email_verification off. Answers the same whoever has it. Any actor. Refuses a key.
 *
 * @param email  an address
 * @param email_len  its bytes, or #TILL_STRLEN
 *
 * @retval TILL_E_MISUSE        with an idempotency key
 * @retval TILL_E_VALIDATION    "/email" (blank, too_long, invalid)
 * @retval TILL_E_RATE_LIMITED  too many such mails to this address, whoever has it, or from this
 *                              client_address: wait for retry_after_ms */
TILL_API till_status TILL_CALL till_email_resend(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const char *email, size_t email_len,
                                                 const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

/** @} */
#endif
