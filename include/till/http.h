/* SPDX-License-Identifier: MIT */
/*
 * libtill_http: the REST adapter. Maps a request to a response; opens no socket, starts no thread.
 * Any HTTP server can mount it: parse a request, ask till_http_plan() where to run it, hand it
 * over, send the response.
 */
#ifndef TILL_HTTP_H
#define TILL_HTTP_H

#include <till/store.h>
#include <till/types.h>

TILL_EXTERN_BEGIN

typedef struct till_http_app till_http_app;

typedef int32_t till_http_list_style;
#define TILL_HTTP_LIST_ARRAY 0 /* an array, Link: rel="next" */
#define TILL_HTTP_LIST_PAGES 1 /* {count, next, previous, results} */

typedef struct till_http_app_in {
    uint32_t struct_size;
    uint32_t flags;
    till_str mount;       /* path prefix of every route: "/api"; absent: none */
    till_str auth_mount;  /* in place of "/auth", below mount: "/dj-rest-auth" */
    till_str public_url;  /* "https://shop.example", for links and image URLs; absent: from Host */
    till_http_list_style list_style;
    uint32_t reserved0;
    const till_str *cors_origins; /* exact origins that browsers may call from; none: CORS is off */
    size_t cors_origin_count;
    uint64_t body_max;    /* bytes; 0: 65536; image uploads may have 2 MiB + 64 KiB */
    till_log_function log; /* NULL: silence */
    uintptr_t log_userdata;
} till_http_app_in;
/* The defaults; set fields after it. */
#define TILL_HTTP_APP_IN_INIT \
    { sizeof(till_http_app_in), 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, 0, 0, NULL, 0, \
      0, NULL, 0 }

/* Makes an app on a store (adds a reference to it). TILL_E_VALIDATION: a mount that does not begin
 * with '/', ends with one or holds '?', '#', '%', '//'; an origin with a path. */
TILL_API till_status TILL_CALL till_http_app_create(till_store *store,
                                                    const till_http_app_in *TILL_NULLABLE in,
                                                    till_http_app **out,
                                                    const till_error **TILL_NULLABLE err);

/* Frees the app and drops its store reference. No call may be in flight. NULL is fine. */
TILL_API void TILL_CALL till_http_app_release(till_http_app *TILL_NULLABLE app);

typedef struct till_http_header {
    till_str name;
    till_str value;
} till_http_header;

/* A request as parsed by the host: strings are borrowed during the call. */
typedef struct till_http_request {
    uint32_t struct_size;
    uint32_t flags;   /* TILL_HTTP_* */
    till_str method;  /* "GET" */
    till_str target;  /* origin form: path and query, as received */
    const till_http_header *headers;
    size_t header_count;
    till_str body;
    till_str client_address; /* the peer, or what a trusted proxy says */
    till_str request_id;     /* <= 64 visible ASCII; becomes the trace id and X-Request-Id */
} till_http_request;
/* The defaults; set fields after it. */
#define TILL_HTTP_REQUEST_INIT \
    { sizeof(till_http_request), 0, { NULL, 0 }, { NULL, 0 }, NULL, 0, { NULL, 0 }, \
      { NULL, 0 }, { NULL, 0 } }

#define TILL_HTTP_TLS 1u /* the client's connection is encrypted: links say https */

/* A response. `headers` are complete but for Connection, Date and Content-Length. To HEAD, and with
 * 204 and 304, `body` is empty. */
typedef struct till_http_response {
    uint32_t struct_size;
    uint32_t kind;
    uint64_t block_size;
    int32_t status;
    till_bool close; /* the host should close the connection */
    const till_http_header *headers;
    size_t header_count;
    till_str body;
    till_str route;  /* "/orders/ID/": for logs and metrics */
    int64_t user_id; /* who it was, for logs; 0: nobody */
} till_http_response;

typedef int32_t till_http_plan_kind;
#define TILL_HTTP_READ 1  /* microseconds: answer inline */
#define TILL_HTTP_WRITE 2 /* one short transaction: may share a durable batch with others */
#define TILL_HTTP_SLOW 3  /* hashes or moves megabytes: run it on a pool of its own */

/* Where a request belongs, from its method, target and headers (a multipart profile is SLOW);
 * touches no store. Any thread. */
TILL_API till_http_plan_kind TILL_CALL till_http_plan(const till_http_app *app,
                                                      const till_http_request *request);

/* How large a body this request may have, in bytes, from its method, target and headers. */
TILL_API uint64_t TILL_CALL till_http_body_max(const till_http_app *app,
                                               const till_http_request *request);

/* Answers a request. Never fails for what a client does: every refusal is a response. Any thread.
 * TILL_E_MISUSE, TILL_E_STRUCT_SIZE, TILL_E_NO_MEMORY: there is no response. */
TILL_API till_status TILL_CALL till_http_handle(till_http_app *app,
                                                const till_http_request *request,
                                                const till_http_response **out);

/* Answers WRITE requests in order, each on its own, with one durable commit. If the commit fails
 * every answer becomes 503. `out` has room for `count` pointers. Statuses as till_http_handle(). */
TILL_API till_status TILL_CALL till_http_handle_batch(till_http_app *app,
                                                      const till_http_request *const *requests,
                                                      size_t count, const till_http_response **out);

TILL_EXTERN_END

#endif
