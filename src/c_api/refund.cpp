// SPDX-License-Identifier: MIT
#include "c_api/guard.hpp"
#include "c_api/payment_convert.hpp"
#include "till/payment.h"

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

namespace {

// The domain's numbers are the ABI's.
static_assert(static_cast<int>(domain::RefundState::pending) == TILL_REFUND_PENDING);
static_assert(static_cast<int>(domain::RefundState::succeeded) == TILL_REFUND_SUCCEEDED);
static_assert(static_cast<int>(domain::RefundState::failed) == TILL_REFUND_FAILED);

using Act = Result<core::RefundAnswer> (*)(core::Store&, const core::Call&, const core::RefundAct&);

till_status act_on(till_store* store, const till_call* call, const till_refund_act_in* in,
                   const till_refund** out, const till_error** err, Act act) noexcept {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_refund*> {
            TILL_TRY(const auto input, read_input(in, "till_refund_act_in"));
            TILL_CHECK(check_flags(input.flags, 0, "till_refund_act_in.flags"));
            core::RefundAct what{input.refund_id, input.if_version, {}};
            TILL_TRY(what.provider_reference,
                     read_text(input.provider_reference, "till_refund_act_in.provider_reference"));
            TILL_TRY(const auto answer, act(core, context, what));
            return to_refund(answer);
        });
}

}  // namespace

extern "C" {

TILL_API const char* till_refund_state_name(till_refund_state state) {
    return name_of(static_cast<domain::RefundState>(state)).data();
}

TILL_API till_status till_refund_start(till_store* store, const till_call* call,
                                       const till_refund_start_in* in, const till_refund** out,
                                       const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_refund*> {
            TILL_TRY(const auto start, read_input(in, "till_refund_start_in"));
            TILL_CHECK(
                check_flags(start.flags, TILL_REFUND_SUCCEED_NOW, "till_refund_start_in.flags"));
            domain::RefundInput input;
            input.succeed_now = (start.flags & TILL_REFUND_SUCCEED_NOW) != 0;
            input.payment_id = start.payment_id;
            input.amount_minor = start.amount_minor;
            input.if_version = start.if_version;
            TILL_TRY(input.reason, read_optional_text(start.reason, "till_refund_start_in.reason"));
            TILL_TRY(input.provider_reference,
                     read_optional_text(start.provider_reference,
                                        "till_refund_start_in.provider_reference"));
            TILL_TRY(const auto answer, start_refund(core, context, input));
            return to_refund(answer);
        });
}

TILL_API till_status till_refund_succeed(till_store* store, const till_call* call,
                                         const till_refund_act_in* in, const till_refund** out,
                                         const till_error** err) {
    return act_on(store, call, in, out, err, &core::succeed_refund);
}

TILL_API till_status till_refund_fail(till_store* store, const till_call* call,
                                      const till_refund_act_in* in, const till_refund** out,
                                      const till_error** err) {
    return act_on(store, call, in, out, err, &core::fail_refund);
}

TILL_API till_status till_refund_list(till_store* store, const till_call* call,
                                      const till_refund_query* query, const till_refund_page** out,
                                      const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_refund_page*> {
            TILL_TRY(const auto in, read_input(query, "till_refund_query"));
            TILL_CHECK(check_flags(in.flags, 0, "till_refund_query.flags"));
            TILL_CHECK(check_reserved(in.reserved0, "till_refund_query.reserved0"));
            core::RefundQuery list;
            list.payment_id = in.payment_id;
            list.limit = in.limit;
            TILL_TRY(list.cursor, read_text(in.cursor, "till_refund_query.cursor"));
            TILL_TRY(const auto page, list_refunds(core, context, list));
            return to_page(page);
        });
}

}  // extern "C"
