/* SPDX-License-Identifier: MIT */
/**
 * @defgroup store Store
 * @brief One SQLite file, opened by any number of threads and processes of one machine.
 *
 * While a store is open nothing but SQLite may open the file, its `-wal` or its `-shm`: closing any
 * descriptor of them drops this process's locks. till_store_backup() replaces `cp`.
 * @{
 */
#ifndef TILL_STORE_H
#define TILL_STORE_H

#include <till/types.h>

TILL_EXTERN_BEGIN

/* ---- Library ----------------------------------------------------------------------------- */

#define TILL_VERSION_MAJOR 0 /**< Of this header, by SemVer. */
#define TILL_VERSION_MINOR 1 /**< Of this header, by SemVer. */
#define TILL_VERSION_PATCH 0 /**< Of this header, by SemVer. */
#define TILL_API_VERSION 1   /**< For till_store_open_in.api_version: raised when the ABI grows. */

/** The version of the library that is linked.
 *
 * @return major * 1000000 + minor * 1000 + patch */
TILL_API int32_t TILL_CALL till_version(void);

/** What the library is made of, for logs and reports.
 *
 * @return "0.1.0 (sqlite 3.40.1, schema 1)": static text, never NULL */
TILL_API const char *TILL_CALL till_build_info(void);

/* ---- Open and close ---------------------------------------------------------------------- */

/** How much a log record matters. */
typedef int32_t till_log_level;
#define TILL_LOG_DEBUG 1   /**< For who debugs till. */
#define TILL_LOG_INFO 2    /**< What went as it should, and is rare. */
#define TILL_LOG_WARNING 3 /**< Somebody should look at it one day. */
#define TILL_LOG_ERROR 4   /**< Somebody should look at it now. */

/** One line for a log. Borrowed: it ends with the call of the hook. */
typedef struct till_log_record {
    uint32_t struct_size;
    till_log_level level; /**< TILL_LOG_*; accept numbers you do not know. */
    till_time at_us;      /**< By the machine's clock. */
    till_str category;    /**< "storage", "account", "order", … */
    till_str message;     /**< One line, no secrets. */
    till_str trace_id;    /**< Of the till_call it belongs to; absent: none. */
} till_log_record;

/** Runs on the thread of a call, during that call, so on several threads at once. Must not throw,
 * longjmp or release a store. A call on any store from within it is #TILL_E_MISUSE
 * (called_from_log_hook).
 *
 * @param userdata  log_userdata of the opener
 * @param record    borrowed */
typedef void(TILL_CALL *till_log_function)(uintptr_t userdata, const till_log_record *record);

#define TILL_OPEN_MUST_EXIST 1u    /**< Never create the file. */
#define TILL_OPEN_ALLOW_NETWORK 2u /**< The caller knows that this network file system locks. */
#define TILL_OPEN_TESTING 4u       /**< See testing.h; a store made so never opens without it. */

struct till_testing_in;

/** What belongs to this opener's machine. What is policy lives in the store (setting.h). */
typedef struct till_store_open_in {
    uint32_t struct_size;
    uint32_t flags;       /**< TILL_OPEN_*. */
    till_str path;        /**< Its directory must exist; ":memory:" is refused. */
    uint32_t api_version; /**< 0 or #TILL_API_VERSION of the header you built with. */
    uint32_t hashing_max; /**< Password hashes at once; 0: one a core; at most 256. */
    uint32_t cache_kib;   /**< Page cache a connection; 0: SQLite's 2 MiB; at most 4194304. */
    uint32_t mmap_mib;    /**< Mapped for reads; 0: none; at most 1048576. An I/O error on a mapped
                               page is SIGBUS. */
    till_log_function log;    /**< NULL: silence. */
    uintptr_t log_userdata;   /**< Handed to `log`. */
    till_log_level log_level; /**< Lowest level that is logged; 0: #TILL_LOG_WARNING. */
    uint32_t reserved0;
    const struct till_testing_in *testing; /**< With #TILL_OPEN_TESTING; NULL: its defaults. */
    till_str secret_key; /**< 32 bytes, kept by you outside the store: seals what second_factor.h
                              says, from the first open that brings it. Absent: none. Copied. */
} till_store_open_in;
/** The defaults; set fields after it. */
#define TILL_STORE_OPEN_IN_INIT \
    { sizeof(till_store_open_in), 0, { NULL, 0 }, 0, 0, 0, 0, NULL, 0, 0, 0, NULL, { NULL, 0 } }

