// SPDX-License-Identifier: MIT
#pragma once

#include "core/cursor.hpp"
#include "core/orders.hpp"

#include <cstdint>
#include <vector>

// What the lists of orders and payments share: whose, how many, and where they go on.
namespace till::core {

// Whose list a query asks for (0: everybody's), when the actor may have it: his own, or any when he
// may do the action `all`.
Result<std::int64_t> list_user(const Context& context, const ListQuery& query, domain::Action all);

// How many rows a page has. Status::validation names a wrong limit or status.
Result<std::int64_t> list_limit(const ListQuery& query, bool status_known);

constexpr Cursor::Sort sort_of(const ListQuery& query) noexcept {
    return query.oldest_first ? Cursor::Sort::oldest_first : Cursor::Sort::newest_first;
}

// A page of rows that were read one beyond the limit.
template <class T>
Page<T> to_page(std::vector<T> rows, std::int64_t limit, const Cursor& cursor) {
    Page<T> page;
    if (static_cast<std::int64_t>(rows.size()) > limit) {
        rows.pop_back();
        page.next_cursor = cursor.make(rows.back().id);
    }
    page.items = std::move(rows);
    return page;
}

}  // namespace till::core
