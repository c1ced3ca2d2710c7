// SPDX-License-Identifier: MIT
#include "till/order.h"

#include "c_api/guard.hpp"
#include "c_api/order_convert.hpp"
#include "core/orders.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace till::c_api {
namespace {

// The domain's numbers are the ABI's.
static_assert(static_cast<int>(domain::OrderState::pending) == TILL_ORDER_PENDING);
static_assert(static_cast<int>(domain::OrderState::shipped) == TILL_ORDER_SHIPPED);
static_assert(static_cast<int>(domain::OrderState::delivered) == TILL_ORDER_DELIVERED);
static_assert(static_cast<int>(domain::OrderState::cancelled) == TILL_ORDER_CANCELLED);
static_assert(static_cast<int>(domain::LineKind::item) == TILL_LINE_ITEM);
static_assert(static_cast<int>(domain::LineKind::discount) == TILL_LINE_DISCOUNT);
static_assert(static_cast<int>(domain::LineKind::shipping) == TILL_LINE_SHIPPING);
static_assert(static_cast<int>(domain::LineKind::tax) == TILL_LINE_TAX);
static_assert(static_cast<int>(domain::LineKind::fee) == TILL_LINE_FEE);
static_assert(static_cast<int>(domain::LineKind::tip) == TILL_LINE_TIP);
static_assert(static_cast<int>(domain::LineKind::rounding) == TILL_LINE_ROUNDING);
static_assert(static_cast<int>(domain::PriceSource::host) == TILL_PRICE_HOST);
static_assert(static_cast<int>(domain::PriceSource::staff) == TILL_PRICE_STAFF);
static_assert(static_cast<int>(domain::PriceSource::catalogue) == TILL_PRICE_CATALOGUE);
static_assert(static_cast<int>(domain::PriceSource::client) == TILL_PRICE_CLIENT);

constexpr std::size_t bytes_per_order = 640;  // head, one line and its usual texts

const till_order* to_order(const core::OrderAnswer& answer) {
    BlockBuilder block(bytes_per_order);
    const std::size_t at = block.add<till_order>();
    fill_order(block, at, answer.value, answer.replayed);
    return block.finish<till_order>(Kind::order);
}

const till_order_page* to_page(const core::Page<domain::Order>& orders) {
    BlockBuilder block(256 + orders.items.size() * bytes_per_order);
    const std::size_t page = block.add<till_order_page>();
    const std::size_t first =
        add_rows<till_order_page, till_order>(block, page, orders.items.size());
    for (std::size_t i = 0; i < orders.items.size(); ++i) {
        fill_order(block, first + i * sizeof(till_order), orders.items[i], false);
    }
    block.text_or_absent(page + offsetof(till_order_page, next_cursor), orders.next_cursor);
    return block.finish<till_order_page>(Kind::orders);
}

const till_order_batch* to_batch(const core::OrderOutcomes& outcomes) {
    BlockBuilder block(256 + outcomes.size() * bytes_per_order);
    const std::size_t batch = block.add<till_order_batch>();
    block.at<till_order_batch>(batch).count = outcomes.size();
    const std::size_t items =
        block.pointers(batch + offsetof(till_order_batch, items), outcomes.size());
    const std::size_t errors =
        block.pointers(batch + offsetof(till_order_batch, errors), outcomes.size());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].has_value()) {
            const std::size_t order = block.add<till_order>();
            block.link(items + i * sizeof(void*), order);
            fill_order(block, order, outcomes[i]->value, outcomes[i]->replayed);
        } else {
            block.link(errors + i * sizeof(void*), add_error(block, outcomes[i].error()));
            ++block.at<till_order_batch>(batch).failed_count;
        }
    }
    return block.finish<till_order_batch>(Kind::order_batch);
}

// Inputs that break the contract keep their place with an error; the others are placed.
Result<std::vector<Placement>> read_placements(
    const till_order_place_in* const* in, std::size_t count,
    std::vector<Result<domain::PlacementInput>>& inputs) {
    if (in == nullptr && count != 0) return null_argument("in");
    std::vector<Placement> placements;
    // One too many tells the use case that there are too many.
    const std::size_t read = std::min(count, core::orders_at_once_max + 1);
    placements.reserve(read);
    inputs.reserve(read);
    for (std::size_t i = 0; i < read; ++i) {
        auto placement = read_placement(in[i]);
        if (placement.has_value()) {
            placements.push_back(std::move(placement).value());
            inputs.emplace_back(placements.back().input);
        } else {
            inputs.emplace_back(std::move(placement).error());
        }
    }
    return placements;
}

Result<core::OrderQuery> read_order_query(const till_order_query& in) {
    TILL_CHECK(check_flags(
        in.flags,
        TILL_LIST_OLDEST_FIRST | TILL_LIST_ALL_USERS | TILL_LIST_UNVERIFIED | TILL_LIST_VERIFIED,
        "till_order_query.flags"));
    core::OrderQuery query;
    TILL_TRY(query.list, read_list_query(in.flags, in.user_id, in.cursor, in.status, in.limit));
    query.list.created = {in.from_us, in.until_us};
    TILL_TRY(query.price_verified, read_either(in.flags, TILL_LIST_VERIFIED, TILL_LIST_UNVERIFIED,
                                               "till_order_query.flags"));
    TILL_TRY(query.reference, read_text(in.reference, "till_order_query.reference"));
    TILL_TRY(query.series, read_text(in.series, "till_order_query.series"));
    query.number = in.number;
    return query;
}

