/* SPDX-License-Identifier: MIT */
/*
 * The store: one SQLite file, opened by any number of threads and processes of one machine.
 */
#ifndef TILL_STORE_H
#define TILL_STORE_H

#include <till/types.h>

TILL_EXTERN_BEGIN

/* ---- Library ----------------------------------------------------------------------------- */

#define TILL_VERSION_MAJOR 0
#define TILL_VERSION_MINOR 1
#define TILL_VERSION_PATCH 0
#define TILL_API_VERSION 1

/* major * 1000000 + minor * 1000 + patch of the library that is linked. */
TILL_API int32_t TILL_CALL till_version(void);

/* "0.1.0 (sqlite 3.40.1, openssl 3.0.17, …)". Static; never NULL. */
TILL_API const char *TILL_CALL till_build_info(void);

/* ---- Open and close ---------------------------------------------------------------------- */

typedef int32_t till_log_level;
#define TILL_LOG_DEBUG 1
#define TILL_LOG_INFO 2
#define TILL_LOG_WARNING 3
#define TILL_LOG_ERROR 4

typedef struct till_log_record {
    uint32_t struct_size;
    till_log_level level;
    till_time at_us;
    till_str category; /* "storage", "account", "order", … */
    till_str message;  /* one line, no secrets */
} till_log_record;

/* Runs on the thread of a call, during that call. Must not throw or longjmp. A call of the same
 * store from within it answers TILL_E_MISUSE. */
typedef void(TILL_CALL *till_log_function)(uintptr_t userdata, const till_log_record *record);

#define TILL_OPEN_MUST_EXIST 1u    /* never create the file */
#define TILL_OPEN_ALLOW_NETWORK 2u /* the caller knows that this network file system locks right */
#define TILL_OPEN_TESTING 4u       /* see testing.h; a store made so never opens without it */

struct till_testing_in;

/* What belongs to this opener's machine. What is policy lives in the store (setting.h). */
typedef struct till_store_open_in {
    uint32_t struct_size;
    uint32_t flags; /* TILL_OPEN_* */
    till_str path;  /* UTF-8; its directory must exist; ":memory:" is refused */
    uint32_t api_version; /* 0 or TILL_API_VERSION of the header you built with */
    uint32_t hashing_max; /* password hashes at once; 0: one a core */
    uint32_t cache_kib;   /* page cache a connection; 0: SQLite's default (2 MiB) */
    uint32_t mmap_mib;    /* mapped for reads; 0: none. An I/O error on a mapped page is SIGBUS. */
    till_log_function log; /* NULL: silence */
    uintptr_t log_userdata;
    till_log_level log_level; /* lowest level that is logged; 0: TILL_LOG_WARNING */
    uint32_t reserved0;
    const struct till_testing_in *testing; /* with TILL_OPEN_TESTING; NULL: defaults */
} till_store_open_in;
/* The defaults; set fields after it. */
#define TILL_STORE_OPEN_IN_INIT \
    { sizeof(till_store_open_in), 0, { NULL, 0 }, 0, 0, 0, 0, NULL, 0, 0, 0, NULL }

/*
 * Opens a store; creates the file (mode 0600) and brings its schema up to date if need be. The same
 * file may be opened several times, here and in other processes.
 *
 * out  one reference, released by till_store_release().
 *
 * TILL_E_VALIDATION (bad path), TILL_E_NOT_FOUND (TILL_OPEN_MUST_EXIST), TILL_E_NOT_A_STORE,
 * TILL_E_VERSION (file or header newer than this library: update it), TILL_E_CORRUPT (restore a
 * backup), TILL_E_FILE_SYSTEM, TILL_E_READ_ONLY, TILL_E_IO, TILL_E_STORAGE_FULL, TILL_E_BUSY
 * (another process migrates or restores: try again), TILL_E_CONFLICT (testing store without the
 * flag, or the reverse). A refused file is left byte for byte as it was.
 */
TILL_API till_status TILL_CALL till_store_open(const till_store_open_in *in, till_store **out,
                                               const till_error **TILL_NULLABLE err);

/* Adds a reference. NULL gives NULL. */
TILL_API till_store *TILL_CALL till_store_retain(till_store *TILL_NULLABLE store);

/* Drops a reference; the last one closes and frees. NULL is fine. In a forked child it frees
 * nothing that belongs to the parent. */
