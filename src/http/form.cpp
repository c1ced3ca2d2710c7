// SPDX-License-Identifier: MIT
#include "http/form.hpp"

#include "http/json_writer.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace till::http {

namespace {

constexpr std::size_t number_length_max = 1000;  // DRF's MAX_STRING_LENGTH of numbers in text
constexpr std::size_t email_length_max = 254;    // RFC 5321's path of 256 without its brackets

std::string with_number(std::string_view before, std::int64_t number, std::string_view after) {
    std::string text(before);
    append_number(text, number);
    text += after;
    return text;
}

// "2.0" and "2.", which Python's int() does not read but DRF cuts.
std::string_view cut_zero_fraction(std::string_view text) {
    const std::size_t point = text.find('.');
    if (point == std::string_view::npos) return text;
    const std::string_view fraction = text.substr(point + 1);
    const bool is_zero =
        std::all_of(fraction.begin(), fraction.end(), [](char c) { return c == '0'; });
    return is_zero ? text.substr(0, point) : text;
}

// Whole numbers: JSON numbers by value, texts as sign and digits.
std::optional<std::int64_t> read_integer(const Node& node) {
    Decimal value;
    if (node.kind == NodeKind::number) {
        if (parse_decimal(node.text, true, value) != DecimalProblem::none) return std::nullopt;
        return to_integer(value);
    }
    const std::string_view text = cut_zero_fraction(trim(node.text));
    const std::string_view digits =
        text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
    if (parse_decimal(text, false, value) != DecimalProblem::none) return std::nullopt;
    return to_integer(value);
}

bool is_scalar_text(const Node& node) {
    return node.kind == NodeKind::text || node.kind == NodeKind::number;
}

// How a wrong choice is shown: cut, since the answer should not carry a body back.
std::string shown(const Node& node) {
    switch (node.kind) {
        case NodeKind::boolean:
            return node.truth ? "True" : "False";
        case NodeKind::text:
        case NodeKind::number: {
            std::string_view text = node.text.substr(0, 100);
            while (!is_utf8(text)) text.remove_suffix(1);
            return std::string(text);
        }
        case NodeKind::null:
        case NodeKind::array:
        case NodeKind::object:
        case NodeKind::file:
            return std::string(node.type_name());
    }
    return {};
}

}  // namespace

void Form::refuse(std::string_view field, std::string_view message) {
    if (list_.empty()) {
        errors_.add(field, message);
    } else {
        errors_.add(list_, index_, field, message);
    }
}

void Form::refuse_unknown_key(std::string_view field) {
    const Node* node = find(field);
    refuse(field, "Invalid pk \"" + (node == nullptr ? std::string() : shown(*node)) +
                      "\" - object does not exist.");
}

const Node* Form::value_of(std::string_view field, bool required, bool allow_null) {
    const Node* node = node_.find(field);
    if (node == nullptr) {
        if (required && !is_partial_) refuse(field, "This field is required.");
        return nullptr;
    }
    if (node->kind == NodeKind::null) {
        if (!allow_null) refuse(field, "This field may not be null.");
        return nullptr;
    }
    return node;
}

std::optional<std::string_view> Form::text(std::string_view field, TextRule rule) {
    const Node* node = value_of(field, rule.required, rule.allow_null);
    if (node == nullptr) return std::nullopt;
    if (!is_scalar_text(*node)) {
        refuse(field, "Not a valid string.");
        return std::nullopt;
    }
    if (node->lone_surrogate != 0) {
        char digits[5] = {};
        std::to_chars(digits, digits + 4, node->lone_surrogate, 16);
        refuse(field, std::string("Surrogate characters are not allowed: U+").append(digits) + ".");
        return std::nullopt;
    }
    const std::string_view trimmed = trim(node->text);
    const std::string_view text = rule.trimmed ? trimmed : node->text;
    if (trimmed.empty()) {
        if (rule.allow_blank) return text.empty() ? std::string_view("") : text;
        refuse(field, "This field may not be blank.");
        return std::nullopt;
    }
    bool is_good = true;
    if (text.find('\0') != std::string_view::npos) {
        refuse(field, "Null characters are not allowed.");
        is_good = false;
    }
    if (rule.length_max != 0 && count_code_points(text) > rule.length_max) {
        refuse(field, with_number("Ensure this field has no more than ",
                                  static_cast<std::int64_t>(rule.length_max), " characters."));
        is_good = false;
    }
    if (!is_good) return std::nullopt;
    return text;
}

