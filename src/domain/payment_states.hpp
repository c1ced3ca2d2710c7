// SPDX-License-Identifier: MIT
#pragma once

#include "domain/state_table.hpp"

#include <cstdint>

namespace till::domain {

// The numbers are the C ABI's (include/till/payment.h), frozen. 6 (authorized) and 7 (voided) are
// reserved.
enum class PaymentState : std::int32_t {
    pending = 1,
    completed = 2,
    failed = 3,
    surplus = 4,
    refunded = 5
};

enum class PaymentEvent : std::int32_t {
    complete = 1,
    fail,
    complete_late,
    exceed,
    refund_in_full
};

// The provider's success of a failed payment is complete_late while the order is payable and no
// other payment is live; otherwise the money came too late or twice, and the event is exceed.
// refund_in_full happens when succeeded refunds reach the amount; nobody calls it.
inline constexpr StateTable<PaymentState, PaymentEvent, 6, 5, 5> payment_states{
    // clang-format off
    {{
        {PaymentState::pending,   PaymentEvent::complete,       PaymentState::completed},
        {PaymentState::pending,   PaymentEvent::fail,           PaymentState::failed},
        {PaymentState::failed,    PaymentEvent::complete_late,  PaymentState::completed},
        {PaymentState::failed,    PaymentEvent::exceed,         PaymentState::surplus},
        {PaymentState::completed, PaymentEvent::refund_in_full, PaymentState::refunded},
        {PaymentState::surplus,   PaymentEvent::refund_in_full, PaymentState::refunded},
    }},
    {{
        {PaymentState::pending,   "pending"},
        {PaymentState::completed, "completed"},
        {PaymentState::failed,    "failed"},
        {PaymentState::surplus,   "surplus"},
        {PaymentState::refunded,  "refunded"},
    }},
    {{
        {PaymentEvent::complete,       "complete"},
        {PaymentEvent::fail,           "fail"},
        {PaymentEvent::complete_late,  "complete_late"},
        {PaymentEvent::exceed,         "exceed"},
        {PaymentEvent::refund_in_full, "refund_in_full"},
    }},
    // clang-format on
};

static_assert(table_checks::sound(payment_states, std::array{PaymentState::refunded}));

constexpr std::string_view name_of(PaymentState state) noexcept {
    return name_in(payment_states.state_names, state);
}
constexpr std::string_view name_of(PaymentEvent event) noexcept {
    return name_in(payment_states.event_names, event);
}

// At most one payment of an order is live.
constexpr bool is_live(PaymentState state) noexcept {
    return state == PaymentState::pending || state == PaymentState::completed;
}

// The money has arrived and some of it may go back.
constexpr bool is_refundable(PaymentState state) noexcept {
    return state == PaymentState::completed || state == PaymentState::surplus;
}

}  // namespace till::domain
