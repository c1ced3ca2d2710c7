// SPDX-License-Identifier: MIT
#include "http/dispatch.hpp"

#include "http/cors.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <string>

namespace till::http {

namespace {

constexpr std::size_t body_usual = 512;  // holds an order of one line, so that it is allocated once
constexpr std::size_t key_max = 255;     // bytes, as the C ABI

bool is_write(Method method) {
    return method == Method::post || method == Method::put || method == Method::patch ||
           method == Method::del;
}

// The user an access token names. Only for logs, and only once the store has accepted the token.
std::int64_t claimed_user(std::string_view token) {
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos) return 0;
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos) return 0;
    std::string claims = decode_base64url(token.substr(first + 1, second - first - 1));
    constexpr std::string_view name = "\"user_id\":\"";
    const std::size_t at = claims.find(name);
    std::int64_t user_id = 0;
    if (at != std::string::npos) {
        const std::string_view rest = std::string_view(claims).substr(at + name.size());
        user_id = parse_digits(rest.substr(0, rest.find('"'))).value_or(0);
    }
    wipe(claims);
    return user_id;
}

// A BCP 47 tag: letters first, then letters and digits, in subtags of at most eight.
bool is_language_tag(std::string_view text) {
    if (text.size() > 35) return false;  // RFC 5646, 4.4.1
    for (bool is_first = true;; is_first = false) {
        const std::string_view subtag = text.substr(0, text.find('-'));
        const bool is_good = std::all_of(subtag.begin(), subtag.end(), [&](char c) {
            return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || (!is_first && is_digit(c));
        });
        if (!is_good || subtag.size() < (is_first ? 2U : 1U) || subtag.size() > 8) return false;
        if (subtag.size() == text.size()) return true;
        text.remove_prefix(subtag.size() + 1);
    }
}

bool is_api_key(std::string_view token) { return token.starts_with("till_key_"); }

// What a client says of itself goes into the call only in the form the store takes: no header may
// spoil a request.
void prepare_call(Exchange& x, const Route& route) {
    const Request& request = x.request;
    x.call.client_address = to_str(request.client_address);
    if (is_utf8(request.user_agent)) x.call.client_agent = to_str(request.user_agent);
    x.call.trace_id = to_str(request.request_id);
    // The first language of the list, without its quality.
    const std::string_view language =
        request.accept_language.substr(0, request.accept_language.find_first_of(",; "));
    if (is_language_tag(language)) x.call.client_locale = to_str(language);
    if (route.access != Access::open) {
        x.call.actor = is_api_key(request.token) ? TILL_ACTOR_KEY : TILL_ACTOR_TOKEN;
        x.call.token = to_str(request.token);
    }
    if (x.scope != nullptr) x.call.batch = x.scope->batch;
}

// False: refused.
bool check_credentials(Exchange& x, const Route& route) {
    if (route.access == Access::open) return true;
    switch (x.request.credentials) {
        case Credentials::bearer:
            return true;
        case Credentials::none:
            x.reply.fail_authentication("Authentication credentials were not provided.");
            return false;
        case Credentials::malformed:
            x.reply.fail_authentication(
                "Authorization header must contain two space-delimited values",
                "bad_authorization_header");
            return false;
    }
    return false;
}

bool take_key(Exchange& x, const Endpoint& endpoint) {
    const Request& request = x.request;
    if (!request.has_idempotency_key || !is_write(request.method)) return true;
    if (endpoint.issues_tokens) {
        x.refuse_key();
        return false;
    }
    std::string_view key = request.idempotency_key;
    // The draft makes it a quoted string; most clients send it bare.
    if (key.size() >= 2 && key.front() == '"' && key.back() == '"')
        key = key.substr(1, key.size() - 2);
    const bool is_good =
        !key.empty() && key.size() <= key_max && !request.has_two_keys &&
        std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
    if (!is_good) {
        x.refuse(400, "Send one Idempotency-Key of 1 to 255 visible ASCII characters.",
                 "idempotency_key_invalid");
        return false;
    }
    x.call.idempotency_key = to_str(key);
    return true;
}

void describe(Exchange& x, const Route& route) {
    x.json()
        .begin_object()
        .key("name")
        .text(route.name)
        .key("description")
        .text("")
        .key("renders")
        .raw(R"(["application/json"])")
        .key("parses")
        .raw(R"(["application/json","application/x-www-form-urlencoded","multipart/form-data"])")
        .end_object();
    x.reply.header_copy("Allow", allowed_methods(route));
}

