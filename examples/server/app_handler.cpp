// SPDX-License-Identifier: MIT
#include "handler.hpp"
#include "log.hpp"
#include "refusal.hpp"

namespace till_server {

namespace {

// The transport's responses may come from any handler: each knows how to be released.
Response own(till::http_response response) {
    return Response(response.release(), ResponseDeleter{till_free});
}

class AppHandler : public Handler {
public:
    explicit AppHandler(till::http_app app) : app_(std::move(app)) {}

    till_http_plan_kind plan(const till_http_request& request) override {
        return static_cast<till_http_plan_kind>(app_.plan(request));
    }
    uint64_t body_max(const till_http_request& request) override { return app_.body_max(request); }
    Response handle(const till_http_request& request) override {
        auto response = app_.try_handle(request);
        return own(response ? std::move(*response) : till::http_response());
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
        // What could not be answered is NULL, and the transport's 503.
        static_cast<void>(app_.try_handle_batch(requests.data(), requests.size(), raw.data()));
        for (size_t i = 0; i < raw.size(); ++i) responses[i] = own(till::http_response(raw[i]));
    }
    void count_refusal(int status) override {
        static_cast<void>(app_.try_count_refusal(status));  // Fails for no status of ours.
    }

private:
    till::http_app app_;
};

}  // namespace

std::unique_ptr<Handler> make_app_handler(till::store_ref store, const AppConfig& config) {
    till::http_app_in in;
    if (!config.mount.empty()) in.mount = config.mount;
    if (!config.auth_mount.empty()) in.auth_mount = config.auth_mount;
    if (!config.public_url.empty()) in.public_url = config.public_url;
    if (config.list_pages) in.list_style = till::http_list_style::pages;
    in.cors_origins.assign(config.cors_origins.begin(), config.cors_origins.end());
    in.body_max = config.body_max;
    if (config.log != nullptr) in.log_to(*config.log);
    return std::make_unique<AppHandler>(require(till::http_app::try_create(store, in),
                                                "The REST adapter refuses its configuration"));
}

}  // namespace till_server
