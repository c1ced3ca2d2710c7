// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"
#include "c_api/block.hpp"
#include "till/types.h"

namespace till::c_api {

// Writes an error into a block that is being built (also of a batch's failed items); gives its
// offset.
std::size_t add_error(BlockBuilder& block, const Error& error);

// Stores the error at `err` (which may be null) and gives its status. Never throws: without memory
// it stores the static out-of-memory error.
till_status report(const Error& error, const till_error** err) noexcept;

// Errors that must not allocate.
till_status report_static(till_status status, const till_error** err) noexcept;

}  // namespace till::c_api
