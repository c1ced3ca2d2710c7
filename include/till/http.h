/* SPDX-License-Identifier: MIT */
/**
 * @defgroup http HTTP adapter
 * @brief libtill_http: the REST adapter. Maps a request to a response.
 *
 * It opens no socket and starts no thread. Any HTTP server can mount it: parse a request, ask
 * till_http_body_max() how much of its body to read and till_http_plan() where to run it, hand it
 * over, send the response, free it with till_free().
 * @{
 */
#ifndef TILL_HTTP_H
#define TILL_HTTP_H

#include <till/store.h>
#include <till/types.h>

TILL_EXTERN_BEGIN

/** The adapter on a store. */
typedef struct till_http_app till_http_app;

/** How lists are answered. */
typedef int32_t till_http_list_style;
#define TILL_HTTP_LIST_ARRAY 0 /**< An array, Link: rel="next" (RFC 8288). */
#define TILL_HTTP_LIST_PAGES 1 /**< {count, next, previous, results}, as DRF. */

/** How the adapter is mounted. */
typedef struct till_http_app_in {
    uint32_t struct_size;
    uint32_t flags;      /**< 0. */
    till_str mount;      /**< Path prefix of every route: "/api"; absent: none; <= 200 bytes. */
    till_str auth_mount; /**< In place of "/auth", below mount: "/dj-rest-auth"; <= 200 bytes. */
    till_str public_url; /**< "https://shop.example", for links and images; absent: from Host. */
    till_http_list_style list_style; /**< TILL_HTTP_LIST_*. */
    uint32_t reserved0;
    const till_str *cors_origins; /**< Exact origins that browsers may call from, <= 255 bytes. */
    size_t cors_origin_count;     /**< Number of `cors_origins`; 0: CORS is off. */
    uint64_t body_max;      /**< Bytes; 0: 65536; image uploads may have 2 MiB + 64 KiB. */
    till_log_function log;  /**< NULL: silence. */
    uintptr_t log_userdata; /**< Handed to `log`. */
} till_http_app_in;
/** The defaults; set fields after it. */
#define TILL_HTTP_APP_IN_INIT \
    { sizeof(till_http_app_in), 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, 0, 0, NULL, 0, \
      0, NULL, 0 }

/** Makes an app on a store.
 *
 * @param store  gets one more reference, until the app is released
 * @param in     NULL: the defaults
 * @param[out] out  freed by till_http_app_release()
 * @param[out] err  why it failed; NULL after a status that is not #TILL_E_VALIDATION
 *
 * @retval TILL_E_VALIDATION         "/mount", "/auth_mount" (begin with '/', end without; none of
 *                                   ? # % " < > \\ // /.), "/public_url", "/cors_origins" (invalid)
 * @retval TILL_E_MISUSE             NULL where none may be
 * @retval TILL_E_STRUCT_SIZE        use the INIT macro
 * @retval TILL_E_UNSUPPORTED_FIELD  a list style or flag this library lacks: update it
 * @retval TILL_E_NO_MEMORY          try again later
 * @retval TILL_E_INTERNAL           a defect: report it */
TILL_API till_status TILL_CALL till_http_app_create(till_store *store,
                                                    const till_http_app_in *TILL_NULLABLE in,
                                                    till_http_app **out,
                                                    const till_error **TILL_NULLABLE err);

/** Frees the app and drops its store reference. No call may be in flight.
 *
 * @param app  NULL is fine */
TILL_API void TILL_CALL till_http_app_release(till_http_app *TILL_NULLABLE app);

/** A header field (RFC 9110, 5). */
typedef struct till_http_header {
    till_str name;  /**< In any case. */
    till_str value; /**< Without blanks around it. */
} till_http_header;

/** A request as parsed by the host: strings are borrowed during the call. */
typedef struct till_http_request {
    uint32_t struct_size;
    uint32_t flags;                  /**< #TILL_HTTP_TLS, _OPERATOR, _DRAINING. */
    till_str method;                 /**< "GET". */
    till_str target;                 /**< Origin form: path and query, as received. */
    const till_http_header *headers; /**< As received, repeated ones too. */
    size_t header_count;             /**< Number of `headers`. */
    till_str body;                   /**< Without its transfer coding. */
    till_str client_address;         /**< The peer, or what a trusted proxy says. */
    till_str request_id; /**< <= 64 visible ASCII; becomes the trace id and X-Request-Id. */
    int64_t received_us; /**< When it came, by CLOCK_MONOTONIC in microseconds; 0: now. What it
                              waited for its turn then counts in /metrics. */
} till_http_request;
/** The defaults; set fields after it. */
#define TILL_HTTP_REQUEST_INIT \
    { sizeof(till_http_request), 0, { NULL, 0 }, { NULL, 0 }, NULL, 0, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 }, 0 }

