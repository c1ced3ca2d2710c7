/* SPDX-License-Identifier: MIT */
/*
 * Users with their profile, image and password.
 *
 * Passwords: 8 code points to 1024 bytes, never trimmed, compared in NFKC. Violation codes, all at
 * once: password_too_short, password_too_long, password_too_similar, password_too_common,
 * password_entirely_numeric.
 */
#ifndef TILL_USER_H
#define TILL_USER_H

#include <till/types.h>

TILL_EXTERN_BEGIN

typedef struct till_user {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t id;
    int64_t version;
    till_str username; /* absent when deleted, as are all personal fields */
    till_str email;
    till_str first_name;
    till_str last_name;
    till_str phone_no;
    till_str address;
    till_str locale;
    till_str image_name; /* "<32 hex digits>.<png|jpg|webp|gif>"; absent: no image */
    till_time created_us;
    till_time last_login_us; /* TILL_TIME_NONE: never */
    till_time deleted_us;    /* TILL_TIME_NONE: lives */
    till_bool is_active;
    till_bool is_staff;
    till_bool is_superuser;
    till_bool email_verified;
    till_bool has_password;
    till_bool replayed; /* the answer to a repeated idempotency key */
} till_user;

typedef struct till_user_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_user *const *items;
    size_t count;
    const till_user *first; /* the rows stand row_stride bytes apart, for bulk readers */
    size_t row_stride;
    till_str next_cursor; /* absent: the end */
} till_user_page;

/* What a user is made of. Absent strings are empty; `mask` of an update says what is touched. */
#define TILL_USER_USERNAME 0x1u
#define TILL_USER_EMAIL 0x2u
#define TILL_USER_FIRST_NAME 0x4u
#define TILL_USER_LAST_NAME 0x8u
#define TILL_USER_PHONE_NO 0x10u
#define TILL_USER_ADDRESS 0x20u
#define TILL_USER_LOCALE 0x40u
#define TILL_USER_IS_ACTIVE 0x80u
#define TILL_USER_IS_STAFF 0x100u
#define TILL_USER_IS_SUPERUSER 0x200u
#define TILL_USER_EMAIL_VERIFIED 0x400u

typedef struct till_user_create_in {
    uint32_t struct_size;
    uint32_t flags;
    till_str username;   /* 1-150 code points: letters, digits and @ . + - _ */
    till_str email;      /* <= 254, optional */
    till_str password;   /* absent: no password login */
    till_str password_hash; /* instead: Django's encoded form (pbkdf2_sha256, argon2, scrypt) or
                               ours; system only; upgraded at the first login */
    till_str first_name; /* <= 50 */
    till_str last_name;  /* <= 50 */
    till_str phone_no;   /* <= 15 */
    till_str address;    /* <= 2000 */
    till_str locale;     /* BCP 47, <= 35 */
    till_bool is_staff;  /* superuser or system */
    till_bool is_superuser; /* superuser or system */
    till_bool is_inactive;
    till_bool email_verified; /* system only */
} till_user_create_in;
/* The defaults; set fields after it. */
#define TILL_USER_CREATE_IN_INIT \
    { sizeof(till_user_create_in), 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, 0, 0, 0, 0 }

/* Creates a user. System or superuser. TILL_E_VALIDATION; TILL_E_ALREADY_EXISTS with a violation
 * "/username" or "/email" (code taken); TILL_E_PERMISSION, TILL_E_UNAUTHENTICATED; TILL_E_BUSY
 * (writer or hashing: try again). Honours the idempotency key (the password is part of the
 * input). */
TILL_API till_status TILL_CALL till_user_create(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_user_create_in *in,
                                                const till_user **out,
                                                const till_error **TILL_NULLABLE err);

/* A user by id; 0 is the actor himself. Self or staff; others are TILL_E_NOT_FOUND. */
TILL_API till_status TILL_CALL till_user_get(till_store *store, const till_call *TILL_NULLABLE call,
                                             int64_t user_id, const till_user **out,
                                             const till_error **TILL_NULLABLE err);

