// SPDX-License-Identifier: MIT
//
// The exported functions, and the one place where an exception of the adapter ends.
#include "http/block.hpp"
#include "http/dispatch.hpp"
#include "http/sized_input.hpp"
#include "http/text.hpp"
#include "till/http.h"

#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace till::http {

namespace {

constexpr std::uint64_t body_max_default = std::uint64_t{64} * 1024;
// The header's bound; till-server collects 64.
constexpr std::size_t batch_max = 1'000;
// A shared snapshot is given up after this, well before the store would call it overdue.
constexpr std::int64_t snapshot_max_us = 100'000;
constexpr till_status status_no_memory = TILL_E_NO_MEMORY;

std::string_view sized_view(till_str text) {
    constexpr auto until_nul = static_cast<std::size_t>(-1);  // TILL_STRLEN
    if (text.data != nullptr && text.len == until_nul) return text.data;
    return view(text);
}

bool is_mount(std::string_view mount) {
    if (mount.empty()) return true;
    return mount.size() <= 200 && mount.front() == '/' && mount.back() != '/' &&
           mount.find("//") == std::string_view::npos &&
           mount.find("/.") == std::string_view::npos &&
           std::all_of(mount.begin(), mount.end(), [](char c) {
               return c > ' ' && c < '\x7f' &&
                      std::string_view("?#%\"<>\\").find(c) == std::string_view::npos;
           });
}

// scheme://host[:port]
bool is_origin(std::string_view origin) {
    const std::size_t scheme = origin.find("://");
    if (scheme == std::string_view::npos || scheme == 0 || origin.size() > 255) return false;
    const std::string_view authority = origin.substr(scheme + 3);
    return !authority.empty() && std::all_of(origin.begin(), origin.end(), [](char c) {
        return c > ' ' && c < '\x7f';
    }) && authority.find_first_of("/?#@*,") == std::string_view::npos;
}

bool is_public_url(std::string_view url) {
    return url.empty() ||
           ((url.starts_with("https://") || url.starts_with("http://")) && is_origin(url));
}

till_status refuse(const till_error** err, till_status status, std::string_view code,
                   std::string_view message, std::string_view path) {
    if (err != nullptr) *err = make_error(status, code, message, path);
    return status;
}

till_status read_app(const till_http_app_in& in, App& app, const till_error** err) {
    app.mount = sized_view(in.mount);
    const std::string_view auth_mount = sized_view(in.auth_mount);
    if (!is_mount(app.mount)) {
        return refuse(err, TILL_E_VALIDATION, "invalid",
                      "Begin the mount with '/' and end it without: \"/api\".", "/mount");
    }
    if (!is_mount(auth_mount)) {
        return refuse(err, TILL_E_VALIDATION, "invalid",
                      "Begin the mount with '/' and end it without: \"/dj-rest-auth\".",
                      "/auth_mount");
    }
    app.auth_mount = app.mount + (auth_mount.empty() ? "/auth" : std::string(auth_mount));
    app.public_url = sized_view(in.public_url);
    if (app.public_url.ends_with('/')) app.public_url.pop_back();
    if (!is_public_url(app.public_url)) {
        return refuse(err, TILL_E_VALIDATION, "invalid",
                      "Give scheme and host: \"https://shop.example\".", "/public_url");
    }
    for (std::size_t i = 0; i < in.cors_origin_count; ++i) {
        const std::string_view origin = sized_view(in.cors_origins[i]);
        if (!is_origin(origin)) {
            return refuse(err, TILL_E_VALIDATION, "invalid",
                          "Give an origin as browsers send it: \"https://shop.example\".",
                          "/cors_origins");
        }
        app.cors_origins.emplace_back(origin);
    }
    if (in.list_style != TILL_HTTP_LIST_ARRAY && in.list_style != TILL_HTTP_LIST_PAGES) {
        return refuse(err, TILL_E_UNSUPPORTED_FIELD, "unsupported_field", "An unknown list style.",
                      "/list_style");
    }
    app.has_pages = in.list_style == TILL_HTTP_LIST_PAGES;
    app.body_max = in.body_max == 0 ? body_max_default : in.body_max;
    app.log = in.log;
    app.log_userdata = in.log_userdata;
    return TILL_OK;
}

till_status check_request(const till_http_request* in, till_http_request& out) {
    if (const till_status status = read_sized(in, out); status != TILL_OK) return status;
    constexpr std::uint32_t known = TILL_HTTP_TLS | TILL_HTTP_OPERATOR | TILL_HTTP_DRAINING;
    if ((out.flags & ~known) != 0) return TILL_E_UNSUPPORTED_FIELD;
    return out.headers == nullptr && out.header_count > 0 ? TILL_E_MISUSE : TILL_OK;
}

// A request in the adapter's words; its strings and headers stay the caller's.
till_status read_checked(const till_http_request* in, Request& out) {
    till_http_request request{};
    if (const till_status status = check_request(in, request); status != TILL_OK) return status;
    out = read_request(request);
    return TILL_OK;
}

void count_answer(App& app, const Request& request, const Match& match, const Answer& answer) {
    // A private page is none to a stranger.
    const Route* route = answer.route.empty() ? nullptr : match.route;
    app.metrics.count(route, request.method, answer.reply.status,
                      monotonic_us() - request.received_us);
}

// False: no memory for the response.
bool finish(App& app, const Request& request, const Match& match, const Answer& answer,
            const till_http_response** out) {
    count_answer(app, request, match, answer);
    *out = answer.reply.seal(answer.route);
    return *out != nullptr;
}

till_status handle_one(App& app, const Request& request, const till_http_response** out) {
    std::string storage;
    const Match match = match_route(app, request.path, storage);
    const bool is_done = finish(app, request, match, answer(app, request, match, nullptr), out);
    return is_done ? TILL_OK : status_no_memory;
}

// One request of a batch, and where its response goes.
struct Member {
    Request request;
    std::string storage;
    Match match;
    const till_http_response** out = nullptr;
};

// The members to be answered in one way. What answers them is false when there is no memory.
using Members = std::vector<Member*>;

bool answer_alone(App& app, const Members& members) {
    return std::all_of(members.begin(), members.end(), [&](Member* member) {
        return finish(app, member->request, member->match,
                      answer(app, member->request, member->match, nullptr), member->out);
    });
}

till_status begin(App& app, BatchScope& scope, Owned<till_error>& error) {
    const till_error* raw = nullptr;
    const till_status status = till_batch_begin(app.store, nullptr, &scope.batch, &raw);
    error.reset(raw);
    return status;
}

till_status commit(BatchScope& scope, Owned<till_error>& error) {
    const till_error* raw = nullptr;
    const till_status status = till_batch_commit(std::exchange(scope.batch, nullptr), &raw);
    error.reset(raw);
    return status;
}

// Undoes what an exception left open.
struct BatchGuard {
    explicit BatchGuard(BatchScope& its_scope) noexcept : scope(its_scope) {}
    BatchGuard(const BatchGuard&) = delete;
    BatchGuard& operator=(const BatchGuard&) = delete;
    ~BatchGuard() { till_batch_rollback(scope.batch); }
    BatchScope& scope;
};

bool answer_writes(App& app, const Members& members) {
    // One alone joins the store's own group commit.
    if (members.size() < 2) return answer_alone(app, members);
    BatchScope scope;
    const BatchGuard guard(scope);
    Owned<till_error> error;
    std::vector<Answer> answers;
    answers.reserve(members.size());
    till_status status = begin(app, scope, error);
    if (status == TILL_OK) {
        for (const Member* member : members) {
            answers.push_back(answer(app, member->request, member->match, &scope));
        }
        status = commit(scope, error);
    }
    if (status != TILL_OK) {
        answers.clear();
        for (const Member* member : members) {
            answers.push_back(
                answer_failed_batch(app, member->request, member->match, status, error));
        }
    }
    bool is_done = true;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const Member& member = *members[i];
        is_done &= finish(app, member.request, member.match, answers[i], member.out);
    }
    return is_done;
}

