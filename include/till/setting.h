/* SPDX-License-Identifier: MIT */
/**
 * @defgroup setting Settings and currencies
 * @brief The shop's policy, kept in the store.
 *
 * So no two processes disagree: every call reads them in its own snapshot. The list with types,
 * limits and defaults comes from till_setting_list(). Currencies are kept the same way.
 * @{
 */
#ifndef TILL_SETTING_H
#define TILL_SETTING_H

#include <till/types.h>

TILL_EXTERN_BEGIN

/** How a setting's value, always text, is read. */
typedef int32_t till_setting_type;
#define TILL_SETTING_TEXT 1     /**< `min` to `max` code points. */
#define TILL_SETTING_BOOL 2     /**< "true" or "false". */
#define TILL_SETTING_INTEGER 3  /**< A decimal number from `min` to `max`. */
#define TILL_SETTING_CHOICE 4   /**< One of `choices`. */
#define TILL_SETTING_DURATION 5 /**< Whole seconds from `min` to `max`. */

/** A setting as it is now. */
typedef struct till_setting {
    uint32_t struct_size;
    till_setting_type type; /**< TILL_SETTING_*; accept numbers you do not know. */
    till_str name;          /**< "currency", "prices", … */
    till_str value;         /**< In force. */
    till_str default_value; /**< Where nobody changed it. */
    till_str choices;       /**< #TILL_SETTING_CHOICE: separated by blanks; else absent. */
    till_str description;   /**< One sentence with unit and limits. */
    int64_t min;            /**< INTEGER, DURATION: the least; TEXT: code points. */
    int64_t max;            /**< INTEGER, DURATION: the most; TEXT: code points. */
} till_setting;

/** All settings. */
typedef struct till_setting_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_setting *const *items;
    size_t count;
    int64_t version; /**< Of all of them: goes up with every change. */
} till_setting_page;

/** Every setting, in a fixed order, and their version. System, staff.
 *
 * @retval TILL_E_PERMISSION  a plain user */
TILL_API till_status TILL_CALL till_setting_list(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_setting_page **out,
                                                 const till_error **TILL_NULLABLE err);

/** Which settings change. */
typedef struct till_setting_update_in {
    uint32_t struct_size;
    uint32_t flags;           /**< 0. */
    const till_param *values; /**< Names and new values; an absent value means the default. */
    size_t count;             /**< 1-100 `values`. */
    int64_t if_version;       /**< Of the page that was read, whichever setting it is about. */
} till_setting_update_in;
/** The defaults; set fields after it. */
#define TILL_SETTING_UPDATE_IN_INIT \
    { sizeof(till_setting_update_in), 0, NULL, 0, 0 }

/** Changes settings, all or none, each an event "setting.changed". System, superuser. They are in
 * force from the next call on, in every process.
 *
 * @param[out] out  all settings as they are now
 *
 * @retval TILL_E_VALIDATION    "/values" (count), or "/<name>": unknown_setting, unknown_currency,
 *                              invalid_choice, invalid, blank, too_short, too_long, too_small,
 *                              too_large
 * @retval TILL_E_PERMISSION    neither system nor superuser
 * @retval TILL_E_PRECONDITION  changed since if_version: read them again */
TILL_API till_status TILL_CALL till_setting_update(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_setting_update_in *in,
                                                   const till_setting_page **out,
                                                   const till_error **TILL_NULLABLE err);

/** A currency that orders may be in. */
typedef struct till_currency {
    uint32_t struct_size;
    int32_t exponent; /**< Digits of the minor unit, 0-8. */
    char code[4];     /**< ISO 4217: three letters and a NUL. */
    uint32_t reserved0;
} till_currency;

/** All currencies. */
typedef struct till_currency_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_currency *const *items;
    size_t count;
} till_currency_page;

/** Every currency of the store, by code: those of ISO 4217, and what was added. Any actor. */
TILL_API till_status TILL_CALL till_currency_list(till_store *store,
                                                  const till_call *TILL_NULLABLE call,
                                                  const till_currency_page **out,
                                                  const till_error **TILL_NULLABLE err);

/** A new currency. */
typedef struct till_currency_add_in {
    uint32_t struct_size;
    uint32_t flags;   /**< 0. */
    till_str code;    /**< Three letters A-Z. */
    int32_t exponent; /**< Digits of the minor unit, 0-8. */
    uint32_t reserved0;
} till_currency_add_in;
/** The defaults; set fields after it. */
#define TILL_CURRENCY_ADD_IN_INIT \
    { sizeof(till_currency_add_in), 0, { NULL, 0 }, 0, 0 }

/** Adds a currency; known with the same exponent it is #TILL_OK and nothing changes. System,
 * superuser.
 *
 * @retval TILL_E_VALIDATION      "/code" (invalid), "/exponent" (out_of_range)
 * @retval TILL_E_PERMISSION      neither system nor superuser
 * @retval TILL_E_ALREADY_EXISTS  currency_exists, with another exponent, which never changes */
TILL_API till_status TILL_CALL till_currency_add(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_currency_add_in *in,
                                                 const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

/** @} */
#endif
