// SPDX-License-Identifier: MIT
// Dated backups in a directory, of which the newest stay.
#pragma once

#include "till/till.hpp"

#include <cstdint>
#include <string>

namespace till_server {

// The system, with the time that a copy of a large store may take.
till::call backup_call();

// Deletes what killed runs left half-made, copies the store to DIR/<name of db>-<UTC time>.db, and
// then deletes the oldest such copies until `keep` (1 or more) are left, the new one among them
// always. No whole copy is deleted unless the new one is there. One run a directory at a time.
// Prints what it did; returns the exit code, or throws Refusal.
int back_up_dated(till::store_ref store, const std::string& db, const std::string& directory,
                  uint64_t keep);

}  // namespace till_server
