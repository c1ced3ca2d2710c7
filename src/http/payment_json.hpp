// SPDX-License-Identifier: MIT
#pragma once

#include "http/exchange.hpp"

namespace till::http {

// The tutorial's five members, then ours.
void write_payment(JsonWriter& json, const till_payment& payment);
void answer_payment(Exchange& x, const till_payment& payment);

}  // namespace till::http
