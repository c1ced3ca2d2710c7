// SPDX-License-Identifier: MIT
#include "handler.hpp"
#include "refusal.hpp"

namespace till_server {

namespace {

void release_response(const void* response) { till_free(response); }

Response own(const till_http_response* response) {
    return Response(response, ResponseDeleter{release_response});
}

class AppHandler : public Handler {
public:
    explicit AppHandler(App app) : app_(std::move(app)) {}

    till_http_plan_kind plan(const till_http_request& request) override {
        return till_http_plan(app_.get(), &request);
    }
    uint64_t body_max(const till_http_request& request) override {
        return till_http_body_max(app_.get(), &request);
    }
    Response handle(const till_http_request& request) override {
        const till_http_response* response = nullptr;
        if (till_http_handle(app_.get(), &request, &response) != TILL_OK) return own(nullptr);
        return own(response);
    }
    void handle_batch(std::span<const till_http_request* const> requests,
                      std::span<Response> responses) override {
        // A single request needs no batch: the library's own group commit then still pairs it with
        // the writes of SLOW requests and of other processes.
        if (requests.size() == 1) {
            responses[0] = handle(*requests[0]);
            return;
        }
        std::vector<const till_http_response*> raw(requests.size(), nullptr);
        till_http_handle_batch(app_.get(), requests.data(), requests.size(), raw.data());
        for (size_t i = 0; i < raw.size(); ++i) responses[i] = own(raw[i]);
    }

private:
    App app_;
};

}  // namespace

std::unique_ptr<Handler> make_app_handler(till_store* store, const AppConfig& config) {
    till_http_app_in in = TILL_HTTP_APP_IN_INIT;
    if (!config.mount.empty()) in.mount = borrow(config.mount);
    if (!config.auth_mount.empty()) in.auth_mount = borrow(config.auth_mount);
    if (!config.public_url.empty()) in.public_url = borrow(config.public_url);
    in.list_style = config.list_pages ? TILL_HTTP_LIST_PAGES : TILL_HTTP_LIST_ARRAY;
    std::vector<till_str> origins;
    for (const std::string& origin : config.cors_origins) origins.push_back(borrow(origin));
    in.cors_origins = origins.data();
    in.cors_origin_count = origins.size();
    in.body_max = config.body_max;
    in.log = config.log;
    in.log_userdata = config.log_userdata;
    App app;
    Error error;
    const till_status status = till_http_app_create(store, &in, out(app), out(error));
    require_ok(status, error, "The REST adapter refuses its configuration");
    return std::make_unique<AppHandler>(std::move(app));
}

}  // namespace till_server
