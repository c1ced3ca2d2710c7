// SPDX-License-Identifier: MIT
#include "http/app.hpp"

#include "http/exchange.hpp"
#include "http/text.hpp"

#include <algorithm>

till_http_app::~till_http_app() { till_store_release(store); }

void till_http_app::write_log(till_log_level level, std::string_view message,
                              till_str trace_id) const {
    if (log == nullptr) return;
    till_log_record record{};
    record.struct_size = sizeof(record);
    record.level = level;
    record.at_us = TILL_TIME_NONE;  // the host's clock is as good as ours
    record.category = till::http::to_str("http");
    record.message = till::http::to_str(message);
    record.trace_id = trace_id;
    log(log_userdata, &record);
}

const till::http::Document& till_http_app::document() {
    std::call_once(document_once_, [this] { document_ = till::http::make_document(*this); });
    return document_;
}

std::optional<int> till_http_app::currency_digits(std::string_view code, const till_call& call) {
    const std::string key(code);
    {
        const std::lock_guard lock(mutex_);
        const auto known = digits_.find(key);
        if (known != digits_.end()) return known->second;
    }
    // Somebody may have added it since. Only what the store lists is remembered.
    till::http::Owned<till_currency_page> page;
    const till_status status = till_currency_list(store, &call, till::http::out(page), nullptr);
    if (status != TILL_OK) return std::nullopt;
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < page->count; ++i) {
        digits_.insert_or_assign(std::string(page->items[i]->code, 3), page->items[i]->exponent);
    }
    const auto found = digits_.find(key);
    return found == digits_.end() ? std::nullopt : std::optional(found->second);
}
