// SPDX-License-Identifier: MIT
#include "c_api/misuse.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace abi {
namespace {

std::string without_comments(const std::string& text) {
    std::string code;
    std::size_t from = 0;
    while (from < text.size()) {
        const std::size_t begin = std::min(text.find("/*", from), text.size());
        code.append(text, from, begin - from);
        const std::size_t end = text.find("*/", begin);
        from = end == std::string::npos ? text.size() : end + 2;
    }
    return code;
}

// Whether each of a parameter list's parameters is marked as nullable.
std::vector<bool> nullable_of(const std::string& list) {
    std::vector<bool> nullable;
    if (list == "void") return nullable;
    std::size_t from = 0;
    while (from <= list.size()) {
        const std::size_t comma = std::min(list.find(',', from), list.size());
        nullable.push_back(list.substr(from, comma - from).find("TILL_NULLABLE") !=
                           std::string::npos);
        from = comma + 1;
    }
    return nullable;
}

}  // namespace

std::map<std::string, Declared> read_header(const std::string& text) {
    static const std::string mark = "\nTILL_API ";
    const std::string code = without_comments(text);
    std::map<std::string, Declared> found;
    std::size_t at = code.find(mark);
    while (at != std::string::npos) {
        const std::string declaration = code.substr(at, code.find(';', at) - at);
        const std::size_t open = declaration.find('(');
        const std::size_t close = declaration.rfind(')');
        const std::size_t name = declaration.rfind("till_", open);
        found[declaration.substr(name, open - name)].nullable =
            nullable_of(declaration.substr(open + 1, close - open - 1));
        at = code.find(mark, at + 1);
    }
    return found;
}

std::map<std::string, Declared> declared_functions() {
    std::map<std::string, Declared> all;
    for (const auto& entry : std::filesystem::directory_iterator(TILL_HEADERS)) {
        // The adapter's is a library of its own.
        if (entry.path().extension() != ".h" || entry.path().filename() == "http.h") continue;
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        all.merge(read_header(text));
    }
    return all;
}

namespace {

#define ROW(name) function(#name, &name)
std::vector<Function> store_functions() {
    return {
        ROW(till_store_info_get),
        ROW(till_store_metrics_get),
        ROW(till_store_backup),
        ROW(till_store_restore),
        ROW(till_store_check),
        ROW(till_store_maintain),
        ROW(till_store_open),
        ROW(till_batch_begin),
        ROW(till_batch_begin_read),
        ROW(till_setting_list),
        ROW(till_setting_update),
        ROW(till_currency_list),
        ROW(till_currency_add),
        ROW(till_report_totals),
        ROW(till_report_standing),
        ROW(till_event_list),
        ROW(till_event_wait),
        ROW(till_outbox_claim),
        ROW(till_outbox_acknowledge),
        ROW(till_outbox_fail),
        ROW(till_testing_store_open),
        ROW(till_testing_clock_set),
        ROW(till_testing_clock_advance),
        ROW(till_testing_clock_get),
        ROW(till_testing_token_forge),
        ROW(till_testing_fault_set),
    };
}

std::vector<Function> order_functions() {
    return {
        ROW(till_order_place),    ROW(till_order_place_many),     ROW(till_order_get),
        ROW(till_order_get_many), ROW(till_order_find),           ROW(till_order_list),
        ROW(till_order_ship),     ROW(till_order_deliver),        ROW(till_order_hand_over),
        ROW(till_order_cancel),   ROW(till_order_confirm_prices), ROW(till_payment_start),
        ROW(till_payment_get),    ROW(till_payment_list),         ROW(till_payment_complete),
        ROW(till_payment_fail),   ROW(till_refund_start),         ROW(till_refund_succeed),
        ROW(till_refund_fail),    ROW(till_refund_list),          ROW(till_sale),
    };
}

std::vector<Function> account_functions() {
    return {
        ROW(till_user_create),
        ROW(till_user_get),
        ROW(till_user_find),
        ROW(till_user_list),
        ROW(till_user_update),
        ROW(till_user_delete),
        ROW(till_user_image_set),
        ROW(till_user_image_get),
        ROW(till_password_change),
        ROW(till_password_reset_request),
        ROW(till_password_reset),
        ROW(till_email_verify),
        ROW(till_email_resend),
        ROW(till_register),
        ROW(till_login),
        ROW(till_session_refresh),
        ROW(till_session_verify),
        ROW(till_logout),
        ROW(till_session_list),
        ROW(till_session_end),
        ROW(till_signing_key_rotate),
        ROW(till_key_create),
        ROW(till_key_list),
        ROW(till_key_revoke),
        ROW(till_second_factor_get),
        ROW(till_second_factor_begin),
        ROW(till_second_factor_confirm),
        ROW(till_second_factor_remove),
        ROW(till_recovery_codes_renew),
        ROW(till_login_second),
    };
}
#undef ROW

}  // namespace

const std::vector<Function>& functions() {
    static const std::vector<Function> all = [] {
        std::vector<Function> rows;
        for (const auto& some : {store_functions(), order_functions(), account_functions()}) {
            rows.insert(rows.end(), some.begin(), some.end());
        }
        return rows;
    }();
    return all;
}

const std::vector<std::string>& special_functions() {
    static const std::vector<std::string> all{
        "till_version",
        "till_build_info",
        "till_status_name",
        "till_free",
        "till_store_retain",
        "till_store_release",
        "till_store_close",
        "till_batch_commit",
        "till_batch_rollback",
        "till_order_state_name",
        "till_line_kind_name",
        "till_price_source_name",
        "till_payment_state_name",
        "till_payment_method_name",
        "till_refund_state_name",
        "till_measure_name",
    };
    return all;
}

}  // namespace abi
