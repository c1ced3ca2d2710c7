// SPDX-License-Identifier: MIT
//
// Reports, as the desk draws them. Days are the caller's: he says where each begins.
#include "http/filters.hpp"
#include "http/handlers.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <vector>

namespace till::http {

namespace {

void write_rows(JsonWriter& json, const till_report_row* const* rows, std::size_t count) {
    json.begin_array();
    for (std::size_t i = 0; i < count; ++i) {
        const till_report_row& row = *rows[i];
        json.begin_object().key("bucket").number(row.bucket);
        json.key("measure").text(till_measure_name(row.measure));
        json.key("currency").text(row.amount.currency).key("label").text_or_null(row.label);
        json.key("count").number(row.count);
        json.key("amount").money(row.amount.minor, row.amount.exponent);
        json.key("exceeds").boolean(row.exceeds != 0).end_object();
    }
    json.end_array();
}

// "2026-11-25T23:00:00Z,2026-11-26T23:00:00Z". Gives what is wrong with it, or nothing; what the
// library refuses of the times, it names itself.
std::string_view read_bounds(const Exchange& x, std::vector<till_time>& bounds) {
    std::string storage;
    const auto text = x.query("bounds", storage);
    if (!text || text->empty()) return "This field is required.";
    std::string_view rest = *text;
    for (;;) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const auto at = parse_time(rest.substr(0, comma));
        if (!at) {
            bounds.clear();
            return "Give times, separated by commas: 2026-11-25T23:00:00Z.";
        }
        bounds.push_back(*at);
        if (comma == rest.size()) return {};
        rest.remove_prefix(comma + 1);
    }
}

}  // namespace

void get_report_totals(Exchange& x) {
    std::vector<till_time> bounds;
    const std::string_view refusal = read_bounds(x, bounds);
    till_report_totals_in in = TILL_REPORT_TOTALS_IN_INIT;
    in.bounds = bounds.data();
    in.bound_count = bounds.size();
    Owned<till_report_page> report;
    const till_status status =
        till_report_totals(x.app.store, &x.call, &in, out(report), out(x.error));
    // Asked all the same, so that who may not see reports is told so first.
    if (status == TILL_E_VALIDATION && !refusal.empty()) return x.refuse_field("bounds", refusal);
    if (status == TILL_E_VALIDATION && x.error && x.error->violation_count > 0) {
        // One parameter holds them all.
        return x.refuse_field("bounds", view(x.error->violations[0]->message));
    }
    if (status != TILL_OK) return x.fail(status);
    x.reply.body.reserve(256 + 144 * report->count);
    JsonWriter json = x.json();
    json.begin_object().key("bounds").begin_array();
    for (const till_time at : bounds) json.time(at);
    json.end_array().key("rows");
    write_rows(json, report->items, report->count);
    json.end_object();
}

void get_report_standing(Exchange& x) {
    Owned<till_standing> report;
    const till_status status =
        till_report_standing(x.app.store, &x.call, out(report), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    JsonWriter json = x.json();
    json.begin_object().key("unverified_orders").number(report->unverified_orders);
    json.key("open_payments");
    write_rows(json, report->items, report->count);
    json.end_object();
}

}  // namespace till::http
