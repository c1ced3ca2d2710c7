// SPDX-License-Identifier: MIT
#include "http/cors.hpp"

#include "http/text.hpp"

#include <algorithm>
#include <string>

namespace till::http {

namespace {

bool is_allowed(const App& app, std::string_view origin) {
    return std::find(app.cors_origins.begin(), app.cors_origins.end(), origin) !=
           app.cors_origins.end();
}

bool is_own(const Exchange& x) {
    const std::string_view origin = x.request.origin;
    if (!x.app.public_url.empty()) return origin == x.app.public_url;
    const std::string_view scheme = x.request.is_tls ? "https://" : "http://";
    return origin.starts_with(scheme) && origin.substr(scheme.size()) == x.request.host;
}

// Whoever wonders why a browser refuses finds the reason in the log, once.
void log_refused(Exchange& x) {
    const std::string_view origin = x.request.origin;
    const bool is_visible =
        std::all_of(origin.begin(), origin.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!is_visible || origin.size() > 255 || is_own(x)) return;
    if (x.app.has_logged_origin.exchange(true)) return;
    std::string message("A browser's page from ");
    message.append(origin).append(" may not call: allow it with --cors-origin ").append(origin);
    x.app.write_log(TILL_LOG_WARNING, message, to_str(x.request.request_id));
}

}  // namespace

bool answer_preflight(Exchange& x, const Route& route) {
    if (x.request.origin.empty() || x.request.preflight_method.empty()) return false;
    x.reply.status = 204;
    if (is_allowed(x.app, x.request.origin)) {
        x.reply.header_copy("Access-Control-Allow-Methods", allowed_methods(route));
        x.reply.header(
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id");
        x.reply.header("Access-Control-Max-Age", "600");
    }
    return true;
}

void add_cors(Exchange& x, bool is_negotiated) {
    if (x.app.cors_origins.empty()) {
        if (is_negotiated) x.reply.header("Vary", "Accept");
    } else {
        x.reply.header("Vary", is_negotiated ? "Accept, Origin" : "Origin");
    }
    if (x.request.origin.empty()) return;
    if (!is_allowed(x.app, x.request.origin)) return log_refused(x);
    x.reply.header_copy("Access-Control-Allow-Origin", x.request.origin);
    x.reply.header("Access-Control-Expose-Headers",
                   "Link, Location, ETag, Retry-After, Idempotency-Replayed, X-Request-Id");
}

}  // namespace till::http
