// SPDX-License-Identifier: MIT
#pragma once

#include <string>

// The state tables as ARCHITECTURE.md prints them: one Markdown table each, rows in table order.
namespace till::domain {

std::string order_states_markdown();
std::string payment_states_markdown();
std::string refund_states_markdown();

}  // namespace till::domain
