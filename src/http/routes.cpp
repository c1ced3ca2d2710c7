// SPDX-License-Identifier: MIT
#include "http/routes.hpp"

#include "http/handlers.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <optional>

namespace till::http {

namespace {

constexpr std::int64_t kib = 1024;
constexpr std::uint64_t image_max = (2 * 1024 + 64) * kib;  // the image and its form
constexpr std::int64_t large_body = 64 * kib;               // moves as much as an image
constexpr std::size_t segments_max = 5;

constexpr auto read = TILL_HTTP_READ;
constexpr auto write = TILL_HTTP_WRITE;
constexpr auto slow = TILL_HTTP_SLOW;

constexpr Endpoint get(till_http_plan_kind plan, Handler handler) {
    return {Method::get, plan, handler, false};
}
constexpr Endpoint get(Handler handler) { return get(read, handler); }
constexpr Endpoint post(till_http_plan_kind plan, Handler handler) {
    return {Method::post, plan, handler, false};
}
constexpr Endpoint post_tokens(till_http_plan_kind plan, Handler handler) {
    return {Method::post, plan, handler, true};
}
constexpr Endpoint put(till_http_plan_kind plan, Handler handler) {
    return {Method::put, plan, handler, false};
}
constexpr Endpoint put(Handler handler) { return put(write, handler); }
constexpr Endpoint patch(till_http_plan_kind plan, Handler handler) {
    return {Method::patch, plan, handler, false};
}
constexpr Endpoint patch(Handler handler) { return patch(write, handler); }
constexpr Endpoint del(till_http_plan_kind plan, Handler handler) {
    return {Method::del, plan, handler, false};
}
constexpr Endpoint del(Handler handler) { return del(write, handler); }

using enum Access;

// The busiest first: they are looked for in order.
// clang-format off
constexpr Route table[] = {
    {"/orders/ID/",                     token, {get(get_order), patch(patch_order)}},
    {"/orders/",                        token, {get(get_orders), post(write, post_orders)}},
    {"/orders/ID/cancel/",              token, {post(write, post_order_cancel)}},
    {"/orders/ID/events/",              token, {get(get_order_events)}},
    {"/payments/",                      token, {get(get_payments), post(write, post_payments)}},
    {"/payments/ID/",                   token, {get(get_payment), put(put_payment), patch(patch_payment)}},
    {"/payments/ID/refunds/",           token, {get(get_refunds), post(write, post_refunds)}},
    {"/refunds/ID/",                    token, {patch(patch_refund)}},
    {"/profile/",                       token, {get(get_profile), put(slow, put_profile), patch(slow, patch_profile)}, BodySize::image},
    {"/media/profile/NAME",             open,  {get(get_profile_image)}, BodySize::usual, false},
    {"/auth/user/",                     token, {get(get_account), put(put_account), patch(patch_account)}},
    {"/auth/user/delete/",              token, {post(slow, post_account_delete)}},
    {"/auth/login/",                    open,  {post_tokens(slow, post_login)}},
    {"/auth/login/second/",             open,  {post_tokens(write, post_login_second)}},
    {"/auth/second-factor/",            token, {get(get_second_factor), post_tokens(slow, post_second_factor), del(slow, delete_second_factor)}},
    {"/auth/second-factor/confirm/",    token, {post_tokens(write, post_second_factor_confirm)}},
    {"/auth/second-factor/recovery-codes/", token, {post_tokens(slow, post_recovery_codes)}},
    {"/auth/logout/",                   open,  {post(write, post_logout)}},
    {"/auth/token/",                    open,  {post_tokens(slow, post_token)}},
    {"/auth/token/refresh/",            open,  {post_tokens(write, post_token_refresh)}},
    {"/auth/token/verify/",             open,  {post(read, post_token_verify)}},
    {"/auth/token/blacklist/",          open,  {post(write, post_token_blacklist)}},
    {"/auth/registration/",             open,  {post_tokens(slow, post_registration)}},
    {"/auth/registration/verify-email/", open, {post(write, post_verify_email)}},
    {"/auth/registration/resend-email/", open, {post(write, post_resend_email)}},
    {"/auth/password/change/",          token, {post(slow, post_password_change)}},
    {"/auth/password/reset/",           open,  {post(write, post_password_reset)}},
    {"/auth/password/reset/confirm/",   open,  {post(slow, post_password_reset_confirm)}},
    {"/auth/sessions/",                 token, {get(get_sessions)}},
    {"/auth/sessions/ID/",              token, {del(delete_session)}},
    {"/users/",                         staff, {get(get_users)}},
    {"/users/ID/",                      staff, {get(get_user), patch(patch_user), del(delete_user)}},
    {"/users/ID/sessions/",             staff, {get(get_user_sessions), del(delete_user_sessions)}},
    {"/users/ID/second-factor/",        staff, {get(get_user_second_factor), del(slow, delete_user_second_factor)}},
    {"/events/",                        staff, {get(get_events)}},
    {"/reports/totals/",                staff, {get(get_report_totals)}},
    {"/reports/standing/",              staff, {get(get_report_standing)}},
    {"/keys/",                          staff, {get(get_keys), post_tokens(write, post_keys)}},
    {"/keys/ID/",                       staff, {del(delete_key)}},
    {"/settings/",                      staff, {get(get_settings), patch(patch_settings)}},
    {"/healthz",                        open,  {get(get_health)}},
    {"/metrics",                        open,  {get(slow, get_metrics)}, BodySize::usual, false, true},
    {"/openapi.json",                   open,  {get(get_openapi)}},
    {"/docs/",                          open,  {get(get_docs)}, BodySize::usual, false},
    {"/docs/NAME",                      open,  {get(get_docs_asset)}, BodySize::usual, false},
    {"/admin/",                         open,  {get(get_admin)}, BodySize::usual, false, true},
    {"/admin/NAME",                     open,  {get(get_admin_asset)}, BodySize::usual, false, true},
    {"/",                               open,  {get(get_index)}},
};
// clang-format on

// The segments of a path without its first slash and an optional last one.
struct Segments {
    std::array<std::string_view, segments_max> at{};
    std::size_t count = 0;
};

constexpr bool split(std::string_view path, Segments& out) {
    if (path.empty() || path == "/") return true;
    if (path.front() != '/') return false;
    path.remove_prefix(1);
    if (path.ends_with('/')) path.remove_suffix(1);
    for (;;) {
        if (out.count == segments_max) return false;
        const std::size_t slash = std::min(path.find('/'), path.size());
        out.at[out.count++] = path.substr(0, slash);
        if (slash == 0) return false;  // an empty segment: "//"
        if (slash == path.size()) return true;
        path.remove_prefix(slash + 1);
    }
}

constexpr auto compiled = [] {
    std::array<Segments, std::size(table)> patterns{};
    for (std::size_t i = 0; i < patterns.size(); ++i) split(table[i].name, patterns[i]);
    return patterns;
}();

// The routes by how many segments they have, so that few are compared; in the table's order.
struct ByCount {
    std::array<std::uint8_t, std::size(table)> routes{};
    std::array<std::uint8_t, segments_max + 2> begin{};
};

constexpr ByCount by_count = [] {
    ByCount out;
    std::uint8_t at = 0;
    for (std::size_t count = 0; count <= segments_max; ++count) {
        out.begin[count] = at;
        for (std::uint8_t i = 0; i < compiled.size(); ++i) {
            if (compiled[i].count == count) out.routes[at++] = i;
        }
    }
    out.begin[segments_max + 1] = at;
    return out;
}();

bool is_all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool match_segments(const Segments& pattern, const Segments& path, Match& match) {
    for (std::size_t i = 0; i < path.count; ++i) {
        const std::string_view expected = pattern.at[i];
        if (expected == "ID") {
            if (!is_all_digits(path.at[i])) return false;
            const std::optional<std::int64_t> id = parse_digits(path.at[i]);
            match.id = id.value_or(0);
            match.is_id_bad = match.id == 0;
        } else if (expected == "NAME") {
            match.name = path.at[i];
        } else if (expected != path.at[i]) {
            return false;
        }
    }
    return true;
}

Match find_route(const Segments& path) {
    for (std::size_t i = by_count.begin[path.count]; i < by_count.begin[path.count + 1]; ++i) {
        const std::size_t index = by_count.routes[i];
        Match match;
        if (!match_segments(compiled[index], path, match)) continue;
        match.route = &table[index];
        return match;
    }
    return {};
}

// Decoded once. Nothing that could mean another path than it shows: encoded slashes, dots as
// segments, control characters.
bool normalise(std::string_view& path, std::string& storage) {
    if (path.find('%') != std::string_view::npos) {
        const auto slashes = std::count(path.begin(), path.end(), '/');
        if (!append_percent_decoded(storage, path, false)) return false;
        if (std::count(storage.begin(), storage.end(), '/') != slashes) return false;
        path = storage;
    }
    return std::all_of(path.begin(), path.end(),
                       [](char c) { return c > ' ' && c < '\x7f' && c != '\\' && c != '%'; });
}

bool take_prefix(std::string_view& path, std::string_view prefix) {
    if (!path.starts_with(prefix)) return false;
    const std::string_view rest = path.substr(prefix.size());
    if (!rest.empty() && rest.front() != '/') return false;
    path = rest;
    return true;
}

}  // namespace

std::span<const Route> routes() noexcept { return table; }

Match match_route(const App& app, std::string_view path, std::string& storage) {
    if (!normalise(path, storage)) return {};
    // The auth routes are looked for below their own mount, the others below the mount.
    std::string_view auth_path = path;
    const bool is_auth = take_prefix(auth_path, app.auth_mount);
    if (is_auth) {
        Segments segments;
        segments.at[segments.count++] = "auth";
        Segments rest;
        if (!split(auth_path, rest) || rest.count + 1 > segments_max) return {};
        for (std::size_t i = 0; i < rest.count; ++i) segments.at[segments.count++] = rest.at[i];
        const Match match = find_route(segments);
        if (match.route != nullptr) return match;
    }
    if (!take_prefix(path, app.mount)) return {};
    Segments segments;
    if (!split(path, segments)) return {};
    const Match match = find_route(segments);
    // The auth routes have moved to their mount.
    if (match.route != nullptr && match.route->name.starts_with("/auth/")) return {};
    return match;
}

std::string allowed_methods(const Route& route) {
    std::string out;
    for (const Endpoint& endpoint : route.endpoints) {
        if (endpoint.handler == nullptr) continue;
        switch (endpoint.method) {
            case Method::get:
                out += "GET, HEAD, ";
                break;
            case Method::post:
                out += "POST, ";
                break;
            case Method::put:
                out += "PUT, ";
                break;
            case Method::patch:
                out += "PATCH, ";
                break;
            case Method::del:
                out += "DELETE, ";
                break;
            case Method::head:
            case Method::options:
            case Method::other:
                break;
        }
    }
    return out + "OPTIONS";
}

namespace {

bool is_multipart(const Request& request) {
    return equal_ignoring_case(media_type(request.content_type), "multipart/form-data");
}

}  // namespace

std::uint64_t body_limit(const App& app, const Route& route, const Request& request) {
    const bool may_be_image =
        route.body == BodySize::image && (request.content_type.empty() || is_multipart(request));
    return may_be_image ? std::max(app.body_max, image_max) : app.body_max;
}

till_http_plan_kind plan_of(const Route& route, const Request& request) {
    const Endpoint* endpoint = route.find(request.method);
    if (endpoint == nullptr) return TILL_HTTP_READ;
    if (endpoint->plan == TILL_HTTP_WRITE && route.body == BodySize::image) {
        const std::int64_t length = parse_digits(request.content_length).value_or(0);
        if (is_multipart(request) || length > large_body ||
            static_cast<std::int64_t>(request.body.size()) > large_body) {
            return TILL_HTTP_SLOW;
        }
    }
    return endpoint->plan;
}

till_http_plan_kind plan_of(const Route& route, const till_http_request& request) {
    const Endpoint* endpoint = route.find(to_method(view(request.method)));
    if (endpoint == nullptr) return TILL_HTTP_READ;
    const bool depends = endpoint->plan == TILL_HTTP_WRITE && route.body == BodySize::image;
    return depends ? plan_of(route, read_request(request)) : endpoint->plan;
}

}  // namespace till::http
