// SPDX-License-Identifier: MIT
#include "http/currency.hpp"
#include "http/filters.hpp"
#include "http/handlers.hpp"
#include "http/paging.hpp"
#include "http/payment_json.hpp"
#include "http/text.hpp"

#include <string>

namespace till::http {

void write_payment(JsonWriter& json, const till_payment& payment) {
    const std::int32_t digits = payment.amount.exponent;
    json.begin_object().key("id").number(payment.id).key("order").number(payment.order_id);
    json.key("amount").money(payment.amount.minor, digits);
    json.key("status").text(till_payment_state_name(payment.status));
    json.key("payment_date").time(payment.created_us);
    json.key("currency").text(payment.amount.currency);
    json.key("method").text(till_payment_method_name(payment.method));
    json.key("provider").text_or_null(payment.provider);
    json.key("provider_reference").text_or_null(payment.provider_reference);
    json.key("completed_date").time(payment.completed_us);
    json.key("refunding").money(payment.refunding_minor, digits);
    json.key("refunded").money(payment.refunded_minor, digits);
    json.key("version").number(payment.version).end_object();
}

void answer_payment(Exchange& x, const till_payment& payment) {
    x.reply.body.reserve(512);
    JsonWriter json = x.json();
    write_payment(json, payment);
    x.replayed(payment.replayed);
    x.entity_tag(payment.version);
}

namespace {

bool read_list(Filters& filters, till_payment_query& query) {
    const auto status =
        filters.choice("status", {"pending", "completed", "failed", "surplus", "refunded"});
    if (status) query.status = static_cast<till_payment_state>(*status + 1);
    const auto method = filters.choice("method", {"cash", "card", "transfer", "other"});
    if (method) query.method = static_cast<till_payment_method>(*method + 1);
    read_owner(filters, query.flags, query.user_id);
    filters.id("order", query.order_id);
    filters.time("started_after", query.from_us);
    filters.time("started_before", query.until_us);
    filters.text("provider_reference", query.provider_reference);
    return filters.finish();
}

// The amount in the order's currency; 0: absent. Its limits depend on the order, which is looked
// up.
bool read_amount(Exchange& x, Form& form, FieldErrors& errors, std::optional<std::int64_t> order_id,
                 std::int64_t& minor) {
    const auto amount = form.decimal("amount", false);
    if (!amount) return true;
    int digits = 2;
    if (order_id) {
        Owned<till_order> order;
        const till_status status =
            till_order_get(x.app.store, &x.call, *order_id, out(order), out(x.error));
        if (status == TILL_OK) {
            digits = order->total.exponent;
        } else if (status == TILL_E_NOT_FOUND) {
            form.refuse_unknown_key("order");
        } else {
            x.fail(status);
            return false;
        }
    }
    // No payment is of nothing: 0 would mean the order's total.
    minor = form.minor("amount", *amount, tutorial_limits(digits), 1).value_or(0);
    if (minor == 0 && errors.empty()) errors.add("amount", "A valid number is required.");
    return true;
}

void read_optional(Form& form, std::string_view field, till_str& member) {
    const auto text = form.text(field, {false, true, true, 0, true});
    if (text && !text->empty()) member = to_str(*text);
}

using Act = till_status(TILL_CALL*)(till_store*, const till_call*, const till_payment_act_in*,
                                    const till_payment**, const till_error**);

// What a payment is stays: its order and its amount. The same values again are no change.
// PUT names both.
void check_rewrite(Form& form, const till_payment& payment, FieldErrors& errors) {
    const auto order = form.key("order");
    if (order && *order != payment.order_id) {
        errors.add("order", "A payment stays with its order.");
    }
    if (const auto amount = form.decimal("amount")) {
        const int digits = payment.amount.exponent;
        const auto minor = form.minor("amount", *amount, wide_limits(digits),
                                      std::numeric_limits<std::int64_t>::min());
        if (minor && *minor != payment.amount.minor) {
            errors.add("amount", "A payment's amount does not change.");
        }
    }
}

void update_payment(Exchange& x, bool is_partial) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    Owned<till_payment> payment;
    till_status status = till_payment_get(x.app.store, &x.call, x.id, out(payment), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    FieldErrors errors;
    Form form(*body, errors);
    if (is_partial) form.set_partial();
    const auto state = form.choice("status", {"pending", "completed", "failed"});
    check_rewrite(form, *payment, errors);
    till_payment_act_in in = TILL_PAYMENT_ACT_IN_INIT;
    read_optional(form, "provider_reference", in.provider_reference);
    if (!errors.empty()) return x.refuse(errors);
    const auto if_version = x.if_version();
    if (!if_version) return;
    in.payment_id = x.id;
    in.if_version = *if_version;
    if (!state || (*state == 0 && payment->status == TILL_PAYMENT_PENDING)) {
        if (*if_version != 0 && *if_version != payment->version) return x.fail(TILL_E_PRECONDITION);
        return answer_payment(x, *payment);
    }
    if (*state == 0) {
        return x.reply.fail(409, "A payment does not become pending again.", "invalid_transition");
    }
    const Act act = *state == 1 ? till_payment_complete : till_payment_fail;
    status = act(x.app.store, &x.call, &in, out(payment), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_payment(x, *payment);
}

}  // namespace

void get_payments(Exchange& x) {
    Page page(x);
    till_payment_query query = TILL_PAYMENT_QUERY_INIT;
    Filters filters(x);
    if (!page.check_number() || !read_list(filters, query)) return;
    page.keep(filters);
    query.limit = page.size();
    query.cursor = page.cursor();
    Owned<till_payment_page> payments;
    const till_status status =
        till_payment_list(x.app.store, &x.call, &query, out(payments), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.reply.body.reserve(64 + 320 * payments->count);
    JsonWriter json = x.json();
    page.begin(json, payments->count, payments->next_cursor, x.base_url() + "/payments/");
    for (std::size_t i = 0; i < payments->count; ++i) write_payment(json, *payments->items[i]);
    page.end(json);
}

void post_payments(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
    const auto order_id = form.key("order");
    const auto state = form.choice("status", {"pending", "completed", "failed"});
    if (state && *state == 2) errors.add("status", "A payment starts as pending or completed.");
    if (state && *state == 1) in.flags |= TILL_PAYMENT_COMPLETE_NOW;
    const auto method = form.choice("method", {"cash", "card", "transfer", "other"});
    if (method) in.method = static_cast<till_payment_method>(*method + 1);
    read_optional(form, "currency", in.currency);
    read_optional(form, "provider", in.provider);
    read_optional(form, "provider_reference", in.provider_reference);
    if (!read_amount(x, form, errors, order_id, in.amount_minor)) return;
    if (!errors.empty()) return x.refuse(errors);

    in.order_id = *order_id;
    Owned<till_payment> payment;
    const till_status status =
        till_payment_start(x.app.store, &x.call, &in, out(payment), out(x.error));
    if (status == TILL_E_NOT_FOUND) {
        form.refuse_unknown_key("order");
        return x.refuse(errors);
    }
    if (status == TILL_E_CONFLICT && x.error && view(x.error->code) == "payment_exists") {
        // The tutorial's one-to-one field says it so.
        return x.refuse_field("order", "This field must be unique.");
    }
    if (status != TILL_OK) return x.fail(status);
    x.reply.status = 201;
    std::string location = x.base_url() + "/payments/";
    append_number(location, payment->id);
    x.reply.header_copy("Location", location += '/');
    answer_payment(x, *payment);
}

void get_payment(Exchange& x) {
    Owned<till_payment> payment;
    const till_status status =
        till_payment_get(x.app.store, &x.call, x.id, out(payment), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_payment(x, *payment);
}

void put_payment(Exchange& x) { update_payment(x, false); }

void patch_payment(Exchange& x) { update_payment(x, true); }

}  // namespace till::http
