// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace till {

// The result of a call. The numbers are the C ABI's (include/till/types.h; c_api asserts that they
// agree) and are frozen: they are grouped by what the caller does next and never renumbered.
enum class Status : std::int32_t {
    ok = 0,

    // Fix the program.
    misuse = -1,
    struct_size = -2,
    unsupported_field = -3,

    // Fix the input.
    validation = -10,
    cursor = -11,

    // Look at the store again, then decide.
    not_found = -20,
    already_exists = -21,
    conflict = -22,
    precondition = -23,
    idempotency_mismatch = -24,

    // Log in, or ask somebody who may.
    unauthenticated = -30,
    permission = -31,

    // Try again: later, or at once with the same idempotency key.
    rate_limited = -40,
    busy = -41,
    outcome_unknown = -42,

    // Open (another) store.
    closed = -50,
    forked = -51,
    version = -52,
    not_a_store = -53,
    corrupt = -54,
    file_system = -55,

    // Help the machine.
    io = -60,
    storage_full = -61,
    no_memory = -62,
    read_only = -63,

    // Report a defect.
    internal = -99,
};

}  // namespace till
