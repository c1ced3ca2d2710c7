// SPDX-License-Identifier: MIT
//
// Payments, refunds and sales across the boundary: inputs in, blocks out.
#pragma once

#include "c_api/order_convert.hpp"
#include "core/payments.hpp"
#include "till/payment.h"

namespace till::c_api {

Result<domain::PaymentInput> read_payment_start(const till_payment_start_in* pointer);

// A sale's input with the order lines it points to. Moving it keeps it valid.
struct Sale {
    Placement placement;
    core::SaleInput input;
};
Result<Sale> read_sale(const till_sale_in* pointer);

const till_payment* to_payment(const core::PaymentAnswer& answer);
const till_payment_page* to_page(const core::Page<domain::Payment>& payments);
const till_refund* to_refund(const core::RefundAnswer& answer);
const till_refund_page* to_page(const core::Page<domain::Refund>& refunds);
const till_receipt* to_receipt(const core::Answer<core::Receipt>& answer);

}  // namespace till::c_api
