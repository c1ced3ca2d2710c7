// SPDX-License-Identifier: MIT
#pragma once

#include "c_api/block.hpp"
#include "core/user_table.hpp"
#include "till/user.h"

namespace till::c_api {

// Fills the till_user at this offset of a block.
void fill_user(BlockBuilder& block, std::size_t offset, const core::User& user);

const till_user* to_user(const core::User& user);

// Adds rows that stand side by side and the pointers to them; gives the first row's offset. Page
// must have items, count, first and row_stride.
template <class Page, class Row>
std::size_t add_rows(BlockBuilder& block, std::size_t page, std::size_t count) {
    block.at<Page>(page).count = count;
    block.at<Page>(page).row_stride = sizeof(Row);
    if (count == 0) return 0;
    const std::size_t items = block.pointers(page + offsetof(Page, items), count);
    const std::size_t rows = block.add<Row>(count);
    block.link(page + offsetof(Page, first), rows);
    for (std::size_t i = 0; i < count; ++i) {
        block.link(items + i * sizeof(void*), rows + i * sizeof(Row));
    }
    return rows;
}

}  // namespace till::c_api