TILL_API void TILL_CALL till_store_release(till_store *TILL_NULLABLE store);

/* Waits for the calls in flight, then closes. Every later call answers TILL_E_CLOSED; references
 * stay to be released. Any thread, any number of times. TILL_E_FORKED, TILL_E_MISUSE (from a log
 * hook). */
TILL_API till_status TILL_CALL till_store_close(till_store *store);

typedef struct till_store_info {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_str store_id; /* 32 hex digits, for life */
    int64_t epoch;     /* raised by every restore */
    int32_t schema_version;
    till_bool testing;
    till_time created_us;
    till_str path;
    int64_t commits; /* durable commits of this process since it opened the store */
    int64_t writes;  /* operations in them: writes / commits is the mean batch */
    int64_t readers;    /* read connections that are open */
    int64_t last_event; /* sequence of the newest event, 0: none */
} till_store_info;

/* Identity and figures. Any actor. */
TILL_API till_status TILL_CALL till_store_info_get(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_store_info **out,
                                                   const till_error **TILL_NULLABLE err);

/* ---- Care -------------------------------------------------------------------------------- */

typedef struct till_backup_in {
    uint32_t struct_size;
    uint32_t flags;
    till_str path; /* must not exist; created with mode 0600 and synced */
} till_backup_in;
/* The defaults; set fields after it. */
#define TILL_BACKUP_IN_INIT \
    { sizeof(till_backup_in), 0, { NULL, 0 } }

typedef struct till_report {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    till_bool sound;    /* check: nothing found; backup, maintain: finished */
    uint32_t reserved0;
    int64_t bytes;      /* backup: size of the copy */
    int64_t swept;      /* maintain: expired rows removed */
    till_str text;      /* check: one finding a line; warnings (prices=trusted) count as findings
                           only when they begin with "problem: " */
} till_report;

/* Copies the store while it is in use: one consistent snapshot. System or superuser.
 * TILL_E_ALREADY_EXISTS (the target), TILL_E_IO, TILL_E_STORAGE_FULL, TILL_E_BUSY. */
TILL_API till_status TILL_CALL till_store_backup(till_store *store,
                                                 const till_call *TILL_NULLABLE call,
                                                 const till_backup_in *in, const till_report **out,
                                                 const till_error **TILL_NULLABLE err);

typedef struct till_restore_in {
    uint32_t struct_size;
    uint32_t flags;
    till_str from; /* a backup */
    till_str to;   /* the store's path; an existing store there is kept as "<to>.replaced-<time>" */
} till_restore_in;
/* The defaults; set fields after it. */
#define TILL_RESTORE_IN_INIT \
    { sizeof(till_restore_in), 0, { NULL, 0 }, { NULL, 0 } }

/* Puts a backup in a store's place and raises its epoch. TILL_E_BUSY when any process has the
 * target open; TILL_E_NOT_A_STORE, TILL_E_CORRUPT, TILL_E_VERSION for the backup; TILL_E_IO. */
TILL_API till_status TILL_CALL till_store_restore(const till_restore_in *in,
                                                  const till_error **TILL_NULLABLE err);

/* Reads everything: file integrity, foreign keys, sums of orders and payments. Reports findings in
 * `text`; TILL_OK either way. System or superuser. Blocks nobody, takes seconds on large files. */
TILL_API till_status TILL_CALL till_store_check(till_store *store,
                                                const till_call *TILL_NULLABLE call,
                                                const till_report **out,
                                                const till_error **TILL_NULLABLE err);

typedef struct till_maintain_in {
    uint32_t struct_size;
    uint32_t flags;
    uint32_t budget_ms; /* 0: 50 */
    uint32_t reserved0;
} till_maintain_in;
/* The defaults; set fields after it. */
#define TILL_MAINTAIN_IN_INIT \
    { sizeof(till_maintain_in), 0, 0, 0 }

/* Checkpoints, sweeps what has expired, optimises; stops after the budget. Servers call it every
 * minute. System. */
TILL_API till_status TILL_CALL till_store_maintain(till_store *store,
                                                   const till_call *TILL_NULLABLE call,
                                                   const till_maintain_in *TILL_NULLABLE in,
                                                   const till_report **out,
                                                   const till_error **TILL_NULLABLE err);

TILL_EXTERN_END

#endif
