// SPDX-License-Identifier: MIT
//
// Reads the fields of an object with DRF's coercions and texts. Every bad field is noted; a reader
// answers nothing for a field that is absent or bad, so a handler reads all, then asks for
// errors().
#pragma once

#include "http/body.hpp"
#include "http/decimal.hpp"
#include "http/field_errors.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string_view>

namespace till::http {

struct TextRule {
    bool required = true;
    bool allow_blank = false;
    bool allow_null = false;
    std::size_t length_max = 0;  // code points; 0: the store decides
    bool trimmed = true;         // else the text as it came; blanks alone are blank either way
};

struct IntegerRule {
    bool required = true;
    bool allow_null = false;
    std::int64_t min = 0;
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

class Form {
public:
    // Of a body whose root is an object.
    Form(const Body& body, FieldErrors& errors)
        : node_(body.root), is_form_(body.is_form), errors_(errors) {}
    // Of the `index`th element of the list `list`.
    Form(const Node& node, FieldErrors& errors, std::string_view list, std::size_t index)
        : node_(node), is_form_(false), errors_(errors), list_(list), index_(index) {}

    // PATCH: nothing is required.
    void set_partial() noexcept { is_partial_ = true; }

    [[nodiscard]] bool has(std::string_view field) const { return node_.find(field) != nullptr; }
    [[nodiscard]] const Node* find(std::string_view field) const { return node_.find(field); }
    [[nodiscard]] bool is_form() const noexcept { return is_form_; }

    std::optional<std::string_view> text(std::string_view field, TextRule rule = {});
    // A text that looks like an e-mail address. `rule.length_max` 0 is 254.
    std::optional<std::string_view> email(std::string_view field, TextRule rule = {});
    std::optional<std::int64_t> integer(std::string_view field, IntegerRule rule = {});
    // The value before its limits are known, which depend on a currency.
    std::optional<Decimal> decimal(std::string_view field, bool required = true);
    // Decimal to minor units; refuses what does not fit, and what is less than `min`.
    std::optional<std::int64_t> minor(std::string_view field, const Decimal& value,
                                      DecimalLimits limits, std::int64_t min);
    std::optional<bool> boolean(std::string_view field, bool required = false);
    // The position of the choice.
    std::optional<std::size_t> choice(std::string_view field,
                                      std::initializer_list<std::string_view> choices,
                                      bool required = false);
    // The id of another object.
    std::optional<std::int64_t> key(std::string_view field, bool required = true);

    void refuse(std::string_view field, std::string_view message);
    void refuse_unknown_key(std::string_view field);

private:
    // The field's node; null if the reader is done with it (absent or null, refused where
    // required).
    const Node* value_of(std::string_view field, bool required, bool allow_null);
    void refuse_decimal(std::string_view field, DecimalProblem problem, DecimalLimits limits);

    const Node& node_;
    bool is_form_;
    bool is_partial_ = false;
    FieldErrors& errors_;
    std::string_view list_;
    std::size_t index_ = 0;
};

// Django's EmailValidator; what stands in a domain literal is left to the store.
[[nodiscard]] bool looks_like_email(std::string_view text);

}  // namespace till::http
