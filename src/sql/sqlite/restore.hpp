// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <string>

namespace till::sqlite {

struct RestoreOptions {
    std::string from;  // a backup
    std::string to;    // the store's path; need not exist
    bool allow_network_fs = false;
    std::int64_t timeout_us = 5 * us_per_second;  // to wait for the store to be closed everywhere
};

struct RestoreReport {
    std::int64_t epoch = 0;
    std::string replaced;  // where the old store is kept; empty when there was none
};

// Puts a backup in a store's place. Its epoch becomes higher than that of the backup and of the
// store it replaces. At any moment of a crash the path holds the old store or the new one, whole.
// Failure: busy (some process has the store open), not_found, not_a_store, corrupt (the backup),
// version (either is newer than this library), conflict (one of the two is for testing), validation
// (the same file), io, storage_full, read_only.
RestoreReport restore_store(const RestoreOptions& options, const Clock& clock);

}  // namespace till::sqlite
