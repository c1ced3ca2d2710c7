// SPDX-License-Identifier: MIT
#include "http/currency.hpp"
#include "http/handlers.hpp"
#include "http/paging.hpp"
#include "http/text.hpp"

#include <string>

namespace till::http {

namespace {

void write_refund(JsonWriter& json, const till_refund& refund) {
    json.begin_object().key("id").number(refund.id);
    json.key("payment").number(refund.payment_id).key("order").number(refund.order_id);
    json.key("amount").money(refund.amount.minor, refund.amount.exponent);
    json.key("currency").text(refund.amount.currency);
    json.key("status").text(till_refund_state_name(refund.status));
    json.key("reason").text_or_null(refund.reason);
    json.key("provider_reference").text_or_null(refund.provider_reference);
    json.key("refund_date").time(refund.created_us);
    json.key("version").number(refund.version).end_object();
}

// The amount in the payment's currency; absent: all that is left. False: the reply says why.
bool read_amount(Exchange& x, Form& form, till_refund_start_in& in) {
    const auto amount = form.decimal("amount", false);
    if (!amount) return true;
    Owned<till_payment> payment;
    const till_status status =
        till_payment_get(x.app.store, &x.call, x.id, out(payment), out(x.error));
    if (status != TILL_OK) {
        x.fail(status);
        return false;
    }
    in.amount_minor =
        form.minor("amount", *amount, wide_limits(payment->amount.exponent), 1).value_or(0);
    return true;
}

}  // namespace

// There is no other change of one than how it ended.
void patch_refund(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto state = form.choice("status", {"succeeded", "failed"});
    if (!state && errors.empty()) errors.add("status", "This field is required.");
    till_refund_act_in in = TILL_REFUND_ACT_IN_INIT;
    const auto reference = form.text("provider_reference", {false, true, true, 0, true});
    if (reference && !reference->empty()) in.provider_reference = to_str(*reference);
    if (!errors.empty()) return x.refuse(errors);
    const auto if_version = x.if_version();
    if (!if_version) return;
    in.refund_id = x.id;
    in.if_version = *if_version;
    Owned<till_refund> refund;
    const auto act = *state == 0 ? till_refund_succeed : till_refund_fail;
    const till_status status = act(x.app.store, &x.call, &in, out(refund), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    JsonWriter json = x.json();
    write_refund(json, *refund);
    x.entity_tag(refund->version);
}

void get_refunds(Exchange& x) {
    Page page(x);
    till_refund_query query = TILL_REFUND_QUERY_INIT;
    query.payment_id = x.id;
    query.limit = page.size();
    query.cursor = page.cursor();
    Owned<till_refund_page> refunds;
    const till_status status =
        till_refund_list(x.app.store, &x.call, &query, out(refunds), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    std::string url = x.base_url() + "/payments/";
    append_number(url, x.id);
    JsonWriter json = x.json();
    page.begin(json, refunds->count, refunds->next_cursor, url + "/refunds/");
    for (std::size_t i = 0; i < refunds->count; ++i) write_refund(json, *refunds->items[i]);
    page.end(json);
}

void post_refunds(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    till_refund_start_in in = TILL_REFUND_START_IN_INIT;
    in.payment_id = x.id;
    const auto state = form.choice("status", {"pending", "succeeded"});
    if (state && *state == 1) in.flags |= TILL_REFUND_SUCCEED_NOW;
    const auto reason = form.text("reason", {false, true, true, 500, true});
    if (reason && !reason->empty()) in.reason = to_str(*reason);
    const auto reference = form.text("provider_reference", {false, true, true, 0, true});
    if (reference && !reference->empty()) in.provider_reference = to_str(*reference);
    if (!read_amount(x, form, in)) return;
    if (!errors.empty()) return x.refuse(errors);
    const auto if_version = x.if_version();
    if (!if_version) return;
    in.if_version = *if_version;

    Owned<till_refund> refund;
    const till_status status =
        till_refund_start(x.app.store, &x.call, &in, out(refund), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.reply.status = 201;
    JsonWriter json = x.json();
    write_refund(json, *refund);
    x.replayed(refund->replayed);
}

}  // namespace till::http
