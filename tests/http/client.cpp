// SPDX-License-Identifier: MIT
#include "client.hpp"

#include "http/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <mutex>

namespace till::http_test {

namespace {

// Null unless the exchanges are asked for.
std::ofstream* exchanges() {
    static const auto file = [] {
        const char* path = std::getenv("TILL_HTTP_EXCHANGES");
        return path == nullptr ? nullptr : std::make_unique<std::ofstream>(path);
    }();
    return file.get();
}

using http::to_str;
using http::view;

// A request in the form of the C ABI; borrows.
class Raw {
public:
    explicit Raw(const Request& request) {
        for (const auto& [name, value] : request.headers)
            headers_.push_back({to_str(name), to_str(value)});
        in_ = TILL_HTTP_REQUEST_INIT;
        in_.flags = request.flags;
        in_.method = to_str(request.method);
        in_.target = to_str(request.target);
        in_.headers = headers_.data();
        in_.header_count = headers_.size();
        in_.body = to_str(request.body);
        in_.client_address = to_str("192.0.2.7");
    }
    [[nodiscard]] const till_http_request* get() const { return &in_; }

private:
    std::vector<till_http_header> headers_;
    till_http_request in_;
};

// Copies a response out of its block, and frees it.
Response take(const till_http_response* raw) {
    REQUIRE(raw != nullptr);
    Response out;
    out.status = raw->status;
    out.is_close = raw->close != 0;
    for (std::size_t i = 0; i < raw->header_count; ++i) {
        out.headers.emplace_back(view(raw->headers[i].name), view(raw->headers[i].value));
    }
    out.body = view(raw->body);
    out.route = view(raw->route);
    out.user_id = raw->user_id;
    till_free(raw);
    return out;
}

void TILL_CALL write_log(std::uintptr_t userdata, const till_log_record* record) {
    auto* shop = reinterpret_cast<Shop*>(userdata);
    shop->log.emplace_back(view(record->message));
}

Headers with_token(Headers headers, std::string_view token) {
    if (!token.empty()) headers.emplace_back("Authorization", "Bearer " + std::string(token));
    return headers;
}

}  // namespace

std::string Response::header(std::string_view name) const {
    std::string found;
    int count = 0;
    for (const auto& [key, value] : headers) {
        if (!http::equal_ignoring_case(key, name)) continue;
        found = value;
        ++count;
    }
    CHECK(count <= 1);
    return found;
}

nlohmann::json Response::json() const {
    CAPTURE(body);
    CHECK(header("Content-Type") == "application/json");
    nlohmann::json parsed = nlohmann::json::parse(body, nullptr, false);
    REQUIRE_FALSE(parsed.is_discarded());
    return parsed;
}

Shop::Shop(const Options& options) {
    till_testing_in testing = TILL_TESTING_IN_INIT;
    testing.seed = 7;
    testing.now_us = options.now_us;
    REQUIRE(till_testing_store_open(&testing, &store_, nullptr) == TILL_OK);
    std::vector<till_str> origins;
    for (const std::string& origin : options.origins) origins.push_back(to_str(origin));
    till_http_app_in in = TILL_HTTP_APP_IN_INIT;
    if (!options.mount.empty()) in.mount = to_str(options.mount);
    if (!options.auth_mount.empty()) in.auth_mount = to_str(options.auth_mount);
    if (!options.public_url.empty()) in.public_url = to_str(options.public_url);
    in.list_style = options.list_style;
    in.cors_origins = origins.data();
    in.cors_origin_count = origins.size();
    in.body_max = options.body_max;
    in.log = write_log;
    in.log_userdata = reinterpret_cast<std::uintptr_t>(this);
    REQUIRE(till_http_app_create(store_, &in, &app_, nullptr) == TILL_OK);
    auth_mount_ = options.auth_mount.empty() ? "/auth" : options.auth_mount;
    document_ = options.mount + "/openapi.json";
}

Shop::~Shop() {
    till_http_app_release(app_);
    till_store_release(store_);
}

void Shop::record(const Request& request, const Response& response) const {
    std::ofstream* file = exchanges();
    if (file == nullptr) return;
    // Some tests ask from several threads.
    static std::mutex one_at_a_time;
    const std::lock_guard lock(one_at_a_time);
    // Each app's document once: they differ by mount and list style.
    static std::vector<std::string> known;
    const Request ask{"GET", document_, {}, "", 0};
    const Raw raw(ask);
    const till_http_response* out = nullptr;
    REQUIRE(till_http_handle(app_, raw.get(), &out) == TILL_OK);
    const std::string document = take(out).body;
    auto found = std::find(known.begin(), known.end(), document);
    const auto number = found - known.begin();
    if (found == known.end()) {
        known.push_back(document);
        *file << nlohmann::json{{"document", nlohmann::json::parse(document)}}.dump() << "\n";
    }
    std::string type = response.header("Content-Type");
    const bool is_text = type.starts_with("application/json");
    *file << nlohmann::json{{"of", number},
                            {"auth", auth_mount_},
                            {"route", response.route},
                            {"method", request.method},
                            {"target", request.target},
                            {"status", response.status},
                            {"type", std::move(type)},
                            {"size", response.body.size()},
                            {"body", is_text ? response.body : ""}}
                 .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
          << "\n";
}

Response Shop::send(const Request& request) {
    // The environment is only read. NOLINTNEXTLINE(concurrency-mt-unsafe)
    static const bool together = std::getenv("TILL_HTTP_READS_TOGETHER") != nullptr;
    if (!together || plan(request) != TILL_HTTP_READ) return send_alone(request);
    return send_batch({{"GET", "/healthz", {}, "", 0}, request})[1];
}

Response Shop::send_alone(const Request& request) {
    const Raw raw(request);
    const till_http_response* out = nullptr;
    REQUIRE(till_http_handle(app_, raw.get(), &out) == TILL_OK);
    Response response = take(out);
    record(request, response);
    return response;
}

std::vector<Response> Shop::send_batch(const std::vector<Request>& requests) {
    std::vector<std::unique_ptr<Raw>> raws;
    std::vector<const till_http_request*> pointers;
    for (const Request& request : requests) {
        pointers.push_back(raws.emplace_back(std::make_unique<Raw>(request))->get());
    }
    std::vector<const till_http_response*> out(requests.size());
    REQUIRE(till_http_handle_batch(app_, pointers.data(), pointers.size(), out.data()) == TILL_OK);
    std::vector<Response> responses;
    for (std::size_t i = 0; i < out.size(); ++i) {
        record(requests[i], responses.emplace_back(take(out[i])));
    }
    return responses;
}

till_http_plan_kind Shop::plan(const Request& request) {
    const Raw raw(request);
    return till_http_plan(app_, raw.get());
}

std::uint64_t Shop::body_max(const Request& request) {
    const Raw raw(request);
    return till_http_body_max(app_, raw.get());
}

Request json_request(std::string_view method, std::string_view target, const nlohmann::json& body,
                     std::string_view token, Headers headers) {
    headers.emplace_back("Content-Type", "application/json");
    return {std::string(method), std::string(target), with_token(std::move(headers), token),
            body.dump(), 0};
}

Response Shop::get(std::string_view target, std::string_view token, Headers headers) {
    return send({"GET", std::string(target), with_token(std::move(headers), token), "", 0});
}

Response Shop::send_json(std::string_view method, std::string_view target,
                         const nlohmann::json& body, std::string_view token, Headers headers) {
    return send(json_request(method, target, body, token, std::move(headers)));
}

Response Shop::post(std::string_view target, const nlohmann::json& body, std::string_view token,
                    Headers headers) {
    return send_json("POST", target, body, token, std::move(headers));
}

Response Shop::patch(std::string_view target, const nlohmann::json& body, std::string_view token,
                     Headers headers) {
    return send_json("PATCH", target, body, token, std::move(headers));
}

till_call Shop::system() const {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    return call;
}

std::int64_t Shop::create_user(std::string_view name, bool is_staff, bool is_superuser) {
    const till_call call = system();
    const std::string email = std::string(name) + "@example.com";
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = to_str(name);
    in.email = to_str(email);
    in.password = to_str(password);
    in.is_staff = is_staff ? 1 : 0;
    in.is_superuser = is_superuser ? 1 : 0;
    const till_user* user = nullptr;
    REQUIRE(till_user_create(store_, &call, &in, &user, nullptr) == TILL_OK);
    const std::int64_t id = user->id;
    till_free(user);
    return id;
}

Tokens Shop::login(std::string_view name) {
    const Response response = post("/auth/login/", {{"username", name}, {"password", password}});
    REQUIRE(response.status == 200);
    const nlohmann::json json = response.json();
    return {json["access"], json["refresh"]};
}

std::int64_t Shop::place_order(std::string_view token) {
    const Response response =
        post("/orders/", {{"product_name", "Widget"}, {"quantity", 2}, {"price", "19.99"}}, token);
    CAPTURE(response.body);
    REQUIRE(response.status == 201);
    return response.json()["id"];
}

}  // namespace till::http_test