typedef struct till_user_find_in {
    uint32_t struct_size;
    uint32_t flags;
    till_str username; /* one of the two; compared as keys (NFKC, case-folded) */
    till_str email;
} till_user_find_in;
/* The defaults; set fields after it. */
#define TILL_USER_FIND_IN_INIT \
    { sizeof(till_user_find_in), 0, { NULL, 0 }, { NULL, 0 } }

/* A user by user name or e-mail. Staff or system. TILL_E_NOT_FOUND. */
TILL_API till_status TILL_CALL till_user_find(till_store *store,
                                              const till_call *TILL_NULLABLE call,
                                              const till_user_find_in *in, const till_user **out,
                                              const till_error **TILL_NULLABLE err);

typedef struct till_user_query {
    uint32_t struct_size;
    uint32_t flags;
    till_str username_prefix; /* sorted by user name when given, else newest first */
    till_str email_prefix;
    till_str cursor;          /* next_cursor of the previous page of the same query */
    uint32_t limit;           /* 0: 50; at most 200 */
    uint32_t reserved0;
} till_user_query;
/* The defaults; set fields after it. */
#define TILL_USER_QUERY_INIT \
    { sizeof(till_user_query), 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, 0, 0 }

/* Users, newest first or by prefix; tombstones left out. Staff or system. TILL_E_CURSOR. */
TILL_API till_status TILL_CALL till_user_list(till_store *store,
                                              const till_call *TILL_NULLABLE call,
                                              const till_user_query *TILL_NULLABLE query,
                                              const till_user_page **out,
                                              const till_error **TILL_NULLABLE err);

typedef struct till_user_update_in {
    uint32_t struct_size;
    uint32_t flags;
    int64_t user_id;    /* 0: the actor himself */
    int64_t if_version; /* 0: whatever it is */
    uint64_t mask;      /* TILL_USER_*: what is touched; other bits are refused */
    till_str username;
    till_str email; /* a new address is unverified */
    till_str first_name;
    till_str last_name;
    till_str phone_no;
    till_str address;
    till_str locale;
    till_bool is_active;
    till_bool is_staff;
    till_bool is_superuser;
    till_bool email_verified;
} till_user_update_in;
/* The defaults; set fields after it. */
#define TILL_USER_UPDATE_IN_INIT \
    { sizeof(till_user_update_in), 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, 0, 0, 0, 0 }

/* Changes a user. Oneself: profile, username, email, locale. Staff: the same of plain users, and
 * is_active. Superuser and system: everything of everybody, except that the last active superuser
 * stays (TILL_E_CONFLICT, last_superuser). Deactivation and demotion act at the next call and end
 * the sessions. TILL_E_PRECONDITION, TILL_E_VALIDATION, TILL_E_ALREADY_EXISTS, TILL_E_NOT_FOUND,
 * TILL_E_PERMISSION. */
TILL_API till_status TILL_CALL till_user_update(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_user_update_in *in,
                                                const till_user **out,
                                                const till_error **TILL_NULLABLE err);

typedef struct till_user_delete_in {
    uint32_t struct_size;
    uint32_t flags;
    int64_t user_id;    /* 0: the actor himself */
    int64_t if_version;
    till_str password;  /* needed when the actor deletes himself with a token */
} till_user_delete_in;
/* The defaults; set fields after it. */
#define TILL_USER_DELETE_IN_INIT \
    { sizeof(till_user_delete_in), 0, 0, 0, { NULL, 0 } }

/* Leaves a tombstone: personal columns erased, name and e-mail free again, sessions and image gone,
 * orders and payments kept. Oneself (with the password), superuser or system. TILL_E_CONFLICT
 * (last_superuser), TILL_E_VALIDATION ("/password" wrong), TILL_E_RATE_LIMITED (as a password
 * change), TILL_E_PRECONDITION. */
TILL_API till_status TILL_CALL till_user_delete(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_user_delete_in *in,
                                                const till_error **TILL_NULLABLE err);

/* ---- Image ------------------------------------------------------------------------------- */

