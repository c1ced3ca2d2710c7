/* SPDX-License-Identifier: MIT */
/**
 * @defgroup report Reports
 * @brief Sums over time, exact to the minor unit.
 *
 * The store keeps totals per quarter of an hour in the transaction of each change. A report's cost
 * grows with the days it covers, not with the orders. A day is the shop's: the caller says in UTC
 * where each begins (from the setting time_zone, daylight saving included), and every zone's
 * midnight is a whole quarter of an hour in UTC.
 * @{
 */
#ifndef TILL_REPORT_H
#define TILL_REPORT_H

#include <till/types.h>

TILL_EXTERN_BEGIN

/** What a row of a report sums, and what its label is. Accept numbers you do not know. */
typedef int32_t till_measure;
#define TILL_MEASURE_ORDERS_PLACED 1     /**< Orders, by series; cancelled ones too. */
#define TILL_MEASURE_ORDERS_CANCELLED 2  /**< Orders, by series, when they were cancelled. */
#define TILL_MEASURE_LINES 3             /**< Lines of placed orders, by kind. */
#define TILL_MEASURE_LINES_INCLUDED 4    /**< Lines inside the prices ("tax"), by kind. */
#define TILL_MEASURE_PAYMENTS_RECEIVED 5 /**< By method, when the money came; surplus too. */
#define TILL_MEASURE_PAYMENTS_FAILED 6   /**< By method, when they failed. */
#define TILL_MEASURE_REFUNDS 7           /**< By the payment's method, when the money was back:
                                              received less refunds is the revenue. */
#define TILL_MEASURE_PAYMENTS_OPEN 8     /**< By method; of till_report_standing() alone. */

/** The name of a measure: "orders_placed".
 *
 * @param measure  any number
 * @return static text, never NULL; "unknown" for a number this library does not know */
TILL_API const char *TILL_CALL till_measure_name(till_measure measure);

/** One sum. */
typedef struct till_report_row {
    uint32_t struct_size;
    till_measure measure; /**< TILL_MEASURE_*. */
    int64_t bucket;       /**< Of the time from bounds[bucket] to before bounds[bucket + 1]. */
    int64_t count;        /**< How many; above 0. */
    till_money amount;    /**< Their sum. */
    till_str label;       /**< Series, kind of line, or method; absent: no series. */
    till_bool exceeds;    /**< 1: the sum is beyond 64 bits, and `amount` the nearest that fits. */
    uint32_t reserved0;
} till_report_row;

/** Sums, by bucket, measure, currency and label. What did not happen has no row. */
typedef struct till_report_page {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_report_row *const *items;
    size_t count;
    const till_report_row *first;
    size_t row_stride;
} till_report_page;

/** The stretches of time of a report. */
typedef struct till_report_totals_in {
    uint32_t struct_size;
    uint32_t flags;          /**< 0. */
    const till_time *bounds; /**< Ascending, each a whole quarter of an hour in UTC. */
    size_t bound_count;      /**< 2-401 `bounds`: one more than stretches of time. */
} till_report_totals_in;
/** The defaults; set fields after it. */
#define TILL_REPORT_TOTALS_IN_INIT \
    { sizeof(till_report_totals_in), 0, NULL, 0 }

/** What happened in each stretch of time. Staff, system.
 *
 * @retval TILL_E_VALIDATION  "/bounds" (too_few, too_many), "/bounds/3" (invalid: no whole quarter
 *                            of an hour; not_ascending)
 * @retval TILL_E_PERMISSION  a plain user */
TILL_API till_status TILL_CALL till_report_totals(till_store *store,
                                                  const till_call *TILL_NULLABLE call,
                                                  const till_report_totals_in *in,
                                                  const till_report_page **out,
                                                  const till_error **TILL_NULLABLE err);

/** What waits for staff now. */
typedef struct till_standing {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    const till_report_row *const *items; /**< #TILL_MEASURE_PAYMENTS_OPEN. */
    size_t count;
    const till_report_row *first;
    size_t row_stride;
    int64_t unverified_orders; /**< Pending orders with a price that nobody vouches for. */
} till_standing;

/** What waits for staff now: pending payments, and pending orders whose prices are to be confirmed
 * (each is looked at, in an index). Staff, system.
 *
 * @retval TILL_E_PERMISSION  a plain user */
TILL_API till_status TILL_CALL till_report_standing(till_store *store,
                                                    const till_call *TILL_NULLABLE call,
                                                    const till_standing **out,
                                                    const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

/** @} */
#endif
