// SPDX-License-Identifier: MIT
#include "sql/sqlite/errors.hpp"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <utility>

namespace till::sqlite {

namespace {

struct Meaning {
    Status status;
    const char* code;
    const char* advice;
    bool retryable;
};

Meaning meaning_of(int extended) {
    switch (extended) {
        case SQLITE_IOERR_NOMEM:
            return {Status::no_memory, "no_memory", "Memory ran out; try again later.", true};
        case SQLITE_IOERR_CORRUPTFS:
            return {Status::corrupt, "corrupt", "The file is damaged; restore a backup.", false};
        default:
            break;
    }
    switch (extended & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {Status::busy, "store_busy", "Another program holds the file; try again.", true};
        case SQLITE_INTERRUPT:
            return {Status::busy, "interrupted", "It took too long and was interrupted; try again.",
                    true};
        case SQLITE_FULL:
            return {Status::storage_full, "storage_full", "The disk is full; free some space.",
                    true};
        case SQLITE_NOMEM:
            return {Status::no_memory, "no_memory", "Memory ran out; try again later.", true};
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_PROTOCOL:
            return {Status::io, "io_error", "The disk or file system failed; see its log.", false};
        case SQLITE_CORRUPT:
            return {Status::corrupt, "corrupt", "The file is damaged; restore a backup.", false};
        case SQLITE_NOTADB:
            return {Status::not_a_store, "not_a_store", "The file is not a store.", false};
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {Status::read_only, "not_writable", "The file may not be written.", false};
        case SQLITE_CONSTRAINT:
            return {Status::internal, "unexpected_constraint",
                    "The schema refused a row that the checks before it let pass.", false};
        case SQLITE_TOOBIG:
            return {Status::internal, "too_big", "A value is larger than the store takes.", false};
        default:
            return {Status::internal, "engine_error", "The storage engine refused.", false};
    }
}

}  // namespace

Failure make_failure(Status status, const char* code, std::string message, bool retryable) {
    Error error = make_error(status, code, std::move(message));
    error.retryable = retryable;
    return Failure(std::move(error));
}

Failure forked() {
    return make_failure(Status::forked, "store_forked",
                        "The store was opened before fork(). Open stores after it.");
}

Failure engine_failure(int code, const char* doing) {
    const Meaning meaning = meaning_of(code);
    Error error = make_error(meaning.status, meaning.code,
                             std::string("Cannot ") + doing + " (SQLite code " +
                                 std::to_string(code) + "). " + meaning.advice);
    error.retryable = meaning.retryable;
    error.source_code = code;
    return Failure(std::move(error));
}

Failure prepare_failure(sqlite3* database, const char* statement_name) {
    const int code = sqlite3_extended_errcode(database);
    // A schema that does not parse, or no memory, is the file's or the machine's fault.
    if (const int primary = code & 0xff; primary != SQLITE_ERROR) {
        return engine_failure(code, "compile a statement");
    }
    return make_failure(Status::internal, "bad_statement",
                        std::string("Cannot compile the statement ") + statement_name + ": " +
                            sqlite3_errmsg(database) + ".");
}

void translated(const char* doing, FunctionRef<void()> body) {
    try {
        body();
    } catch (const SQLite::Exception& exception) {
        throw engine_failure(exception.getExtendedErrorCode(), doing);
    }
}

bool succeeds(FunctionRef<void()> body, Error& error) {
    try {
        body();
        return true;
    } catch (const Failure& failure) {
        error = failure.error();
        return false;
    }
}

}  // namespace till::sqlite
