/* SPDX-License-Identifier: MIT */
/*
 * Batch: several calls of one thread in one durable commit.
 *
 * Calls whose till_call carries the batch run at once, each on its own: a failed one leaves the
 * others alone. They see what the batch wrote. TILL_OK then means applied, not yet durable; only
 * till_batch_commit() acknowledges, all or nothing. A batch holds the store's writer: keep it
 * short. After 1 second it is rolled back. Calls that hash, wait or back up are refused in it
 * (TILL_E_MISUSE), and so is a writing call of the same thread without it.
 */
#ifndef TILL_BATCH_H
#define TILL_BATCH_H

#include <till/types.h>

TILL_EXTERN_BEGIN

/* Takes the writer; waits at most the call's timeout (TILL_E_BUSY). The actor of `call` is not
 * used: each call in the batch has its own. Free the batch with commit or rollback, on the thread
 * that began it. */
TILL_API till_status TILL_CALL till_batch_begin(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                till_batch **out,
                                                const till_error **TILL_NULLABLE err);

/* Makes everything durable and frees the batch, whatever the status. TILL_E_OUTCOME_UNKNOWN: repeat
 * the calls with their keys. TILL_E_BUSY (batch_expired) and other errors: nothing happened. From
 * within a log hook TILL_E_MISUSE, and the batch stays. */
TILL_API till_status TILL_CALL till_batch_commit(till_batch *batch,
                                                 const till_error **TILL_NULLABLE err);

/* Undoes everything and frees the batch. NULL is fine. */
TILL_API void TILL_CALL till_batch_rollback(till_batch *TILL_NULLABLE batch);

TILL_EXTERN_END

#endif
