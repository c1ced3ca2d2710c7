// SPDX-License-Identifier: MIT
// The command about payments and their refunds.
#include "shop_time.hpp"

#include <iostream>

namespace till_server {

namespace {

const Columns columns{"id",
                      "status",
                      "created",
                      "order",
                      "user",
                      "method",
                      "amount",
                      "currency",
                      "refunded",
                      "provider",
                      "provider_reference",
                      "version"};

Row row_of(till::payment_view payment) {
    return {payment.id(),
            till::name(payment.status()),
            payment.created(),
            payment.order_id(),
            Cell::id(payment.user_id()),
            till::name(payment.method()),
            Cell::money(payment.amount()),
            payment.amount().currency(),
            Cell::money(payment.refunded()),
            payment.provider(),
            payment.provider_reference(),
            payment.version()};
}

const Columns refund_columns{"id",     "status",   "created", "payment",
                             "amount", "currency", "reason",  "provider_reference"};

Row refund_row(till::refund_view refund) {
    return {refund.id(),         till::name(refund.status()),  refund.created(),
            refund.payment_id(), Cell::money(refund.amount()), refund.amount().currency(),
            refund.reason(),     refund.provider_reference()};
}

int list(Desk& desk) {
    using state = till::payment_state;
    using method = till::payment_method;
    const std::string reference = desk.options.get("provider-reference");
    till::payment_query query;
    if (!reference.empty()) query.provider_reference = reference;
    query.order_id = id_option(desk.options, "order");
    query.user_id = user_filter(desk);
    query.all_users = query.user_id == 0 && desk.sees_all;
    query.status = choice_option(
        desk.options, "state",
        {state::pending, state::completed, state::failed, state::surplus, state::refunded});
    query.method = choice_option(desk.options, "method",
                                 {method::cash, method::card, method::transfer, method::other});
    query.from = time_option(desk, "since");
    query.until = time_option(desk, "until");
    query.oldest_first = desk.options.toggle("oldest-first");
    return print_list(desk, columns, desk.store.payments(desk.call, query), row_of);
}

int show(Desk& desk) {
    const till::payment payment =
        desk.store.payment_get(desk.call, parse_id(desk.words[0], "payment"));
    Columns names = columns;
    names.insert(names.end(), {"started_by", "updated", "completed"});
    Row row = row_of(payment);
    row.insert(row.end(), {Cell::id(payment.started_by()), payment.updated(), payment.completed()});
    Sheet refunds{refund_columns, {}};
    till::refund_query query;
    query.payment_id = payment.id();
    for (const auto& refund : desk.store.refunds(desk.call, query)) {
        refunds.rows.push_back(refund_row(refund));
    }
    print_record(
        std::cout, desk.format, names, row,
        {{"refunds", std::move(refunds)}, {"events", order_history(desk, payment.order_id())}});
    return 0;
}

template <auto Act>
int act(Desk& desk) {
    const std::string reference = desk.options.get("provider-reference");
    till::payment_act_in in;
    in.if_version = id_option(desk.options, "if-version");
    if (!reference.empty()) in.provider_reference = reference;
    return act_on_each(
        desk, columns, "payment",
        [&](int64_t id) {
            in.payment_id = id;
            return (desk.store.*Act)(desk.call, in);
        },
        row_of);
}

int refund(Desk& desk) {
    const int64_t id = parse_id(desk.words[0], "payment");
    const std::string amount = desk.options.get("amount");
    const std::string reason = desk.options.get("reason");
    const std::string reference = desk.options.get("provider-reference");
    const std::string key = desk.options.get("key");
    till::refund_start_in in;
    in.payment_id = id;
    in.succeed_now = desk.options.toggle("done");
    in.if_version = id_option(desk.options, "if-version");
    if (!reason.empty()) in.reason = reason;
    if (!reference.empty()) in.provider_reference = reference;
    if (!amount.empty()) {
        const till::money whole = desk.store.payment_get(desk.call, id).amount();
        const auto part = till::money::parse(amount, whole.currency(), whole.exponent());
        // 0 would mean "all that is left", which nobody says so.
        if (!part || part->minor() < 1) {
            throw Refusal("--amount " + amount + ": say an amount above 0 as " + whole.decimal() +
                              " is written.",
                          exit_usage);
        }
        in.amount_minor = part->minor();
    }
    const till::call call = key.empty() ? desk.call : desk.call.with_key(key);
    const till::refund made =
        require(desk.store.try_refund_start(call, in), "Nothing was refunded");
    print_record(std::cout, desk.format, refund_columns, refund_row(made), {});
    return 0;
}

constexpr Verb verbs[] = {
    {"list", "", 0, 0, list},
    {"show", "ID", 1, 1, show},
    {"complete", "ID...", 1, any_number, act<&till::store::try_payment_complete>},
    {"fail", "ID...", 1, any_number, act<&till::store::try_payment_fail>},
    {"refund", "ID", 1, 1, refund},
};

int run_payments(const Options& options) { return run_verb(options, "payments", verbs); }

}  // namespace

CommandSet payment_commands() {
    using enum OptionKind;
    return {
        {{"amount", value, "AMOUNT", "Refund this much: 12.50. Default: all that is left.", true},
         {"reason", value, "TEXT", "Why it is refunded.", true},
         {"provider-reference", value, "TEXT",
          "The payment provider's own id; list: those that have it.", true},
         {"method", value, "METHOD", "List those of this method: cash, card, transfer, other.",
          true},
         {"done", toggle, nullptr, "The refunded money is back already (cash).", true},
         {"key", value, "TEXT",
          "Idempotency key: the same key and input refund once, however often it is run.", true}},
        {{"payments", "--db FILE [list | show ID | complete ID... | fail ID... | refund ID]",
          "List, show, settle and refund payments.", run_payments,
          with_desk_options({"limit", "oldest-first", "state", "user", "order", "since", "until",
                             "method", "if-version", "amount", "reason", "provider-reference",
                             "done", "key"}),
          true}}};
}

}  // namespace till_server
