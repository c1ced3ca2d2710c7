// SPDX-License-Identifier: MIT
// What the transport serves: something that answers requests. In production that is libtill_http on
// a store; a test puts its own in place to see exactly what the transport delivers.
#pragma once

#include "till/http.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace till_server {

class Log;

struct ResponseDeleter {
    void (*release)(const void*) = nullptr;
    void operator()(const till_http_response* response) const { release(response); }
};
// NULL when there was no memory for a response.
using Response = std::unique_ptr<const till_http_response, ResponseDeleter>;

// Every function may be called from any thread.
class Handler {
public:
    virtual ~Handler() = default;
    virtual till_http_plan_kind plan(const till_http_request& request) = 0;
    virtual uint64_t body_max(const till_http_request& request) = 0;
    virtual Response handle(const till_http_request& request) = 0;
    // WRITEs that share one durable commit, or READs. `responses` has the length of `requests`.
    virtual void handle_batch(std::span<const till_http_request* const> requests,
                              std::span<Response> responses) = 0;
    // The transport refused by itself; 400 to 599.
    virtual void count_refusal(int status) = 0;
};

struct AppConfig {
    std::string mount;
    std::string auth_mount;
    std::string public_url;
    bool list_pages = false;
    std::vector<std::string> cors_origins;
    uint64_t body_max = 0;  // bytes; 0: the adapter's default
    Log* log = nullptr;     // outlives the handler; NULL: silence
};

// libtill_http on a store. Throws Refusal for a mount or an origin that the adapter refuses.
std::unique_ptr<Handler> make_app_handler(till::store_ref store, const AppConfig& config);

}  // namespace till_server
