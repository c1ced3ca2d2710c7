// SPDX-License-Identifier: MIT
#pragma once

#include "domain/state_table.hpp"

#include <cstdint>

namespace till::domain {

// The numbers are the C ABI's (include/till/order.h), frozen.
enum class OrderState : std::int32_t { pending = 1, shipped = 2, delivered = 3, cancelled = 4 };

enum class OrderEvent : std::int32_t { ship = 1, deliver, hand_over, cancel };

// ship and hand_over need verified prices and, unless the total is 0 or the setting ship_unpaid is
// on, a completed payment. cancel needs that no payment is completed.
inline constexpr StateTable<OrderState, OrderEvent, 4, 4, 4> order_states{
    // clang-format off
    {{
        {OrderState::pending, OrderEvent::ship,      OrderState::shipped},
        {OrderState::shipped, OrderEvent::deliver,   OrderState::delivered},
        {OrderState::pending, OrderEvent::hand_over, OrderState::delivered},
        {OrderState::pending, OrderEvent::cancel,    OrderState::cancelled},
    }},
    {{
        {OrderState::pending,   "pending"},
        {OrderState::shipped,   "shipped"},
        {OrderState::delivered, "delivered"},
        {OrderState::cancelled, "cancelled"},
    }},
    {{
        {OrderEvent::ship,      "ship"},
        {OrderEvent::deliver,   "deliver"},
        {OrderEvent::hand_over, "hand_over"},
        {OrderEvent::cancel,    "cancel"},
    }},
    // clang-format on
};

static_assert(table_checks::sound(order_states,
                                  std::array{OrderState::delivered, OrderState::cancelled}));

constexpr std::string_view name_of(OrderState state) noexcept {
    return name_in(order_states.state_names, state);
}
constexpr std::string_view name_of(OrderEvent event) noexcept {
    return name_in(order_states.event_names, event);
}

}  // namespace till::domain
