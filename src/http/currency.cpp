// SPDX-License-Identifier: MIT
#include "http/currency.hpp"

#include "http/text.hpp"

#include <algorithm>

namespace till::http {

namespace {

std::optional<CurrencyCode> to_code(std::string_view text) {
    if (text.size() != 3) return std::nullopt;
    CurrencyCode code;
    std::copy(text.begin(), text.end(), code.text.begin());
    return code;
}

// Which currency prices are in is policy of the store, not of this process: it is asked each time,
// once a batch. The adapter asks as the host it runs in.
std::optional<CurrencyCode> default_currency(Exchange& x) {
    if (x.scope != nullptr && x.scope->default_currency) return x.scope->default_currency;
    till_call call = x.call;
    call.actor = TILL_ACTOR_SYSTEM;
    call.token = {};
    call.idempotency_key = {};
    Owned<till_setting_page> settings;
    const till_status status = till_setting_list(x.app.store, &call, out(settings), out(x.error));
    if (status != TILL_OK) {
        x.fail(status);
        return std::nullopt;
    }
    for (std::size_t i = 0; i < settings->count; ++i) {
        if (view(settings->items[i]->name) != "currency") continue;
        const auto code = to_code(view(settings->items[i]->value));
        if (x.scope != nullptr) x.scope->default_currency = code;
        return code;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Currency> find_currency(Exchange& x, std::string_view code) {
    const auto found = code.empty() ? default_currency(x) : to_code(code);
    if (!found) return std::nullopt;
    till_call call = x.call;
    call.idempotency_key = {};
    const std::optional<int> digits = x.app.currency_digits(found->view(), call);
    if (!digits) return std::nullopt;
    return Currency{*found, *digits};
}

DecimalLimits tutorial_limits(int digits) { return {8 + std::max(digits, 2), digits}; }

DecimalLimits wide_limits(int digits) { return {18, digits}; }

}  // namespace till::http