void run(Exchange& x, const Match& match) {
    const Route& route = *match.route;
    if (!check_credentials(x, route)) return;
    const Endpoint* endpoint = route.find(x.request.method);
    if (endpoint == nullptr) {
        std::string shown(x.request.method_text.substr(0, 20));
        if (!is_utf8(shown)) shown.clear();
        x.refuse(405, "Method \"" + shown + "\" not allowed.");
        x.reply.header_copy("Allow", allowed_methods(route));
        return;
    }
    if (x.request.body.size() > x.body_max) {
        x.refuse(413, "Request body is too large.");
        x.reply.is_close = true;
        return;
    }
    if (match.is_id_bad) {
        x.reply.not_found();
        x.reply.is_early = true;
        return;
    }
    if (take_key(x, *endpoint)) endpoint->handler(x);
}

// What the adapter refused by itself is only said to whom the store knows.
void check_early(Exchange& x, const Route& route) {
    if (!x.reply.is_early || route.access == Access::open) return;
    till_call call = x.call;
    call.idempotency_key = {};
    Owned<till_user> user;
    x.error.reset();
    const till_status status = till_user_get(x.app.store, &call, 0, out(user), out(x.error));
    // A key is nobody's user: that is how the store says that it knows the key.
    if (status == TILL_E_PERMISSION && call.actor == TILL_ACTOR_KEY) return;
    if (status != TILL_OK) return x.fail(status);
    if (route.access == Access::staff && user->is_staff == 0 && user->is_superuser == 0) {
        x.fail(TILL_E_PERMISSION);
    }
}

// Headers that every answer has.
void finish(Exchange& x, const Route* route) {
    Reply& reply = x.reply;
    const Request& request = x.request;
    if (reply.status != 204 && reply.status != 304) {
        reply.header("Content-Type", reply.content_type);
    } else {
        reply.body.clear();
    }
    if (request.method == Method::head) reply.body.clear();
    reply.header("X-Content-Type-Options", "nosniff");
    if (!reply.is_cacheable) reply.header("Cache-Control", "no-store");
    if (!reply.has_header("Content-Security-Policy")) {
        reply.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }
    reply.header("Referrer-Policy", "same-origin");
    const bool is_json = route == nullptr || route->is_json;
    add_cors(x, is_json);
    if (!request.request_id.empty()) reply.header_copy("X-Request-Id", request.request_id);
    const bool is_known = route != nullptr && route->access != Access::open && reply.status != 401;
    if (is_known) reply.user_id = claimed_user(request.token);
}

}  // namespace

Answer answer(App& app, const Request& request, const Match& match, BatchScope* scope) {
    Exchange x(app, request, scope);
    x.reply.body.reserve(body_usual);
    if (match.route == nullptr || (match.route->is_private && !request.is_operator)) {
        x.reply.not_found_page();
        finish(x, nullptr);
        return {std::move(x.reply), ""};
    }
    const Route& route = *match.route;
    if (request.method == Method::options) {
        if (!answer_preflight(x, route)) {
            // What a route takes is told to whom it serves. A preflight sends no token.
            prepare_call(x, route);
            if (check_credentials(x, route)) {
                describe(x, route);
                x.reply.is_early = true;
                check_early(x, route);
            }
        }
        finish(x, &route);
        return {std::move(x.reply), route.name};
    }
    x.id = match.id;
    x.name = match.name;
    x.body_max = body_limit(app, route, request);
    prepare_call(x, route);
    const Negotiated negotiated = route.is_json ? negotiate(request) : Negotiated{};
    if (!negotiated.is_known_format) {
        x.reply.not_found();
    } else if (!negotiated.is_acceptable) {
        x.reply.fail(406, "Could not satisfy the request Accept header.");
    } else {
        run(x, match);
        check_early(x, route);
    }
    if (negotiated.indent > 0 && x.reply.content_type == json_type && !x.reply.body.empty()) {
        std::string indented = indent_json(x.reply.body, negotiated.indent);
        x.reply.body.swap(indented);
        wipe(indented);
    }
    finish(x, &route);
    return {std::move(x.reply), route.name};
}

Answer answer_failed_batch(App& app, const Request& request, const Match& match, till_status status,
                           Owned<till_error>& error) {
    Exchange x(app, request, nullptr);
    x.error = std::move(error);
    x.fail(status);
    error = std::move(x.error);
    if (x.reply.status != 503) {
        // Whatever went wrong, nothing of the batch was acknowledged.
        x.reply.fail(503, "The service cannot do this now: try again.", "batch_failed");
        x.reply.header("Retry-After", "1");
    }
    finish(x, match.route);
    return {std::move(x.reply), match.route == nullptr ? std::string_view("") : match.route->name};
}

}  // namespace till::http