/** Opens a store; creates the file (mode 0600) and brings its schema up to date if need be. The
 * same file may be opened several times, here and in other processes. Waits up to 5 s for a
 * migration or restore elsewhere. A refused file is left byte for byte as it was.
 *
 * @param in  see its fields
 * @param[out] out  one reference, released by till_store_release()
 * @param[out] err  why it failed
 *
 * @retval TILL_E_MISUSE       `testing` without #TILL_OPEN_TESTING
 * @retval TILL_E_VALIDATION   "/path" (invalid), "/cache_kib", "/mmap_mib", "/hashing_max" (each
 *                             too_large), "/secret_key" (invalid: not 32 bytes)
 * @retval TILL_E_NOT_FOUND    #TILL_OPEN_MUST_EXIST and there is no file
 * @retval TILL_E_NOT_A_STORE  not_a_file (a directory), not_a_store, foreign_database: other path
 * @retval TILL_E_VERSION      schema_too_new, api_too_new: update the library
 * @retval TILL_E_CONFLICT     testing_store, not_a_testing_store: the flag and the file differ
 * @retval TILL_E_CORRUPT      corrupt, orphaned_log (a log without its file): restore a backup
 * @retval TILL_E_FILE_SYSTEM  network_file_system, no_wal, hard_link: move the store
 * @retval TILL_E_READ_ONLY    not_writable: check owner and mode
 * @retval TILL_E_BUSY         another thread or process migrates, restores or closes it: try again
 * @retval TILL_E_FORKED       the parent had this file open at the fork: exec, or open it first
 * @retval TILL_E_IO           the path cannot be reached, or the disk failed
 * @retval TILL_E_STORAGE_FULL no room to create or migrate it
 * @retval TILL_E_INTERNAL     unsupported_engine: SQLite older than 3.37 is linked */
TILL_API till_status TILL_CALL till_store_open(const till_store_open_in *in, till_store **out,
                                               const till_error **TILL_NULLABLE err);

/** Adds a reference.
 *
 * @param store  NULL gives NULL
 * @return the same store, to be released once more */
TILL_API till_store *TILL_CALL till_store_retain(till_store *TILL_NULLABLE store);

/** Drops a reference; the last one closes and frees, so that no call may be in flight. In a forked
 * child it frees nothing that belongs to the parent.
 *
 * @param store  NULL is fine */
TILL_API void TILL_CALL till_store_release(till_store *TILL_NULLABLE store);

/** Waits for the calls in flight, then closes. Every later call answers #TILL_E_CLOSED; references
 * stay to be released. Any number of times.
 *
 * @param store  to be closed
 * @retval TILL_E_MISUSE  NULL, or from within a log hook
 * @retval TILL_E_FORKED  it is the parent's */
TILL_API till_status TILL_CALL till_store_close(till_store *store);

/** What a store is, and its figures. */
typedef struct till_store_info {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_str store_id;      /**< 32 hex digits, for life. */
    int64_t epoch;          /**< Raised by every restore: what was read before may not be there. */
    int32_t schema_version; /**< Of the file, which is the library's newest. */
    till_bool testing;      /**< 1: made with #TILL_OPEN_TESTING. */
    till_time created_us;
    till_str path;      /**< As the opener gave it. */
    int64_t commits;    /**< Durable commits of this process since it opened the store. */
    int64_t writes;     /**< Operations in them: writes / commits is the mean group. */
    int64_t readers;    /**< Read connections that are open. */
    int64_t last_event; /**< Sequence of the newest event; 0: none. */
} till_store_info;

/** Identity and figures. Any actor. */
TILL_API till_status TILL_CALL till_store_info_get(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_store_info **out,
                                                   const till_error **TILL_NULLABLE err);

/** Figures for monitoring. Counters are of this process since it opened the store: several
 * processes on one store each have their own. What stands in the store is everybody's. */
typedef struct till_store_metrics {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int64_t commits;              /**< Durable commits. */
    int64_t writes;               /**< Operations run by the writer, refused ones too. */
    int64_t checkpoints;          /**< Of the write-ahead log. */
    int64_t readers;              /**< Read connections that are open now. */
    int64_t commit_us;            /**< Microseconds that commits took: log written and synced. */
    int64_t commit_us_bounds[12]; /**< Ascending, in microseconds. */
    int64_t commit_us_counts[13]; /**< Commits that took up to each bound; the last: longer. */
    int64_t group_writes;         /**< Operations that commits kept. */
    int64_t group_bounds[8];      /**< Ascending: operations in one commit. */
    int64_t group_counts[9];      /**< Commits of up to so many; the last: of more. */
    int64_t hashes;               /**< Passwords hashed. */
    int64_t hashes_refused;       /**< #TILL_E_BUSY (hashing_busy): too many at once. */
    int64_t hashes_running;       /**< Now. */
    int64_t hashes_waiting;       /**< Now: callers in the queue. */
    int64_t sessions;             /**< Live ones; of more than 100000, as many. */
    int64_t outbox;               /**< Mails that wait, leased ones too; at most 100000. */
    till_time outbox_oldest_us;   /**< When the oldest of them was asked for; TILL_TIME_NONE. */
    int64_t file_bytes;           /**< Of the store's file. */
    int64_t log_bytes;            /**< Of its "-wal" file, which is used again from its start. */
} till_store_metrics;

/** Figures for monitoring. Ten microseconds, and a quarter of one more a live session, so at most
 * 25 ms (measured). Staff, system, keys with reports:read.
 *
 * @retval TILL_E_PERMISSION  a plain user, or a key without the scope */
TILL_API till_status TILL_CALL till_store_metrics_get(till_store *store,
                                                      const till_call *TILL_NULLABLE call,
                                                      const till_store_metrics **out,
                                                      const till_error **TILL_NULLABLE err);

