// SPDX-License-Identifier: MIT
//
// Writes compact JSON into one string, as DRF renders it: UTF-8, no blanks.
#pragma once

#include "till/types.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace till::http {

class JsonWriter {
public:
    explicit JsonWriter(std::string& out) noexcept : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }

    // A name that needs no escaping: one of ours.
    JsonWriter& key(std::string_view name);
    JsonWriter& escaped_key(std::string_view name);

    JsonWriter& text(std::string_view value);
    // An absent string is null.
    JsonWriter& text_or_null(till_str value);
    JsonWriter& number(std::int64_t value);
    // 0 is null: ids and numbers that are not there.
    JsonWriter& number_or_null(std::int64_t value) { return value == 0 ? null() : number(value); }
    JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
    JsonWriter& null() { return raw("null"); }
    // JSON as it is.
    JsonWriter& raw(std::string_view json);
    // Decimal text with the currency's digits: "19.99".
    JsonWriter& money(std::int64_t minor, std::int32_t exponent);
    // ISO 8601 with microseconds and Z; TILL_TIME_NONE is null.
    JsonWriter& time(till_time at_us);

private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    // A value follows another one unless something was opened, or named, just before.
    void separate();
    [[nodiscard]] bool needs_comma() const;

    std::string& out_;
};

void append_escaped(std::string& out, std::string_view text);
void append_money(std::string& out, std::int64_t minor, std::int32_t exponent);
void append_time(std::string& out, till_time at_us);

// The same JSON with line breaks and `width` blanks a level, as Python's json.dumps(indent=width).
[[nodiscard]] std::string indent_json(std::string_view compact, int width);

}  // namespace till::http