#define TILL_HTTP_TLS 1u /**< The client's connection is encrypted: links say https. */
/** The host lets this client see what is for operators (/admin/, /metrics), which else is not
 * there. */
#define TILL_HTTP_OPERATOR 2u
/** The host is stopping: /healthz answers 503, so that a load balancer sends no more. */
#define TILL_HTTP_DRAINING 4u

/** A response. A result like any other: free it with till_free(). */
typedef struct till_http_response {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int32_t status;  /**< 200, 404, … */
    till_bool close; /**< 1: the host should close the connection. */
    const till_http_header *headers; /**< All but Connection, Date and Content-Length. */
    size_t header_count;             /**< Number of `headers`. */
    till_str body;                   /**< Empty to HEAD, and with 204 and 304. */
    till_str route;  /**< "/orders/ID/": for logs and metrics. */
    int64_t user_id; /**< Who it was, for logs; 0: nobody. */
} till_http_response;

/** Where a request should run. Treat a number you do not know as #TILL_HTTP_SLOW. */
typedef int32_t till_http_plan_kind;
#define TILL_HTTP_READ 1  /**< Microseconds: answer inline, or in a batch with others at hand. */
#define TILL_HTTP_WRITE 2 /**< One short transaction: may share a durable batch with others. */
#define TILL_HTTP_SLOW 3  /**< Hashes, counts or moves much: run it on a pool of its own. */

/** Where a request belongs, from its method, target and headers (a multipart profile is SLOW);
 * touches no store.
 *
 * @param app      the app
 * @param request  its body is not looked at
 * @return TILL_HTTP_READ, _WRITE or _SLOW; READ for a request that is misuse */
TILL_API till_http_plan_kind TILL_CALL till_http_plan(const till_http_app *app,
                                                      const till_http_request *request);

/** How large a body this request may have, from its method, target and headers.
 *
 * @param app      the app
 * @param request  its body is not looked at
 * @return bytes; 0 for a request that is misuse */
TILL_API uint64_t TILL_CALL till_http_body_max(const till_http_app *app,
                                               const till_http_request *request);

/** Answers a request. Never fails for what a client does, or the store: every refusal is a
 * response; a closed or forked store answers 503.
 *
 * @param app  the app
 * @param request  borrowed
 * @param[out] out  the response; NULL after an error
 *
 * @retval TILL_E_MISUSE             NULL where none may be
 * @retval TILL_E_STRUCT_SIZE        use the INIT macro
 * @retval TILL_E_UNSUPPORTED_FIELD  a newer header's field: update the library
 * @retval TILL_E_NO_MEMORY          answer 503
 * @retval TILL_E_INTERNAL           a defect: answer 500 and report it */
TILL_API till_status TILL_CALL till_http_handle(till_http_app *app,
                                                const till_http_request *request,
                                                const till_http_response **out);

/** Answers WRITE requests in order, each on its own, with one durable commit; if the commit fails
 * every answer of the batch becomes 503. After them it answers READs, which share a snapshot as far
 * as they can, and then others.
 *
 * @param app       the app
 * @param requests  `count` pointers
 * @param count     how many; at most 1000
 * @param[out] out  room for `count` responses; all NULL after an error but one
 *
 * @retval TILL_E_MISUSE             NULL where none may be
 * @retval TILL_E_STRUCT_SIZE        use the INIT macro
 * @retval TILL_E_UNSUPPORTED_FIELD  a newer header's field: update the library
 * @retval TILL_E_VALIDATION         more than 1000 requests; `out` is left alone
 * @retval TILL_E_NO_MEMORY          answer 503 to each; what was written is durable or not, repeat
 * @retval TILL_E_INTERNAL           a defect: answer 500 to each and report it */
TILL_API till_status TILL_CALL till_http_handle_batch(till_http_app *app,
                                                      const till_http_request *const *requests,
                                                      size_t count, const till_http_response **out);

/** Counts a refusal that the host answered itself: bad framing, a limit, a deadline, a full queue,
 * no connection left. /metrics shows them as till_http_refusals_total.
 *
 * @param app     the app
 * @param status  what the host answered, 400 to 599
 *
 * @retval TILL_E_MISUSE      a NULL app
 * @retval TILL_E_VALIDATION  any other status; nothing is counted */
TILL_API till_status TILL_CALL till_http_count_refusal(till_http_app *app, int32_t status);

TILL_EXTERN_END

/** @} */
#endif
