// SPDX-License-Identifier: MIT
#include "http/field_errors.hpp"

#include <algorithm>

namespace till::http {

void FieldErrors::add(std::string_view field, std::string_view message) {
    entries_.push_back({std::string(field), std::string(message), false, 0, {}});
}

void FieldErrors::add(std::string_view list, std::size_t index, std::string_view field,
                      std::string_view message) {
    entries_.push_back({std::string(list), std::string(message), true, index, std::string(field)});
}

bool FieldErrors::has(std::string_view field) const noexcept {
    return std::any_of(entries_.begin(), entries_.end(),
                       [&](const Entry& entry) { return entry.field == field; });
}

void FieldErrors::write_messages(JsonWriter& json, std::string_view field) const {
    json.begin_array();
    for (const Entry& entry : entries_) {
        if (entry.field == field && !entry.is_nested) json.text(entry.message);
    }
    json.end_array();
}

void FieldErrors::write_list(JsonWriter& json, std::string_view field) const {
    std::size_t last = 0;
    for (const Entry& entry : entries_) {
        if (entry.field == field && entry.is_nested) last = std::max(last, entry.index);
    }
    json.begin_array();
    for (std::size_t index = 0; index <= last; ++index) {
        FieldErrors element;
        for (const Entry& entry : entries_) {
            if (entry.field == field && entry.is_nested && entry.index == index) {
                element.add(entry.member, entry.message);
            }
        }
        element.write(json);
    }
    json.end_array();
}

void FieldErrors::write(JsonWriter& json) const {
    json.begin_object();
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
        const bool is_repeated = std::any_of(
            entries_.begin(), it, [&](const Entry& earlier) { return earlier.field == it->field; });
        if (is_repeated) continue;
        json.escaped_key(it->field);
        const bool is_list = std::all_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
            return entry.field != it->field || entry.is_nested;
        });
        if (is_list) {
            write_list(json, it->field);
        } else {
            write_messages(json, it->field);
        }
    }
    json.end_object();
}

}  // namespace till::http
