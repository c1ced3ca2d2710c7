// SPDX-License-Identifier: MIT
#pragma once

#include "core/idempotency.hpp"
#include "core/payments.hpp"

#include <cstdint>

// Steps of payment use cases that other use cases take inside their own transaction.
namespace till::core {

Error payment_not_found();

// The payment, when the actor may do this to it.
Result<domain::Payment> payment_for(Context& context, domain::Action action,
                                    std::int64_t payment_id);

// A provider's reference that another payment bears.
Error provider_reference_taken();

// Starts the payment of an order that the actor may pay, and saves it.
Result<domain::Payment> start_in(Context& context, const domain::PaymentDraft& draft,
                                 const domain::Order& order);

}  // namespace till::core
