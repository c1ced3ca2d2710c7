// SPDX-License-Identifier: MIT
#pragma once

#include "domain/state_table.hpp"

#include <cstdint>

namespace till::domain {

// The numbers are the C ABI's (include/till/payment.h), frozen.
enum class RefundState : std::int32_t { pending = 1, succeeded = 2, failed = 3 };

enum class RefundEvent : std::int32_t { succeed = 1, fail };

inline constexpr StateTable<RefundState, RefundEvent, 2, 3, 2> refund_states{
    // clang-format off
    {{
        {RefundState::pending, RefundEvent::succeed, RefundState::succeeded},
        {RefundState::pending, RefundEvent::fail,    RefundState::failed},
    }},
    {{
        {RefundState::pending,   "pending"},
        {RefundState::succeeded, "succeeded"},
        {RefundState::failed,    "failed"},
    }},
    {{
        {RefundEvent::succeed, "succeed"},
        {RefundEvent::fail,    "fail"},
    }},
    // clang-format on
};

static_assert(table_checks::sound(refund_states,
                                  std::array{RefundState::succeeded, RefundState::failed}));

constexpr std::string_view name_of(RefundState state) noexcept {
    return name_in(refund_states.state_names, state);
}
constexpr std::string_view name_of(RefundEvent event) noexcept {
    return name_in(refund_states.event_names, event);
}

}  // namespace till::domain
