// SPDX-License-Identifier: MIT
//
// An adapter on a store: what it was made with, and the little it remembers. Any thread.
#pragma once

#include "http/metrics.hpp"
#include "http/openapi.hpp"
#include "till/http.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct till_http_app {
    till_store* store = nullptr;
    std::string mount;
    std::string auth_mount;  // with the mount: "/api/dj-rest-auth"
    std::string public_url;
    bool has_pages = false;
    std::vector<std::string> cors_origins;
    std::uint64_t body_max = 0;
    till_log_function log = nullptr;
    std::uintptr_t log_userdata = 0;
    std::atomic<bool> has_logged_origin{false};
    till::http::Metrics metrics;

    till_http_app() = default;
    till_http_app(const till_http_app&) = delete;
    till_http_app& operator=(const till_http_app&) = delete;
    ~till_http_app();

    void write_log(till_log_level level, std::string_view message, till_str trace_id) const;

    // The digits of a currency, which never change once it is known; absent: no such currency.
    [[nodiscard]] std::optional<int> currency_digits(std::string_view code, const till_call& call);

    // The API's own description, made when it is first asked for.
    [[nodiscard]] const till::http::Document& document();

private:
    std::once_flag document_once_;
    till::http::Document document_;
    std::mutex mutex_;
    std::unordered_map<std::string, int> digits_;
};

namespace till::http {

using App = till_http_app;

// The code of the store's default currency, as it is now.
struct CurrencyCode {
    std::array<char, 4> text{};
    [[nodiscard]] std::string_view view() const noexcept { return {text.data(), 3}; }
};

// What the requests of one durable batch share: the batch holds the writer, so that what was read
// of the settings stays true until it ends.
struct BatchScope {
    till_batch* batch = nullptr;
    std::optional<CurrencyCode> default_currency;
};

}  // namespace till::http
