// SPDX-License-Identifier: MIT
#pragma once

namespace till::crypto {

// libsodium chooses its vector code here, once a process; before any other call of it. Throws
// Failure(no_memory).
void prepare_sodium();

}  // namespace till::crypto
