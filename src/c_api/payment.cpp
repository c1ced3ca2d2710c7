// SPDX-License-Identifier: MIT
#include "till/payment.h"

#include "c_api/guard.hpp"
#include "c_api/payment_convert.hpp"

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

namespace {

// The domain's numbers are the ABI's.
static_assert(static_cast<int>(domain::PaymentState::pending) == TILL_PAYMENT_PENDING);
static_assert(static_cast<int>(domain::PaymentState::completed) == TILL_PAYMENT_COMPLETED);
static_assert(static_cast<int>(domain::PaymentState::failed) == TILL_PAYMENT_FAILED);
static_assert(static_cast<int>(domain::PaymentState::surplus) == TILL_PAYMENT_SURPLUS);
static_assert(static_cast<int>(domain::PaymentState::refunded) == TILL_PAYMENT_REFUNDED);
static_assert(static_cast<int>(domain::PaymentMethod::cash) == TILL_METHOD_CASH);
static_assert(static_cast<int>(domain::PaymentMethod::card) == TILL_METHOD_CARD);
static_assert(static_cast<int>(domain::PaymentMethod::transfer) == TILL_METHOD_TRANSFER);
static_assert(static_cast<int>(domain::PaymentMethod::other) == TILL_METHOD_OTHER);

using Act = Result<core::PaymentAnswer> (*)(core::Store&, const core::Call&,
                                            const core::PaymentAct&);

till_status act_on(till_store* store, const till_call* call, const till_payment_act_in* in,
                   const till_payment** out, const till_error** err, Act act) noexcept {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_payment*> {
            TILL_TRY(const auto input, read_input(in, "till_payment_act_in"));
            TILL_CHECK(check_flags(input.flags, 0, "till_payment_act_in.flags"));
            core::PaymentAct what{input.payment_id, input.if_version, {}};
            TILL_TRY(what.provider_reference,
                     read_text(input.provider_reference, "till_payment_act_in.provider_reference"));
            TILL_TRY(const auto answer, act(core, context, what));
            return to_payment(answer);
        });
}

}  // namespace

extern "C" {

TILL_API const char* till_payment_state_name(till_payment_state state) {
    if (state == TILL_PAYMENT_AUTHORIZED) return "authorized";
    if (state == TILL_PAYMENT_VOIDED) return "voided";
    return name_of(static_cast<domain::PaymentState>(state)).data();
}

TILL_API const char* till_payment_method_name(till_payment_method method) {
    return name_of(static_cast<domain::PaymentMethod>(method)).data();
}

TILL_API till_status till_payment_start(till_store* store, const till_call* call,
                                        const till_payment_start_in* in, const till_payment** out,
                                        const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_payment*> {
                   TILL_TRY(const auto input, read_payment_start(in));
                   TILL_TRY(const auto answer, start_payment(core, context, input));
                   return to_payment(answer);
               });
}

TILL_API till_status till_payment_get(till_store* store, const till_call* call, int64_t payment_id,
                                      const till_payment** out, const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_payment*> {
                   TILL_TRY(const auto answer, get_payment(core, context, payment_id));
                   return to_payment(answer);
               });
}

TILL_API till_status till_payment_list(till_store* store, const till_call* call,
                                       const till_payment_query* query,
                                       const till_payment_page** out, const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_payment_page*> {
            TILL_TRY(const auto in, read_optional_input(query, "till_payment_query"));
            TILL_CHECK(check_flags(in.flags, TILL_LIST_OLDEST_FIRST | TILL_LIST_ALL_USERS,
                                   "till_payment_query.flags"));
            TILL_CHECK(check_reserved(in.reserved0, "till_payment_query.reserved0"));
            core::PaymentQuery list;
            TILL_TRY(list.list,
                     read_list_query(in.flags, in.user_id, in.cursor, in.status, in.limit));
            list.list.created = {in.from_us, in.until_us};
            list.order_id = in.order_id;
            list.method = in.method;
            TILL_TRY(list.provider_reference,
                     read_text(in.provider_reference, "till_payment_query.provider_reference"));
            TILL_TRY(const auto page, list_payments(core, context, list));
            return to_page(page);
        });
}

TILL_API till_status till_payment_complete(till_store* store, const till_call* call,
                                           const till_payment_act_in* in, const till_payment** out,
                                           const till_error** err) {
    return act_on(store, call, in, out, err, &core::complete_payment);
}

TILL_API till_status till_payment_fail(till_store* store, const till_call* call,
                                       const till_payment_act_in* in, const till_payment** out,
                                       const till_error** err) {
    return act_on(store, call, in, out, err, &core::fail_payment);
}

TILL_API till_status till_sale(till_store* store, const till_call* call, const till_sale_in* in,
                               const till_receipt** out, const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_receipt*> {
                   TILL_TRY(const Sale sale, read_sale(in));
                   TILL_TRY(const auto answer, sell(core, context, sale.input));
                   return to_receipt(answer);
               });
}

}  // extern "C"
