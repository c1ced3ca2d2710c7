/* SPDX-License-Identifier: MIT */
/* Mounts the REST adapter and asks it how it is. */
#include <stdio.h>
#include <till/http.h>

int main(int argc, char** argv) {
    till_store_open_in open = TILL_STORE_OPEN_IN_INIT;
    till_http_request request = TILL_HTTP_REQUEST_INIT;
    const till_str method = TILL_STR("GET");
    const till_str target = TILL_STR("/healthz");
    const till_http_response* response = NULL;
    till_http_app* app = NULL;
    till_store* store = NULL;

    if (argc != 2) return 2;
    open.path.data = argv[1];
    open.path.len = TILL_STRLEN;
    if (till_store_open(&open, &store, NULL) != TILL_OK) return 1;
    if (till_http_app_create(store, NULL, &app, NULL) != TILL_OK) return 1;
    request.method = method;
    request.target = target;
    if (till_http_handle(app, &request, &response) != TILL_OK) return 1;
    printf("healthz %d\n", (int)response->status);
    till_free(response);
    till_http_app_release(app);
    till_store_release(store);
    return 0;
}