/* ---- Care -------------------------------------------------------------------------------- */

/** Where a backup goes. */
typedef struct till_backup_in {
    uint32_t struct_size;
    uint32_t flags; /**< 0. */
    till_str path;  /**< Must not exist; created with mode 0600 and synced. */
} till_backup_in;
/** The defaults; set fields after it. */
#define TILL_BACKUP_IN_INIT \
    { sizeof(till_backup_in), 0, { NULL, 0 } }

/** What a backup, check or maintenance did. */
typedef struct till_report {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_bool sound; /**< Check: no problem was found. Maintain: finished within the budget. */
    uint32_t reserved0;
    int64_t bytes; /**< Backup: size of the copy. */
    int64_t swept; /**< Maintain: expired rows removed. */
    till_str text; /**< Check: one finding a line, "problem: …" (damage) or "warning: …" (a setting
                        to think about). */
} till_report;

/** Copies the store while it is in use: one consistent snapshot. System, superuser. Blocks nobody;
 * the call's timeout bounds it as a whole. Not in a batch.
 *
 * @retval TILL_E_MISUSE          in a batch
 * @retval TILL_E_VALIDATION      "/path" (required, invalid)
 * @retval TILL_E_PERMISSION      neither system nor superuser
 * @retval TILL_E_ALREADY_EXISTS  target_exists: choose another name
 * @retval TILL_E_STORAGE_FULL    no room; what was copied is removed */
TILL_API till_status TILL_CALL till_store_backup(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_backup_in *in, const till_report **out,
                                                 const till_error **TILL_NULLABLE err);

/** Which backup replaces which store. */
typedef struct till_restore_in {
    uint32_t struct_size;
    uint32_t flags; /**< #TILL_OPEN_ALLOW_NETWORK, or 0. */
    till_str from;  /**< A backup. */
    till_str to;    /**< The store's path; a store there is kept as "<to>.replaced-<time>". */
} till_restore_in;
/** The defaults; set fields after it. */
#define TILL_RESTORE_IN_INIT \
    { sizeof(till_restore_in), 0, { NULL, 0 }, { NULL, 0 } }

/** Puts a backup in a store's place and raises its epoch. For the host alone: it asks for no actor.
 * Waits up to 5 s for everybody to close the store. A process killed at any moment of it leaves the
 * old store or the new one, whole.
 *
 * Users are as they were at the backup: passwords, second factors removed and recovery codes used
 * since then count again. Have both changed and renewed where that matters.
 *
 * @param in  see its fields
 * @param[out] err  why it failed
 *
 * @retval TILL_E_VALIDATION   "/from", "/to" (required, invalid, same_file)
 * @retval TILL_E_NOT_FOUND    there is no backup at this path
 * @retval TILL_E_NOT_A_STORE  the backup is no store
 * @retval TILL_E_VERSION      the backup is newer than this library
 * @retval TILL_E_CORRUPT      the backup is damaged: take an older one
 * @retval TILL_E_FILE_SYSTEM  as for till_store_open()
 * @retval TILL_E_BUSY         a process has the store open: close it there
 * @retval TILL_E_FORKED       the parent process had it open at the fork
 * @retval TILL_E_READ_ONLY    the target's directory may not be written
 * @retval TILL_E_IO           a file could not be read or written
 * @retval TILL_E_STORAGE_FULL no room; the old store is untouched */
TILL_API till_status TILL_CALL till_store_restore(const till_restore_in *in,
                                                  const till_error **TILL_NULLABLE err);

/** Reads everything: file integrity, foreign keys, sums of orders and payments. #TILL_OK whatever
 * it finds: see till_report.sound. System, superuser. Blocks nobody, takes seconds on large files,
 * bounded by the call's timeout. Not in a batch.
 *
 * @retval TILL_E_MISUSE      in a batch
 * @retval TILL_E_PERMISSION  neither system nor superuser
 * @retval TILL_E_BUSY        the timeout came first: allow more */
TILL_API till_status TILL_CALL till_store_check(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_report **out,
                                                const till_error **TILL_NULLABLE err);

/** How long maintenance may take. */
typedef struct till_maintain_in {
    uint32_t struct_size;
    uint32_t flags;     /**< 0. */
    uint32_t budget_ms; /**< 0: 50; at most 60000. */
    uint32_t reserved0;
} till_maintain_in;
/** The defaults; set fields after it. */
#define TILL_MAINTAIN_IN_INIT \
    { sizeof(till_maintain_in), 0, 0, 0 }

/** Checkpoints and empties the write-ahead log (unless somebody reads from it just now), sweeps
 * what has expired, optimises; stops after the budget. Servers call it every minute. System. Not in
 * a batch.
 *
 * @param in  NULL: the defaults
 * @retval TILL_E_MISUSE      in a batch
 * @retval TILL_E_VALIDATION  "/budget_ms" (too_large)
 * @retval TILL_E_PERMISSION  not the system */
TILL_API till_status TILL_CALL till_store_maintain(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_maintain_in *TILL_NULLABLE in,
                                                   const till_report **out,
                                                   const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

/** @} */
#endif
