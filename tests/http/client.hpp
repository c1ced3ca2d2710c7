// SPDX-License-Identifier: MIT
//
// A shop in a throw-away store and a client that talks to it through till_http_handle().
#pragma once

#include "till/http.h"
#include "till/testing.h"
#include "till/till.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace till::http_test {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Response {
    int status = 0;
    bool is_close = false;
    Headers headers;
    std::string body;
    std::string route;
    std::int64_t user_id = 0;

    // Empty when there is no such header; CHECKs that there is at most one.
    [[nodiscard]] std::string header(std::string_view name) const;
    [[nodiscard]] nlohmann::json json() const;
};

struct Request {
    std::string method;
    std::string target;
    Headers headers;
    std::string body;
    std::uint32_t flags = 0;
};

struct Options {
    std::string mount;
    std::string auth_mount;
    std::string public_url;
    std::vector<std::string> origins;
    till_http_list_style list_style = TILL_HTTP_LIST_ARRAY;
    std::uint64_t body_max = 0;
    till_time now_us = 0;  // the clock stands there; 0: it runs
};

struct Tokens {
    std::string access;
    std::string refresh;
};

class Shop {
public:
    explicit Shop(const Options& options = {});
    Shop(const Shop&) = delete;
    Shop& operator=(const Shop&) = delete;
    ~Shop();

    Response send(const Request& request);
    std::vector<Response> send_batch(const std::vector<Request>& requests);
    till_http_plan_kind plan(const Request& request);
    std::uint64_t body_max(const Request& request);
    Response get(std::string_view target, std::string_view token = {}, Headers headers = {});
    // A JSON body.
    Response send_json(std::string_view method, std::string_view target, const nlohmann::json& body,
                       std::string_view token = {}, Headers headers = {});
    Response post(std::string_view target, const nlohmann::json& body, std::string_view token = {},
                  Headers headers = {});
    Response patch(std::string_view target, const nlohmann::json& body, std::string_view token = {},
                   Headers headers = {});

    // Accounts by user name, with the password `password` and the address NAME@example.com.
    static constexpr std::string_view password = "Str0ng-pass!word";
    std::int64_t create_user(std::string_view name, bool is_staff = false,
                             bool is_superuser = false);
    Tokens login(std::string_view name);
    // An order of 2 Widgets at 19.99, by HTTP.
    std::int64_t place_order(std::string_view token);

    [[nodiscard]] till_store* store() const { return store_; }
    [[nodiscard]] till_http_app* app() const { return app_; }
    [[nodiscard]] till_call system() const;

    std::vector<std::string> log;

private:
    Response send_alone(const Request& request);
    // For openapi_exchanges.py, which holds every answer against the document.
    void record(const Request& request, const Response& response) const;

    till_store* store_ = nullptr;
    till_http_app* app_ = nullptr;
    std::string auth_mount_;
    std::string document_;
};

Request json_request(std::string_view method, std::string_view target, const nlohmann::json& body,
                     std::string_view token = {}, Headers headers = {});

inline std::string path(std::string_view before, std::int64_t id, std::string_view after = "/") {
    return std::string(before).append(std::to_string(id)).append(after);
}

}  // namespace till::http_test