typedef struct till_user_image_set_in {
    uint32_t struct_size;
    uint32_t flags;
    int64_t user_id; /* 0: the actor himself */
    till_str data;   /* PNG, JPEG, WebP or GIF by content, at most 2 MiB; empty: remove the image */
} till_user_image_set_in;
/* The defaults; set fields after it. */
#define TILL_USER_IMAGE_SET_IN_INIT \
    { sizeof(till_user_image_set_in), 0, 0, { NULL, 0 } }

/* Sets or removes the image; every new one has a new name. Oneself, staff, system.
 * TILL_E_VALIDATION "/data": too_large, invalid_image. */
TILL_API till_status TILL_CALL till_user_image_set(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_user_image_set_in *in,
                                                   const till_user **out,
                                                   const till_error **TILL_NULLABLE err);

typedef struct till_image {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_str name;
    till_str media_type; /* "image/png", … */
    till_str data;
    till_time created_us;
} till_image;

/* An image by its name (till_user.image_name). Any actor: the name is the secret.
 * TILL_E_NOT_FOUND. */
TILL_API till_status TILL_CALL till_user_image_get(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const char *name, size_t name_len,
                                                   const till_image **out,
                                                   const till_error **TILL_NULLABLE err);

/* ---- Password and e-mail ----------------------------------------------------------------- */

typedef struct till_password_change_in {
    uint32_t struct_size;
    uint32_t flags;
    int64_t user_id;       /* 0: the actor himself; another: superuser or system, no old password */
    till_str old_password; /* may be absent within 10 minutes of this session's password login */
    till_str new_password;
} till_password_change_in;
/* The defaults; set fields after it. */
#define TILL_PASSWORD_CHANGE_IN_INIT \
    { sizeof(till_password_change_in), 0, 0, { NULL, 0 }, { NULL, 0 } }

/* Changes a password and ends the user's other sessions. TILL_E_VALIDATION "/old_password"
 * (required, wrong) or "/new_password" (see the top). TILL_E_RATE_LIMITED after 5 wrong old
 * passwords in a row, as till_login(). TILL_E_BUSY. Not in a batch. */
TILL_API till_status TILL_CALL till_password_change(till_store *store,
                                                    const till_call *TILL_NULLABLE call,
                                                    const till_password_change_in *in,
                                                    const till_error **TILL_NULLABLE err);

/* Puts a reset mail for this address into the outbox if an active user has it, and answers the same
 * if not. Any actor. TILL_E_VALIDATION "/email". TILL_E_RATE_LIMITED: too many of these mails for
 * this address or from this client_address, whoever has it. */
TILL_API till_status TILL_CALL till_password_reset_request(till_store *store,
                                                           const till_call *TILL_NULLABLE call,
                                                           const char *email, size_t email_len,
                                                           const till_error **TILL_NULLABLE err);

typedef struct till_password_reset_in {
    uint32_t struct_size;
    uint32_t flags;
    int64_t user_id;
    till_str token; /* from the mail */
    till_str new_password;
} till_password_reset_in;
/* The defaults; set fields after it. */
#define TILL_PASSWORD_RESET_IN_INIT \
    { sizeof(till_password_reset_in), 0, 0, { NULL, 0 }, { NULL, 0 } }

/* Sets a new password with the token of a reset mail; all sessions end, nobody is logged in.
 * TILL_E_VALIDATION: "/user_id" or "/token" (invalid: unknown, used, expired), "/new_password".
 * Not in a batch. */
TILL_API till_status TILL_CALL till_password_reset(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_password_reset_in *in,
                                                   const till_error **TILL_NULLABLE err);

/* Confirms an e-mail address with the token of a verification mail. Any actor. TILL_E_NOT_FOUND:
 * unknown, used or expired. */
TILL_API till_status TILL_CALL till_email_verify(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const char *token, size_t token_len,
                                                 const till_error **TILL_NULLABLE err);

/* Mails a new verification token if an active user has this unverified address; answers the same if
 * not. Any actor. TILL_E_VALIDATION "/email". TILL_E_RATE_LIMITED as for a reset. */
TILL_API till_status TILL_CALL till_email_resend(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const char *email, size_t email_len,
                                                 const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

#endif
