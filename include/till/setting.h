/* SPDX-License-Identifier: MIT */
/*
 * Settings: the shop's policy. They live in the store, so that no two processes disagree, and every
 * call reads them in its own snapshot. The list with types, limits and defaults comes from
 * till_setting_list(). Currencies are kept the same way.
 */
#ifndef TILL_SETTING_H
#define TILL_SETTING_H

#include <till/types.h>

TILL_EXTERN_BEGIN

typedef int32_t till_setting_type;
#define TILL_SETTING_TEXT 1
#define TILL_SETTING_BOOL 2     /* "true" or "false" */
#define TILL_SETTING_INTEGER 3
#define TILL_SETTING_CHOICE 4   /* `choices` lists them, separated by blanks */
#define TILL_SETTING_DURATION 5 /* whole seconds */

typedef struct till_setting {
    uint32_t struct_size;
    till_setting_type type;
    till_str name;
    till_str value;
    till_str default_value;
    till_str choices;     /* TILL_SETTING_CHOICE, else absent */
    till_str description; /* one sentence with unit and limits */
    int64_t min;          /* INTEGER, DURATION; TEXT: code points */
    int64_t max;
} till_setting;

typedef struct till_setting_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_setting *const *items;
    size_t count;
} till_setting_page;

/* Every setting, in a fixed order. System, staff. */
TILL_API till_status TILL_CALL till_setting_list(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_setting_page **out,
                                                 const till_error **TILL_NULLABLE err);

typedef struct till_setting_update_in {
    uint32_t struct_size;
    uint32_t flags;
    const till_param *values; /* names and new values; an absent value means the default */
    size_t count;             /* 1-100 */
} till_setting_update_in;
/* The defaults; set fields after it. */
#define TILL_SETTING_UPDATE_IN_INIT \
    { sizeof(till_setting_update_in), 0, NULL, 0 }

/* Changes settings, all or none, each an event. System or superuser. TILL_E_VALIDATION names each
 * as "/<name>" with unknown_setting, invalid, too_small, too_large, too_long or invalid_choice.
 * TILL_E_PERMISSION. `out` lists all settings as they are now. */
TILL_API till_status TILL_CALL till_setting_update(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_setting_update_in *in,
                                                   const till_setting_page **out,
                                                   const till_error **TILL_NULLABLE err);

typedef struct till_currency {
    uint32_t struct_size;
    int32_t exponent; /* 0-8 */
    char code[4];
    uint32_t reserved0;
} till_currency;

typedef struct till_currency_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_currency *const *items;
    size_t count;
} till_currency_page;

/* Every currency of the store, by code. Any actor. */
TILL_API till_status TILL_CALL till_currency_list(till_store *store,
                                                  const till_call *TILL_NULLABLE call,
                                                  const till_currency_page **out,
                                                  const till_error **TILL_NULLABLE err);

typedef struct till_currency_add_in {
    uint32_t struct_size;
    uint32_t flags;
    till_str code;    /* three letters A-Z */
    int32_t exponent; /* 0-8 */
    uint32_t reserved0;
} till_currency_add_in;
/* The defaults; set fields after it. */
#define TILL_CURRENCY_ADD_IN_INIT \
    { sizeof(till_currency_add_in), 0, { NULL, 0 }, 0, 0 }

/* Adds a currency. System or superuser. Known with the same exponent: TILL_OK and nothing changes;
 * with another: TILL_E_ALREADY_EXISTS, since an exponent never changes. */
TILL_API till_status TILL_CALL till_currency_add(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_currency_add_in *in,
                                                 const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

#endif