// Opening and closing a snapshot costs as much as a small read in it: several share one.
bool answer_reads(App& app, const Members& members) {
    if (members.size() < 2) return answer_alone(app, members);
    BatchScope scope;
    const BatchGuard guard(scope);
    // Without it each asks for its own, and says why there is none.
    till_call brief = TILL_CALL_INIT;
    brief.timeout_ms = snapshot_max_us / 1000;
    static_cast<void>(till_batch_begin_read(app.store, &brief, &scope.batch, nullptr));
    const std::int64_t until_us = monotonic_us() + snapshot_max_us;
    return std::all_of(members.begin(), members.end(), [&](Member* member) {
        const Answer result =
            answer(app, member->request, member->match, scope.batch == nullptr ? nullptr : &scope);
        // What failed may have cost the snapshot.
        if (result.reply.status >= 500 || monotonic_us() > until_us) {
            till_batch_rollback(std::exchange(scope.batch, nullptr));
        }
        return finish(app, member->request, member->match, result, member->out);
    });
}

till_status handle_many(App& app, const till_http_request* const* requests, std::size_t count,
                        const till_http_response** out) {
    std::vector<Member> members(count);
    for (std::size_t i = 0; i < count; ++i) {
        const till_status status = read_checked(requests[i], members[i].request);
        if (status != TILL_OK) return status;
        members[i].out = &out[i];
    }
    Members reads, writes, others;
    reads.reserve(count);
    for (Member& member : members) {
        member.match = match_route(app, member.request.path, member.storage);
        const till_http_plan_kind plan = member.match.route == nullptr
                                             ? TILL_HTTP_READ
                                             : plan_of(*member.match.route, member.request);
        (plan == TILL_HTTP_READ    ? reads
         : plan == TILL_HTTP_WRITE ? writes
                                   : others)
            .push_back(&member);
    }
    const bool is_done =
        answer_writes(app, writes) && answer_reads(app, reads) && answer_alone(app, others);
    return is_done ? TILL_OK : status_no_memory;
}

