// SPDX-License-Identifier: MIT
//
// The one route table. Planning, limits, 405 with Allow, OPTIONS and dispatch read it.
#pragma once

#include "http/exchange.hpp"
#include "http/request.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace till::http {

using Handler = void (*)(Exchange&);

// Who may come in at all; what he may do there is the store's business.
enum class Access : std::uint8_t { open, token, staff };
enum class BodySize : std::uint8_t { usual, image };

struct Endpoint {
    Method method = Method::other;
    till_http_plan_kind plan = 0;
    Handler handler = nullptr;
    bool issues_tokens = false;  // refuses an Idempotency-Key
};

struct Route {
    std::string_view name;  // "/orders/ID/"; segments ID (digits) and NAME stand for anything
    Access access = Access::open;
    std::array<Endpoint, 4> endpoints{};  // unused ones last
    BodySize body = BodySize::usual;
    bool is_json = true;      // else Accept is not looked at
    bool is_private = false;  // there for operators alone (TILL_HTTP_OPERATOR)

    [[nodiscard]] constexpr const Endpoint* find(Method method) const noexcept {
        const Method served = method == Method::head ? Method::get : method;
        for (const Endpoint& endpoint : endpoints) {
            if (endpoint.handler != nullptr && endpoint.method == served) return &endpoint;
        }
        return nullptr;
    }
};

[[nodiscard]] std::span<const Route> routes() noexcept;

struct Match {
    const Route* route = nullptr;  // null: no such page
    std::int64_t id = 0;
    bool is_id_bad = false;  // 0 or beyond 64 bit: no such object
    std::string_view name;
};

// `storage` keeps a path that had to be decoded.
[[nodiscard]] Match match_route(const App& app, std::string_view path, std::string& storage);

// "GET, HEAD, POST, OPTIONS".
[[nodiscard]] std::string allowed_methods(const Route& route);

[[nodiscard]] std::uint64_t body_limit(const App& app, const Route& route, const Request& request);
[[nodiscard]] till_http_plan_kind plan_of(const Route& route, const Request& request);
// The same, reading of the headers only what it has to.
[[nodiscard]] till_http_plan_kind plan_of(const Route& route, const till_http_request& request);

}  // namespace till::http