std::optional<std::string_view> Form::email(std::string_view field, TextRule rule) {
    if (rule.length_max == 0) rule.length_max = email_length_max;
    const std::optional<std::string_view> address = text(field, rule);
    if (address && !address->empty() && !looks_like_email(*address)) {
        refuse(field, "Enter a valid email address.");
        return std::nullopt;
    }
    return address;
}

std::optional<std::int64_t> Form::integer(std::string_view field, IntegerRule rule) {
    const Node* node = value_of(field, rule.required, rule.allow_null);
    if (node == nullptr) return std::nullopt;
    if (is_form_ && !rule.required && node->text.empty()) return std::nullopt;
    if (is_scalar_text(*node) && node->text.size() > number_length_max) {
        refuse(field, "String value too large.");
        return std::nullopt;
    }
    const std::optional<std::int64_t> value =
        is_scalar_text(*node) ? read_integer(*node) : std::nullopt;
    if (!value) {
        refuse(field, "A valid integer is required.");
    } else if (*value < rule.min) {
        refuse(field, with_number("Ensure this value is greater than or equal to ", rule.min, "."));
    } else if (*value > rule.max) {
        refuse(field, with_number("Ensure this value is less than or equal to ", rule.max, "."));
    } else {
        return value;
    }
    return std::nullopt;
}

std::optional<Decimal> Form::decimal(std::string_view field, bool required) {
    const Node* node = value_of(field, required, false);
    if (node == nullptr) return std::nullopt;
    if (is_form_ && !required && node->text.empty()) return std::nullopt;
    Decimal value;
    const DecimalProblem problem =
        is_scalar_text(*node) ? parse_decimal(node->text, node->kind == NodeKind::number, value)
                              : DecimalProblem::invalid;
    if (problem != DecimalProblem::none) {
        refuse_decimal(field, problem, {});
        return std::nullopt;
    }
    return value;
}

std::optional<std::int64_t> Form::minor(std::string_view field, const Decimal& value,
                                        DecimalLimits limits, std::int64_t min) {
    const DecimalProblem problem = check_decimal(value, limits);
    if (problem != DecimalProblem::none) {
        refuse_decimal(field, problem, limits);
        return std::nullopt;
    }
    const std::int64_t minor = to_minor(value, limits.decimals);
    if (minor < min) {
        std::string message = "Ensure this value is greater than or equal to ";
        append_money(message, min, limits.decimals);
        refuse(field, message + ".");
        return std::nullopt;
    }
    return minor;
}

void Form::refuse_decimal(std::string_view field, DecimalProblem problem, DecimalLimits limits) {
    switch (problem) {
        case DecimalProblem::none:
            return;
        case DecimalProblem::invalid:
            return refuse(field, "A valid number is required.");
        case DecimalProblem::too_long:
            return refuse(field, "String value too large.");
        case DecimalProblem::max_digits:
            return refuse(field, with_number("Ensure that there are no more than ",
                                             limits.max_digits, " digits in total."));
        case DecimalProblem::max_decimals:
            return refuse(field, with_number("Ensure that there are no more than ", limits.decimals,
                                             " decimal places."));
        case DecimalProblem::max_whole:
            return refuse(field, with_number("Ensure that there are no more than ",
                                             limits.max_digits - limits.decimals,
                                             " digits before the decimal point."));
    }
}

