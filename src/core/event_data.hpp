// SPDX-License-Identifier: MIT
#pragma once

#include "core/store.hpp"
#include "domain/order.hpp"
#include "domain/payment.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace till::core {

// An event's data: one flat JSON object of what an auditor asks first and of what names nobody. Its
// texts are our own words and currency codes, so that nothing needs an escape. On the stack: every
// order placed makes one.
class EventData {
public:
    EventData& add(std::string_view name, std::int64_t number);
    EventData& add(std::string_view name, std::string_view word);
    EventData& add_flag(std::string_view name, bool value);
    EventData& add_move(std::string_view from, std::string_view to);
    EventData& add_money(std::string_view name, std::int64_t minor,
                         const domain::Currency& currency);

    std::string_view finish();  // once, as the last thing

private:
    void begin_member(std::string_view name);
    void append(std::string_view text);

    // The longest, a refund's, takes some 160 bytes.
    std::array<char, 256> text_;
    std::size_t size_ = 0;
};

// The events of order, payment and refund with their data: include/till/event.h has the list.
void append_placed(Context& context, const domain::Order& order);
void append_moved(Context& context, const char* event, const domain::Order& order,
                  domain::OrderState from);
void append_confirmed(Context& context, const char* event, const domain::Order& order,
                      domain::PriceSource source);
void append_started(Context& context, const domain::Payment& payment);
void append_moved(Context& context, const char* event, const domain::Payment& payment,
                  domain::PaymentState from);
void append_started(Context& context, const domain::Refund& refund);
void append_moved(Context& context, const char* event, const domain::Refund& refund,
                  domain::RefundState from);

}  // namespace till::core
