// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"
#include "base/function_ref.hpp"

#include <string>

struct sqlite3;

namespace till::sqlite {

// What a result code of SQLite means to a caller. `doing` completes "Cannot …". The message names
// no path, no SQL and no data; the extended code goes to source_code.
Failure engine_failure(int code, const char* doing);

// The same for a statement that SQLite refuses to compile: a defect of ours, so it names the
// reason.
Failure prepare_failure(sqlite3* database, const char* statement_name);

// Runs code that talks to SQLiteCpp and turns its exceptions into Failures. The engine's one
// translation function.
void translated(const char* doing, FunctionRef<void()> body);

Failure make_failure(Status status, const char* code, std::string message, bool retryable = false);

// False, with the error, when the body fails for a reason of the engine's.
bool succeeds(FunctionRef<void()> body, Error& error);

// A store of another process, seen after fork().
Failure forked();

}  // namespace till::sqlite
