// SPDX-License-Identifier: MIT
#pragma once

#include "core/answer.hpp"
#include "core/orders.hpp"
#include "domain/payment.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

// The use cases of payments, refunds and the counter sale. Each runs in one transaction; the ones
// that write may run their transaction more than once. Contracts: include/till/payment.h.
namespace till::core {

using PaymentAnswer = Answer<domain::Payment>;
using RefundAnswer = Answer<domain::Refund>;

Result<PaymentAnswer> start_payment(Store& store, const Call& call,
                                    const domain::PaymentInput& input);
Result<PaymentAnswer> get_payment(Store& store, const Call& call, std::int64_t payment_id);

struct PaymentQuery {
    ListQuery list;
    std::int64_t order_id = 0;                 // 0: any
    std::int32_t method = 0;                   // 0: any; anything may come from outside
    std::string_view provider_reference = {};  // stands alone
};
Result<Page<domain::Payment>> list_payments(Store& store, const Call& call,
                                            const PaymentQuery& query);

struct PaymentAct {
    std::int64_t payment_id = 0;
    std::int64_t if_version = 0;  // 0: whatever it is
    std::string_view provider_reference;
};
Result<PaymentAnswer> complete_payment(Store& store, const Call& call, const PaymentAct& act);
Result<PaymentAnswer> fail_payment(Store& store, const Call& call, const PaymentAct& act);

Result<RefundAnswer> start_refund(Store& store, const Call& call, const domain::RefundInput& input);

struct RefundAct {
    std::int64_t refund_id = 0;
    std::int64_t if_version = 0;  // 0: whatever it is
    std::string_view provider_reference;
};
Result<RefundAnswer> succeed_refund(Store& store, const Call& call, const RefundAct& act);
Result<RefundAnswer> fail_refund(Store& store, const Call& call, const RefundAct& act);

struct RefundQuery {
    std::int64_t payment_id = 0;
    std::uint32_t limit = 0;  // 0: 50; at most 200
    std::string_view cursor;
};
Result<Page<domain::Refund>> list_refunds(Store& store, const Call& call, const RefundQuery& query);

// A counter sale: order, payment (none when the total is 0) and hand-over at once.
struct SaleInput {
    domain::PlacementInput order;
    std::int32_t method = 0;  // 0: cash
    std::optional<std::string_view> provider;
    std::optional<std::string_view> provider_reference;
};
struct Receipt {
    domain::Order order;
    std::optional<domain::Payment> payment;
};
Result<Answer<Receipt>> sell(Store& store, const Call& call, const SaleInput& input);

}  // namespace till::core
