// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "sql/database.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What use cases of several nouns share: answers, pages, optional columns, versions.
namespace till::core {

// A value, and whether it is the answer to a repeated call.
template <class T>
struct Answer {
    T value;
    bool replayed = false;
};

// One page of a list; an empty cursor is the end.
template <class T>
struct Page {
    std::vector<T> items;
    std::string next_cursor;
};

// Ids and texts that a row may lack: 0 and empty mean absent.
inline sql::Value or_null(std::int64_t value) {
    return value == 0 ? sql::Value(nullptr) : sql::Value(value);
}
inline sql::Value or_null(std::string_view text) {
    return text.empty() ? sql::Value(nullptr) : sql::Value(text);
}
inline std::int64_t integer_or_zero(const sql::Rows& rows, int column) {
    return rows.integer(column);  // which reads NULL as 0
}
inline std::string text_or_empty(const sql::Rows& rows, int column) {
    return rows.is_null(column) ? std::string() : rows.string(column);
}

// A name the store holds and this library does not know: the file is damaged, since a newer
// library's file is refused at the door.
[[noreturn]] inline void throw_unknown_name(const char* what) {
    throw Failure(make_error(Status::corrupt, "unknown_name",
                             std::string("The store holds a ") + what +
                                 " that no version of this library wrote; restore a backup."));
}

// The caller may say which version he changes; 0 is whatever it is.
inline Error stale_version() {
    return make_error(Status::precondition, "stale_version",
                      "Somebody changed it since you read it; read it again.");
}
inline Result<void> check_version(std::int64_t if_version, std::int64_t version) {
    if (if_version != 0 && if_version != version) return stale_version();
    return ok();
}

}  // namespace till::core
