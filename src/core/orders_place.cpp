// SPDX-License-Identifier: MIT
#include "core/event_data.hpp"
#include "core/order_steps.hpp"
#include "core/order_table.hpp"
#include "core/totals_table.hpp"

namespace till::core {
namespace {

using domain::Order;
using domain::OrderDraft;
using domain::PlacementInput;

Error reference_taken() {
    Error error = make_error(Status::already_exists, "reference_taken",
                             "The reference belongs to an order with another content.");
    error.violations.push_back(
        {"/reference", "already_exists", "Was used with another content.", {}});
    return error;
}

// The currency the draft asks for, else the shop's, with the store's exponent.
std::optional<domain::Currency> currency_of(const Context& context, const OrderDraft& draft) {
    const std::string_view code = draft.currency_given
                                      ? draft.order.currency.view()
                                      : std::string_view(context.policy.settings.currency);
    const auto exponent = context.policy.exponent_of(code);
    if (!exponent) return std::nullopt;
    return domain::make_currency(code, *exponent);
}

domain::PlacementFacts facts_of(Context& context, const OrderDraft& draft) {
    domain::PlacementFacts facts;
    facts.actor = context.actor;
    facts.prices = context.policy.settings.prices;
    facts.currency = currency_of(context, draft);
    facts.now = context.now;
    if (draft.user_id > 0 && draft.user_id != context.actor.user_id) {
        facts.owner_exists = OrderTable::user_exists(context, draft.user_id);
    }
    return facts;
}

Result<OrderAnswer> replay_reference(Context& context, const Order& order) {
    auto known = OrderTable::find_reference(context, order.user_id, order.reference);
    TILL_ASSERT(known.has_value());
    if (!same_content(*known, order)) return reference_taken();
    return OrderAnswer{std::move(*known), true};
}

// One order under its key: the answer given before, or a new order, which the totals then lack.
Result<OrderAnswer> place_keyed(Context& context, const OrderDraft& draft, const Idempotency& key) {
    TILL_TRY(const auto known, key.find(context));
    if (known) {
        // A key is shown what it has placed, also when it may read nothing else.
        const auto action =
            context.actor.is_key() ? domain::Action::order_place : domain::Action::order_read;
        TILL_TRY(Order order, order_for(context, action, *known));
        return OrderAnswer{std::move(order), true};
    }
    TILL_TRY(OrderAnswer placed, place_in(context, draft));
    key.remember(context, placed.value.id);
    return placed;
}

crypto::Digest digest_of(const Call& call, const PlacementInput& input) {
    if (call.idempotency_key.empty()) return {};
    InputDigest digest;
    digest_placement(digest, input);
    return digest.finish();
}

void add_to_totals(Context& context, const OrderOutcomes& outcomes) {
    std::vector<const Order*> placed;
    placed.reserve(outcomes.size());
    for (const auto& outcome : outcomes) {
        if (outcome.has_value() && !outcome->replayed) placed.push_back(&outcome->value);
    }
    TotalsTable::placed(context, placed);
}

struct Prepared {
    OrderDraft draft;
    crypto::Digest digest;
};

}  // namespace

void digest_placement(InputDigest& digest, const PlacementInput& input) {
    digest.add(1, input.walk_in ? 1 : 0);
    digest.add(2, input.user_id);
    digest.add(3, input.currency.value_or(std::string_view()));
    digest.add(4, input.reference.value_or(std::string_view()));
    digest.add(5, input.series.value_or(std::string_view()));
    digest.add(6, input.contact_name.value_or(std::string_view()));
    digest.add(7, input.contact_email.value_or(std::string_view()));
    digest.add(8, input.metadata.value_or(std::string_view()));
    digest.add(9, static_cast<std::int64_t>(input.lines.size()));
    std::uint32_t tag = 16;  // 16 tags a line leave room for new fields
    for (const domain::LineInput& line : input.lines) {
        digest.add(tag + 1, static_cast<std::int64_t>(line.kind));
        digest.add(tag + 2, line.included ? 1 : 0);
        digest.add(tag + 3, line.quantity);
        digest.add(tag + 4, line.amount_minor);
        digest.add(tag + 5, line.name.value_or(std::string_view()));
        digest.add(tag + 6, line.sku.value_or(std::string_view()));
        tag += 16;
    }
}

Result<OrderAnswer> place_in(Context& context, const OrderDraft& draft) {
    TILL_TRY(Order order, domain::place_order(draft, facts_of(context, draft)));
    if (!order.series.empty()) {
        // The reference first: a number drawn for a replay would be a gap.
        if (!order.reference.empty() &&
            OrderTable::find_reference(context, order.user_id, order.reference)) {
            return replay_reference(context, order);
        }
        order.number = OrderTable::draw_number(context, order.series);
    }
    const auto id = OrderTable::insert(context, order);
    if (!id) {
        TILL_ASSERT(order.series.empty());
        return replay_reference(context, order);
    }
    order.id = *id;
    append_placed(context, order);
    return OrderAnswer{std::move(order), false};
}

Result<OrderAnswer> place_order(Store& store, const Call& call, const PlacementInput& input) {
    const OrderDraft draft = domain::draft_order(input);
    const crypto::Digest digest = digest_of(call, input);
    return store.write(call, [&](Context& context) -> Result<OrderAnswer> {
        TILL_CHECK(authorise(domain::Action::order_place, context.actor));
        TILL_TRY(OrderAnswer placed,
                 place_keyed(context, draft, {context, "till_order_place", digest}));
        if (!placed.replayed) TotalsTable::placed(context, placed.value);
        return placed;
    });
}

Result<OrderOutcomes> place_orders(Store& store, const Call& call,
                                   std::span<const Result<PlacementInput>> inputs) {
    if (inputs.size() > orders_at_once_max) {
        return invalid(
            {{"/count", "too_many", "Place at most 1000 orders at once.", {{"max", "1000"}}}});
    }
    std::vector<Prepared> prepared(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (!inputs[i].has_value()) continue;
        prepared[i] = {domain::draft_order(*inputs[i]), digest_of(call, *inputs[i])};
    }
    // A refused order has written nothing (place_in asks everything first), so one savepoint, the
    // operation's own, serves them all.
    return store.write(call, [&](Context& context) -> Result<OrderOutcomes> {
        TILL_CHECK(authorise(domain::Action::order_place, context.actor));
        OrderOutcomes outcomes;
        outcomes.reserve(inputs.size());
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (!inputs[i].has_value()) {
                outcomes.emplace_back(inputs[i].error());
                continue;
            }
            const Idempotency key(context, "till_order_place_many", prepared[i].digest,
                                  static_cast<std::int64_t>(i) + 1);
            outcomes.push_back(place_keyed(context, prepared[i].draft, key));
        }
        add_to_totals(context, outcomes);
        return outcomes;
    });
}

}  // namespace till::core