std::optional<bool> Form::boolean(std::string_view field, bool required) {
    const Node* node = value_of(field, required, false);
    if (node == nullptr) return std::nullopt;
    if (node->kind == NodeKind::boolean) return node->truth;
    if (is_scalar_text(*node)) {
        // DRF's TRUE_VALUES and FALSE_VALUES.
        const std::string_view text = node->text;
        for (const std::string_view yes : {"true", "t", "1", "yes", "y", "on"}) {
            if (equal_ignoring_case(text, yes)) return true;
        }
        for (const std::string_view no : {"false", "f", "0", "no", "n", "off"}) {
            if (equal_ignoring_case(text, no)) return false;
        }
    }
    refuse(field, "Must be a valid boolean.");
    return std::nullopt;
}

std::optional<std::size_t> Form::choice(std::string_view field,
                                        std::initializer_list<std::string_view> choices,
                                        bool required) {
    const Node* node = value_of(field, required, false);
    if (node == nullptr) return std::nullopt;
    if (is_scalar_text(*node)) {
        const auto* const found = std::find(choices.begin(), choices.end(), node->text);
        if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
    }
    refuse(field, "\"" + shown(*node) + "\" is not a valid choice.");
    return std::nullopt;
}

std::optional<std::int64_t> Form::key(std::string_view field, bool required) {
    const Node* node = value_of(field, required, false);
    if (node == nullptr) return std::nullopt;
    if (is_form_ && node->text.empty()) {
        refuse(field, "This field may not be null.");
        return std::nullopt;
    }
    const std::optional<std::int64_t> value =
        is_scalar_text(*node) ? read_integer(*node) : std::nullopt;
    if (!value) {
        refuse(field, "Incorrect type. Expected pk value, received " +
                          std::string(node->type_name()) + ".");
        return std::nullopt;
    }
    if (*value <= 0 || *value == std::numeric_limits<std::int64_t>::max()) {
        refuse_unknown_key(field);
        return std::nullopt;
    }
    return value;
}

namespace {

bool is_email_local_part(std::string_view local) {
    if (local.size() >= 2 && local.front() == '"' && local.back() == '"') {
        const std::string_view quoted = local.substr(1, local.size() - 2);
        for (std::size_t i = 0; i < quoted.size(); ++i) {
            const auto c = static_cast<unsigned char>(quoted[i]);
            if (c < 0x20 || c >= 0x7F || c == '"') return false;
            if (c == '\\' && ++i == quoted.size()) return false;
        }
        return true;
    }
    // A dot-atom (RFC 5322, 3.2.3).
    char before = '.';
    for (const char c : local) {
        const char lower = to_lower(c);
        const bool is_atom =
            is_digit(c) || (lower >= 'a' && lower <= 'z') ||
            std::string_view("!#$%&'*+/=?^_`{}|~-").find(c) != std::string_view::npos;
        if (!is_atom && (c != '.' || before == '.')) return false;
        before = c;
    }
    return before != '.';
}

bool is_domain_label(std::string_view label) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
        return false;
    return std::all_of(label.begin(), label.end(), [](char c) {
        const char lower = to_lower(c);
        return is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '-' ||
               static_cast<unsigned char>(c) >= 0x80;
    });
}

}  // namespace

bool looks_like_email(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || !is_email_local_part(text.substr(0, at))) return false;
    std::string_view domain = text.substr(at + 1);
    if (equal_ignoring_case(domain, "localhost")) return true;
    // An address literal: the store looks into it.
    if (domain.size() > 2 && domain.front() == '[' && domain.back() == ']') return true;
    if (domain.find('.') == std::string_view::npos) return false;
    for (;;) {
        const std::size_t dot = domain.find('.');
        if (dot == std::string_view::npos) break;
        if (!is_domain_label(domain.substr(0, dot))) return false;
        domain.remove_prefix(dot + 1);
    }
    // The top-level domain: two characters at least, not all digits.
    return is_domain_label(domain) && domain.size() >= 2 &&
           !std::all_of(domain.begin(), domain.end(), is_digit);
}

}  // namespace till::http
