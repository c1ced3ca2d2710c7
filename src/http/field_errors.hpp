// SPDX-License-Identifier: MIT
//
// All bad fields of an input at once, in DRF's grammar: {"field": ["…"]}, {"items": [{}, {"sku":
// ["…"]}]}.
#pragma once

#include "http/json_writer.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace till::http {

inline constexpr std::string_view non_field_errors = "non_field_errors";

class FieldErrors {
public:
    void add(std::string_view field, std::string_view message);
    // On a member of the `index`th element of a list.
    void add(std::string_view list, std::size_t index, std::string_view field,
             std::string_view message);

    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] bool has(std::string_view field) const noexcept;
    void write(JsonWriter& json) const;

private:
    struct Entry {
        std::string field;
        std::string message;
        bool is_nested = false;
        std::size_t index = 0;
        std::string member;
    };

    void write_messages(JsonWriter& json, std::string_view field) const;
    void write_list(JsonWriter& json, std::string_view field) const;

    std::vector<Entry> entries_;
};

}  // namespace till::http
