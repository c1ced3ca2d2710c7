// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace till::os {

// A number that names this process among its forked relatives: a child's differs from its parent's.
// What was made under another number must be refused and never closed: its locks, threads and file
// positions belong to the parent. Costs one load (a page the kernel wipes in the child).
std::uint64_t process_generation() noexcept;

}  // namespace till::os
