/* SPDX-License-Identifier: MIT */
/**
 * @defgroup batch Batch
 * @brief Several calls of one thread in one durable commit, or on one snapshot.
 *
 * Calls whose till_call carries the batch run at once, each on its own: a failed one leaves the
 * others alone. They see what the batch wrote. #TILL_OK then means applied, not yet durable; only
 * till_batch_commit() acknowledges, all or nothing.
 *
 * A batch holds the store's writer, for all processes: keep it short. After 1 second it is rolled
 * back, by its own next call or by any call of this process that waits to write
 * (till_store_maintain() is one); a process that does nothing more keeps others waiting. Its next
 * call then answers #TILL_E_BUSY (batch_expired). #TILL_E_IO (batch_lost) says that the engine
 * gave it up; both mean that nothing of it happened: roll back and begin again.
 *
 * A batch belongs to the thread that began it: used on another it is #TILL_E_MISUSE (batch_thread),
 * as are calls in it that hash, wait or back up (not_in_a_batch), and writing calls of its thread
 * without it (batch_open).
 *
 * A batch that till_batch_begin_read() began is for reading: its calls see the store as it is at
 * the first of them, whatever others write meanwhile, and cost less than each on its own. It holds
 * no writer but one of the store's 64 reading connections, and its thread may write beside it; in
 * it a writing call is #TILL_E_MISUSE (batch_reads). End it soon: until then the log cannot be used
 * again and grows, and nobody can write after a failed sync; a call of it after more than 1 second
 * is #TILL_E_BUSY (batch_expired). Its calls wait for no longer than its beginning was to.
 * @{
 */
#ifndef TILL_BATCH_H
#define TILL_BATCH_H

#include <till/types.h>

TILL_EXTERN_BEGIN

/** Takes the writer; waits at most the call's timeout.
 *
 * @param call  its timeout counts; its actor and key do not: each call in the batch has its own
 * @param[out] out  ended and freed by commit or rollback, on this thread
 *
 * @retval TILL_E_MISUSE  the call carries a batch, or this thread has one open on this store
 * @retval TILL_E_BUSY    another thread or process holds the writer: try again */
TILL_API till_status TILL_CALL till_batch_begin(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                till_batch **out,
                                                const till_error **TILL_NULLABLE err);

/** Takes a reading connection, for calls that shall see one moment.
 *
 * @param call  its timeout counts; its actor and key do not: each call in the batch has its own
 * @param[out] out  ended and freed by commit or rollback, which are the same here, on this thread
 *
 * @retval TILL_E_MISUSE  the call carries a batch
 * @retval TILL_E_BUSY    every reading connection stayed taken: try again */
TILL_API till_status TILL_CALL till_batch_begin_read(till_store *store,
                                                     const till_call *TILL_NULLABLE call,
                                                     till_batch **out,
                                                     const till_error **TILL_NULLABLE err);

/** Makes everything durable and frees the batch, whatever the status. After #TILL_E_OUTCOME_UNKNOWN
 * repeat the calls with their keys; after any other error nothing of the batch happened.
 *
 * @param batch  gone after the call, unless a log hook called
 * @param[out] err  why it failed
 *
 * @retval TILL_E_MISUSE           NULL, another thread, or from within a log hook (the batch stays)
 * @retval TILL_E_BUSY             batch_expired: it was open for over a second
 * @retval TILL_E_OUTCOME_UNKNOWN  the sync failed
 * @retval TILL_E_CLOSED           the store was closed meanwhile
 * @retval TILL_E_FORKED           it is the parent's
 * @retval TILL_E_IO               batch_lost, or the disk failed
 * @retval TILL_E_STORAGE_FULL     the disk is full */
TILL_API till_status TILL_CALL till_batch_commit(till_batch *batch,
                                                 const till_error **TILL_NULLABLE err);

/** Undoes everything and frees the batch, on the thread that began it.
 *
 * @param batch  NULL is fine */
TILL_API void TILL_CALL till_batch_rollback(till_batch *TILL_NULLABLE batch);

TILL_EXTERN_END

/** @} */
#endif