// Runs `f() -> till_status`; nothing thrown gets out.
template <class F>
till_status guarded(F&& f) noexcept {
    try {
        return f();
    } catch (const std::bad_alloc&) {
        return TILL_E_NO_MEMORY;
    } catch (...) {
        // Nothing is thrown on purpose: a defect.
        return TILL_E_INTERNAL;
    }
}

}  // namespace

}  // namespace till::http

using namespace till::http;

extern "C" {

TILL_API till_status TILL_CALL till_http_app_create(till_store* store, const till_http_app_in* in,
                                                    till_http_app** out, const till_error** err) {
    if (err != nullptr) *err = nullptr;
    if (out != nullptr) *out = nullptr;
    if (store == nullptr || out == nullptr) return TILL_E_MISUSE;
    return guarded([&]() -> till_status {
        till_http_app_in input = TILL_HTTP_APP_IN_INIT;
        if (in != nullptr) {
            if (const till_status status = read_sized(in, input); status != TILL_OK) return status;
        }
        if (input.flags != 0 || input.reserved0 != 0) return TILL_E_UNSUPPORTED_FIELD;
        if (input.cors_origins == nullptr && input.cors_origin_count > 0) return TILL_E_MISUSE;
        auto app = std::make_unique<App>();
        if (const till_status status = read_app(input, *app, err); status != TILL_OK) return status;
        app->store = till_store_retain(store);
        *out = app.release();
        return TILL_OK;
    });
}

TILL_API void TILL_CALL till_http_app_release(till_http_app* app) { delete app; }

TILL_API till_http_plan_kind TILL_CALL till_http_plan(const till_http_app* app,
                                                      const till_http_request* request) {
    till_http_plan_kind plan = TILL_HTTP_READ;
    if (app == nullptr) return plan;
    // Misuse is answered by the call; out of memory, the request fails wherever it runs.
    static_cast<void>(guarded([&]() -> till_status {
        till_http_request input{};
        if (const till_status status = check_request(request, input); status != TILL_OK)
            return status;
        std::string storage;
        const Match match = match_route(*app, path_of(view(input.target)), storage);
        if (match.route != nullptr) plan = plan_of(*match.route, input);
        return TILL_OK;
    }));
    return plan;
}

TILL_API std::uint64_t TILL_CALL till_http_body_max(const till_http_app* app,
                                                    const till_http_request* request) {
    if (app == nullptr) return 0;
    std::uint64_t limit = 0;
    static_cast<void>(guarded([&]() -> till_status {
        Request parsed;
        if (const till_status status = read_checked(request, parsed); status != TILL_OK)
            return status;
        limit = app->body_max;
        std::string storage;
        const Match match = match_route(*app, parsed.path, storage);
        if (match.route != nullptr) limit = body_limit(*app, *match.route, parsed);
        return TILL_OK;
    }));
    return limit;
}

TILL_API till_status TILL_CALL till_http_handle(till_http_app* app,
                                                const till_http_request* request,
                                                const till_http_response** out) {
    if (out != nullptr) *out = nullptr;
    if (app == nullptr || out == nullptr) return TILL_E_MISUSE;
    return guarded([&]() -> till_status {
        Request parsed;
        if (const till_status status = read_checked(request, parsed); status != TILL_OK)
            return status;
        return handle_one(*app, parsed, out);
    });
}

TILL_API till_status TILL_CALL till_http_handle_batch(till_http_app* app,
                                                      const till_http_request* const* requests,
                                                      std::size_t count,
                                                      const till_http_response** out) {
    if (count > batch_max) return TILL_E_VALIDATION;
    for (std::size_t i = 0; out != nullptr && i < count; ++i) out[i] = nullptr;
    if (app == nullptr || ((requests == nullptr || out == nullptr) && count > 0)) {
        return TILL_E_MISUSE;
    }
    const till_status status = guarded([&] { return handle_many(*app, requests, count, out); });
    if (status == TILL_OK) return status;
    for (std::size_t i = 0; i < count; ++i) till_free(std::exchange(out[i], nullptr));
    return status;
}

TILL_API till_status TILL_CALL till_http_count_refusal(till_http_app* app, std::int32_t status) {
    if (app == nullptr) return TILL_E_MISUSE;
    if (status < 400 || status > 599) return TILL_E_VALIDATION;
    app->metrics.count_refusal(status);
    return TILL_OK;
}

}  // extern "C"
