// SPDX-License-Identifier: MIT
//
// Orders across the boundary: inputs in, blocks out. Sales use it too.
#pragma once

#include "c_api/block.hpp"
#include "c_api/input.hpp"
#include "core/orders.hpp"
#include "till/order.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace till::c_api {

// A borrowed string that may be absent, which is not the same as empty.
Result<std::optional<std::string_view>> read_optional_text(const till_str& text, const char* name);

// A placement's input with the lines it points to. Moving it keeps it valid.
struct Placement {
    std::vector<domain::LineInput> lines;
    domain::PlacementInput input;
};
Result<Placement> read_placement(const till_order_place_in* pointer);

Result<core::ListQuery> read_list_query(std::uint32_t flags, std::int64_t user_id,
                                        const till_str& cursor, std::int32_t status,
                                        std::uint32_t limit);

void fill_money(till_money& money, std::int64_t minor, const domain::Currency& currency);

// Fills the zeroed till_order at an offset, and adds what it points to behind it.
void fill_order(BlockBuilder& block, std::size_t at, const domain::Order& order, bool replayed);

// Rows side by side, named by a page's `items`, `first` and `row_stride`. Gives the first row.
template <class Page, class Row>
std::size_t add_rows(BlockBuilder& block, std::size_t page, std::size_t count) {
    block.at<Page>(page).count = count;
    block.at<Page>(page).row_stride = sizeof(Row);
    const std::size_t items = block.pointers(page + offsetof(Page, items), count);
    const std::size_t first = block.add<Row>(count);
    if (count > 0) block.link(page + offsetof(Page, first), first);
    for (std::size_t i = 0; i < count; ++i) {
        block.link(items + i * sizeof(void*), first + i * sizeof(Row));
    }
    return first;
}

}  // namespace till::c_api
