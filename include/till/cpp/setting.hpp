// SPDX-License-Identifier: MIT
//
// Settings and currencies. Types, limits and rules are told in till/setting.h.
#pragma once

#include <till/cpp/ask.hpp>
#include <till/setting.h>

#include <vector>

namespace till {
inline namespace v1 {

enum class setting_type : till_setting_type {
    text = TILL_SETTING_TEXT,
    boolean = TILL_SETTING_BOOL,
    integer = TILL_SETTING_INTEGER,
    choice = TILL_SETTING_CHOICE,
    duration = TILL_SETTING_DURATION,
};

class setting_view : public detail::pointer_to<till_setting> {
public:
    using pointer_to::pointer_to;

    setting_type type() const noexcept { return static_cast<setting_type>(raw_->type); }
    std::string_view name() const noexcept { return detail::view(raw_->name); }
    std::string_view value() const noexcept { return detail::view(raw_->value); }
    std::string_view default_value() const noexcept { return detail::view(raw_->default_value); }
    // Separated by blanks; absent when it is no choice.
    std::string_view choices() const noexcept { return detail::view(raw_->choices); }
    std::string_view description() const noexcept { return detail::view(raw_->description); }
    // Of integers and durations; of texts in code points.
    std::int64_t lowest() const noexcept { return raw_->min; }
    std::int64_t highest() const noexcept { return raw_->max; }
};

class currency_view : public detail::pointer_to<till_currency> {
public:
    using pointer_to::pointer_to;

    std::string_view code() const noexcept { return raw_->code; }
    std::int32_t exponent() const noexcept { return raw_->exponent; }
};

// Everything at once: they have no cursor.
class setting_page_view : public page_view<setting_view, till_setting_page> {
public:
    using page_view::page_view;

    // Of all of them: goes up with every change.
    std::int64_t version() const noexcept { return raw_->version; }
    // The value of a setting; absent when there is none of this name.
    std::string_view value(std::string_view name) const noexcept {
        for (const setting_view each : *this) {
            if (each.name() == name) return each.value();
        }
        return {};
    }
};
using setting_page = owned<setting_page_view>;
using currency_page = owned<page_view<currency_view, till_currency_page>>;

// Members of till::store and till::store_ref. setting_list() is till_setting_list() and so on:
// till/setting.h says who may call it and which statuses it answers. The try_ form answers them,
// the other throws them.
template <class Store>
class setting_calls {
public:
    // Every setting, in a fixed order.
    result<setting_page> try_setting_list(const call &who) const {
        return detail::ask<setting_page>(till_setting_list, raw(), who);
    }
    // Changes settings, all or none; an absent value means the default. Answers all of them.
    // if_version: only when they are still of this version.
    result<setting_page> try_setting_update(const call &who, const std::vector<param> &values,
                                            std::int64_t if_version = 0) const {
        std::vector<till_param> c;
        c.reserve(values.size());
        for (const param &each : values) {
            c.push_back({detail::str(each.name), detail::str(each.value)});
        }
        till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
        in.values = c.data();
        in.count = c.size();
        in.if_version = if_version;
        return detail::ask<setting_page>(till_setting_update, raw(), who, &in);
    }
    // Every currency of the store, by code.
    result<currency_page> try_currency_list(const call &who) const {
        return detail::ask<currency_page>(till_currency_list, raw(), who);
    }
    // Adds a currency of three letters A-Z whose minor unit has 0-8 digits.
    result<void> try_currency_add(const call &who, std::string_view code,
                                  std::int32_t exponent) const {
        till_currency_add_in in = TILL_CURRENCY_ADD_IN_INIT;
        in.code = detail::str(code);
        in.exponent = exponent;
        return detail::tell(till_currency_add, raw(), who, &in);
    }

#if TILL_CPP_EXCEPTIONS
    setting_page setting_list(const call &who) const { return try_setting_list(who).value(); }
    setting_page setting_update(const call &who, const std::vector<param> &values,
                                std::int64_t if_version = 0) const {
        return try_setting_update(who, values, if_version).value();
    }
    currency_page currency_list(const call &who) const { return try_currency_list(who).value(); }
    void currency_add(const call &who, std::string_view code, std::int32_t exponent) const {
        try_currency_add(who, code, exponent).value();
    }
#endif

private:
    till_store *raw() const noexcept { return static_cast<const Store *>(this)->get(); }
};

}  // namespace v1
}  // namespace till
