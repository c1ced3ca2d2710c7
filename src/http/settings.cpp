// SPDX-License-Identifier: MIT
#include "http/handlers.hpp"
#include "http/text.hpp"

#include <array>
#include <string>
#include <vector>

namespace till::http {

namespace {

constexpr std::size_t values_max = 100;  // of one call

std::string_view type_name(till_setting_type type) {
    static constexpr std::array<std::string_view, 5> names{"text", "boolean", "integer", "choice",
                                                           "duration"};
    const bool is_known = type >= TILL_SETTING_TEXT && type <= TILL_SETTING_DURATION;
    return is_known ? names[static_cast<std::size_t>(type - 1)] : "text";
}

void write_value(JsonWriter& json, till_setting_type type, till_str value) {
    const bool is_literal =
        type == TILL_SETTING_BOOL || type == TILL_SETTING_INTEGER || type == TILL_SETTING_DURATION;
    if (is_literal && value.len > 0) {
        json.raw(view(value));
    } else {
        json.text(view(value));
    }
}

void answer_settings(Exchange& x, const till_setting_page& page) {
    JsonWriter json = x.json();
    json.begin_array();
    for (std::size_t i = 0; i < page.count; ++i) {
        const till_setting& setting = *page.items[i];
        json.begin_object().key("name").text(view(setting.name));
        json.key("type").text(type_name(setting.type)).key("value");
        write_value(json, setting.type, setting.value);
        json.key("default");
        write_value(json, setting.type, setting.default_value);
        json.key("choices").text_or_null(setting.choices);
        json.key("min").number(setting.min).key("max").number(setting.max);
        json.key("description").text(view(setting.description)).end_object();
    }
    json.end_array();
    x.entity_tag(page.version);
}

}  // namespace

void get_settings(Exchange& x) {
    Owned<till_setting_page> page;
    const till_status status = till_setting_list(x.app.store, &x.call, out(page), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_settings(x, *page);
}

// {name: value}; null means the default.
void patch_settings(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    std::vector<till_param> values;
    for (const Node& node : body->root.children) {
        till_param value{to_str(node.name), {}};
        if (node.kind == NodeKind::boolean) {
            value.value = to_str(node.truth ? "true" : "false");
        } else if (node.kind == NodeKind::text || node.kind == NodeKind::number) {
            value.value = to_str(node.text.data() == nullptr ? std::string_view("") : node.text);
        } else if (node.kind != NodeKind::null) {
            errors.add(node.name, "Not a valid value.");
        }
        values.push_back(value);
    }
    if (values.empty()) errors.add(non_field_errors, "Name at least one setting.");
    if (values.size() > values_max) errors.add(non_field_errors, "Too many settings at once.");
    if (!errors.empty()) return x.refuse(errors);
    const auto if_version = x.if_version();
    if (!if_version) return;
    till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
    in.values = values.data();
    in.count = values.size();
    in.if_version = *if_version;
    Owned<till_setting_page> page;
    const till_status status =
        till_setting_update(x.app.store, &x.call, &in, out(page), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_settings(x, *page);
}

}  // namespace till::http