using Act = Result<core::OrderAnswer> (*)(core::Store&, const core::Call&, const core::OrderAct&);

till_status act_on(till_store* store, const till_call* call, const till_order_act_in* in,
                   const till_order** out, const till_error** err, Act act) noexcept {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_order*> {
            TILL_TRY(const auto input, read_input(in, "till_order_act_in"));
            TILL_CHECK(check_flags(input.flags, 0, "till_order_act_in.flags"));
            TILL_TRY(const auto& answer, act(core, context, {input.order_id, input.if_version}));
            return to_order(answer);
        });
}

}  // namespace
}  // namespace till::c_api

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

extern "C" {

TILL_API const char* till_order_state_name(till_order_state state) {
    return name_of(static_cast<domain::OrderState>(state)).data();
}

TILL_API const char* till_line_kind_name(till_line_kind kind) {
    return name_of(static_cast<domain::LineKind>(kind)).data();
}

TILL_API const char* till_price_source_name(till_price_source source) {
    return name_of(static_cast<domain::PriceSource>(source)).data();
}

TILL_API till_status till_order_place(till_store* store, const till_call* call,
                                      const till_order_place_in* in, const till_order** out,
                                      const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_order*> {
                   TILL_TRY(const Placement& placement, read_placement(in));
                   TILL_TRY(const auto& answer, place_order(core, context, placement.input));
                   return to_order(answer);
               });
}

TILL_API till_status till_order_place_many(till_store* store, const till_call* call,
                                           const till_order_place_in* const* in, size_t count,
                                           const till_order_batch** out, const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_order_batch*> {
            std::vector<Result<domain::PlacementInput>> inputs;
            TILL_TRY(const auto placements, read_placements(in, count, inputs));
            TILL_TRY(const auto& outcomes, place_orders(core, context, inputs));
            return to_batch(outcomes);
        });
}

TILL_API till_status till_order_get(till_store* store, const till_call* call, int64_t order_id,
                                    const till_order** out, const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_order*> {
                   TILL_TRY(const auto& answer, get_order(core, context, order_id));
                   return to_order(answer);
               });
}

TILL_API till_status till_order_get_many(till_store* store, const till_call* call,
                                         const int64_t* order_ids, size_t count,
                                         const till_order_batch** out, const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_order_batch*> {
            if (order_ids == nullptr && count != 0) return null_argument("order_ids");
            TILL_TRY(const auto& outcomes, get_orders(core, context, std::span(order_ids, count)));
            return to_batch(outcomes);
        });
}

TILL_API till_status till_order_find(till_store* store, const till_call* call,
                                     const till_order_find_in* in, const till_order** out,
                                     const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_order*> {
                   TILL_TRY(const auto input, read_input(in, "till_order_find_in"));
                   TILL_CHECK(check_flags(input.flags, 0, "till_order_find_in.flags"));
                   core::OrderSearch search;
                   search.user_id = input.user_id;
                   TILL_TRY(search.reference,
                            read_text(input.reference, "till_order_find_in.reference"));
                   TILL_TRY(search.series, read_text(input.series, "till_order_find_in.series"));
                   search.number = input.number;
                   TILL_TRY(const auto& answer, find_order(core, context, search));
                   return to_order(answer);
               });
}

TILL_API till_status till_order_list(till_store* store, const till_call* call,
                                     const till_order_query* query, const till_order_page** out,
                                     const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_order_page*> {
                   TILL_TRY(const auto in, read_optional_input(query, "till_order_query"));
                   TILL_TRY(const auto list, read_order_query(in));
                   TILL_TRY(const auto& page, list_orders(core, context, list));
                   return to_page(page);
               });
}

TILL_API till_status till_order_ship(till_store* store, const till_call* call,
                                     const till_order_act_in* in, const till_order** out,
                                     const till_error** err) {
    return act_on(store, call, in, out, err, &core::ship_order);
}

TILL_API till_status till_order_deliver(till_store* store, const till_call* call,
                                        const till_order_act_in* in, const till_order** out,
                                        const till_error** err) {
    return act_on(store, call, in, out, err, &core::deliver_order);
}

TILL_API till_status till_order_hand_over(till_store* store, const till_call* call,
                                          const till_order_act_in* in, const till_order** out,
                                          const till_error** err) {
    return act_on(store, call, in, out, err, &core::hand_over_order);
}

TILL_API till_status till_order_cancel(till_store* store, const till_call* call,
                                       const till_order_act_in* in, const till_order** out,
                                       const till_error** err) {
    return act_on(store, call, in, out, err, &core::cancel_order);
}

TILL_API till_status till_order_confirm_prices(till_store* store, const till_call* call,
                                               const till_order_act_in* in, const till_order** out,
                                               const till_error** err) {
    return act_on(store, call, in, out, err, &core::confirm_order_prices);
}

}  // extern "C"
