// SPDX-License-Identifier: MIT
#include "domain/state_markdown.hpp"

#include "domain/order_states.hpp"
#include "domain/payment_states.hpp"
#include "domain/refund_states.hpp"

namespace till::domain {
namespace {

template <class Table>
std::string markdown_of(const Table& table) {
    std::string text = "| from | event | to |\n|---|---|---|\n";
    for (const auto& row : table.transitions) {
        text.append("| ").append(name_of(row.from));
        text.append(" | ").append(name_of(row.event));
        text.append(" | ").append(name_of(row.to)).append(" |\n");
    }
    return text;
}

}  // namespace

std::string order_states_markdown() { return markdown_of(order_states); }
std::string payment_states_markdown() { return markdown_of(payment_states); }
std::string refund_states_markdown() { return markdown_of(refund_states); }

}  // namespace till::domain
